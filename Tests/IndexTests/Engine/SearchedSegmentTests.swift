import TestSupport
import Testing

@testable import Index

/// Norms are compared with their sums where they are read, not in between.
@Suite struct SearchedSegmentTests {
  private static func makeSegment(_ normCount: Int) throws -> SearchedSegment {
    let norms = (0..<normCount).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let file = try writtenFile([("norms", norms)])
    return SearchedSegment(
      postings: PostingsSection(file: file, range: 0..<0, documentCount: normCount),
      norms: try #require(file.section("norms")), positions: nil, averageLength: 1, docBase: 0)
  }

  @Test func normsOfDistantDocumentsAreVerifiedAlone() throws {
    let segment = try Self.makeSegment(1_000_000)
    let docs: [UInt32] = [5, 100_000, 999_999]
    try segment.verifyNorms(ofDocs: docs.count) { docs[$0] }
    #expect(segment.file.verifiedUnitCount(in: segment.norms) == 3)
    for doc in docs {
      #expect(segment.verifiedNorm(doc) == UInt8(truncatingIfNeeded: doc / 7))
    }
    try segment.verifyNorms(ofDocs: 0) { _ in 0 }
    #expect(segment.file.verifiedUnitCount(in: segment.norms) == 3)
  }

  @Test func normsOfCloseDocumentsAreVerifiedTogether() throws {
    let segment = try Self.makeSegment(200_000)
    let docs: [UInt32] = [4_095, 9_000, 40_000]
    try segment.verifyNorms(ofDocs: docs.count) { docs[$0] }
    #expect(segment.file.verifiedUnitCount(in: segment.norms) == 10)
  }
}
