import Foundation
import Index
import TestSupport
import Testing
import Tokenizer

struct QueryParserTests {
  private static let several: [Language] = [.english, .french, .dutch]

  /// The query of a text, as text.
  private func parse(
    _ text: String, in languages: [Language] = several, _ mode: ParsedQuery.Mode = .any,
    hasPositions: Bool = true
  ) -> ParsedQuery {
    let analyzer = Analyzer(AnalyzerOptions())
    return QueryParser(analyzer: analyzer, languages: languages, hasPositions: hasPositions)
      .parse(text, mode: mode)
  }

  private func describe(_ text: String, in languages: [Language] = several) -> String {
    parse(text, in: languages).query.description
  }

  @Test(arguments: [
    ("Kassim Telegram", "kassim | telegram"), ("kassim", "kassim"), ("ARMÉE", "armee"),
    ("\"frères de Belgique\"", "\"freres de belgique\""), ("Saint-Étienne", "saint | etienne"),
    ("saint etienne", "saint | etienne"), ("C++", "c"), ("foo AND (bar", "foo | and | bar"),
    ("10:30", "10 | 30"), ("node.js", "node.js"), ("\"kassim\"", "kassim"),
    ("a \"b c\" d", "a | \"b c\""), ("\"\"", ""), ("", ""), ("\u{0}", ""), ("\u{FFFD}", ""),
    ("kassim kassim Kassim", "kassim"), ("👍", "👍"), ("kas*", "kas*"),
    ("«l'homme» | “two words”", "homme | \"two words\""),
    ("„eén twee” „drie vier“", "\"een twee\" | \"drie vier\""),
    ("“mixed quotes\"", "\"mixed quotes\""),
    ("« mixed \"quotes\" here »", "\"mixed quotes here\""), ("5 » 3", "5 | 3"),
    ("’90 film", "90 | film"), ("‘single marks’", "single | marks"), ("צה\"ל", "צה\"ל"),
  ])
  func aTextMeans(_ text: String, _ query: String) {
    #expect(describe(text, in: [.french]) == query)
  }

  /// Marks within words are none, nor is a closing one that opens; what cannot end anything opens.
  @Test(arguments: [
    ("צה\"ל שלום חז\"ל", "צה\"ל | שלום | חז\"ל"), ("kas » tel big", "kas | tel | big"),
    ("kas« tel big", "kas | \"tel big\""), ("kas \" tel big", "kas | \"tel big\""),
    ("kas\" tel big", "kas | tel | big"),
    ("27\"big screen", "27 | \"big screen\""), ("‟tel big‟ kas", "\"tel big\" | kas"),
    ("kas tel\"", "kas | tel"),
    ("\"", ""), ("\" tel big", "\"tel big\""),
  ])
  func marksOpenAndClose(_ text: String, _ query: String) {
    #expect(describe(text, in: [.french]) == query)
  }

  /// Few texts on Belgium need have the article; where any word will do, it may be another's.
  @Test(arguments: [
    ("la Belgique", "belgique"), ("le pape François", "pape & francois"),
    ("le maïs", "mais"), ("au Parlement", "parlement"),
    ("procès à Bruxelles", "proces & bruxelles"), ("les men", "les & men"), ("la", "la"),
    ("the die is cast", "die & cast"), ("vitamin a", "vitamin & a"),
    ("armée l'armée", "armee"), ("l'armée armée belge", "armee & belge"),
    ("Anna's anna", "anna"), ("arm* l'arm*", "arm*"),
    ("l'entraîneur le Maroc", "(l'entraineur | entraineur) & maroc"),
  ])
  func allOfTheWordsAreWithoutLikelyStopWords(_ text: String, _ query: String) {
    #expect(parse(text, .all).query.description == query)
  }

  /// No single letters, but one with an accent or after an apostrophe is a word of one language.
  @Test(arguments: [
    ("procès à Bruxelles", "proces | bruxelles"), ("'s avonds", "avonds"), ("’t Hoff", "hoff"),
    ("van 't Hoff", "hoff"), ("vitamin a", "vitamin | a"), ("type s", "type | s"),
    ("rock 'n' roll", "rock | n | roll"), ("la Belgique", "la | belgique"),
  ])
  func someSingleLettersTellTheLanguage(_ text: String, _ query: String) {
    #expect(describe(text) == query)
  }

  /// A word said again tells no more of the language.
  @Test func repeatedStopWordsTellNoMore() {
    #expect(describe("men film") == "men | film")
    #expect(describe("men men men film") == "men | film")
  }

  @Test func modesCombineTheWords() {
    #expect(parse("kassim telegram", .all).query.description == "kassim & telegram")
    #expect(parse("kassim \"two words\"", .all).query.description == "kassim & \"two words\"")
    #expect(parse("kassim", .all).query == .term(Array("kassim".utf8)))
  }

