/// Made-up text with the statistics of real text: word frequencies after Zipf, sentences,
/// capitals, numbers, and the accents and apostrophes of its language.
///
/// The same seed and arguments give the same text everywhere.
public struct TextGenerator: Sendable {
  /// The words by rank, most frequent first; all different.
  public let vocabulary: [[UInt8]]
  /// Where its choices come from.
  public var random: SplitMix64
  private let ranks: ZipfDistribution
  private let prefixes: [[UInt8]]
  private let suffixes: [[UInt8]]

  /// Makes up a vocabulary.
  ///
  /// - Precondition: `vocabularySize > 0`.
  public init(seed: UInt64, style: TextStyle = .english, vocabularySize: Int = 5_000) {
    random = SplitMix64(seed: seed)
    vocabulary = Self.makeVocabulary(style, size: vocabularySize, &random)
    ranks = ZipfDistribution(count: vocabularySize)
    prefixes = style.prefixes.map { Array($0.utf8) }
    suffixes = style.suffixes.map { Array($0.utf8) }
  }

  /// A random word of the vocabulary, frequent ones more often.
  public mutating func word() -> [UInt8] {
    vocabulary[ranks.sample(&random)]
  }

  /// A document length in words around `median`, with a long tail: 1 to about 100 times that.
  public mutating func length(median: Int) -> Int {
    let above = random.fraction() + random.fraction()
    let below = random.fraction() + random.fraction() + 0.01
    return max(1, Int(Double(median) * above / below))
  }

  /// Text of `wordCount` words.
  public mutating func text(wordCount: Int) -> String {
    var bytes: [UInt8] = []
    appendText(wordCount: wordCount, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends text of `wordCount` words to `bytes`.
  public mutating func appendText(wordCount: Int, to bytes: inout [UInt8]) {
    var wordsLeftInSentence = random.number(in: 4...24)
    var startsSentence = true
    for number in 0..<wordCount {
      appendWord(capitalised: startsSentence || random.chance(0.06), to: &bytes)
      startsSentence = false
      wordsLeftInSentence -= 1
      if wordsLeftInSentence == 0 || number == wordCount - 1 {
        bytes.append(UInt8(ascii: "."))
        bytes.append(random.chance(0.2) ? UInt8(ascii: "\n") : UInt8(ascii: " "))
        wordsLeftInSentence = random.number(in: 4...24)
        startsSentence = true
      } else {
        if random.chance(0.07) { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: " "))
      }
    }
  }

  private mutating func appendWord(capitalised: Bool, to bytes: inout [UInt8]) {
    if random.chance(0.02) {
      bytes.append(contentsOf: String(random.below(2100)).utf8)
      return
    }
    if !prefixes.isEmpty, random.chance(0.05) { bytes.append(contentsOf: random.pick(prefixes)) }
    let start = bytes.count
    bytes.append(contentsOf: word())
    if capitalised, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[start]) {
      bytes[start] -= 32
    }
    if !suffixes.isEmpty, random.chance(0.02) { bytes.append(contentsOf: random.pick(suffixes)) }
  }

  private static func makeVocabulary(
    _ style: TextStyle, size: Int, _ random: inout SplitMix64
  ) -> [[UInt8]] {
    let onsets = style.onsets
    let nuclei = style.nuclei
    let codas = style.codas
    var words = style.frequentWords.prefix(size).map { Array($0.utf8) }
    var known = Set(words)
    while words.count < size {
      // Frequent words are short, as in every language.
      let syllableCount = random.number(in: words.count < 500 ? 1...2 : 2...4)
      var word: [UInt8] = []
      for _ in 0..<syllableCount {
        word.append(contentsOf: random.pick(onsets).utf8)
        word.append(contentsOf: random.pick(nuclei).utf8)
        word.append(contentsOf: random.pick(codas).utf8)
      }
      if known.insert(word).inserted { words.append(word) }
    }
    return words
  }
}
