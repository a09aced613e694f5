import Foundation
import Index
import TestSupport
import Testing

/// The judges are judged too: by sums done by hand and by plain counting.
struct TestSupportTests {
  /// Two documents, `a b a` and `b c`; scores worked out by hand from BM25's formula.
  private static let small: ReferenceIndex = {
    var index = ReferenceIndex()
    index.add(tokens("a b a"))
    index.add(tokens("b c"))
    return index
  }()

  private static func tokens(_ text: String) -> [(term: [UInt8], position: Int)] {
    text.split(separator: " ").enumerated().map { (Array($0.element.utf8), $0.offset) }
  }

  private static func term(_ text: String) -> Query { .term(Array(text.utf8)) }

  private static func phrase(_ text: String) -> Query {
    .phrase(tokens(text).map { PhrasePlace(offset: $0.position, terms: [$0.term]) })
  }

  @Test func referenceScoresATermByTheFormula() throws {
    let hits = Self.small.search(Self.term("a"))
    let hit = try #require(hits.first)
    #expect(hits.count == 1 && hit.document == 0)
    // idf = ln(1 + (2 - 1 + 0.5) / (1 + 0.5)) = ln 2; the average length is 2.5.
    let expected = log(2.0) * 2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2.5))
    #expect(abs(hit.score - expected) < 1e-12)
  }

  @Test func referencePrefersShorterDocumentsAndBreaksTiesByOrder() {
    #expect(Self.small.search(Self.term("b")).map(\.document) == [1, 0])
    #expect(Self.small.search(Self.term("b"), b: 0).map(\.document) == [0, 1])
  }

  @Test func referenceSumsOverPartsAndIntersects() throws {
    let a = try #require(Self.small.search(Self.term("a")).first).score
    let b = try #require(Self.small.search(Self.term("b")).first { $0.document == 0 }).score
    let all = Self.small.search(.all([Self.term("a"), Self.term("b")]))
    #expect(all.map(\.document) == [0] && all.first?.score == a + b)
    let any = Self.small.search(.any([Self.term("a"), Self.term("b"), Self.term("z")]))
    #expect(any.map(\.document) == [0, 1])
    #expect(any.first?.score == a + b)
    #expect(Self.small.search(.nothing).isEmpty)
    #expect(Self.small.search(.all([])).isEmpty)
  }

  @Test(arguments: [
    ("b a", [0]), ("a b a", [0]), ("a a", []), ("b c", [1]), ("c b", []), ("b", [0, 1]),
  ])
  func referenceFindsPhrasesWhereTheyStand(text: String, documents: [Int]) {
    #expect(Self.small.search(Self.phrase(text)).map(\.document).sorted() == documents)
  }

  @Test func referenceTakesAnyTermAtAPlaceAndKeepsGaps() {
    let places = [
      PhrasePlace(offset: 0, terms: [Array("a".utf8), Array("b".utf8)]),
      PhrasePlace(offset: 2, terms: [Array("a".utf8)]),
    ]
    #expect(Self.small.search(.phrase(places)).map(\.document) == [0])
  }

  @Test func generatedQueriesHitAndMissDocuments() {
    var text = TextGenerator(seed: TestSeed.value, vocabularySize: 60)
    var index = ReferenceIndex()
    let documents = (0..<30).map { _ in
      text.text(wordCount: 20).split(separator: " ").enumerated().map {
        AnalyzedToken(
          term: Array($0.element.utf8), position: $0.offset, source: 0..<1, isStopWord: false)
      }
    }
    for document in documents { index.add(document) }
    var generator = QueryGenerator(seed: TestSeed.value, documents: documents)
    let counts = (0..<300).map { _ in index.search(generator.query()).count }
    #expect(counts.contains(0) && counts.contains(30), "seed \(TestSeed.value)")
    #expect(Set(counts).count > 10, "seed \(TestSeed.value)")
  }

  @Test(arguments: [1, 7, 100, .max])
  func aMemoryFeedHandsOverEveryDocumentOnceAndInOrder(byteLimit: Int) throws {
    let documents = (0..<20).map { TestDocument(id: "\($0)", text: "text \($0)") }
    let feed = MemoryFeed(documents, pieceByteLimit: 30)
    var found: [TestDocument] = []
    while let piece = feed.nextPiece(byteLimit: byteLimit) {
      try feed.forEachDocument(in: piece) { id, _, text in
        found.append(
          TestDocument(
            id: String(decoding: id.indices.map { id[$0] }, as: UTF8.self),
            text: text.indices.map { text[$0] }))
      }
    }
    #expect(found == documents)
  }

  /// The first numbers of the published generator for the seed 1234567.
  @Test func splitMixGivesThePublishedNumbers() {
    var random = SplitMix64(seed: 1_234_567)
    let numbers = (0..<3).map { _ in random.next() }
    #expect(
      numbers == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
  }

  @Test func generatedTextFollowsFromItsSeed() {
    var first = TextGenerator(seed: 5, style: .french, vocabularySize: 300)
    var same = TextGenerator(seed: 5, style: .french, vocabularySize: 300)
    var other = TextGenerator(seed: 6, style: .french, vocabularySize: 300)
    let text = first.text(wordCount: 400)
    #expect(text == same.text(wordCount: 400))
    #expect(text != other.text(wordCount: 400))
    #expect(text.contains("’") && text.contains("é") && text.contains("'"))
  }

  @Test func frequentWordsAreFrequent() {
    var generator = TextGenerator(seed: TestSeed.value, vocabularySize: 1_000)
    var counts: [[UInt8]: Int] = [:]
    for _ in 0..<20_000 { counts[generator.word(), default: 0] += 1 }
    let first = counts[generator.vocabulary[0]] ?? 0
    let hundredth = counts[generator.vocabulary[99]] ?? 0
    // Expected are 20,000 / 6.0 / 2.7 = 1,230 and 20,000 / 6.0 / 101.7 = 33.
    #expect((900...1_600).contains(first), "seed \(TestSeed.value)")
    #expect((8...80).contains(hundredth), "seed \(TestSeed.value)")
  }

  @Test func commandsGiveTheirOutputAndStatus() throws {
    let echo = try run("sh", ["-c", "cat; echo oops >&2; exit 3"], input: Array("in".utf8))
    #expect(echo.status == 3)
    #expect(echo.text == "in")
    #expect(echo.errorText == "oops\n")
    let variable = try run("/bin/sh", ["-c", "echo $A"], environment: ["A": "b"])
    #expect(variable.text == "b\n")
  }

  @Test func temporaryFoldersGoWithTheirOwners() throws {
    var folder: TemporaryDirectory? = try TemporaryDirectory()
    let path = try #require(try folder?.write("text", to: "sub/file"))
    #expect(try readFile(path) == Array("text".utf8))
    folder = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func corruptionChangesWhatItSays() {
    let bytes: [UInt8] = [1, 2, 3, 4]
    #expect(Corrupter.flipping(bit: 7, at: 1, of: bytes) == [1, 130, 3, 4])
    #expect(Corrupter.truncating(bytes, to: 2) == [1, 2])
    #expect(Corrupter.zeroing(2..<9, of: bytes) == [1, 2, 0, 0])
    var random = SplitMix64(seed: TestSeed.value)
    #expect(Corrupter.mutating(bytes, &random).count == 4)
  }
}
