import TestSupport
import Testing

@testable import Index

/// What only indexes of several segments can get wrong.
@Suite struct SegmentTests {
  private static func term(_ text: String) -> Query { .term(Array(text.utf8)) }

  private static func phrase(_ words: String...) -> Query {
    .phrase(
      words.enumerated().map { PhrasePlace(offset: $0.offset, terms: [Array($0.element.utf8)]) })
  }

  private static func built() throws -> BuiltIndex {
    try BuiltIndex(
      [
        TestDocument(id: "0", text: "red rose"), TestDocument(id: "1", text: "red rose blue"),
        TestDocument(id: "2", text: "red rose green"), TestDocument(id: "3", text: "green"),
      ], segmentCount: 2)
  }

  /// A phrase stands in a segment that lacks the other half of its conjunction.
  @Test func phrasesWhosePartnersAreElsewhere() throws {
    let built = try Self.built()
    let query = Query.any([
      .all([Self.phrase("red", "rose"), Self.term("blue")]), Self.term("green"),
    ])
    var options = SearchOptions()
    options.countsMatches = true
    let result = try built.reader.search(query, options: options)
    #expect(Set(result.hits.map { built.number(of: $0.address) }) == [1, 2, 3])
    #expect(result.matchCount == 3)
  }

  @Test func idsAndDocumentsAreThoseOfTheirSegments() throws {
    let built = try Self.built()
    for number in 0..<4 {
      let address = try #require(try built.reader.address(ofID: String(number)))
      #expect(built.number(of: address) == number)
      #expect(try built.reader.document(at: address).id == String(number))
    }
    #expect(try built.reader.address(ofID: "4") == nil)
    #expect(built.reader.statistics().documentCount == 4)
    #expect(built.reader.statistics().segmentCount == 2)
  }

  /// What is numbered by the one may not be what the other has.
  @Test func aManifestThatCountsOtherDocumentsIsDamage() throws {
    let built = try Self.built()
    let directory = IndexDirectory(path: built.folder.path)
    let whole = try Manifest.load(from: directory)
    for (segment, change) in [(0, 1), (1, -1)] {
      var manifest = whole
      manifest.segments[segment].documentCount += change
      try built.folder.write(manifest.encoded, to: IndexDirectory.manifestName)
      let detail = "it has 2 documents, the manifest lists \(2 + change)"
      let error = thrownError { _ = try IndexReader(path: built.folder.path) }
      guard case .damaged(let damage) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(damage.section == SectionedFileFooter.name && damage.detail == detail)
      let report = try verifyOnThreads(path: built.folder.path)
      #expect(report.segments.flatMap(\.damages).map(\.detail) == [detail])
    }
  }

  /// Segments that claim what each may have, and all together may not.
  @Test func tokensOfAllSegmentsAreLimited() throws {
    let built = try Self.built()
    let directory = IndexDirectory(path: built.folder.path)
    var manifest = try Manifest.load(from: directory)
    for (number, segment) in built.reader.segments.enumerated() {
      var metadata = segment.metadata
      metadata.tokenCount = 1 << 48
      let name = "segment-10-\(number).seg"
      let file = try writeSections(
        try readSections(segment.file), to: built.folder.path(name), metadata: metadata.encoded())
      manifest.segments[number] = Manifest.Segment(
        fileName: name, documentCount: metadata.documentCount, file: file)
    }
    let both = manifest.segments
    for segments in [[both[0]], [both[1]], both] {
      manifest.segments = segments
      try built.folder.write(manifest.encoded, to: IndexDirectory.manifestName)
      #expect(
        isDamage { _ = try IndexReader(path: built.folder.path).statistics() }
          == (segments.count == 2))
    }
  }

  @Test(arguments: 1...3)
  func allDocumentsOfAnIDAreFoundInTheirOrder(segmentCount: Int) throws {
    let ids = ["x", "a", "x", "b", "x", "x", "c"]
    let built = try BuiltIndex(
      ids.map { TestDocument(id: $0, text: "word") }, segmentCount: segmentCount)
    for id in ["x", "a", "b", "c", "d"] {
      let addresses = try built.reader.addresses(ofID: id)
      #expect(addresses.map { built.number(of: $0) } == ids.indices.filter { ids[$0] == id })
      #expect(try built.reader.address(ofID: id) == addresses.first)
    }
  }
}
