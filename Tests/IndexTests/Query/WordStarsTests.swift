import Index
import Testing
import Tokenizer

struct WordStarsTests {
  /// The query of a text, as text.
  private func parse(
    _ text: String, in languages: [Language] = [.english, .french, .dutch],
    _ mode: ParsedQuery.Mode = .any
  ) -> ParsedQuery {
    QueryParser(
      analyzer: Analyzer(AnalyzerOptions()), languages: languages, hasPositions: true
    ).parse(text, mode: mode)
  }

  private func describe(
    _ text: String, in languages: [Language] = [.english, .french, .dutch]
  ) -> String {
    parse(text, in: languages).query.description
  }

  @Test(arguments: [
    ("kas*", "kas*"), ("k*", "k*"), ("Été*", "ete*"), ("kas**", "kas*"),
    ("kas *", "kas"), ("*", ""), ("***", ""), ("* *", ""),
    ("saint-et*", "saint | et*"),
    ("les*", "les*"), ("le kas*", "kas*"), ("le le*", "le*"), ("M*A*S*H", "a | h"),
    ("2*3", "2 | 3"), ("(kas*)", "kas*"), ("kas*, tel*.", "kas* | tel*"), ("kas* kas*", "kas*"),
    ("kas KAS*", "kas | kas*"), ("l'arm*", "arm*"), ("d’aujourd’h*", "aujourd'h*"),
    ("d'aujourd'*", "aujourd'*"), ("aujourd’*", "aujourd'*"), ("l'*", "l'*"),
    ("node.j*", "node.j*"),
    ("get_*", "get_*"), ("_kas*", "kas*"), ("get_u*", "get_u*"), ("_get__*", "get__*"),
    ("cœ*", "coe*"), ("e\u{301}t\u{E9}*", "ete*"), ("kas*\u{301}", "kas*"), ("日本*", "日 | 本*"),
    ("C*", "c*"), ("👍*", "👍*"), ("\"a b\" c*", "\"a b\" | c*"), ("c*\"a b\"", "c* | \"a b\""),
  ])
  func aStarMakesTheBeginningOfWords(_ text: String, _ query: String) {
    #expect(describe(text, in: [.french]) == query)
    let warnings = parse(text, in: [.french]).warnings.map(\.code)
    #expect(warnings.allSatisfy { $0 == .noTerms || $0 == .stopWordsIgnored }, "\(warnings)")
  }

  @Test func theBeginningOfAWordIsNoWholeWord() {
    #expect(describe("l'arm*") == "l'arm* | arm*")
    #expect(describe("kassim l'arm*") == "kassim | (l'arm* | arm*)")
    #expect(describe("zo'n*", in: [.dutch]) == "zo'n*")
    #expect(describe("zo'*", in: [.dutch]) == "zo'*")
    #expect(describe("anna's*", in: [.english]) == "anna's* | anna")
    #expect(describe("o's*", in: [.english]) == "o's*")
    #expect(describe("foto's*", in: [.dutch]) == "foto's* | foto")
    #expect(describe("l'arm*", in: [.undetermined]) == "l'arm*")
    #expect(parse("kassim tel*", .all).query.description == "kassim & tel*")
    // Stop words tell the language of a query; beginnings do not.
    #expect(describe("die hard", in: [.dutch]) == "hard")
    #expect(describe("die* hard", in: [.dutch]) == "die* | hard")
    #expect(describe("sur les freres de") == "freres")
    #expect(describe("sur* les* de") == "sur* | les*")
  }

  @Test func anIndexOfPlainWordsHasPlainBeginnings() {
    let parser = QueryParser(
      analyzer: Analyzer(AnalyzerOptions(language: .plain)), languages: [.plain],
      hasPositions: true)
    #expect(parser.parse("l'arm* L'* Été*", mode: .any).query.description == "l | arm* | été*")
  }

  @Test func anIndexWithoutStopWordsHasBeginningsLikeThem() {
    let options = AnalyzerOptions(language: .french, stopWords: .drop)
    let parser = QueryParser(analyzer: Analyzer(options), languages: [.french], hasPositions: true)
    #expect(parser.parse("le*", mode: .any).query == .prefix(Array("le".utf8)))
    #expect(parser.parse("le les* des", mode: .any).query.description == "les*")
  }

  @Test func aStarInQuotationMarksIsIgnored() {
    let parsed = parse("\"kas* belge\" tel*", in: [.french])
    #expect(parsed.query.description == "\"kas belge\" | tel*")
    #expect(parsed.warnings.map(\.code) == [.starInPhrase])
    #expect(parsed.warnings.map(\.byteRange) == [1..<4])
    #expect(parse("\"kas*\"").query == .term(Array("kas".utf8)))
    #expect(parse("\"kas * x\"").warnings.isEmpty)
  }

