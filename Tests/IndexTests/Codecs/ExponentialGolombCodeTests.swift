import TestSupport
import Testing

@testable import Index

/// Integers of any size bit by bit, one by one and several at once.
struct ExponentialGolombCodeTests {
  /// The bits of a code as it is described, first to last.
  private func naive(_ value: UInt64, _ parameter: Int) -> [Bool] {
    let sum = value + 1 << UInt64(parameter)
    var zeros = 0
    while sum >> UInt64(zeros + parameter + 1) != 0 { zeros += 1 }
    func bits(_ value: UInt64, _ count: Int) -> [Bool] {
      (0..<count).map { value >> UInt64($0) & 1 != 0 }
    }
    if zeros >= 16 { return bits(0, 16) + bits(value, 56) }
    return bits(0, zeros) + [true] + bits(sum, zeros + parameter)
  }

  private func encode(_ values: [UInt64], _ parameter: Int) -> ByteWriter {
    var writer = ByteWriter()
    var bits = BitWriter()
    for value in values { bits.append(exponential: value, parameter: parameter, to: &writer) }
    bits.finish(&writer)
    return writer
  }

  /// What was written, with the bytes after it that a reader may load.
  private func padded(_ bytes: [UInt8]) -> ByteWriter {
    var padded = ByteWriter()
    padded.append(bytes.span)
    padded.append(UInt64.max)
    return padded
  }

  @Test(arguments: [0, 1, 2, 3, 14, ExponentialGolombCode.maxParameter])
  func codesComeBack(parameter: Int) {
    var random = SplitMix64(seed: TestSeed.value)
    var values: [UInt64] = [0, 1, 2, 6, 7, 8, 1 << 56 - 1]
    for zeros in [15, 16] as [UInt64] {
      let first: UInt64 = (1 << zeros - 1) << UInt64(parameter)
      for value in [first - 1, first, first + 1] { values.append(value) }
    }
    for _ in 0..<300 { values.append(random.next() >> UInt64(random.number(in: 8...63))) }
    let writer = encode(values, parameter)
    let bytes = writer.bytes.copied()
    extendLifetime(writer)
    let expected = values.flatMap { naive($0, parameter) }
    for (index, bit) in expected.enumerated() {
      #expect((bytes[index / 8] >> UInt8(index % 8) & 1 != 0) == bit, "bit \(index)")
    }
    #expect(bytes.count == (expected.count + 7) / 8)
    #expect(
      values.reduce(0) { $0 + ExponentialGolombCode.bitCount($1, parameter: parameter) }
        == expected.count)
    let memory = padded(bytes)
    var reader = RiceReader(memory.bytes, at: 0..<bytes.count)
    for value in values {
      #expect(!reader.isAtEnd)
      #expect(reader.nextExponential(parameter) == value, "seed \(TestSeed.value)")
    }
    #expect(reader.isAtEnd)
    #expect(reader.nextExponential(parameter) == nil || !reader.isAtEnd)
    extendLifetime(memory)
  }

  /// What is read out of the bits at hand is what is read one by one, or is said to be long.
  @Test func severalAtOnceAreTheSame() {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<2_000 {
      let isSparse = random.chance(0.3)
      let bytes = (0..<random.number(in: 1...12)).map { _ in
        isSparse && random.chance(0.6) ? 0 : UInt8(truncatingIfNeeded: random.next())
      }
      let memory = padded(bytes)
      var reader = RiceReader(memory.bytes, at: 0..<bytes.count)
      reader.skip(random.below(8))
      let start = reader.position
      guard let word = reader.peek() else { continue }
      var bits = ExponentialBits(word)
      var isSame = true
      for _ in 0..<random.number(in: 1...5) {
        let parameter = random.below(15)
        switch random.below(3) {
        case 0:
          let value = bits.nextSigned()
          guard !bits.isLong, let other = reader.nextExponential(0) else { break }
          isSame = isSame && value == ExponentialGolombCode.unzigzag(other)
        case 1:
          let value = bits.next(bitCount: parameter)
          guard !bits.isLong, let other = reader.bits(parameter) else { break }
          isSame = isSame && value == other
        default:
          let value = bits.next(parameter)
          guard !bits.isLong, let other = reader.nextExponential(parameter) else { break }
          isSame = isSame && UInt64(value) == other
        }
        if bits.isLong || reader.position - start != bits.count { break }
      }
      #expect(isSame, "\(bytes), seed \(TestSeed.value)")
      extendLifetime(memory)
    }
  }

  @Test func numbersAroundZeroAreNumbersFromZeroOn() {
    #expect([0, -1, 1, -2, 2].map(ExponentialGolombCode.zigzag) == [0, 1, 2, 3, 4])
    for value in [0, 1, -1, 77, -78, 1 << 40, -(1 << 40)] {
      #expect(ExponentialGolombCode.unzigzag(ExponentialGolombCode.zigzag(value)) == value)
    }
  }
}
