import TestSupport
import Testing
import Tokenizer

@testable import Index

/// The lists of some terms, encoded and written to a file.
final class TermLists {
  /// The postings of a term: documents with their positions.
  typealias Postings = [(doc: UInt32, positions: [UInt32])]

  static let documentCount = 200_000

  static func makePostings(_ count: Int, _ random: inout SplitMix64) -> Postings {
    var doc = random.below(3)
    // In the longest list there are dense blocks and others, whatever the seed.
    let step = count == counts.max() ? 2 : random.pick([1, 2, 15])
    // One gap is far from the others.
    let jump = random.below(count)
    return (0..<count).map { number in
      if number == jump { doc += 60_000 }
      defer { doc += random.number(in: 1...step) + (random.chance(0.01) ? 100 : 0) }
      var frequency = 1
      if random.chance(0.3) { frequency = random.number(in: 1...6) }
      if random.chance(0.01) { frequency = random.number(in: 200...700) }
      var position = random.below(5)
      var positions: [UInt32] = []
      for _ in 0..<frequency {
        positions.append(UInt32(position))
        position += random.number(in: 1...4) + (random.chance(0.005) ? 100_000 : 0)
      }
      return (UInt32(doc), positions)
    }
  }

  /// Numbers of postings: below, at and above those of blocks.
  static let counts = [
    1, 2, 3, 126, 127, 128, 129, 255, 256, 257, 383, 384, 10_000, 1, 128,
  ]

  let terms: [Postings]
  let infos: [TermInfo]
  let norms: Column<UInt8>
  let file: VerifiedFile
  let averageLength: Float = 31.5
  let saturation = SaturationTable(.standard, averageLength: 31.5)

  init(_ counts: [Int], _ random: inout SplitMix64, storesPositions: Bool = true) throws {
    terms = counts.map { TermLists.makePostings($0, &random) }
    let norms = Column<UInt8>(capacity: TermLists.documentCount)
    for doc in 0..<norms.capacity { norms[doc] = UInt8(random.number(in: 1...90)) }
    var encoder = PostingListEncoder(
      norms: norms.view, averageLength: averageLength, storesPositions: storesPositions)
    var infos: [TermInfo] = []
    for postings in terms {
      encoder.begin()
      for (doc, positions) in postings {
        for position in positions { encoder.append(doc: doc, position: position) }
      }
      infos.append(try encoder.finish())
    }
    file = try writtenFile([
      ("postings", encoder.postings.memory.bytes.copied()),
      ("positions", encoder.positions.memory.bytes.copied()),
      ("norms", (0..<norms.capacity).map { norms[$0] }),
    ])
    self.infos = infos
    self.norms = norms
  }

  /// Where the lists lie, as searches know it.
  func segment() throws -> SearchedSegment {
    SearchedSegment(
      postings: try file.postings(documentCount: TermLists.documentCount),
      norms: try #require(file.section("norms")), positions: nil,
      averageLength: averageLength, docBase: 0)
  }

  func list(_ term: Int) throws -> PostingList {
    try PostingList(infos[term], in: try segment().postings)
  }

  func positions(_ term: Int) throws -> PositionList {
    try PositionList(infos[term], in: try #require(file.section("positions")), of: file)
  }

  /// Cursors on the starts of all lists.
  func makeCursors(
    _ memory: SearchMemory, _ segment: borrowing SearchedSegment
  ) throws -> [ListCursor] {
    let weight = TermWeight(
      weight: 1, scale: ScoreScale(totalWeight: 1, count: 1), saturation: saturation.view,
      impacts: ImpactBounds(
        .standard, segmentAverage: averageLength, collectionAverage: averageLength))
    return try infos.indices.map { term in
      try ListCursor(
        try list(term), weight: weight, memory: memory.take(ListCursor.memoryCount), segment)
    }
  }
}
