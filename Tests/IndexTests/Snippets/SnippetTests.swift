import Index
import TestSupport
import Testing
import Tokenizer

struct SnippetTests {
  /// A snippet with its highlights in brackets.
  private func snippet(
    _ text: String, _ query: String, maxLength: Int = 60, maxFragments: Int = 2,
    language: Language = .french, weight: ([UInt8]) -> Float = { _ in 1 }
  ) -> String {
    let analyzer = Analyzer(AnalyzerOptions(language: language))
    let parser = QueryParser(analyzer: analyzer, languages: [language], hasPositions: true)
    var maker = SnippetMaker(
      parser.parse(query, mode: .any).query, analyzer: analyzer, maxLength: maxLength,
      maxFragments: maxFragments, weight: weight)
    let snippet = maker.snippet(of: text)
    #expect(maker.snippet(of: text) == snippet, "one maker is for many texts")
    #expect(snippet.text.count <= maxLength)
    var bytes = Array(snippet.text.utf8)
    for highlight in snippet.highlights.reversed() {
      bytes.insert(UInt8(ascii: "]"), at: highlight.upperBound)
      bytes.insert(UInt8(ascii: "["), at: highlight.lowerBound)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private let filler = String(
    repeating: "Lorem ipsum dolor sit amet, consectetur elit. ", count: 20)

  @Test func aShortTextIsShownWhole() {
    #expect(
      snippet("  La ville,\r\n\t« l’armée\u{202F}»\u{0}!\n", "ARMEE")
        == "La ville, « l’[armée] » !")
    #expect(snippet("", "x") == "")
    #expect(snippet(" \n\u{2028}\u{3000}", "x") == "")
    #expect(snippet("x", "x", maxLength: 0) == "")
  }

  @Test func withoutAMatchTheBeginningIsShown() {
    #expect(
      snippet("Un deux trois. Quatre cinq six sept huit. " + filler, "absent")
        == "Un deux trois. Quatre cinq six sept huit. …")
    #expect(snippet(filler, "", maxLength: 30) == "Lorem ipsum dolor sit …")
  }

