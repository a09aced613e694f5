import TestSupport
import Testing

@testable import Index

/// Indexes that keep no titles are in all else those that keep them.
@Suite struct StoredTitleTests {
  private static func makeDocuments(increasing: Bool) -> [TestDocument] {
    var random = SplitMix64(seed: TestSeed.value)
    return TestCorpus.all[4].makeDocuments(&random).enumerated().map { number, document in
      // Now and then there is none to begin with.
      let title = random.chance(0.1) ? "" : "Title \(random.below(1 << 20)) of \(document.id)"
      return TestDocument(
        id: increasing ? document.id : "\(random.below(1 << 40))", title: title,
        text: document.text)
    }
  }

  @Test(arguments: [false, true], [false, true])
  func titlesThatAreNotStoredAreEmptyAndNothingElseChanges(
    storeText: Bool, increasing: Bool
  ) throws {
    let documents = Self.makeDocuments(increasing: increasing)
    func build(storeTitles: Bool) throws -> BuiltIndex {
      try BuiltIndex(
        documents, options: BuildOptions(storeText: storeText, storeTitles: storeTitles),
        pieceByteLimit: 20_000)
    }
    let (with, without) = (try build(storeTitles: true), try build(storeTitles: false))
    #expect(try IndexReader.verify(path: without.folder.path).isIntact)
    #expect(without.report.indexByteCount < with.report.indexByteCount)
    #expect(without.reader.statistics().hasText == storeText)

    for (number, document) in documents.enumerated() {
      let address = DocAddress(segment: 0, doc: DocID(UInt32(number)))
      let stored = try without.reader.document(at: address, withText: true)
      let text = storeText ? String(decoding: document.text, as: UTF8.self) : nil
      #expect(stored == StoredDocument(id: document.id, title: "", text: text))
    }
    for text in ["w0", "w1 w2 w7", "\"w0 w1\"", "w1*"] {
      var options = SearchOptions(limit: 100)
      options.countsMatches = true
      let results = try [with, without].map {
        try $0.reader.search($0.reader.parse(text).query, options: options)
      }
      #expect(!results[0].hits.isEmpty, "\(text), seed \(TestSeed.value)")
      #expect(results[0].hits == results[1].hits, "\(text), seed \(TestSeed.value)")
      #expect(results[0].matchCount == results[1].matchCount)
    }
    // Titles are not searched: of what is, not a bit differs.
    let files = try [with, without].map {
      try VerifiedFile(path: $0.folder.path("segment-1-0.seg"))
    }
    let names = ["postings", "positions", "terms", "termindex", "norms", "ids"]
    for name in names + (storeText ? ["texts"] : []) {
      let sections = try files.map { try $0.verifiedBytes(#require($0.section(name))).copied() }
      #expect(sections[0] == sections[1], "\(name), seed \(TestSeed.value)")
    }
  }

  /// The format has nothing that says so: the bytes are those of documents that never had a title.
  @Test func theIndexIsThatOfDocumentsWithoutTitles() throws {
    var documents = Self.makeDocuments(increasing: false)
    let without = try BuiltIndex(documents, options: BuildOptions(storeTitles: false))
    for index in documents.indices { documents[index].title = "" }
    #expect(try without.segmentBytes() == BuiltIndex(documents).segmentBytes())
  }
}
