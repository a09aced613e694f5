import TestSupport
import Testing

@testable import Index

/// Integers bit by bit, with every parameter, and bytes that no writer made.
struct RiceCodeTests {
  /// What was written, with the bytes after it that a reader may load.
  private func padded(_ writer: borrowing ByteWriter) -> ByteWriter {
    var padded = ByteWriter()
    padded.append(writer.bytes)
    padded.append(UInt64.max)
    return padded
  }

  @Test(arguments: 0...RiceCode.maxParameter)
  func codesComeBack(parameter: Int) {
    var random = SplitMix64(seed: TestSeed.value)
    let limit = UInt64(RiceCode.escapeQuotient) << UInt64(parameter)
    var values: [UInt64] = [0, 1, limit - 1, limit, limit + 1, 0xFFFF_FFFF]
    for _ in 0..<300 { values.append(random.next() >> UInt64(random.number(in: 32...63))) }
    var writer = ByteWriter()
    var bits = BitWriter()
    bits.append(5, bitCount: 3, to: &writer)
    for value in values {
      bits.append(rice: value, parameter: parameter, to: &writer)
      bits.append(rice: value & 15, parameter: 0, to: &writer)
    }
    bits.finish(&writer)
    let bytes = padded(writer)
    var reader = RiceReader(bytes.bytes, at: 0..<writer.count)
    var pairs = reader
    #expect(reader.bits(3) == 5)
    for value in values {
      #expect(!reader.isAtEnd)
      #expect(reader.next(parameter) == value, "seed \(TestSeed.value)")
      #expect(reader.next(0) == value & 15, "seed \(TestSeed.value)")
    }
    #expect(reader.isAtEnd)
    #expect(pairs.bits(3) == 5)
    for value in values {
      let pair = pairs.nextPair(parameter)
      #expect(pair?.first == value && pair?.second == value & 15, "seed \(TestSeed.value)")
    }
    #expect(pairs.isAtEnd)
  }

  /// Many unary codes are passed over as they are read one by one.
  @Test func passingOverIsReading() {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<2_000 {
      var writer = ByteWriter()
      let mask = random.next() & random.next()
      for _ in 0..<random.below(60) {
        writer.append(UInt8(truncatingIfNeeded: random.next() & mask))
      }
      let bytes = padded(writer)
      let start = random.number(in: 0...writer.count * 8)
      let end = random.number(in: start...writer.count * 8)
      var plain = RiceReader(bytes.bytes, from: start, to: end)
      var count = 0
      while true {
        var fast = RiceReader(bytes.bytes, from: start, to: end)
        let isThere = fast.skipUnaries(count)
        #expect(isThere, "seed \(TestSeed.value)")
        #expect(fast.position == plain.position, "seed \(TestSeed.value)")
        if plain.nextUnary() == nil { break }
        count += 1
      }
      for more in 1...80 {
        var fast = RiceReader(bytes.bytes, from: start, to: end)
        let isThere = fast.skipUnaries(count + more)
        #expect(!isThere, "seed \(TestSeed.value)")
      }
    }
  }

  @Test func anyBytesAreCodesOrEnd() {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<2_000 {
      var writer = ByteWriter()
      let isSparse = random.chance(0.5)
      for _ in 0..<random.below(40) {
        writer.append(isSparse ? 0 : UInt8(truncatingIfNeeded: random.next()))
      }
      let bytes = padded(writer)
      let parameter = random.number(in: 0...RiceCode.maxParameter)
      var reader = RiceReader(bytes.bytes, at: 0..<writer.count)
      var count = 0
      while random.chance(0.5) ? reader.next(parameter) != nil : reader.nextPair(parameter) != nil {
        count += 1
      }
      #expect(count <= writer.count * 8)
    }
  }

  @Test func whatIsLeftIsNoticed() {
    var writer = ByteWriter()
    var bits = BitWriter()
    bits.append(rice: 1, parameter: 2, to: &writer)
    bits.finish(&writer)
    #expect(writer.bytes.copied() == [0b101])
    for (bytes, isWhole) in [([0b101], true), ([0b1101], false), ([0b101, 0], false)] {
      var writer = ByteWriter()
      for byte in bytes { writer.append(UInt8(byte)) }
      let memory = padded(writer)
      var reader = RiceReader(memory.bytes, at: 0..<bytes.count)
      #expect(reader.next(2) == 1)
      #expect(reader.isAtEnd == isWhole)
    }
  }

  /// A code may end where its byte does: then not even zeros may follow.
  @Test func aByteOfZerosIsNoRestOfAByte() {
    var writer = ByteWriter()
    var bits = BitWriter()
    bits.append(rice: 21, parameter: 2, to: &writer)
    bits.finish(&writer)
    #expect(writer.bytes.copied() == [0b1000_0001])
    let memory = padded(writer)
    var reader = RiceReader(memory.bytes, at: 0..<1)
    #expect(reader.next(2) == 21)
    #expect(reader.isAtEnd)
    #expect(reader.bits(1) == nil && reader.next(0) == nil && reader.nextVariable() == nil)
    writer.append(UInt8(0))
    let longer = padded(writer)
    reader = RiceReader(longer.bytes, at: 0..<2)
    #expect(reader.next(2) == 21)
    #expect(!reader.isAtEnd)
  }

  /// The logarithm of 11 / 16 of the mean, computed the long way.
  @Test func parametersFollowTheMean() {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<10_000 {
      let sum = random.next() >> UInt64(random.number(in: 5...63))
      let count = random.number(in: 1...random.pick([4, 127, 1_000_000]))
      let mean = sum * 11 / (UInt64(count) * 16)
      var expected = 0
      while expected < RiceCode.maxParameter, mean >> UInt64(expected) > 1 { expected += 1 }
      #expect(
        RiceCode.parameter(sum: sum, count: count) == expected,
        "\(sum) / \(count), seed \(TestSeed.value)")
    }
    #expect(RiceCode.parameter(sum: 0, count: 1) == 0)
    for parameter in 0...RiceCode.maxParameter {
      #expect(RiceCode.parameter(sum: 16 << UInt64(parameter), count: 11) == parameter)
    }
  }
}
