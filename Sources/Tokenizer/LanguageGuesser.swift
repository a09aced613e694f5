/// Tells English, French and Dutch apart by their stop words and letters.
///
/// Words of one list alone speak loudly, words of two lists softly. The walk ends as soon as one
/// language leads by `decisiveLead`, a sequential test (Wald, 1945): some 20 words of running text.
/// Words and letters of neighbouring languages speak for none of the three.
///
/// Names tell little of the language around them. So what may be a part of one hardly counts (*Van*
/// and *der* in `Rogier van der Weyden`, *Le* in `Le Pen`), nor does a word that was there before,
/// as names come again and again.
///
/// What depends on the answer are elisions and a final *'s*; so where the words leave it open, as in
/// a title, these decide: `Anna's house` is English, `Van Dyck, l'artiste` French.
struct LanguageGuesser: Sendable {
  private let english = StopWordSet.english
  private let french = StopWordSet.french
  private let dutch = StopWordSet.dutch
  private let others = StopWordSet([Self.otherWords])
  private let particles = StopWordSet([Self.nameParticles])
  /// The words of all four, to be asked first: most words are in none.
  private let all = StopWordSet([
    StopWordList.english, StopWordList.french, StopWordList.dutch, Self.otherWords,
  ])

  /// The bytes of a text that are looked at, at most.
  static let sampleByteCount = 768
  private static let decisiveLead = 12
  private static let leastScore = 4

  /// Frequent words of German, Spanish, Italian and Portuguese that are no stop words here.
  private static var otherWords: StaticString {
    """
    der die und ist das nicht mit ein eine einer auf für den dem sich auch von zu im bei nach wird \
    wurde \
    el los las del por con una para como más pero sus fue al es lo il di che della per non sono \
    dei nel gli alla da os um uma não com ao dos foi é og är och att som det på av
    """
  }

  /// Words that names have before a capital.
  private static var nameParticles: StaticString {
    "van der den ten ter de la le les du des di da do dos el al del las los von ben"
  }

  /// The points of each language.
  private struct Scores {
    var english = 0
    var french = 0
    var dutch = 0
    var other = 0

    /// Whether there is a French elision.
    var hasElision = false
    /// Whether there is one as names have it, too: *L'Oréal*.
    var hasNameElision = false
    /// Whether there is a final *'s*, as in English and Dutch.
    var hasFinalS = false

    /// The words that have counted in full.
    private var known = InlineArray<32, UInt64>(repeating: 0)
    private var knownCount = 0