  @Test func starsAreCountedUpToALimit() throws {
    let limit = Query.maxPrefixCount
    for count in [limit - 1, limit, limit + 1, 5_000] {
      let text = (0..<count).map { "w\($0)*" }.joined(separator: " ")
      let parsed = parse(text, in: [.english])
      guard case .any(let parts) = parsed.query else {
        Issue.record("\(parsed.query)")
        continue
      }
      #expect(parts.count == min(count, QueryParser.maxTermCount))
      let prefixes = parts.filter { if case .prefix = $0 { true } else { false } }
      #expect(prefixes.count == min(count, limit))
      let expected = (count > limit ? 1 : 0) + (count > QueryParser.maxTermCount ? 1 : 0)
      #expect(parsed.warnings.map(\.code) == Array(repeating: .tooManyTerms, count: expected))
    }
  }

  /// All that the analyzer makes U+0027, letters to UAX #29 (U+02BB, U+02BC) or not.
  @Test(arguments: ["'", "\u{2018}", "\u{2019}", "\u{201B}", "\u{2BB}", "\u{2BC}", "\u{FF07}"])
  func anApostropheStaysBeforeAStarHoweverItIsTyped(_ apostrophe: String) {
    for (text, query) in [
      ("O\(apostrophe)*", "o'*"), ("Hawai\(apostrophe)* tel", "hawai'* | tel"),
      ("l\(apostrophe)*", "l'*"),
      ("x\(apostrophe)** kas", "x'* | kas"), ("zo\(apostrophe)*x", "zo | x"),
    ] {
      let parsed = parse(text, in: [.french])
      #expect(parsed.query.description == query)
      #expect(parsed.warnings.isEmpty, "\(text)")
    }
    let twice = parse("o\(apostrophe)\(apostrophe)*", in: [.french])
    #expect(twice.query.description == "o")
    #expect(twice.warnings.map(\.code) == [.starIgnored])
  }

  @Test(arguments: [
    ("node.*", "node", [5..<6]), ("3.*", "3", [2..<3]), ("1,*", "1", [2..<3]),
    ("u.s.** x", "u.s | x", [4..<6]), ("\"node js\"*", "\"node js\"", [9..<10]),
    ("l·*", "l", [3..<4]), ("C++* kas-*", "c | kas", [3..<4, 9..<10]),
    ("kas*-* tel", "kas* | tel", [5..<6]), ("get_'*", "get", [5..<6]),
    ("count(*)", "count", [6..<7]), ("👍 …*", "👍", [8..<9]), ("\"a b.* c\"", "\"a b c\"", [5..<6]),
    ("kas \"*\"", "kas", [5..<6]), ("*kas", "kas", [0..<1]), ("*kas*", "kas*", [0..<1]),
    ("x **kas** y", "x | kas* | y", [2..<4]), ("kas*im", "kas | im", [3..<4]),
    ("sh*t f*ck", "sh | t | f | ck", [2..<3, 6..<7]), ("x -*kas", "x | kas", [3..<4]),
  ])
  func aStarAfterASignIsToldToBeIgnored(_ text: String, _ query: String, _ places: [Range<Int>]) {
    let parsed = parse(text, in: [.undetermined])
    #expect(parsed.query.description == query)
    #expect(parsed.warnings.map(\.code) == places.map { _ in .starIgnored })
    #expect(parsed.warnings.map(\.byteRange) == places)
  }

  /// A star alone, whatever the white space, or before a word only separates.
  @Test(arguments: [
    "a * b", "* a", "a\t*\n***", "a\u{A0}*", "a\u{202F}* b", "a\u{3000}*", "a.*b", "(*a", "a *.",
    "\"a * b\"", "kas * kas", "M*A*S*H", "*a", "3*4 100*200", "*100", "kas'*x",
  ])
  func aStarThatOnlySeparatesIsFine(_ text: String) {
    #expect(parse(text).warnings.isEmpty)
    #expect(!describe(text).contains("*"))
  }

  @Test func anIndexOfPlainWordsIgnoresAStarAfterAnyMark() {
    let parser = QueryParser(
      analyzer: Analyzer(AnalyzerOptions(language: .plain)), languages: [.plain],
      hasPositions: true)
    let parsed = parser.parse("l'* get_* kas*", mode: .any)
    #expect(parsed.query.description == "l | get | kas*")
    #expect(parsed.warnings.map(\.byteRange) == [2..<3, 8..<9])
  }

  @Test(.timeLimit(.minutes(1))) func manyStarsAfterOneWordTakeLinearTime() {
    let count = 1 << 16
    let gap = String(repeating: "_", count: count)
    let parsed = parse("kas\(gap) " + String(repeating: "_*", count: count), in: [.english])
    #expect(parsed.query == .term(Array("kas".utf8)))
    #expect(parsed.warnings.count == count)
  }
}
