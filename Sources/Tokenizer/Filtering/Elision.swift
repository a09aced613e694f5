/// The words of French and Dutch that stand before or after an apostrophe and are no words.
package enum Elision {
  /// Whether `count` scalars of `word` from `start` are a French article or the like, before its
  /// apostrophe: l m t qu n s j d c jusqu quoiqu lorsqu puisqu.
  @inline(__always)
  static func isArticle(_ word: borrowing ScalarBuffer, from start: Int, count: Int) -> Bool {
    if count == 1 { return isSingleLetterArticle(word[start]) }
    guard count == 2 || count == 5 || count == 6 else { return false }
    var packed: UInt64 = 0
    for index in 0..<count {
      let scalar = word[start + index]
      guard scalar < 0x80 else { return false }
      packed |= UInt64(scalar) << UInt64(8 * index)
    }
    return isLongArticle(packed)
  }

  /// Whether a word of at most 8 bytes is such an article; the first byte is the lowest.
  static func isArticle(_ packed: UInt64) -> Bool {
    packed < 0x80
      ? isSingleLetterArticle(UInt32(truncatingIfNeeded: packed)) : isLongArticle(packed)
  }

  @inline(__always)
  private static func isLongArticle(_ packed: UInt64) -> Bool {
    packed == qu || packed == jusqu || packed == quoiqu || packed == lorsqu || packed == puisqu
  }

  /// Whether a French word of one letter loses its vowel before another word.
  @inline(__always)
  static func isSingleLetterArticle(_ scalar: UInt32) -> Bool {
    isLetter(scalar, in: articleLetters)
  }

  /// Whether a Dutch clitic may be this letter: s t n k m r.
  @inline(__always)
  static func isCliticLetter(_ scalar: UInt32) -> Bool {
    isLetter(scalar, in: cliticLetters)
  }

  /// Whether a scalar is used as an apostrophe.
  package static func isApostrophe(_ scalar: UInt32) -> Bool {
    scalar == 0x27 || scalar == 0x2019 || scalar == 0x2018 || scalar == 0x201B || scalar == 0x2BC
      || scalar == 0x2BB || scalar == 0xFF07
  }

  @inline(__always)
  private static func isLetter(_ scalar: UInt32, in letters: UInt32) -> Bool {
    scalar &- 0x61 < 26 && letters >> (scalar &- 0x61) & 1 == 1
  }

  /// l m t n s j d c, one bit a letter.
  private static let articleLetters: UInt32 =
    1 << 11 | 1 << 12 | 1 << 19 | 1 << 13 | 1 << 18 | 1 << 9 | 1 << 3 | 1 << 2
  /// s t n k m r, one bit a letter.
  private static let cliticLetters: UInt32 =
    1 << 18 | 1 << 19 | 1 << 13 | 1 << 10 | 1 << 12 | 1 << 17

  // The letters as little-endian bytes.
  private static let qu: UInt64 = 0x7571
  private static let jusqu: UInt64 = 0x75_7173_756A
  private static let quoiqu: UInt64 = 0x7571_696F_7571
  private static let lorsqu: UInt64 = 0x7571_7372_6F6C
  private static let puisqu: UInt64 = 0x7571_7369_7570
}
