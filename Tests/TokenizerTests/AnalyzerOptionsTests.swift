import TestSupport
import Testing
import Tokenizer

struct AnalyzerOptionsTests {
  static let policies: [StopWordPolicy] = [
    .keep, .drop, .custom([]), .custom(["", "été", String(repeating: "x", count: 300)]),
  ]

  @Test func optionsComeBackFromTheirBytes() {
    for language in Language.allCases.map(Optional.some) + [nil] {
      for policy in Self.policies {
        let options = AnalyzerOptions(language: language, stopWords: policy)
        #expect(AnalyzerOptions(encoded: options.encoded) == options)
      }
    }
  }

  @Test func theBytesAreThoseOfTheDocumentation() {
    let options = AnalyzerOptions(language: .french)
    #expect(options.encoded == [0x01, 0x11, 0x00, 0x00, 0x03, 0x00])
    #expect(Analyzer.unicodeVersion == "17.0.0")
  }

  @Test func damagedBytesAreRefused() {
    for policy in Self.policies {
      let bytes = AnalyzerOptions(language: .dutch, stopWords: policy).encoded
      for count in 0..<bytes.count {
        #expect(AnalyzerOptions(encoded: Array(bytes.prefix(count))) == nil)
      }
      #expect(AnalyzerOptions(encoded: bytes + [0]) == nil)
      for index in 0..<4 {
        var other = bytes
        other[index] ^= 1
        #expect(AnalyzerOptions(encoded: other) == nil, "another version")
      }
    }
    let header = AnalyzerOptions(language: .dutch).encoded.dropLast(2)
    #expect(AnalyzerOptions(encoded: header + [9, 0]) == nil)
    #expect(AnalyzerOptions(encoded: header + [4, 3]) == nil)
    #expect(AnalyzerOptions(encoded: header + [4, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]) == nil)
    #expect(AnalyzerOptions(encoded: header + [4, 2, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]) == nil)
    #expect(AnalyzerOptions(encoded: header + [4, 2, 1, 1, 0xFF]) == nil, "no UTF-8")
  }

  @Test func anyBytesAreReadWithoutTrapping() {
    let seed = TestSeed.value
    var random = SplitMix64(seed: seed)
    let header = AnalyzerOptions(stopWords: .custom([])).encoded.dropLast()
    for _ in 0..<2000 {
      let tail = (0..<random.below(12)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let options = AnalyzerOptions(encoded: header + tail)
      // Counts may be written in more than one way, so only the meaning comes back.
      if let options { #expect(AnalyzerOptions(encoded: options.encoded) == options) }
    }
  }
}