  @Test func aWordOfSeveralLanguagesHasAlternatives() {
    #expect(describe("l’armée") == "l'armee | armee")
    #expect(describe("l'armée", in: [.french, .english]) == "armee | l'armee")
    #expect(describe("kassim l'armée") == "kassim | (l'armee | armee)")
    #expect(parse("kassim l'armée", .all).query.description == "kassim & (l'armee | armee)")
    #expect(describe("\"l'armée belge\"") == "\"(l'armee|armee) belge\"")
    #expect(describe("armee") == describe("ARMÉE"))
    #expect(describe("l'armée", in: [.undetermined]) == "l'armee")
    #expect(describe("l'armée", in: []) == "l'armee")
  }

  @Test func anAlternativeOfOneWordThatIsAnotherCountsOnce() {
    #expect(describe("armée l'armée", in: [.french, .english]) == "armee | l'armee")
    #expect(describe("l'armée armée", in: [.french, .english]) == "armee | l'armee")
    #expect(describe("arm* l'arm*", in: [.french, .english]) == "arm* | l'arm*")
    #expect(describe("l'armée kassim armée") == "l'armee | armee | kassim")
  }

  @Test func aFixedLanguageIsTheOnlyOne() {
    let analyzer = Analyzer(AnalyzerOptions(language: .french))
    let parser = QueryParser(analyzer: analyzer, languages: [.english], hasPositions: true)
    #expect(parser.parse("l'armée", mode: .any).query.description == "armee")
  }

  @Test(arguments: [
    ("to be or not to be", "to | be | or | not"), ("The Who", "the | who"),
    ("the economy", "economy"),
    ("sur les frères de Belgique", "freres | belgique"), ("die hard", "die | hard"),
    ("Die Hard with a vengeance", "die | hard | vengeance"), ("die hard men", "die | hard | men"),
    ("de oorlog in Oekraïne", "oorlog | oekraine"), ("het nieuws van die dag", "nieuws | dag"),
    ("la guerre en Ukraine", "guerre | ukraine"), ("Le Mans", "le | mans"),
    ("de Belgique", "belgique"), ("'s avonds het licht", "avonds | licht"),
    ("ours blanc", "ours | blanc"), ("kapotte been", "kapotte | been"),
    ("als disease", "als | disease"),
    ("angkor wat", "angkor | wat"), ("big sur", "big | sur"), ("elle magazine", "elle | magazine"),
    ("ours dans la neige", "ours | dans | la | neige"), ("het been van de man", "been | man"),
    ("la peau de l'ours", "peau | (l'ours | ours)"), ("wat is een ours", "ours"),
    ("vitamin d", "vitamin | d"), ("\"the who\" the", "\"the who\""),
    ("the \"to be\"", "\"to be\""), ("la", "la"),
  ])
  func stopWordsOfTheQuerysLanguageGoIfOthersRemain(_ text: String, _ query: String) {
    #expect(describe(text) == query)
  }

  @Test func stopWordsOfAFixedLanguageGo() {
    #expect(describe("die hard", in: [.dutch]) == "hard")
    #expect(describe("die hard", in: [.english]) == "die | hard")
    #expect(describe("the economy", in: [.undetermined]) == "the | economy")
  }

  @Test func stopWordsLeftOutAreNamed() throws {
    let parsed = parse("le soir de Belgique et de Paris", in: [.french])
    let warning = try #require(parsed.warnings.first)
    #expect(parsed.warnings.count == 1)
    #expect(warning.code == .stopWordsIgnored)
    #expect(warning.message == "stop words ignored: le, de, et")
    #expect(warning.byteRange == 0..<25)
  }

  @Test func anIndexWithoutStopWordsIsAskedForNone() {
    let options = AnalyzerOptions(language: .french, stopWords: .drop)
    let parser = QueryParser(
      analyzer: Analyzer(options), languages: [.french], hasPositions: true)
    let phrase = parser.parse("\"les frères de Belgique\"", mode: .any)
    #expect(phrase.query.description == "\"freres _ belgique\"")
    #expect(phrase.warnings.map(\.message) == ["stop words ignored: les, de"])
    let nothing = parser.parse("les des", mode: .any)
    #expect(nothing.query == .nothing)
    #expect(nothing.warnings.map(\.code) == [.noTerms])
    #expect(nothing.warnings[0].message.contains("stop words"))
  }

