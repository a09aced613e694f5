// The words are those of the Snowball project, https://snowballstem.org/algorithms/dutch/stop.txt.
// Copyright (c) 2001, Dr Martin Porter; copyright (c) 2004, 2005, Richard Boulton.
// BSD-3-Clause; the licence is in StopWordList.swift.

extension StopWordList {
  /// The 101 Dutch stop words of the Snowball project,
  /// and the clitics with an apostrophe in them.
  static var dutch: StaticString {
    """
    de en van ik te dat die in een hij het niet zijn is was op aan met als voor had er maar om \
    hem dan zou of wat mijn men dit zo door over ze zich bij ook tot je mij uit der daar haar \
    naar heb hoe heeft hebben deze u want nog zal me zij nu ge geen omdat iets worden toch al \
    waren veel meer doen toen moet ben zonder kan hun dus alles onder ja eens hier wie werd \
    altijd doch wordt wezen kunnen ons zelf tegen na reeds wil kon niets uw iemand geweest \
    andere z'n m'n d'r zo'n
    """
  }
}