  @Test func aFragmentStartsWithASentenceNearBy() {
    #expect(
      snippet(filler + "Voici la Belgique. Elle est belle et " + filler, "belgique")
        == "… Voici la [Belgique]. Elle est belle et Lorem ipsum dolor …")
    #expect(
      snippet(filler + "M. Kassim est vite avec " + filler, "est vite", maxLength: 40)
        == "… M. Kassim [est] [vite] avec Lorem ipsum …")
  }

  @Test func theEndOfTheTextIsTheEnd() {
    #expect(
      snippet(filler + "Voici la fin de Kassim", "kassim", maxLength: 40)
        == "… Voici la fin de [Kassim]")
    #expect(
      snippet("Kassim est ici. " + filler, "kassim", maxLength: 40)
        == "[Kassim] est ici. Lorem ipsum dolor …")
  }

  @Test func wordsFarApartAreInFragmentsOfTheirOwn() {
    let text = "Le Kassim d’abord. " + filler + "Puis vient Telegram ici. " + filler
    #expect(
      snippet(text, "telegram kassim", maxLength: 70)
        == "Le [Kassim] d’abord. Lorem ipsum … Puis vient [Telegram] ici. …")
    #expect(snippet(text, "telegram kassim", maxLength: 70, maxFragments: 1).contains("[Kassim]"))
    #expect(
      snippet(
        text, "telegram kassim", maxLength: 70, maxFragments: 1,
        weight: { $0 == Array("telegram".utf8) ? 2 : 1 }
      ).contains("[Telegram]"))
  }

  @Test func wordsNearEachOtherAreInOneFragment() {
    let text = filler + "Kassim " + filler + "Kassim utilise Telegram. " + filler
    let shown = snippet(text, "telegram kassim")
    #expect(shown == "… [Kassim] utilise [Telegram]. Lorem ipsum dolor sit amet, …")
  }

  @Test func aPhraseIsHighlightedOnlyWhereItStands() {
    let text = "Des frères. De la Belgique. " + filler + "Ses frères de Belgique. " + filler
    let shown = snippet(text, "\"frères de Belgique\"", maxLength: 100)
    #expect(shown.contains("Ses [frères] [de] [Belgique]."))
    #expect(!shown.contains("Des"))
    #expect(snippet("de a de Belgique", "\"de Belgique\"") == "de a [de] [Belgique]")
    #expect(snippet("a a a b", "\"a a\"") == "[a] [a] [a] b")
    #expect(snippet("a b c", "\"a c\"") == "a b c")
    #expect(snippet("a b c", "\"a b\" \"b c\" c") == "[a] [b] [c]")
  }

  @Test func aPhraseMayHaveAlternativesAndGaps() {
    let analyzer = Analyzer(AnalyzerOptions(language: .french))
    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    let query = Query.phrase([
      PhrasePlace(offset: 0, terms: [bytes("x"), bytes("armee")]),
      PhrasePlace(offset: 2, terms: [bytes("belge"), bytes("y")]),
    ])
    var maker = SnippetMaker(query, analyzer: analyzer, maxLength: 80, maxFragments: 2)
    let snippet = maker.snippet(of: "L'armée, belge. Armée très belge")
    #expect(snippet.highlights == [17..<23, 30..<35])
  }

  @Test func wordsThatBeginSoAreHighlightedAsWholes() {
    let text = "Antidisestablishment, l'Été et L'ÉTÉS : été tel Tel"
    #expect(
      snippet(text, "éTé* antidisest* tel*")
        == "[Antidisestablishment], l'[Été] et L'[ÉTÉS] : [été] [tel] [Tel]")
    #expect(snippet("tel telegram", "telegram* tel*") == "[tel] [telegram]")
    #expect(snippet("un deux", "une*") == "un deux")
    #expect(
      snippet("l'armée", "\"l'armée\" arm*") == "l'[armée]")
  }

  @Test func charactersAndWordsStayWhole() {
    let family = "👩‍👩‍👧‍👦"
    #expect(
      snippet(String(repeating: family, count: 50), "x", maxLength: 20)
        == String(repeating: family, count: 16) + " …")
    let chinese =
      String(repeating: "天地玄黃宇宙洪荒", count: 20) + "京" + String(repeating: "日月", count: 90)
    let shown = snippet(chinese, "京", maxLength: 30)
    #expect(shown.contains("[京]"))
    #expect(shown.count == 30 + 2)
    let long = String(repeating: "a", count: 100_000)
    #expect(snippet(long, "x", maxLength: 20) == String(repeating: "a", count: 16) + " …")
    #expect(snippet("un \(long) deux", "un", maxLength: 20) == "[un] …")
    #expect(snippet("un \(long) deux", "deux", maxLength: 20) == "… [deux]")
    #expect(
      snippet(long, String(repeating: "a", count: 32_766), maxLength: 20)
        == "[" + String(repeating: "a", count: 16) + "] …")
  }

  @Test func noFragmentStartsOrEndsWithinAWordToHighlight() {
    // One word to the analyzer; to the eye it may be cut anywhere.
    let mixed = "한국어" + String(repeating: "ไทย", count: 3)
    let weight: ([UInt8]) -> Float = { $0 == Array("kassim".utf8) ? 5 : 1 }
    #expect(
      snippet(
        "\(filler)\(mixed)&Kassim&\(mixed) \(filler)", "\(mixed) kassim", maxLength: 20,
        language: .plain, weight: weight) == "… &[Kassim]& …")
    // U+0600 ends the first word, and is one character with the one that starts the second.
    #expect(snippet("telegram\u{600}日", "telegram\u{600}", maxLength: 9) == "[telegram\u{600}]日")
    #expect(snippet("telegram\u{600}日", "日", maxLength: 8) == "\u{600}[日]")
    #expect(snippet("telegram\u{600}日", "telegram\u{600} 日", maxLength: 8) == "[telegram]")
    // So it is with a space.
    #expect(
      snippet("telegram\u{600} kassim", "\"telegram\u{600} kassim\"", maxLength: 12)
        == "[telegram\u{600}] ")
    // The rest of a word that was too long is not shown as if it were another.
    let long = String(repeating: "a", count: 100)
    #expect(
      snippet("\(filler)\(long) deux. \(filler)", "\(long) \"\(long) deux\"")
        == "… [\(String(repeating: "a", count: 26))] … [deux]. Lorem ipsum dolor …")
  }

  @Test func aTermMoreFrequentThanIsKeptIsHighlightedEverywhere() {
    let text = String(repeating: "un chat ", count: 5_000) + "un Kassim un chat"
    let weight: ([UInt8]) -> Float = { $0 == Array("kassim".utf8) ? 5 : 1 }
    #expect(
      snippet(text, "chat kassim", maxLength: 26, weight: weight)
        == "… [chat] un [Kassim] un [chat]")
    #expect(
      snippet(text + " x", "\"un chat\" kassim", maxLength: 26, weight: weight)
        == "… un [Kassim] [un] [chat] x")
  }

  @Test(.timeLimit(.minutes(1))) func textsAndQueriesThatAreHardTakeNoLongTime() {
    let many = (0..<4_096).map { "w\($0)" }.joined(separator: " ")
    _ = snippet(many, many, maxLength: 200)
    _ = snippet(many, "\"\(many)\"", maxLength: 200)
    let same = String(repeating: "a ", count: 100_000)
    _ = snippet(same, "\"" + String(repeating: "a ", count: 4_000) + "\"", maxLength: 200)
    _ = snippet(same, "\"b" + String(repeating: " a", count: 4_000) + "\"", maxLength: 200)
    _ = snippet("a" + String(repeating: "\u{301}", count: 200_000) + " b", "b", maxLength: 200)
    _ = snippet(String(repeating: "🇧", count: 100_000) + " b", "b", maxLength: 200)
    _ = snippet("a" + String(repeating: " ", count: 1_000_000) + "b", "\"a b\"", maxLength: 200)
    _ = snippet(
      String(repeating: "-", count: 1_000_000) + "b", "b", maxLength: 200, maxFragments: .max)
    _ = snippet(same, "a", maxLength: .max, maxFragments: .min)
  }
}

