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

  /// Every width tried: the header and the bytes of the layout that costs least, where a patch counts
  /// for five bits more than it takes; of those that cost the same, that with the fewest patches.
  private func cheapestLayout(of values: [UInt32]) -> (header: Int, byteCount: Int) {
    let maxWidth = 32 - values.reduce(0, |).leadingZeroBitCount
    var best = (cost: Int.max, header: 0, byteCount: 0)
    for width in (0...maxWidth).reversed() {
      let patchCount = values.count { UInt64($0) >> UInt64(width) != 0 }
      if patchCount > 31 { break }
      var byteCount = 1 + 16 * width
      var header = width
      if width < maxWidth {
        let highBits = maxWidth - width
        header |= highBits > 8 ? 0x80 : 0xA0
        byteCount += 1 + patchCount
        byteCount +=
          highBits > 8 ? patchCount * ((highBits + 7) / 8) : (patchCount * highBits + 7) / 8
      }
      let cost = 8 * byteCount + 5 * patchCount
      if cost < best.cost { best = (cost, header, byteCount) }
    }
    return (best.header, best.byteCount)
  }

  @Test func theCheapestLayoutIsTaken() {
    var random = SplitMix64(seed: TestSeed.value)
    let input = Column<UInt32>(capacity: 128)
    for round in 0..<2_000 {
      let low = random.below(8)
      let high = random.number(in: low...random.pick([low + 3, 32]))
      // As many patches as there may be, one less, one more, and fewer.
      let outlierCount = random.pick([30, 31, 32, random.below(12)])
      let values = (0..<128).map { index in
        let width = index < outlierCount ? high : low
        let value = UInt32(truncatingIfNeeded: random.next() & ((1 << UInt64(width)) - 1))
        return index < outlierCount && width > 0 ? value | 1 << UInt32(width - 1) : value
      }
      for (index, value) in values.enumerated() { input[index] = value }
      var writer = ByteWriter()
      PatchedBlock.encode(input.view, into: &writer)
      let expected = cheapestLayout(of: values)
      let comment: Comment = "round \(round), seed \(TestSeed.value)"
      #expect(Int(writer.bytes[0]) == expected.header, comment)
      #expect(writer.count == expected.byteCount, comment)
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

  /// A high with a byte that is zero in all of them means the same as one without that byte.
  @Test(arguments: [(1, true), (2, true), (3, false)] as [(Int, Bool)])
  func highsOfMoreBytesThanNeededAreNoticed(byteWidth: Int, isAsEncoded: Bool) throws {
    var writer = ByteWriter()
    writer.append(UInt8(0x80))
    writer.append(UInt8(2 | (byteWidth - 1) << 5))
    for index in [9, 70] { writer.append(UInt8(index)) }
    for high in [0x3, 0x105] as [UInt32] {
      writer.append(high)
      writer.removeLast(4 - byteWidth)
    }
    let output = Column<UInt32>(capacity: 128)
    #expect(try PatchedBlock.decode(writer.bytes, at: 0, into: output.view) == writer.count)
    #expect(PatchedBlock.isAsEncoded(writer.bytes, at: 0) == isAsEncoded)
  }

  /// Whether a block may have a value of more than 24 bits is told by its widths; it never says no
  /// if there is one.
  @Test func valuesOfMoreThan24BitsAreNeverMissed() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let input = Column<UInt32>(capacity: 128)
    for low in 0...32 {
      for high in max(low, 20)...32 {
        for outlierCount in [0, 1, 3, 128] {
          let isWhole = random.chance(0.5)
          for index in 0..<128 {
            let width = UInt64(index < outlierCount ? high : low)
            input[index] = UInt32(
              truncatingIfNeeded: (isWhole ? .max : random.next()) & (1 << width &- 1))
          }
          var writer = ByteWriter()
          PatchedBlock.encode(input.view, into: &writer)
          let isBelow = (0..<128).allSatisfy { input[$0] < 1 << 24 }
          if PatchedBlock.isBelow24Bits(writer.bytes, at: 0) {
            #expect(isBelow, "\(low), \(high), \(outlierCount), seed \(TestSeed.value)")
          } else {
            #expect(writer.bytes[0] >= 0x80 || !isBelow)
          }
        }
      }
    }
  }

  /// The parts of a block, read off its bytes; nil if they end before it does.
  private struct Parts {
    let end: Int
    /// Whether all that is there means something, but for indices.
    let isBlock: Bool
    let indices: ArraySlice<UInt8>

    init?(_ bytes: [UInt8]) {
      guard let header = bytes.first else { return nil }
      let isPatched = header >= 0x80
      let isNarrow = header & 0x20 != 0
      let width = Int(isPatched ? header & 0x5F : header)
      let head = 1 + 16 * width
      guard width <= 32, head <= bytes.count else { return nil }
      guard isPatched else {
        (end, isBlock, indices) = (head, true, [])
        return
      }
      guard head < bytes.count else { return nil }
      let (count, highWidth) = (Int(bytes[head] & 31), Int(bytes[head] >> 5) + 1)
      let highByteCount = isNarrow ? (count * highWidth + 7) / 8 : count * highWidth
      end = head + 1 + highByteCount + count
      guard end <= bytes.count else { return nil }
      isBlock = isNarrow || highWidth <= 4
      let start = isNarrow ? end - count : head + 1
      indices = bytes[start..<start + count]
    }
  }

  /// Whoever decodes a block, passes over it or reads one value says the same of any bytes.
  @Test func anyBytesAreTheSameToAllWhoReadThem() {
    var random = SplitMix64(seed: TestSeed.value)
    let output = Column<UInt32>(capacity: 128)
    for round in 0..<10_000 {
      let byteCount = random.below(random.pick([3, 40, 130, 700])) + 1
      var bytes = (0..<byteCount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      // Mostly a narrow block with few patches, whose indices are good.
      if random.chance(0.7) { bytes[0] = random.pick([0, 0x80, 0xA0]) | UInt8(random.below(4)) }
      if random.chance(0.7) { bytes = bytes.map { $0 & 0x7F | ($0 & 0x80 & bytes[0]) } }
      if random.chance(0.5) {
        let head = 1 + 16 * Int(bytes[0] & 0x5F)
        if head < bytes.count { bytes[head] &= 0xE3 }
      }
      let parts = Parts(bytes)
      let comment: Comment = "round \(round), seed \(TestSeed.value): \(bytes.prefix(60))"
      var writer = ByteWriter()
      for byte in bytes { writer.append(byte) }
      #expect((try? PatchedBlock.end(writer.bytes, at: 0)) == parts?.end, comment)
      let isBlock = parts?.isBlock ?? false
      for slot in [0, random.below(128), 127] {
        let value = try? PatchedBlock.value(slot, of: writer.bytes, at: 0)
        #expect((value != nil) == isBlock, comment)
      }
      let isWhole = isBlock && parts?.indices.allSatisfy { $0 < 128 } ?? false
      let end = try? PatchedBlock.decode(writer.bytes, at: 0, into: output.view)
      #expect(end == (isWhole ? parts?.end : nil), comment)
    }
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
