import TestSupport
import Testing
import Tokenizer

@testable import Index

/// A cursor on one list: what it says of blocks ahead, and of a damaged one.
@Suite struct ListCursorTests {
  /// A list in a file of its own, and what a cursor on it needs.
  private final class OneList {
    let norms: Column<UInt8>
    let segment: SearchedSegment
    let info: TermInfo
    let saturation = SaturationTable(.standard, averageLength: 3)
    let memory = SearchMemory()

    /// The list of `docs`, whose bytes `change` may change.
    init(
      _ docs: [(doc: UInt32, frequency: Int)], change: (inout [UInt8]) throws -> Void = { _ in }
    ) throws {
      let documentCount = Int(docs.last?.doc ?? 0) + 1
      norms = Column<UInt8>(capacity: documentCount)
      var encoder = PostingListEncoder(
        norms: norms.view, averageLength: 3, storesPositions: false)
      encoder.begin()
      for (doc, frequency) in docs {
        for position in 0..<UInt32(frequency) { encoder.append(doc: doc, position: position) }
      }
      info = try encoder.finish()
      var bytes = encoder.postings.memory.bytes.copied()
      try change(&bytes)
      let file = try writtenFile([("postings", bytes)])
      segment = SearchedSegment(
        postings: try file.postings(documentCount: documentCount), norms: 0..<0, positions: nil,
        averageLength: 3, docBase: 0)
    }

    func makeCursor() throws -> ListCursor {
      let weight = TermWeight(
        weight: 1, scale: ScoreScale(totalWeight: 1, count: 1), saturation: saturation.view,
        impacts: ImpactBounds(
          .standard, segmentAverage: 3, collectionAverage: 3))
      return try ListCursor(
        try PostingList(info, in: segment.postings), weight: weight,
        memory: memory.take(ListCursor.memoryCount), segment)
    }
  }

  /// Bounds from a block to that of any later document cover all blocks between, both included.
  @Test(arguments: [256, 300, 1_000])
  func boundsUpToADocumentHold(count: Int) throws {
    var random = SplitMix64(seed: TestSeed.value)
    var doc: UInt32 = 0
    let one = try OneList(
      (0..<count).map { index in
        doc += UInt32(random.number(in: 1...9))
        // The best posting may be anywhere, also in the last block.
        return (doc, random.chance(0.01) || index == count - 1 ? random.number(in: 2...90) : 1)
      })
    let start = try one.makeCursor()
    let list = start.list
    for first in 0..<list.blockCount {
      var cursor = start
      for _ in 0..<first { cursor.nextBlock() }
      for last in first..<list.blockCount {
        let impact = try #require((first...last).map { list.impact($0) }.max())
        let comment: Comment = "blocks \(first)...\(last), seed \(TestSeed.value)"
        for doc in [list.docBefore(last) &+ 1, list.lastDoc(last)] {
          #expect(cursor.maxImpact(upTo: doc) == impact, comment)
          #expect(cursor.bound(upTo: doc) == cursor.weight.bound(impact: impact), comment)
        }
      }
      let beyond = list.lastDoc(list.blockCount - 1) + 1
      let impact = (first..<list.blockCount).map { list.impact($0) }.max()
      #expect(cursor.maxImpact(upTo: beyond) == impact, "seed \(TestSeed.value)")
    }
    extendLifetime(one)
  }

  /// A rank of a bitset that is too great by one names a place after the last of the block.
  @Test func aPlaceBeyondTheBlockIsNoticed() throws {
    let one = try OneList((0..<256).map { ($0, 1) }) { bytes in
      // The header of the first bitset, of two words, then the rank of each.
      let start = try #require(
        bytes.indices.dropLast(2).first { Array(bytes[$0..<$0 + 3]) == [0x42, 0, 64] })
      bytes[start + 2] += 1
    }
    var cursor = try one.makeCursor()
    let segment = one.segment
    #expect(try cursor.place(of: 126, segment) == 127)
    #expect(throws: IndexError.self) { try cursor.place(of: 127, segment) }
    let docs = one.memory.take(1 + ListCursor.endMarkCount, of: UInt32.self)
    let found = one.memory.take(1, of: UInt32.self)
    ListCursor.markEnd(of: docs, count: 1)
    docs[0] = 126
    #expect(try cursor.lookUp(from: 0, of: docs, into: found, segment) == (1, 1))
    docs[0] = 127
    #expect(throws: IndexError.self) {
      try cursor.lookUp(from: 0, of: docs, into: found, segment)
    }
    extendLifetime(one)
  }

  /// A document that the block has not has no place in it.
  @Test(arguments: [2, 60]) func noPlaceIsNamedForOtherDocuments(step: UInt32) throws {
    let one = try OneList((0..<300).map { ($0 * step, 1) })
    var cursor = try one.makeCursor()
    for doc in 0..<299 * step {
      cursor.seekBlock(to: doc)
      let place = doc % step == 0 ? Int(doc / step) % 128 : -1
      #expect(try cursor.place(of: doc, one.segment) == place)
    }
    extendLifetime(one)
  }
}