extension Query {
  /// The terms that count on their own, the prefixes and the phrases.
  fileprivate var leaves: (terms: Set<[UInt8]>, prefixes: Set<[UInt8]>, phrases: [[PhrasePlace]]) {
    switch self {
    case .term(let term): return ([term], [], [])
    case .prefix(let prefix): return ([], [prefix], [])
    case .phrase(let places): return ([], [], [places])
    case .any(let parts), .all(let parts):
      var all: (terms: Set<[UInt8]>, prefixes: Set<[UInt8]>, phrases: [[PhrasePlace]]) =
        ([], [], [])
      for leaves in parts.map(\.leaves) {
        all.terms.formUnion(leaves.terms)
        all.prefixes.formUnion(leaves.prefixes)
        all.phrases += leaves.phrases
      }
      return all
    case .nothing: return ([], [], [])
    }
  }
}

/// Random texts and queries, judged by what a snippet promises.
struct SnippetPromiseTests {
  private static let pieces = [
    "a", "b", "c", "d", "été", "l'été", "L’Été", "aujourd’hui", "e\u{301}t\u{E9}", "foo-bar", "C++",
    "3.14", "Kassim", "telegram", ".", ". ", "! ", ", ", "\n", "\n\n", "\r\n", "\t", "\u{A0}",
    "\u{202F}", "\u{3000}", "\u{0}", "\u{1B}[31m", "<p>", "&amp;", "日本", "한국어", "👩‍👩‍👧", "🇧🇪🇫🇷",
    "co\u{AD}op", "ß", "ﬁn", "\u{301}", "…", " … ", "«\u{A0}", "”", "ไทย", "x\u{200D}y", "\u{600}",
  ]

