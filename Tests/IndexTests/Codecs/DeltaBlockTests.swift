import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Numbers and the gaps between them, in the slots of a block.
struct DeltaBlockTests {
  @Test func gapsAddUp() throws {
    for seed in 0..<200 {
      var random = SplitMix64(seed: UInt64(seed))
      let gaps = Column<UInt32>(capacity: 128)
      let previous: UInt32 = seed % 3 == 0 ? .max : UInt32.random(in: 0..<1000, using: &random)
      var expected: [UInt32] = []
      var doc = previous
      for index in 0..<128 {
        let gap = UInt32.random(in: 0..<(1 << UInt32(seed % 20)), using: &random)
        gaps[DeltaBlock.slot(index)] = gap &+ 1
        doc = doc &+ gap &+ 1
        expected.append(doc)
      }
      DeltaBlock.accumulate(gaps.view, previous: previous)
      let docs = gaps
      #expect((0..<128).map { docs[DeltaBlock.slot($0)] } == expected, "seed \(seed)")
      for target in expected.flatMap({ [$0 &- 1, $0, $0 &+ 1] }) {
        let index = DeltaBlock.firstIndex(in: docs.view, notBelow: target)
        #expect(index == expected.firstIndex { $0 >= target } ?? 128, "seed \(seed)")
      }
      let inOrder = Column<UInt32>(capacity: 128)
      DeltaBlock.copyInOrder(docs.view, to: inOrder.view)
      #expect((0..<128).map { inOrder[$0] } == expected, "seed \(seed)")
      DeltaBlock.sumBefore(docs.view, into: docs.view)
      for index in 0..<128 {
        let sum = expected[..<index].reduce(0 as UInt32) { $0 &+ $1 }
        #expect(docs[DeltaBlock.slot(index)] == sum, "seed \(seed)")
        #expect(DeltaBlock.index(DeltaBlock.slot(index)) == index)
      }
    }
  }
}