  /// What is a stop word in one language is in no document of it: to ask for it would miss them.
  @Test(arguments: [
    ("\"the cure\"", "cure", "the"), ("\"what the cure is\"", "cure", "what, the, is"),
    ("\"sur les frères de Belgique\"", "\"freres _ belgique\"", "sur, les, de"),
    ("\"the die is cast\"", "cast", "the, die, is"), ("\"die hard\"", "hard", "die"),
    ("\"guerre totale\" le", "\"guerre totale\" | le", nil),
    ("\"the who\"", "\"the who\"", nil), ("\"the who\" kassim", "kassim", "the, who"),
    ("\"to be\" or", "\"to be\"", "or"), ("die hard", "die | hard", nil),
    // French documents lack "dans", English ones "ours", Dutch ones neither.
    ("\"ours dans\"", "dans | ours | \"ours dans\"", nil),
    ("\"ours dans\" the", "dans | ours | \"ours dans\"", nil),
  ])
  func phrasesPassOverWordsThatDocumentsLack(
    _ text: String, _ query: String, _ ignored: String?
  ) {
    let options = AnalyzerOptions(stopWords: .drop)
    let parser = QueryParser(
      analyzer: Analyzer(options), languages: Self.several, hasPositions: true)
    let parsed = parser.parse(text, mode: .any)
    #expect(parsed.query.description == query)
    #expect(parsed.warnings.map(\.message) == (ignored.map { ["stop words ignored: \($0)"] } ?? []))
  }

