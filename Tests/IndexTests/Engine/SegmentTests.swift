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
