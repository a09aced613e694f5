import TestSupport
import Testing

@testable import Tokenizer

struct AnalyzerTests {
  @Test func anElidedArticleIsNotPartOfTheText() {
    let tokens = Analyzer(AnalyzerOptions(language: .french)).tokens(in: "L'été, aujourd’hui")
    #expect(
      tokens == [
        Token(term: "ete", position: 0, byteRange: 2..<7, isStopWord: false),
        Token(term: "aujourd'hui", position: 1, byteRange: 9..<22, isStopWord: false),
      ])
  }

  @Test func aPossessiveEndingAndQuotesAreNotPartOfTheText() {
    let tokens = Analyzer(AnalyzerOptions(language: .english)).tokens(in: "'dog’s' ʼtail’")
    #expect(tokens.map(\.term) == ["dog", "tail"])
    #expect(tokens.map(\.byteRange) == [1..<4, 12..<16])
  }

  @Test func droppedStopWordsLeaveGapsInThePositions() {
    let analyzer = Analyzer(AnalyzerOptions(language: .english, stopWords: .drop))
    let tokens = analyzer.tokens(in: "To be the king of Spain, or don't be")
    #expect(tokens.map(\.term) == ["king", "spain"])
    #expect(tokens.map(\.position) == [3, 5])
  }

  @Test(arguments: Language.allCases)
  func onlyStopWordsGiveNoBatchWhenTheyAreDropped(language: Language) {
    let words = AnalyzerOptions(language: language, stopWords: .custom(["a"]))
    let text = String(repeating: "a ", count: 20_000)
    #expect(!Analyzer(words).tokens(in: text).contains { !$0.isStopWord })
    let dropping = Analyzer(AnalyzerOptions(language: .english, stopWords: .drop))
    #expect(dropping.tokens(in: text + "king").map(\.position) == [20_000])
  }

  @Test func customStopWordsAreNormalisedAsTextIs() {
    let options = AnalyzerOptions(
      language: .french, stopWords: .custom(["E\u{301}TÉ", "AUJOURD’HUI", "new york"]))
    let tokens = Analyzer(options).tokens(in: "L’été aujourd'hui New York le ete")
    #expect(tokens.map(\.isStopWord) == [true, true, true, true, false, false])
  }

  @Test func plainTokensAreLowerCasedAndNothingElse() {
    let analyzer = Analyzer(AnalyzerOptions(language: .plain))
    let tokens = analyzer.tokens(in: "L'ÉTÉ snake_case İß ½ x² e\u{301}t 日本語 a\u{200D}b")
    #expect(
      tokens.map(\.term) == [
        "l", "été", "snake", "case", "iß", "½", "x²", "e", "t", "日本語", "a", "b",
      ])
  }

  /// `CharTokenizer` of Lucene ends a token when it has 255 or more UTF-16 units.
  @Test func plainTokensAreCutAt255CodeUnits() {
    let analyzer = Analyzer(AnalyzerOptions(language: .plain))
    let ascii = analyzer.tokens(in: String(repeating: "x", count: 600))
    #expect(ascii.map(\.term.utf8.count) == [255, 255, 90])
    let pairs = analyzer.tokens(in: String(repeating: "𝐀", count: 300))
    #expect(pairs.map(\.term.unicodeScalars.count) == [128, 128, 44])
  }

  @Test func plainTokensAreThoseOfTheirDefinition() {
    let seed = TestSeed.value
    var random = RandomText(seed: seed)
    let analyzer = Analyzer(AnalyzerOptions(language: .plain))
    for _ in 0..<500 {
      let text = String(
        decoding: random.text(pieceCount: 60, withIllFormedBytes: true), as: UTF8.self)
      let expected = text.unicodeScalars.split { scalar in
        let isNumber = [.decimalNumber, .letterNumber, .otherNumber].contains(
          scalar.properties.generalCategory)
        return !scalar.properties.isAlphabetic && !isNumber
      }.map { $0.map { $0 == "İ" ? "i" : $0.properties.lowercaseMapping }.joined() }
      // By scalars: equality of strings hides differences of normalization.
      let found = analyzer.tokens(in: text).map { Array($0.term.unicodeScalars) }
      #expect(found == expected.map { Array($0.unicodeScalars) }, "seed \(seed)")
    }
  }

  @Test(arguments: Language.allCases)
  func wordsOfAnyLengthGiveTermsOfBoundedLength(language: Language) {
    let analyzer = Analyzer(AnalyzerOptions(language: language))
    for piece in ["a", "é", "e\u{301}", "ﷺ", "𝐀", "\u{301}", "ab'", "l'", "日", "\u{345}\u{301}"] {
      let count = 40_000 / piece.utf8.count
      let text = "x" + String(repeating: piece, count: count) + " end"
      for capacity in [1, 4096] {
        let rows = tokens(
          of: Array(text.utf8), analyzer, tokenCapacity: capacity, byteCapacity: 0)
        #expect(rows.last?.term == Array("end".utf8))
        for row in rows {
          #expect((1...maxTermByteCount).contains(row.term.count))
          #expect(String(validating: row.term, as: UTF8.self) != nil)
        }
      }
    }
  }

  @Test(arguments: Language.allCases)
  func illFormedBytesCountAsReplacementCharacters(language: Language) {
    let seed = TestSeed.value
    var random = RandomText(seed: seed)
    let analyzer = Analyzer(AnalyzerOptions(language: language))
    for _ in 0..<500 {
      let bytes = random.text(pieceCount: 30, withIllFormedBytes: true)
      let repaired = String(decoding: bytes, as: UTF8.self)
      let found = analyzer.tokens(in: bytes.span, language: language).map(\.term)
      #expect(found == analyzer.tokens(in: repaired).map(\.term), "seed \(seed)")
    }
  }

  @Test(arguments: [Language.undetermined, .english, .french, .dutch])
  func theNormalizationOfATextDoesNotMatter(language: Language) {
    let seed = TestSeed.value
    var random = RandomText(seed: seed)
    let analyzer = Analyzer(AnalyzerOptions(language: language))
    for _ in 0..<500 {
      let text = String(
        decoding: random.text(pieceCount: 40, withIllFormedBytes: false), as: UTF8.self)
      let scalars = text.unicodeScalars.map(\.value)
      let expected = analyzer.tokens(in: text)
      for form in [NormalizationForm.composed, .decomposed] {
        let other = normalized(scalars, form).compactMap(UnicodeScalar.init)
        var otherText = ""
        otherText.unicodeScalars.append(contentsOf: other)
        let found = analyzer.tokens(in: otherText)
        #expect(
          found.map { Array($0.term.utf8) } == expected.map { Array($0.term.utf8) }, "seed \(seed)")
        #expect(found.map(\.isStopWord) == expected.map(\.isStopWord), "seed \(seed)")
      }
    }
  }

  /// What a query quotes from a list of terms finds these terms again.
  ///
  /// Not so where letters among the apostrophes (U+02BB, U+02BC) or ignorable scalars joined what
  /// joins no more without them, nor for U+037A, a letter that is a space and a mark.
  @Test func termsAreTheirOwnTerms() {
    let seed = TestSeed.value
    var random = RandomText(seed: seed)
    let analyzer = Analyzer(AnalyzerOptions(language: .undetermined))
    for _ in 0..<500 {
      let bytes = random.text(pieceCount: 40, withIllFormedBytes: false)
      var text = String(decoding: bytes, as: UTF8.self)
      text.unicodeScalars.removeAll { scalar in
        scalar.properties.isDefaultIgnorableCodePoint
          || ["\u{2BC}", "\u{2BB}", "\u{149}", "\u{37A}"].contains(scalar)
      }
      for token in analyzer.tokens(in: text) {
        let again = analyzer.tokens(in: token.term).map(\.term)
        #expect(again.joined() == token.term, "seed \(seed), \(Array(token.term.unicodeScalars))")
      }
    }
  }

  @Test func droppedStopWordsFillNoBatch() {
    let analyzer = Analyzer(AnalyzerOptions(language: .dutch, stopWords: .drop))
    let text = Array(
      (String(repeating: "één a’b de ’s ", count: 20) + String(repeating: "’s de ", count: 20_000)
        + "fiets").utf8)
    let expected = tokens(of: text, analyzer, tokenCapacity: 4096, byteCapacity: 0)
    #expect(expected.last?.term == Array("fiets".utf8))
    #expect(tokens(of: text, analyzer, tokenCapacity: 1, byteCapacity: 0) == expected)
  }

  @Test func anEmptyTextHasNoTokens() {
    for language in Language.allCases {
      #expect(Analyzer(AnalyzerOptions(language: language)).tokens(in: "").isEmpty)
    }
    #expect(Analyzer(AnalyzerOptions()).tokens(in: "").isEmpty)
  }
}
