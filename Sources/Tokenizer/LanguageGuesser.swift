/// Tells English, French and Dutch apart by their stop words and letters.
///
/// Words of one list alone speak loudly, words of two lists softly. The walk ends as soon as one
/// language leads by `decisiveLead`, a sequential test (Wald, 1945): some 15 words of running text.
/// Words and letters of neighbouring languages speak for none of the three.
struct LanguageGuesser: Sendable {
  private let english = StopWordSet.english
  private let french = StopWordSet.french
  private let dutch = StopWordSet.dutch
  private let others = StopWordSet([Self.otherWords])
  /// The words of all four, to be asked first: most words are in none.
  private let all = StopWordSet([
    StopWordList.english, StopWordList.french, StopWordList.dutch, Self.otherWords,
  ])

  /// The bytes of a text that are looked at, at most.
  static let sampleByteCount = 768
  private static let decisiveLead = 8
  private static let leastScore = 4

  /// Frequent words of German, Spanish, Italian and Portuguese that are no stop words here.
  private static var otherWords: StaticString {
    """
    und ist das nicht mit ein eine einer auf für den dem sich auch von zu im bei nach wird wurde \
    el los las del por con una para como más pero sus fue al es lo il di che della per non sono \
    dei nel gli alla da em os um uma não com ao dos foi é og är och att som det på av
    """
  }

  /// The points of each language.
  private struct Scores {
    var english = 0
    var french = 0
    var dutch = 0
    var other = 0

    /// The leader's language and lead.
    var leader: (language: Language, score: Int, lead: Int) {
      let best = max(english, french, dutch)
      let language: Language =
        best == english ? .english : best == french ? .french : .dutch
      let rivals = max(
        other, language == .english ? 0 : english, language == .french ? 0 : french,
        language == .dutch ? 0 : dutch)
      return (language, best, best - rivals)
    }
  }

  /// The language of `text`, or `undetermined` if nothing speaks for one more than for another.
  func guess(_ text: TextView) -> Language {
    let limit = min(text.count, Self.sampleByteCount)
    var scores = Scores()
    var key: UInt64 = 0
    var length = 0
    var isAfterApostrophe = false
    var offset = 0
    while offset <= limit {
      // A zero ends the last word, or what the sample has of it.
      let byte = offset < limit ? text[offset] : 0
      offset += 1
      let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
      if lower &- 0x61 < 26 || byte >= 0x80, !isCurlyApostrophe(text, at: offset - 1, limit) {
        if length < 8 { key |= UInt64(lower) << UInt64(8 * length) }
        length += 1
        if byte >= 0xC3 { scoreLetter(text, at: offset - 1, limit, &scores) }
        if lower == 0x6A, offset > 1, text[offset - 2] | 0x20 == 0x69 { scores.dutch += 1 }
        continue
      }
      let isApostrophe = byte == 0x27 || byte >= 0x80
      if byte >= 0x80 { offset += 2 }
      if length > 0 {
        if isApostrophe, length <= 2, Self.isElided(key) {
          scores.french += 4
        } else if length > 1, length <= 8, !isAfterApostrophe, score(key, &scores),
          scores.leader.lead >= Self.decisiveLead
        {
          break
        }
      }
      isAfterApostrophe = isApostrophe && length > 0
      key = 0
      length = 0
    }
    let (language, score, lead) = scores.leader
    return lead > 0 && score >= Self.leastScore ? language : .undetermined
  }

  /// Adds the points of a word; false if it has none.
  @inline(__always)
  private func score(_ key: UInt64, _ scores: inout Scores) -> Bool {
    guard all.view.mayContain(key) else { return false }
    let isEnglish = english.view.mayContain(key)
    let isFrench = french.view.mayContain(key)
    let isDutch = dutch.view.mayContain(key)
    let isOther = others.view.mayContain(key)
    let count = (isEnglish ? 1 : 0) + (isFrench ? 1 : 0) + (isDutch ? 1 : 0) + (isOther ? 1 : 0)
    let points = count == 1 ? 4 : count == 2 ? 2 : 1
    if isEnglish { scores.english += points }
    if isFrench { scores.french += points }
    if isDutch { scores.dutch += points }
    if isOther { scores.other += points }
    return true
  }

  /// What the accented letter that starts at `offset` says.
  private func scoreLetter(_ text: TextView, at offset: Int, _ limit: Int, _ scores: inout Scores) {
    guard offset + 1 < limit else { return }
    switch (text[offset], text[offset + 1] | 0x20) {
    case (0xC3, 0xA9): scores.french += 1  // é
    // à â ç è ê î ô ù û
    case (0xC3, 0xA0), (0xC3, 0xA2), (0xC3, 0xA7), (0xC3, 0xA8), (0xC3, 0xAA), (0xC3, 0xAE),
      (0xC3, 0xB4), (0xC3, 0xB9), (0xC3, 0xBB):
      scores.french += 2
    case (0xC5, 0xB2), (0xC5, 0xB3): scores.french += 2  // œ
    case (0xC3, 0xAB), (0xC3, 0xAF): break  // ë ï: Dutch and French
    case (0xC3, _): scores.other += 2
    case (0xC4...0xDF, _), (0xE3...0xED, _): scores.other += 1
    default: break
    }
  }

  @inline(__always)
  private func isCurlyApostrophe(_ text: TextView, at offset: Int, _ limit: Int) -> Bool {
    text[offset] == 0xE2 && offset + 2 < limit && text[offset + 1] == 0x80
      && text[offset + 2] == 0x99
  }

  /// Whether a word before an apostrophe is c d j l m n s t or qu.
  private static func isElided(_ key: UInt64) -> Bool {
    switch key {
    case 0x63, 0x64, 0x6A, 0x6C, 0x6D, 0x6E, 0x73, 0x74, 0x7571: true
    default: false
    }
  }
}
