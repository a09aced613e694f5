import TestSupport
import Testing

@testable import Tokenizer

struct StopWordSetTests {
  @Test(arguments: [0, 1, 2, 10, 100, 1000, 20_000])
  func aSetHasItsWordsAndNoOthers(count: Int) {
    let seed = TestSeed.value
    var random = SplitMix64(seed: seed)
    // Few letters and shared beginnings, so that words are alike.
    func word() -> [UInt8] {
      let tail = (0..<1 + random.below(12)).map { _ in UInt8(ascii: "a") + UInt8(random.below(3)) }
      return random.below(3) == 0 ? Array("prefixes".utf8) + tail : tail
    }
    let words = (0..<count).map { _ in word() }
    let naive = Set(words)
    let set = StopWordSet(words)
    let column = Column<UInt8>(capacity: 128)
    for candidate in words + (0..<5000).map({ _ in word() }) {
      for (index, byte) in candidate.enumerated() { column[index] = byte }
      let found = set.contains(column.view, at: 0, count: candidate.count)
      #expect(found == naive.contains(candidate), "seed \(seed), \(candidate)")
    }
  }

  /// The longest words that are tested, and what is none.
  @Test func aSetHasWordsUpToItsLimit() {
    let longest = StopWordSet.longestKey
    let words = [1, 8, 9, longest - 1, longest, longest + 1].map {
      [UInt8](repeating: UInt8(ascii: "a"), count: $0)
    }
    let set = StopWordSet(words + [[]])
    let column = Column<UInt8>(capacity: 2 * longest)
    for index in 0..<2 * longest { column[index] = UInt8(ascii: "a") }
    for count in 1..<2 * longest {
      let isThere = count <= longest && words.contains { $0.count == count }
      #expect(set.contains(column.view, at: 0, count: count) == isThere, "\(count) bytes")
    }
    for index in 0..<8 { column[index] = 0 }
    for count in 1...8 { #expect(!set.contains(column.view, at: 0, count: count)) }
  }

  @Test(arguments: [Language.english, .french, .dutch])
  func everyWordOfAListIsAStopWordInText(language: Language) throws {
    let list = try #require(StopWordList.words(of: language)).description
    let analyzer = Analyzer(AnalyzerOptions(language: language))
    for word in list.split(separator: " ").map(String.init) {
      for spelling in [word, word.uppercased()] {
        let tokens = analyzer.tokens(in: "xyz \(spelling) xyz")
        #expect(tokens.map(\.isStopWord) == [false, true, false], "\(spelling)")
      }
    }
  }

  @Test(
    .needsTestData("text"),
    arguments: [("english", 0), ("french", 0), ("dutch", 4)])
  func theListsAreThoseOfTheSnowballProject(name: String, clitics: Int) throws {
    let expected = try TestData.lines("text/stopwords/\(name).txt").filter { !$0.isEmpty }
    let language = try #require(Language.allCases.first { "\($0)" == name })
    let list = try #require(StopWordList.words(of: language)).description
    let words = list.split(separator: " ").map(String.init)
    #expect(Array(words.dropLast(clitics)) == expected)
  }
}