    /// Whether a word is met for the first time, as far as that is kept.
    mutating func isNew(_ key: UInt64) -> Bool {
      for index in 0..<knownCount where known[index] == key { return false }
      if knownCount < known.count {
        known[knownCount] = key
        knownCount += 1
      }
      return true
    }

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
      let isElided = hasElision || hasNameElision && !hasFinalS
      guard isElided != hasFinalS else {
        // A word or two, and nothing against them.
        return lead > 0 && lead == score && !hasFinalS ? language : .undetermined
      }
      guard other == 0 || other < score else { return .undetermined }
      return isElided ? .french : dutch > english ? .dutch : .english
    }
  }

  /// The language of `text`, or `undetermined` if nothing speaks for one more than for another.
  func guess(_ text: TextView) -> Language {
    let limit = min(text.count, Self.sampleByteCount)
    var scores = Scores()
    var word = Word()
    // The word before, as long as it is not known whether a name follows.
    var before = Word()
    // Whether nothing but one space follows it.
    var isSpaced = false
    var isAfterApostrophe = false
    // The article that the apostrophe follows.
    var article = Word()
    var offset = 0
    while offset <= limit {
      // A zero ends the last word, or what the sample has of it.
      let byte = offset < limit ? text[offset] : 0
      let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
      if lower &- 0x61 < 26 {
        if lower == UInt8(ascii: "j"), word.last == UInt8(ascii: "i") { scores.dutch += 1 }
        word.append(lower, isCapital: lower != byte)
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
      if word.count > 0 {
        scores.other += word.foreignPoints
        score(before, isOfName: isSpaced && isName(before, word), &scores)
        before = Word()
        if scores.leader.lead >= Self.decisiveLead { break }
      }
      if isAfterApostrophe {
        scoreAfterApostrophe(word, article, byte, &scores)
      } else if word.count > 1, word.count <= 8, !isApostrophe || !Elision.isArticle(word.key) {
        before = word
      }
      isSpaced = word.count > 0 && byte == UInt8(ascii: " ")
      article =
        isApostrophe && !isAfterApostrophe && Elision.isArticle(word.key) ? word : Word()
      isAfterApostrophe = isApostrophe && word.count > 0
      word = Word()
    }
    score(before, isOfName: false, &scores)
    return scores.language
  }

  /// Takes what stands after an apostrophe, a word or else a byte that is no letter: after the article
  /// before it, if there is one.
  private func scoreAfterApostrophe(
    _ word: Word, _ article: Word, _ byte: UInt8, _ scores: inout Scores
  ) {
    let isS = word.count == 1 && word.last == UInt8(ascii: "s")
    if isS {
      scores.hasFinalS = true
      scores.english += 1
      scores.dutch += 1
    }
    guard article.count > 0, word.count > 0 ? !isS : Self.isElidedBefore(byte) else { return }
    if article.isCapital, word.isCapital {
      if !scores.hasNameElision { scores.french += 2 }
      scores.hasNameElision = true
    } else {
      scores.hasElision = true
      scores.french += word.count == 0 || scores.isNew(word.key) ? 4 : 1
    }
  }

  /// Takes a scalar that is no ASCII into the word, with the marks after it or after the letter
  /// before, so that it does not matter how accents are spelt; false if it ends the word.
  @inline(never)
  private func takeLetter(
    _ scalar: UInt32, _ text: TextView, _ offset: inout Int, _ limit: Int, _ word: inout Word,
    _ scores: inout Scores
  ) -> Bool {
    var letter = scalar
    var isCapital = false
    if scalar &- 0x300 < 0x70 {
      guard word.last &- 0x61 < 26,
        let composite = Normalizer.composition(UInt32(word.last), scalar)
      else { return true }
      isCapital = word.isCapital
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
    if letter &- 0xC0 < 0x1F, letter != 0xD7 {
      isCapital = true
      letter += 0x20
    }
    word.append(letter, isCapital: isCapital)
    scoreLetter(letter, &word, &scores)
    return true
  }

  /// Whether two neighbours look like a name: *Le Pen*, *von der Leyen*, *Van der*.
  private func isName(_ first: Word, _ second: Word) -> Bool {
    if second.isCapital { return first.isCapital || particles.view.mayContain(first.key) }
    return first.isCapital && particles.view.mayContain(second.key)
  }

  /// Adds the points of a word, if it has any; few if it may be part of a name or was there before.
  @inline(__always)
  private func score(_ word: Word, isOfName: Bool, _ scores: inout Scores) {
    guard word.count > 0, all.view.mayContain(word.key) else { return }
    let isEnglish = english.view.mayContain(word.key)
    let isFrench = french.view.mayContain(word.key)
    let isDutch = dutch.view.mayContain(word.key)
    let isOther = others.view.mayContain(word.key)
    let count = (isEnglish ? 1 : 0) + (isFrench ? 1 : 0) + (isDutch ? 1 : 0) + (isOther ? 1 : 0)
    let points =
      isOfName || !scores.isNew(word.key) ? 1 : count == 1 ? 4 : count == 2 ? 2 : 1
    if isEnglish { scores.english += points }
    if isFrench { scores.french += points }
    if isDutch { scores.dutch += points }
    if isOther { scores.other += points }
  }

  /// What a letter that is no ASCII says.
  private func scoreLetter(_ letter: UInt32, _ word: inout Word, _ scores: inout Scores) {
    switch letter {
    case 0xE9: scores.french += 1  // é
    // à â ç è ê î ô ù û œ
    case 0xE0, 0xE2, 0xE7, 0xE8, 0xEA, 0xEE, 0xF4, 0xF9, 0xFB, 0x152, 0x153: scores.french += 2
    // ë ï ö ü: Dutch and others
    case 0xEB, 0xEF, 0xF6, 0xFC: break
    case 0xC0...0xFF: word.foreignPoints = 2
    // Other letters of Latin; names in other scripts say nothing.
    case 0x100...0x24F, 0x1E00...0x1EFF: word.foreignPoints = max(1, word.foreignPoints)
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
  /// Whether it began with a capital.
  private(set) var isCapital = false
  /// The points that its letters give to other languages.
  var foreignPoints = 0

  @inline(__always)
  mutating func append(_ byte: UInt8, isCapital: Bool) {
    if count == 0 { self.isCapital = isCapital }
    if count < 8 { key |= UInt64(byte) << UInt64(8 * count) }
    count += 1
    last = byte
  }

  /// Appends a letter that is no ASCII; of those past U+07FF, which no list has, one byte.
  mutating func append(_ letter: UInt32, isCapital: Bool) {
    guard letter < 0x800 else { return append(0xFF as UInt8, isCapital: isCapital) }
    append(UInt8(truncatingIfNeeded: letter >> 6) | 0xC0, isCapital: isCapital)
    append(UInt8(truncatingIfNeeded: letter & 0x3F) | 0x80, isCapital: false)
  }

  /// Takes the last byte back, which is to be replaced at once.
  mutating func removeLast() {
    count -= 1
    if count < 8 { key &= 1 << UInt64(8 * count) &- 1 }
  }
}