  @Test func allOfTheWordsAreThoseThatDocumentsMayHave() {
    let options = AnalyzerOptions(stopWords: .drop)
    let parser = QueryParser(
      analyzer: Analyzer(options), languages: Self.several, hasPositions: true)
    #expect(parser.parse("die hard", mode: .all).query.description == "hard")
    #expect(parser.parse("the die cast", mode: .all).query.description == "cast")
    #expect(parser.parse("die* hard", mode: .all).query.description == "die* & hard")
    #expect(
      parser.parse("been niet", mode: .all).query.description == "niet | been")
    #expect(parser.parse("been niet", mode: .all).warnings.isEmpty)
  }

  @Test func customStopWordsAreStopWordsInAllLanguages() {
    let options = AnalyzerOptions(stopWords: .custom(["kassim"]))
    let parser = QueryParser(
      analyzer: Analyzer(options), languages: Self.several, hasPositions: true)
    #expect(parser.parse("the kassim papers", mode: .any).query.description == "the | papers")
  }

  @Test func anOpenQuotationEndsWithTheText() throws {
    let parsed = parse("foo \"Kassim telegram")
    #expect(parsed.query.description == "foo | \"kassim telegram\"")
    #expect(parsed.warnings.map(\.code) == [.unclosedQuote])
    #expect(parsed.warnings[0].byteRange == 4..<5)
    #expect(parse("«Kassim").warnings.map(\.byteRange) == [0..<2])
  }

  @Test func aTrailingMarkWithoutPairIsIgnored() {
    let parsed = parse("27\" monitor curved")
    #expect(parsed.query.description == "27 | monitor | curved")
    #expect(parsed.warnings.map(\.code) == [.unclosedQuote])
    #expect(parsed.warnings[0].byteRange == 2..<3)
  }

  @Test func nothingToSearchForIsSaid() {
    for text in ["", "...", "\"\"", "(&|", "\u{0}\u{1}"] {
      let parsed = parse(text)
      #expect(parsed.query == .nothing)
      #expect(parsed.warnings.map(\.code) == [.noTerms], "\(text)")
      #expect(parsed.warnings.map(\.byteRange) == [0..<text.utf8.count])
    }
  }

  @Test func withoutPositionsAPhraseIsAllOfItsWords() {
    let parsed = parse("x \"the cat the dog\"", in: [.english], hasPositions: false)
    #expect(parsed.query.description == "x | (the & cat & dog)")
    #expect(parsed.warnings.map(\.code) == [.noPositions])
    #expect(parsed.warnings[0].byteRange == 2..<19)
    #expect(parse("\"cat\"", hasPositions: false).warnings.isEmpty)
  }

  @Test func withoutPositionsAWordThatStandsInAPhraseTooCountsOnce() {
    let all = parse("cat \"the cat\" dog", in: [.english], .all, hasPositions: false)
    #expect(all.query.description == "cat & the & dog")
    let any = parse("cat \"the cat\"", in: [.english], hasPositions: false)
    #expect(any.query.description == "cat | (the & cat)")
  }

  @Test(arguments: [4095, 4096, 4097, 100_000])
  func termsAreCountedOnceUpToALimit(_ count: Int) throws {
    let words = (0..<count).map { "w\($0)" } + ["w0", "w1"]
    for isPhrase in [false, true] {
      let text = words.joined(separator: " ")
      let parsed = parse(isPhrase ? "\"\(text)\"" : text, in: [.english])
      let found =
        switch parsed.query {
        case .any(let parts): parts.count
        case .phrase(let places): places.count
        default: 0
        }
      let given = isPhrase ? words.count : count
      #expect(found == min(given, QueryParser.maxTermCount))
      #expect(parsed.warnings.map(\.code) == (given > found ? [.tooManyTerms] : []))
      if given > found {
        let start = try #require(parsed.warnings.first?.byteRange.lowerBound)
        let rest = String(
          decoding: Array((isPhrase ? "\"\(text)\"" : text).utf8)[start...], as: UTF8.self)
        #expect(rest.hasPrefix(words[found]))
      }
    }
  }

  @Test func anyTextIsAQuery() {
    let pieces = [
      "\"", "«", "»", "“", "”", "„", "'", "’", "a", "l'", "the", "de", " ", "\u{0}", "\u{301}", "é",
      "\u{202F}", "👩‍👩‍👧", "🇧🇪", "한국", "日本", "-", "+", "(", "AND", "2,000", "\r\n", "\u{AD}", "צ",
      "\u{FFFD}", "ß", "İ", "*", "a*", "'*", "_", "ʻ", ".", "\u{FE0F}\u{20E3}",
    ]
    var random = SplitMix64(seed: TestSeed.value)
    let languages: [Language] = [.english, .french, .dutch, .undetermined]
    let analyzer = Analyzer(AnalyzerOptions())
    for _ in 0..<3_000 {
      let text = (0..<random.number(in: 0...30)).map { _ in random.pick(pieces) }.joined()
      let own = Array(languages[random.below(4)...])
      let parser = QueryParser(
        analyzer: analyzer, languages: own, hasPositions: random.chance(0.5))
      let parsed = parser.parse(text, mode: random.chance(0.5) ? .any : .all)
      let terms = Set(languages.flatMap { analyzer.tokens(in: text, language: $0).map(\.term) })
      let words = parsed.query.terms
      let isBeginning = { (word: String) in word.hasSuffix("*") }
      #expect(
        words.filter { !isBeginning($0) }.isSubset(of: terms),
        "\(text.debugDescription), seed \(TestSeed.value)")
      let hasWord = !analyzer.tokens(in: text, language: own[0]).isEmpty
      #expect(words.isEmpty != hasWord, "\(text.debugDescription)")
      #expect(text.utf8.contains(UInt8(ascii: "*")) || !words.contains(where: isBeginning))
      for warning in parsed.warnings {
        #expect(
          warning.byteRange.lowerBound >= 0 && warning.byteRange.upperBound <= text.utf8.count)
      }
    }
  }

  @Test func allLanguagesFindTheSameWords() {
    // The parser puts word i of one language beside word i of the others.
    var random = SplitMix64(seed: TestSeed.value)
    let pieces = [
      "l'", "d’", "'s", "s", "'", "’", "a", "B", "é", "e\u{301}", "\u{301}", "-", ".", "3", " ",
      "qu'",
      "\u{AD}", "\u{345}", "ʼ", "n", "日", "👍",
    ]
    let analyzer = Analyzer(AnalyzerOptions())
    for _ in 0..<3_000 {
      let text = (0..<random.number(in: 0...20)).map { _ in random.pick(pieces) }.joined()
      let counts = [.english, .french, .dutch, .undetermined].map {
        analyzer.tokens(in: text, language: $0).count
      }
      #expect(Set(counts).count == 1, "\(text.debugDescription), seed \(TestSeed.value)")
    }
  }

  @Test(.timeLimit(.minutes(1))) func textsOfMegabytesAreQueries() {
    let texts = [
      String(repeating: "\"", count: 1 << 20), String(repeating: "a", count: 1 << 20),
      String(repeating: "\"a b\" ", count: 1 << 15),
      String(repeating: "l'a\u{301} ", count: 1 << 15),
      String(repeating: "« ", count: 1 << 17), String(repeating: "\u{301}", count: 1 << 19),
    ]
    for text in texts {
      _ = parse(text)
    }
  }

  @Test(.needsTestData("hard-queries.json"))
  func queriesThatOtherParsersRefuseAreParsed() throws {
    let texts = try JSONDecoder().decode(
      [String].self, from: Data(TestData.bytes("hard-queries.json")))
    #expect(texts.count >= 80)
    for text in texts {
      let parsed = parse(text)
      let hasWords = !Analyzer(AnalyzerOptions()).tokens(in: text, language: .english).isEmpty
      #expect((parsed.query == .nothing) == !hasWords, "\(text)")
    }
  }
}

extension Query {
  /// All terms, wherever they stand.
  fileprivate var terms: Set<String> {
    switch self {
    case .term(let term): [String(decoding: term, as: UTF8.self)]
    case .prefix(let prefix): [String(decoding: prefix, as: UTF8.self) + "*"]
    case .phrase(let places):
      Set(places.flatMap(\.terms).map { String(decoding: $0, as: UTF8.self) })
    case .any(let parts), .all(let parts): parts.reduce(into: []) { $0.formUnion($1.terms) }
    case .nothing: []
    }
  }
}
