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
    #expect(PatchedBlock.isAsEncoded(writer.bytes, at: 1, formatVersion: 5))
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
  /// for a bit more than it takes; of those that cost the same, that with the fewest patches.
  private func cheapestLayout(of values: [UInt32]) -> (header: Int, byteCount: Int) {
    let maximum = values.max() ?? 0
    let maxWidth = 32 - maximum.leadingZeroBitCount
    var best = (cost: Int.max, header: 0, byteCount: 0)
    for width in (0...maxWidth).reversed() {
      var patchCount = values.count { UInt64($0) >> UInt64(width) != 0 }
      if patchCount > 31 { break }
      var byteCount = 1 + 16 * width
      var header = width
      if width < maxWidth {
        let high = maximum >> UInt32(width)
        let codeBits = 7 + 32 - (high - 1).leadingZeroBitCount
        let highBytes = (39 - high.leadingZeroBitCount) / 8
        let patchByteCount =
          1 + (high > 128 ? patchCount * (1 + highBytes) : (patchCount * codeBits + 7) / 8)
        let stepCount = values.reduce(0) { $0 + Int($1 >> UInt32(width)) }
        if stepCount <= 28, Steps.byteCount(count: stepCount) <= patchByteCount {
          (header, patchCount) = (header | 0xE0, stepCount)
          byteCount += Steps.byteCount(count: stepCount)
        } else {
          header |= high > 128 ? 0x80 : 0xC0
          byteCount += patchByteCount
        }
      }
      let cost = 8 * byteCount + patchCount
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
      // As many patches as there may be of a kind, one less, one more, and fewer.
      let outlierCount = random.pick([27, 28, 29, 30, 31, 32, random.below(12), random.below(24)])
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

  /// Which of two kinds patches are of is no choice: a reader of format 5 knows the one that is shorter.
  @Test func patchesOfTheLongerKindAreNoticed() throws {
    var codes = ByteWriter()
    codes.append(0xC0 as UInt8)
    codes.append(4 as UInt8)
    var bits = BitWriter()
    for index in [9, 70, 71, 100] as [UInt64] { bits.append(index, bitCount: 7, to: &codes) }
    bits.finish(&codes)
    let values = Column<UInt32>(capacity: 128)
    _ = try PatchedBlock.decode(codes.bytes, at: 0, into: values.view)
    #expect(PatchedBlock.isAsEncoded(codes.bytes, at: 0, formatVersion: 4))
    #expect(!PatchedBlock.isAsEncoded(codes.bytes, at: 0, formatVersion: 5))
    var steps = ByteWriter()
    PatchedBlock.encode(values.view, into: &steps)
    #expect(steps.bytes[0] == 0xE0 && steps.count < codes.count)
    #expect(!PatchedBlock.isAsEncoded(steps.bytes, at: 0, formatVersion: 4))
    // The same step 13 times is longer than a high of 13.
    var longer = ByteWriter()
    longer.append(0xE0 as UInt8)
    for index in 0..<128 { values[index] = index == 70 ? 13 : 0 }
    let patched = PatchedValues(values.view, width: 0)
    Steps.encode(patched, of: values.view, count: 13, into: &longer)
    #expect(try PatchedBlock.decode(longer.bytes, at: 0, into: values.view) == longer.count)
    #expect(values[70] == 13)
    #expect(!PatchedBlock.isAsEncoded(longer.bytes, at: 0, formatVersion: 5))
  }

  /// Patches of bytes, which all had before format 3, and now those have that are large; and those
  /// of bits that format 3 has.
  @Test(
    arguments: [
      (0x82, 0, 0xFA), (0x82, 1, 0xFFFA), (0x82, 3, 0x3FFF_FFFA), (0xA2, 7, 0xFA), (0xA2, 2, 6),
    ] as [(UInt8, UInt8, UInt32)])
  func patchesOfOtherKindsAreRead(header: UInt8, size: UInt8, high: UInt32) throws {
    var writer = ByteWriter()
    writer.append(header)
    for _ in 0..<32 { writer.append(UInt8(0xFF)) }
    writer.append(2 | size << 5)
    if header == 0xA2 {
      let bits = high | (high - 1) << UInt32(size + 1)
      writer.append(bits, byteCount: (2 * Int(size + 1) + 7) / 8)
    }
    for index in [9, 70] as [UInt8] { writer.append(index) }
    if header == 0x82 {
      writer.append(high, byteCount: Int(size) + 1)
      writer.append(high - 1, byteCount: Int(size) + 1)
    }
    let output = Column<UInt32>(capacity: 128)
    #expect(try PatchedBlock.decode(writer.bytes, at: 0, into: output.view) == writer.count)
    #expect(try PatchedBlock.end(writer.bytes, at: 0) == writer.count)
    for version in SegmentVersion.supported {
      // Highs of up to 8 bits are bits in format 3, those of up to 128 codes in format 4.
      let isOfFormat = header == 0xA2 ? version == 3 : version != 3 || size > 0
      #expect(
        PatchedBlock.isAsEncoded(writer.bytes, at: 0, formatVersion: UInt32(version))
          == isOfFormat)
    }
    for slot in 0..<128 {
      let expected = slot == 9 ? 3 + high << 2 : slot == 70 ? 3 + (high - 1) << 2 : 3
      #expect(output[slot] == expected)
      #expect(try PatchedBlock.value(slot, of: writer.bytes, at: 0) == expected)
    }
  }

  /// Bytes that mean the same as those an encoder writes are told apart from them.
  @Test func otherBytesForTheSameAreNoticed() throws {
    /// Two patches, 7 = 1 + 3 << 1 at 9 and 5 = 1 + 2 << 1 at 70, with highs of `highBits`.
    func block(_ codes: [(index: UInt64, high: UInt64)], highBits: Int, fill: UInt64) -> [UInt8] {
      var writer = ByteWriter()
      writer.append(0xC1 as UInt8)
      for _ in 0..<16 { writer.append(0xFF as UInt8) }
      writer.append(UInt8(codes.count | highBits << 5))
      var bits = BitWriter()
      for code in codes {
        bits.append(code.index | (code.high - 1) << 7, bitCount: 7 + highBits, to: &writer)
      }
      bits.append(fill, bitCount: (8 - (7 + highBits) * codes.count % 8) % 8, to: &writer)
      bits.finish(&writer)
      return writer.bytes.copied()
    }
    let values = Column<UInt32>(capacity: 128)
    for index in 0..<128 { values[index] = index == 9 ? 7 : index == 70 ? 5 : 1 }
    var encoded = ByteWriter()
    PatchedBlock.encode(values.view, into: &encoded)
    let right = block([(9, 3), (70, 2)], highBits: 2, fill: 0)
    #expect(encoded.bytes.copied() == right)
    for (other, isAsEncoded) in [
      (right, true),
      (block([(9, 3), (70, 2)], highBits: 2, fill: 1), false),
      (block([(9, 3), (70, 2)], highBits: 3, fill: 0), false),
      (block([(70, 2), (9, 3)], highBits: 2, fill: 0), false),
    ] {
      var writer = ByteWriter()
      for byte in other { writer.append(byte) }
      writer.reserve(8)
      let output = Column<UInt32>(capacity: 128)
      _ = try PatchedBlock.decode(writer.bytes, at: 0, into: output.view)
      for index in 0..<128 { #expect(output[index] == values[index]) }
      #expect(
        PatchedBlock.isAsEncoded(writer.bytes, at: 0, formatVersion: 4) == isAsEncoded)
      #expect(
        PatchedBlock.isAsEncoded(writer.bytes, at: 0, formatVersion: 5) == isAsEncoded)
      #expect(!PatchedBlock.isAsEncoded(writer.bytes, at: 0, formatVersion: 3))
    }
    var none = ByteWriter()
    none.append(0xC0 as UInt8)
    none.append(0 as UInt8)
    #expect(!PatchedBlock.isAsEncoded(none.bytes, at: 0, formatVersion: 4))
  }

  /// Bytes for patches whose highs are bytes, or bits, which mean the same as others, or more than 32
  /// bits hold, are told apart from those that an encoder of a format writes.
  @Test(
    arguments: [
      // Highs of two bytes in every format.
      (0x80, 2, [(9, 3), (70, 0x105)], [1, 2, 3, 4, 5]),
      (0x80, 3, [(9, 3), (70, 0x105)], []),
      (0x80, 2, [(70, 3), (9, 0x105)], []),
      (0x80, 2, [(9, 3), (9, 0x105)], []),
      (0x80, 2, [(9, 0), (70, 0x105)], []),
      (0x80, 1, [(9, 3), (70, 128)], [1, 2]),
      (0x80, 1, [(9, 3), (70, 129)], [1, 2, 4, 5]),
      (0x80, 1, [(9, 3), (70, 255)], [1, 2, 4, 5]),
      (0x90, 2, [(9, 3), (70, 0xFFFF)], [1, 2, 3, 4, 5]),
      (0x91, 2, [(9, 3), (70, 0xFFFF)], []),
      // Bits, only in format 3.
      (0xA0, 8, [(9, 3), (70, 128)], [3]),
      (0xA0, 8, [(9, 3), (70, 127)], []),
      (0xA0, 7, [(9, 3), (70, 127)], [3]),
      (0xA0, 7, [(70, 127), (9, 3)], []),
      (0xA0, 7, [(9, 0), (70, 127)], []),
      (0xB9, 7, [(9, 3), (70, 127)], [3]),
      (0xBA, 7, [(9, 3), (70, 127)], []),
    ] as [(UInt8, Int, [(index: UInt8, high: UInt32)], [UInt32])])
  func otherBytePatchesForTheSameAreNoticed(
    header: UInt8, size: Int, patches: [(index: UInt8, high: UInt32)], versions: [UInt32]
  ) throws {
    var writer = ByteWriter()
    writer.append(header)
    for _ in 0..<16 * Int(header & 0x1F) { writer.append(0xFF as UInt8) }
    writer.append(UInt8(patches.count | (size - 1) << 5))
    if header & 0xE0 == 0xA0 {
      var bits = BitWriter()
      for patch in patches { bits.append(UInt64(patch.high), bitCount: size, to: &writer) }
      bits.finish(&writer)
    }
    for patch in patches { writer.append(patch.index) }
    if header & 0xE0 == 0x80 {
      for patch in patches { writer.append(patch.high, byteCount: size) }
    }
    let output = Column<UInt32>(capacity: 128)
    #expect(try PatchedBlock.decode(writer.bytes, at: 0, into: output.view) == writer.count)
    let right = (1...5 as ClosedRange<UInt32>).filter {
      PatchedBlock.isAsEncoded(writer.bytes, at: 0, formatVersion: $0)
    }
    #expect(right == versions)
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
      let width = Int(header >= 0x80 ? header & 0x1F : header)
      let head = 1 + 16 * width
      guard width <= 32, head <= bytes.count else { return nil }
      guard header >= 0x80 else {
        (end, isBlock, indices) = (head, true, [])
        return
      }
      guard head < bytes.count else { return nil }
      let (count, size) = (Int(bytes[head] & 31), Int(bytes[head] >> 5))
      let highByteCount: Int
      switch header & 0xE0 {
      case 0xE0: highByteCount = (count == 0 ? 1 : Steps.byteCount(count: count)) - 1 - count
      case 0xC0: highByteCount = (count * (7 + size) + 7) / 8 - count
      case 0xA0: highByteCount = (count * (size + 1) + 7) / 8
      default: highByteCount = count * (size + 1)
      }
      end = head + 1 + highByteCount + count
      guard end <= bytes.count else { return nil }
      switch header & 0xE0 {
      case 0xE0: (isBlock, indices) = ((1...28).contains(count), [])
      case 0xC0: (isBlock, indices) = (true, [])
      case 0xA0: (isBlock, indices) = (true, bytes[end - count..<end])
      case 0x80: (isBlock, indices) = (size < 4, bytes[head + 1..<head + 1 + count])
      default: (isBlock, indices) = (false, [])
      }
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
      if random.chance(0.7) {
        bytes[0] = random.pick([0, 0x80, 0xA0, 0xC0, 0xE0]) | UInt8(random.below(4))
      }
      if random.chance(0.7) { bytes = bytes.map { $0 & 0x7F | ($0 & 0x80 & bytes[0]) } }
      if random.chance(0.5) {
        let head = 1 + 16 * Int(bytes[0] & 0x1F)
        if head < bytes.count { bytes[head] &= 0xE3 }
      }
      let parts = Parts(bytes)
      let comment: Comment = "round \(round), seed \(TestSeed.value): \(bytes.prefix(60))"
      var writer = ByteWriter()
      for byte in bytes { writer.append(byte) }
      // As in a file, where something follows.
      writer.reserve(8)
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
      writer.reserve(8)
      let end = try? PatchedBlock.decode(writer.bytes, at: 0, into: output.view)
      if let end {
        #expect(end <= writer.count)
        #expect((try? PatchedBlock.end(writer.bytes, at: 0)) == end)
        _ = PatchedBlock.isAsEncoded(writer.bytes, at: 0, formatVersion: 5)
        _ = PatchedBlock.isBelow24Bits(writer.bytes, at: 0)
      }
    }
  }
}