  /// What a snippet shows instead of a text, by definition.
  private func collapsed(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isSpace =
        scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
      if !isSpace { result.append(scalar) } else if result.last != " " { result.append(" ") }
    }
    return String(result)
  }

  /// The words to highlight in a text, by definition.
  private func words(_ tokens: [AnalyzedToken], _ query: Query) -> Set<Range<Int>> {
    let leaves = query.leaves
    var words = Set(tokens.filter { leaves.terms.contains($0.term) }.map(\.source))
    for prefix in leaves.prefixes {
      words.formUnion(tokens.filter { $0.term.starts(with: prefix) }.map(\.source))
    }
    for places in leaves.phrases where !places.isEmpty {
      for start in tokens.indices {
        let found = places.map { place in
          tokens.first {
            $0.position == tokens[start].position + place.offset - places[0].offset
              && place.terms.contains($0.term)
          }
        }
        if !found.contains(nil) { words.formUnion(found.compactMap { $0?.source }) }
      }
    }
    return words
  }

  @Test(arguments: [Language.french, .english, .plain])
  func promisesAreKept(_ language: Language) throws {
    let seed = TestSeed.value
    var random = SplitMix64(seed: seed)
    let analyzer = Analyzer(AnalyzerOptions(language: language))
    for round in 0..<1_500 {
      let separators = random.pick([["", " "], [" "], [" ", "  ", "\n"]])
      let text = (0..<random.number(in: 0...120)).reduce(into: "") { text, _ in
        text += random.pick(Self.pieces) + random.pick(separators)
      }
      let tokens = analyzer.tokens(of: text)
      var query = Query.nothing
      if !tokens.isEmpty {
        var generator = QueryGenerator(seed: random.next(), documents: [tokens])
        query = generator.query()
      }
      let maxLength = random.pick([1, 5, 15, 16, 30, 60, 200])
      let maxFragments = random.number(in: 0...4)
      var maker = SnippetMaker(
        query, analyzer: analyzer, maxLength: maxLength, maxFragments: maxFragments)
      _ = maker.snippet(of: random.pick(Self.pieces) + String(text.prefix(40)))
      let snippet = maker.snippet(of: text)
      let comment: Comment =
        "\(text.debugDescription), \(query), \(maxLength), \(snippet), seed \(seed), round \(round)"
      #expect(snippet.text.count <= maxLength, comment)
      checkText(snippet, text, maxLength, comment)

      let words = words(tokens, query.simplified())
      let allowed = words.map { Array(text.utf8)[$0] }
      let bytes = Array(snippet.text.utf8)
      for highlight in snippet.highlights {
        let shown = bytes[highlight]
        let isCutOff = Self.mayBeCutOff(highlight, in: snippet)
        #expect(
          allowed.contains { word in
            word.elementsEqual(shown) || isCutOff && word.starts(with: shown)
          }, comment)
      }
      #expect(snippet.highlights.isEmpty == words.isEmpty, comment)
      for (left, right) in zip(snippet.highlights, snippet.highlights.dropFirst()) {
        #expect(left.upperBound <= right.lowerBound, comment)
      }
    }
  }

  /// Whether a word may be cut off where `highlight` ends.
  ///
  /// It ends a fragment, and either was too long for it, so that the fragment has no place before
  /// the word to end at; or begins within the last character of the word before.
  private static func mayBeCutOff(_ highlight: Range<Int>, in snippet: Snippet) -> Bool {
    let bytes = Array(snippet.text.utf8)
    let rest = bytes[highlight.upperBound...]
    guard rest.isEmpty || rest.starts(with: Array(" …".utf8)) else { return false }
    let parts = bytes[..<highlight.lowerBound].split(
      separator: Array("… ".utf8), omittingEmptySubsequences: false)
    return parts.last?.contains(0x20) != true
      || snippet.highlights.contains { $0.upperBound == highlight.lowerBound }
  }

  /// The text without ellipses is part of the text, in order.
  private func checkText(
    _ snippet: Snippet, _ text: String, _ maxLength: Int, _ comment: Comment
  ) {
    let source = Array(collapsed(text).utf8)
    let shown = Array(snippet.text.utf8)
    #expect(shown.isEmpty == source.allSatisfy { $0 == 0x20 }, comment)
    if maxLength < 16 {
      #expect(Self.find(shown, in: source, from: 0) != nil, comment)
      return
    }
    let marker = Array("…".utf8)
    let ellipses = shown.indices.filter { shown[$0...].starts(with: marker) }
    // Of the text up to each ellipsis, where its last part ends at the earliest. The text may
    // have ellipses itself, so a part may go across some.
    var ends: [Int: Int] = [0: 0]
    for start in [0] + ellipses.map({ $0 + marker.count }) {
      guard let from = ends[start] else { continue }
      for end in ellipses + [shown.count] where end >= start {
        let part = Self.trimmed(Array(shown[start..<end]))
        guard let found = Self.find(part, in: source, from: from) else { continue }
        let next = end == shown.count ? end : end + marker.count
        ends[next] = min(ends[next] ?? .max, found + part.count)
      }
    }
    #expect(ends[shown.count] != nil, comment)
  }

  private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    let head = bytes.drop { $0 == 0x20 }
    return Array(head.prefix(head.count - head.reversed().prefix { $0 == 0x20 }.count))
  }

  private static func find(_ part: [UInt8], in whole: [UInt8], from start: Int) -> Int? {
    guard start + part.count <= whole.count else { return nil }
    return (start...whole.count - part.count).first { whole[$0...].starts(with: part) }
  }
}
