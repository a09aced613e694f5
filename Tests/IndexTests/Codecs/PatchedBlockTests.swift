import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Blocks of 128 integers, at every width and with every kind of outlier.
struct PatchedBlockTests {
  private func roundTrip(_ values: [UInt32]) throws -> (decoded: [UInt32], byteCount: Int) {
    let input = Column<UInt32>(capacity: 128)
    for (index, value) in values.enumerated() { input[index] = value }
    var writer = ByteWriter()
    // Something before it: blocks lie at any offset.
    writer.append(UInt8(7))
    PatchedBlock.encode(input.view, into: &writer)
    let output = Column<UInt32>(capacity: 128)
    let end = try PatchedBlock.decode(writer.bytes, at: 1, into: output.view)
    #expect(end == writer.count)
    #expect(try PatchedBlock.end(writer.bytes, at: 1) == end)
    #expect(PatchedBlock.isAsEncoded(writer.bytes, at: 1))
    for slot in 0..<128 {
      #expect(try PatchedBlock.value(slot, of: writer.bytes, at: 1) == output[slot])
    }
    return ((0..<128).map { output[$0] }, writer.count - 1)
  }

  @Test(arguments: 0...32)
  func valuesOfOneWidthComeBack(width: Int) throws {
    var random = SplitMix64(seed: UInt64(width))
    for _ in 0..<20 {
      let values = (0..<128).map { _ in
        width == 0 ? 0 : UInt32(truncatingIfNeeded: random.next() >> UInt64(64 - width))
      }
      #expect(try roundTrip(values).decoded == values)
    }
  }

  @Test(arguments: [1, 2, 5, 31, 32, 64, 127])
  func outliersComeBack(outlierCount: Int) throws {
    for seed in 0..<200 {
      var random = SplitMix64(seed: UInt64(seed))
      let low = Int.random(in: 0...12, using: &random)
      let high = Int.random(in: low...32, using: &random)
      var values = (0..<128).map { _ in UInt32(truncatingIfNeeded: random.next() & ((1 << low) - 1))
      }
      for _ in 0..<outlierCount {
        let index = Int.random(in: 0..<128, using: &random)
        values[index] = UInt32(truncatingIfNeeded: random.next() & ((1 << high) - 1))
      }
      let (decoded, byteCount) = try roundTrip(values)
      #expect(decoded == values, "seed \(seed)")
      let width = 32 - values.reduce(0, |).leadingZeroBitCount
      #expect(byteCount <= 1 + 16 * width, "no longer than without patches; seed \(seed)")
    }
  }

  /// Patches of whole bytes, which formats 1 and 2 have for all outliers, and now for large ones
  /// only.
  @Test(arguments: [(1, 0xFA), (2, 0xFFFA), (4, 0x3FFF_FFFA)] as [(Int, UInt32)])
  func patchesOfBytesAreRead(byteWidth: Int, high: UInt32) throws {
    var writer = ByteWriter()
    writer.append(UInt8(0x82))
    for _ in 0..<32 { writer.append(UInt8(0xFF)) }
    writer.append(UInt8(1 | (byteWidth - 1) << 5))
    writer.append(UInt8(9))
    writer.append(high)
    writer.removeLast(4 - byteWidth)
    let output = Column<UInt32>(capacity: 128)
    #expect(try PatchedBlock.decode(writer.bytes, at: 0, into: output.view) == writer.count)
    #expect(try PatchedBlock.end(writer.bytes, at: 0) == writer.count)
    for slot in 0..<128 {
      let expected = slot == 9 ? 3 + high << 2 : 3
      #expect(output[slot] == expected)
      #expect(try PatchedBlock.value(slot, of: writer.bytes, at: 0) == expected)
    }
  }

  /// Bytes that mean the same as those an encoder writes are told apart from them.
  @Test(
    arguments: [
      // A bit that fills up a high of two bits.
      (18, 0b0000_0011, 0b0100_0011),
      // Highs of four bits.
      (17, 0b0010_0001, 0b0110_0001),
    ] as [(Int, UInt8, UInt8)])
  func otherBytesForTheSameAreNoticed(place: Int, before: UInt8, after: UInt8) throws {
    let values = Column<UInt32>(capacity: 128)
    for index in 0..<128 { values[index] = index == 9 ? 7 : 1 }
    var writer = ByteWriter()
    PatchedBlock.encode(values.view, into: &writer)
    #expect(writer.count == 1 + 16 + 1 + 1 + 1)
    #expect(PatchedBlock.isAsEncoded(writer.bytes, at: 0))
    var changed = ByteWriter()
    for (index, byte) in writer.bytes.copied().enumerated() {
      if index == place { #expect(byte == before) }
      changed.append(index == place ? after : byte)
    }
    let output = Column<UInt32>(capacity: 128)
    _ = try PatchedBlock.decode(changed.bytes, at: 0, into: output.view)
    for index in 0..<128 { #expect(output[index] == values[index]) }
    #expect(!PatchedBlock.isAsEncoded(changed.bytes, at: 0))
  }

  @Test func anyBytesDecodeOrThrow() {
    let output = Column<UInt32>(capacity: 128)
    for seed in 0..<20_000 {
      var random = SplitMix64(seed: UInt64(seed))
      var writer = ByteWriter()
      for _ in 0..<Int.random(in: 0...700, using: &random) {
        writer.append(UInt8(truncatingIfNeeded: random.next()))
      }
      let end = try? PatchedBlock.decode(writer.bytes, at: 0, into: output.view)
      if let end {
        #expect(end <= writer.count)
        #expect((try? PatchedBlock.end(writer.bytes, at: 0)) == end)
        _ = PatchedBlock.isAsEncoded(writer.bytes, at: 0)
        _ = PatchedBlock.isBelow24Bits(writer.bytes, at: 0)
      }
    }
  }

  @Test func gapsAddUp() throws {
    for seed in 0..<200 {
      var random = SplitMix64(seed: UInt64(seed))
      let gaps = Column<UInt32>(capacity: 128)
      let previous: UInt32 = seed % 3 == 0 ? .max : UInt32.random(in: 0..<1000, using: &random)
      var expected: [UInt32] = []
      var doc = previous
      for index in 0..<128 {
        let gap = UInt32.random(in: 0..<(1 << UInt32(seed % 20)), using: &random)
        gaps[DeltaBlock.slot(index)] = gap
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
