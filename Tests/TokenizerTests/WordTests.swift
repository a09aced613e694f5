import TestSupport
import Testing

@testable import Tokenizer

/// Where words end and what their terms are, at the edges of the rules.
struct WordTests {
  /// Texts with a stroke at each boundary within them.
  @Test(arguments: [
    // WB15, WB16: regional indicators go in pairs.
    "🇫🇷|🇧🇪|🇳", "a|🇫🇷|🇧🇪",
    // WB3c: a pictograph is joined by the joiner right before it only.
    "a\u{200D}❤", "a\u{200D}b|❤", "a\u{200D}\u{301}|❤", "é\u{200D}bc|❤", "a\u{200D}b\u{200D}❤",
  ])
  func segmentsEndAtBoundaries(marked: String) {
    let parts = marked.split(separator: "|", omittingEmptySubsequences: false)
    var boundaries = [0]
    for part in parts { boundaries.append((boundaries.last ?? 0) + part.utf8.count) }
    let text = Array(parts.joined().utf8)
    #expect(segmentBoundaries(of: text) == boundaries)
    #expect(segmentBoundaries(of: text, isTailored: true) == boundaries)
  }

  /// WB3d: only spaces side by side, and only by the standard.
  @Test func spacesAreJoinedUnlessSomethingIsBetween() {
    #expect(segmentBoundaries(of: Array("  ".utf8)) == [0, 2])
    #expect(segmentBoundaries(of: Array(" \u{AD} ".utf8)) == [0, 3, 4])
    #expect(segmentBoundaries(of: Array("  ".utf8), isTailored: true) == [0, 1, 2])
  }

  /// Normalization takes place whatever part of a word asks for it.
  @Test(arguments: [
    ("a\u{374}b", "a\u{2B9}b"), ("éa\u{374}b", "éa\u{2B9}b"),
    ("a.\u{301}\u{323}b", "a.\u{323}\u{301}b"), ("é.\u{301}\u{323}b", "é.\u{323}\u{301}b"),
  ])
  func equivalentWordsHaveOneTerm(_ one: String, _ other: String) {
    for language in Language.allCases where language != .plain {
      let analyzer = Analyzer(AnalyzerOptions(language: language))
      let (first, second) = (analyzer.tokens(in: one), analyzer.tokens(in: other))
      #expect(first.count == 1 && second.count == 1)
      #expect(first.map { Array($0.term.utf8) } == second.map { Array($0.term.utf8) })
    }
  }

  /// Some marks have the word break class of letters, so that no boundary is after them.
  @Test(arguments: [
    "\u{2D7}", "\u{A789}", "\u{B8}", "\u{24C3}", "\u{55A}", "\u{1F130}", "\u{2D7}\u{24C3}",
    "\u{2D7}'", "\u{2D7}\u{301}",
  ])
  func aMarkBeforeAWordHidesNoneOfIt(mark: String) {
    for language in Language.allCases where language != .plain {
      let analyzer = Analyzer(AnalyzerOptions(language: language))
      for word in ["cat", "a1", "é", "élan", "naïf", "кот", "cat's"] {
        let marked = analyzer.tokens(in: "x \(mark)\(word) y")
        let plain = analyzer.tokens(in: "x \(word) y")
        #expect(marked.map(\.term) == plain.map(\.term), "\(word), \(language)")
        #expect(marked.map(\.position) == plain.map(\.position), "\(word), \(language)")
      }
    }
    let analyzer = Analyzer(AnalyzerOptions(language: .undetermined))
    #expect(analyzer.tokens(in: mark).isEmpty)
    #expect(analyzer.tokens(in: "_\u{24C3}cat").map(\.term) == ["_ncat"])
  }

  /// The letter apostrophe may stand before an apostrophe that ends a word.
  @Test func noApostropheIsLeftBeforeAFinalS() {
    let analyzer = Analyzer(AnalyzerOptions(language: .english))
    #expect(analyzer.tokens(in: "dog\u{2BC}’s tail").map(\.term) == ["dog", "tail"])
  }

  /// A letter between apostrophes is a letter in quotes, also where the text ends.
  @Test(arguments: [("'s", true), ("'s'", false), ("’s’", false), ("'s' ", false), ("’s ", true)])
  func aDutchCliticHasNoApostropheAfterIt(text: String, isStopWord: Bool) {
    let analyzer = Analyzer(AnalyzerOptions(language: .dutch, stopWords: .custom(["x"])))
    #expect(analyzer.tokens(in: text).map(\.isStopWord) == [isStopWord])
  }

  /// Words as long as a term may be, and longer by a scalar, which is cut off.
  @Test(arguments: [16_382, 16_383, 16_384])
  func wordsAreCutAtTheirLimit(count: Int) {
    let analyzer = Analyzer(AnalyzerOptions(language: .undetermined))
    // Two bytes each, of which folding leaves two, or one.
    for (letter, byteCount) in [("й", 2), ("é", 1)] {
      let tokens = analyzer.tokens(in: String(repeating: letter, count: count))
      #expect(tokens.map(\.term.utf8.count) == [min(count, 16_383) * byteCount])
    }
  }

  /// A letter that compatibility makes eleven times as long, also in a word with a mark.
  @Test(arguments: ["", "q\u{301}"]) func foldedWordsAreCutAtTheirLimit(start: String) {
    let analyzer = Analyzer(AnalyzerOptions(language: .undetermined))
    let tokens = analyzer.tokens(in: start + String(repeating: "ﷺ", count: 2_000))
    #expect(tokens.map { (32_763...32_766).contains($0.term.utf8.count) } == [true])
  }
}
