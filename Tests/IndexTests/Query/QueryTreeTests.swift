import Index
import TestSupport
import Testing

struct QueryTreeTests {
  private func term(_ text: String) -> Query { .term(Array(text.utf8)) }

  private func place(_ offset: Int, _ terms: String...) -> PhrasePlace {
    PhrasePlace(offset: offset, terms: terms.map { Array($0.utf8) })
  }

  @Test func queriesAreReadable() {
    let (a, b, c) = (term("a"), term("b"), term("c"))
    #expect(Query.nothing.description == "")
    #expect(Query.any([a, .all([b, c]), .any([b])]).description == "a | (b & c) | (b)")
    let phrase = Query.phrase([place(0, "armee", "l'armee"), place(1, "belge"), place(4, "x")])
    #expect(phrase.description == "\"(armee|l'armee) belge _ _ x\"")
    #expect(Query.all([a, phrase]).description == "a & \(phrase)")
    let far = Query.phrase([place(.min, "a"), place(.max, "b")])
    #expect(far.description.hasSuffix("b\""))
    #expect(Query.all([a, .prefix([98])]).description == "a & b*")
    #expect(
      Query.any([.prefix([98]), .any([.prefix([98]), a])]).simplified()
        == .any([.prefix([98]), a]))
    #expect(Query.term([0xFF]).description == "\u{FFFD}")
  }

  @Test func nestedPartsDissolve() {
    let (a, b, c) = (term("a"), term("b"), term("c"))
    #expect(Query.any([a, .any([b, .any([c, a])])]).simplified() == .any([a, b, c]))
    #expect(Query.all([a, .all([b, .any([c])])]).simplified() == .all([a, b, c]))
    #expect(Query.all([a, .any([b, c])]).simplified() == .all([a, .any([b, c])]))
    #expect(Query.any([.all([a, a])]).simplified() == a)
  }

  @Test func nothingSpreads() {
    let a = term("a")
    #expect(Query.any([a, .nothing]).simplified() == a)
    #expect(Query.all([a, .nothing]).simplified() == .nothing)
    #expect(Query.any([]).simplified() == .nothing)
    #expect(Query.all([.any([])]).simplified() == .nothing)
    #expect(Query.phrase([]).simplified() == .nothing)
    #expect(
      Query.phrase([place(0, "a"), PhrasePlace(offset: 1, terms: [])]).simplified() == .nothing)
  }

  @Test func phrasesAreInOrderFromTheirFirstWord() {
    #expect(
      Query.phrase([place(7, "b"), place(5, "a", "a")]).simplified()
        == .phrase([place(0, "a"), place(2, "b")]))
    #expect(Query.phrase([place(3, "a", "b")]).simplified() == .any([term("a"), term("b")]))
    #expect(Query.phrase([place(3, "a"), place(3, "a")]).simplified() == term("a"))
    #expect(Query.phrase([place(.min, "a"), place(.max, "b")]).simplified() == .nothing)
  }

  /// A place of few terms and one of many go different ways.
  @Test(arguments: [2, 8, 9, 5_000]) func placesHaveEachTermOnce(termCount: Int) {
    let terms = (0..<termCount).map { Array("w\($0 * 7919 % (termCount / 2 + 1))".utf8) }
    var expected: [[UInt8]] = []
    var seen: Set<[UInt8]> = []
    for term in terms where seen.insert(term).inserted { expected.append(term) }
    let places = [PhrasePlace(offset: 0, terms: terms), place(1, "z")]
    #expect(
      Query.phrase(places).simplified()
        == .phrase([PhrasePlace(offset: 0, terms: expected), place(1, "z")]))
  }

  @Test func simplifiedQueriesMatchTheSameAndStaySimple() {
    let seed = TestSeed.value
    var text = TextGenerator(seed: seed, vocabularySize: 40)
    var index = ReferenceIndex()
    var documents: [[AnalyzedToken]] = []
    for _ in 0..<60 {
      let words = text.text(wordCount: 8).split(separator: " ").enumerated().map {
        AnalyzedToken(
          term: Array($0.element.utf8), position: $0.offset, source: 0..<0, isStopWord: false)
      }
      documents.append(words)
      _ = index.add(words)
    }
    var generator = QueryGenerator(seed: seed, documents: documents)
    for _ in 0..<1_000 {
      let query = generator.query(depth: 3)
      let simple = query.simplified()
      #expect(simple.simplified() == simple, "\(query), seed \(seed)")
      #expect(
        Set(index.search(simple).map(\.document)) == Set(index.search(query).map(\.document)),
        "\(query), seed \(seed)")
    }
  }
}
