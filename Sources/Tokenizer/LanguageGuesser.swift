/// Tells English, French and Dutch apart by their stop words and letters.
///
/// Words of one list alone speak loudly, words of two lists softly. The walk ends as soon as one
/// language leads by `decisiveLead`, a sequential test (Wald, 1945): some 15 words of running text.
/// Words and letters of neighbouring languages speak for none of the three.
///
/// What depends on the answer are elisions and a final *'s*; so where the words leave it open, as in
/// a title, these decide: `Anna's house` is English, `Van Dyck, l'artiste` French.
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

    /// Whether there is a French elision.
    var hasElision = false
    /// Whether there is a final *'s*, as in English and Dutch.
    var hasFinalS = false

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

    /// The language, as far as all points tell.
    var language: Language {
      let (language, score, lead) = leader
      if lead > 0, score >= LanguageGuesser.leastScore { return language }
      guard hasElision != hasFinalS, other == 0 || other < score else { return .undetermined }
      return hasElision ? .french : dutch > english ? .dutch : .english
    }
  }

  /// The language of `text`, or `undetermined` if nothing speaks for one more than for another.
  func guess(_ text: TextView) -> Language {
    let limit = min(text.count, Self.sampleByteCount)
    var scores = Scores()
    var word = Word()
    var isAfterApostrophe = false
    var isAfterArticle = false
    var offset = 0
    while offset <= limit {
      // A zero ends the last word, or what the sample has of it.
      let byte = offset < limit ? text[offset] : 0
      let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
      if lower &- 0x61 < 26 {
        if lower == UInt8(ascii: "j"), word.last == UInt8(ascii: "i") { scores.dutch += 1 }
        word.append(lower)
        offset += 1
        continue
      }
      var isApostrophe = byte == UInt8(ascii: "'")
      if byte < 0x80 {
        offset += 1
      } else {
        let (scalar, length) = text.decodeScalar(at: offset)
        offset += length
        isApostrophe = Elision.isApostrophe(scalar)
        if !isApostrophe, takeLetter(scalar, text, &offset, limit, &word, &scores) { continue }
      }
      if isAfterApostrophe {
        let isS = word.count == 1 && word.last == UInt8(ascii: "s")
        if isS { scores.hasFinalS = true }
        if isAfterArticle, word.count > 0 ? !isS : Self.isElidedBefore(byte) {
          scores.hasElision = true
          scores.french += 4
        }
      } else if word.count > 1, word.count <= 8, !isApostrophe || !Elision.isArticle(word.key),
        score(word.key, &scores), scores.leader.lead >= Self.decisiveLead
      {
        break
      }
      isAfterArticle = isApostrophe && !isAfterApostrophe && Elision.isArticle(word.key)
      isAfterApostrophe = isApostrophe && word.count > 0
      word = Word()
    }
    return scores.language
  }

  /// Takes a scalar that is no ASCII into the word, with the marks after it or after the letter
  /// before, so that it does not matter how accents are spelt; false if it ends the word.
  @inline(never)
  private func takeLetter(
    _ scalar: UInt32, _ text: TextView, _ offset: inout Int, _ limit: Int, _ word: inout Word,
    _ scores: inout Scores
  ) -> Bool {
    var letter = scalar
    if scalar &- 0x300 < 0x70 {
      guard word.last &- 0x61 < 26,
        let composite = Normalizer.composition(UInt32(word.last), scalar)
      else { return true }
      word.removeLast()
      letter = composite
    } else {
      let properties = ScalarProperties(scalar)
      if properties.has(ScalarProperties.ignorable) { return true }
      guard properties.has(ScalarProperties.letter) else { return false }
    }
    while offset < limit {
      let (mark, length) = text.decodeScalar(at: offset)
      guard mark &- 0x300 < 0x70 else { break }
      letter = Normalizer.composition(letter, mark) ?? letter
      offset += length
    }
    // The capitals of Latin-1.
    if letter &- 0xC0 < 0x1F, letter != 0xD7 { letter += 0x20 }
    word.append(letter)
    scoreLetter(letter, &scores)
    return true
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

  /// What a letter that is no ASCII says.
  private func scoreLetter(_ letter: UInt32, _ scores: inout Scores) {
    switch letter {
    case 0xE9: scores.french += 1  // é
    // à â ç è ê î ô ù û œ
    case 0xE0, 0xE2, 0xE7, 0xE8, 0xEA, 0xEE, 0xF4, 0xF9, 0xFB, 0x152, 0x153: scores.french += 2
    case 0xEB, 0xEF: break  // ë ï: Dutch and French
    case 0xC0...0xFF: scores.other += 2
    case 0x100...0x7FF, 0x3000...0xDFFF: scores.other += 1
    default: break
    }
  }

  /// Whether an article loses its vowel before something that starts with this byte and is no
  /// letter: `l'« Humanité »`, `d'11 heures`, but not `Guns N' Roses`.
  private static func isElidedBefore(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "\"") || byte &- 0x30 < 10
  }
}

/// A word of a sample, in lower case as far as Latin-1 goes.
private struct Word {
  /// The first 8 bytes, the first one lowest; the key of a word of no more than that.
  private(set) var key: UInt64 = 0
  /// The number of bytes.
  private(set) var count = 0
  /// The last byte, 0 at the start.
  private(set) var last: UInt8 = 0

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    if count < 8 { key |= UInt64(byte) << UInt64(8 * count) }
    count += 1
    last = byte
  }

  /// Appends a letter that is no ASCII; of those past U+07FF, which no list has, one byte.
  mutating func append(_ letter: UInt32) {
    guard letter < 0x800 else { return append(0xFF as UInt8) }
    append(UInt8(truncatingIfNeeded: letter >> 6) | 0xC0)
    append(UInt8(truncatingIfNeeded: letter & 0x3F) | 0x80)
  }

  /// Takes the last byte back, which is to be replaced at once.
  mutating func removeLast() {
    count -= 1
    if count < 8 { key &= 1 << UInt64(8 * count) &- 1 }
  }
}
