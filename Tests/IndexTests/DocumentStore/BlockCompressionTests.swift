import TestSupport
import Testing
import Tokenizer

@testable import Index

@Suite struct BlockCompressionTests {
  static func compress(_ raw: [UInt8]) -> [UInt8] {
    let compressor = BlockCompressor()
    var output = ByteWriter()
    raw.span.withBytes { compressor.compress($0, to: &output) }
    return output.bytes.copied()
  }

  /// The first `count` bytes of a block, with `slack` bytes of room behind them.
  static func decompress(
    _ block: [UInt8], count: Int? = nil, slack: Int = 64
  ) throws(BlockDecompressor.Failure) -> [UInt8] {
    try block.span.withBytes { bytes throws(BlockDecompressor.Failure) in
      let decompressor = try BlockDecompressor(bytes)
      let count = count ?? decompressor.rawByteCount
      let output = Column<UInt8>(capacity: count + slack)
      for index in 0..<output.capacity { output[index] = 0xEE }
      try decompressor.decompress(count, to: output.view)
      return output.view.bytes(count: count).copied()
    }
  }

  /// The definition of the format, byte by byte; nil for what is none.
  static func naiveDecompress(_ block: [UInt8]) -> [UInt8]? {
    var input = block[...]
    func next() -> Int? { input.popFirst().map { Int($0) } }
    func length(_ nibble: Int) -> Int? {
      if nibble < 15 { return nibble }
      var sum = 15
      while let byte = next() {
        sum += byte
        if byte < 255 { return sum }
      }
      return nil
    }
    var rawByteCount = 0
    var shift = 0
    while true {
      guard let byte = next(), shift < 56 else { return nil }
      rawByteCount |= (byte & 0x7F) << shift
      shift += 7
      if byte < 128 { break }
    }
    if input.count == rawByteCount { return Array(input) }
    if rawByteCount == 0 || rawByteCount > 65_536 { return nil }
    var output: [UInt8] = []
    while true {
      guard let token = next(), let literalCount = length(token >> 4),
        literalCount <= input.count
      else { return nil }
      output += input.prefix(literalCount)
      input = input.dropFirst(literalCount)
      if input.isEmpty { return output.count == rawByteCount ? output : nil }
      guard let low = next(), let high = next() else { return nil }
      let distance = low | high << 8
      guard let extra = length(token & 15), distance > 0, distance <= output.count,
        output.count + extra + 4 <= rawByteCount
      else { return nil }
      for _ in 0..<extra + 4 { output.append(output[output.count - distance]) }
    }
  }

  static func samples() -> [[UInt8]] {
    var random = SplitMix64(seed: TestSeed.value)
    var samples: [[UInt8]] = []
    for count in Array(0...80) + [255, 256, 270, 271, 4095, 4096, 32_768, 65_535, 65_536, 65_537] {
      samples.append([UInt8](repeating: 7, count: count))
      samples.append(random.bytes(count))
      samples.append(random.bytes(count, below: 1))
      samples.append(random.bytes(count, below: 3))
      samples.append(random.prose(count))
      let period = Int.random(in: 1...40, using: &random)
      let pattern = random.bytes(period)
      samples.append((0..<count).map { pattern[$0 % period] })
    }
    for _ in 0..<50 {
      // Long literals, then long matches far away.
      let head = random.bytes(Int.random(in: 1...30_000, using: &random))
      let start = Int.random(in: 0..<head.count, using: &random)
      samples.append(head + random.bytes(300) + head[start...] + random.prose(100))
    }
    return samples
  }

  @Test func returnsWhatWasCompressed() throws {
    for raw in Self.samples() {
      let block = Self.compress(raw)
      #expect(block.count <= raw.count + 5)
      #expect(try Self.decompress(block) == raw, "\(raw.count) bytes, seed \(TestSeed.value)")
      #expect(try Self.decompress(block, slack: 0) == raw)
      #expect(Self.naiveDecompress(block) == raw)
    }
  }

  @Test func restoresEveryPrefix() throws {
    var random = SplitMix64(seed: TestSeed.value)
    for raw in Self.samples() where !raw.isEmpty {
      let block = Self.compress(raw)
      let counts =
        [0, 1, raw.count - 1] + (0..<10).map { _ in Int.random(in: 0..<raw.count, using: &random) }
      for count in counts where count >= 0 {
        for slack in [0, 1, 64] {
          let prefix = try Self.decompress(block, count: count, slack: slack)
          #expect(
            prefix == Array(raw[..<count]), "\(count) of \(raw.count), seed \(TestSeed.value)")
        }
      }
    }
  }

  @Test func compressesProse() {
    var random = SplitMix64(seed: 1)
    let raw = random.prose(32_768)
    #expect(Self.compress(raw).count < raw.count * 3 / 4)
    #expect(Self.compress([UInt8](repeating: 32, count: 65_536)).count < 300)
  }

  /// The golden bytes of the example in FileFormat.md.
  @Test func theExampleOfTheSpecificationIsExact() throws {
    let raw = Array("she sells sea shells by the sea shore".utf8)
    let expected = """
      25  f1 01 73 68 65 20 73 65 6c 6c 73 20 73 65 61 20 73 68 0b 00
      41 62 79 20 74 18 00  70 61 20 73 68 6f 72 65
      """
    #expect(Self.compress(raw).hex == normalizedHex(expected))
    #expect(try Self.decompress(Self.compress(raw)) == raw)
  }

  /// Debug builds check every access, so a wrong one ends the test.
  @Test func hostileBlocksFailAsTheDefinitionDoes() {
    var random = SplitMix64(seed: TestSeed.value)
    let samples = Self.samples().filter { (20...5000).contains($0.count) }.map(Self.compress)
    for round in 0..<5000 {
      var block = samples[round % samples.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<min(block.count, 200), using: &random)
        block[place] =
          [0, 0xFF, 0x0F, 0xF0, UInt8.random(in: .min ... .max, using: &random)][
            Int.random(in: 0..<5, using: &random)]
      }
      if round % 5 == 0 { block.removeLast(Int.random(in: 0..<block.count, using: &random)) }
      let restored = try? Self.decompress(block)
      if restored?.count ?? 0 <= 65_536 {
        #expect(restored == Self.naiveDecompress(block), "round \(round), seed \(TestSeed.value)")
      }
      for slack in [0, 16] { _ = try? Self.decompress(block, slack: slack) }
      if let decompressor = try? block.span.withBytes({ try BlockDecompressor($0) }) {
        let count = Int.random(in: 0...decompressor.rawByteCount, using: &random)
        _ = try? Self.decompress(block, count: count, slack: 64)
      }
    }
  }

  @Test func randomBytesNeverTrap() {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<20_000 {
      let block = random.bytes(Int.random(in: 0...60, using: &random))
      let restored = try? Self.decompress(block)
      #expect(restored == Self.naiveDecompress(block), "\(block), seed \(TestSeed.value)")
    }
  }
}
