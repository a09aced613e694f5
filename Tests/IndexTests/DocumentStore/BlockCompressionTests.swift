import TestSupport
import Testing
import Tokenizer

@testable import Index

@Suite struct BlockCompressionTests {
  static func compress(_ raw: [UInt8], after prefix: [UInt8] = []) -> [UInt8] {
    prefix.span.withBytes { prefix in
      let compressor = BlockCompressor(after: prefix)
      var output = ByteWriter()
      // Twice: nothing is left of a block when the next begins.
      for _ in 0..<2 {
        output.removeAll()
        raw.span.withBytes { compressor.compress($0, to: &output) }
      }
      return output.bytes.copied()
    }
  }

  /// The first `count` bytes of a block, with `slack` bytes of room behind them.
  static func decompress(
    _ block: [UInt8], after prefix: [UInt8] = [], count: Int? = nil, slack: Int = 64
  ) throws(BlockDecompressor.Failure) -> [UInt8] {
    try block.span.withBytes { bytes throws(BlockDecompressor.Failure) in
      try prefix.span.withBytes { prefix throws(BlockDecompressor.Failure) in
        let decompressor = try BlockDecompressor(bytes, after: prefix)
        let count = count ?? decompressor.rawByteCount
        let output = Column<UInt8>(capacity: count + slack)
        for index in 0..<output.capacity { output[index] = 0xEE }
        try decompressor.decompress(count, to: output.view)
        return output.view.bytes(count: count).copied()
      }
    }
  }

  /// The definition of the format, byte by byte; nil for what is none.
  static func naiveDecompress(_ block: [UInt8], after prefix: [UInt8] = []) -> [UInt8]? {
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
    var output = prefix
    while true {
      guard let token = next(), let literalCount = length(token >> 4),
        literalCount <= input.count
      else { return nil }
      output += input.prefix(literalCount)
      input = input.dropFirst(literalCount)
      if input.isEmpty {
        return output.count == prefix.count + rawByteCount ? Array(output[prefix.count...]) : nil
      }
      guard let low = next(), let high = next() else { return nil }
      let distance = low | high << 8
      guard let extra = length(token & 15), distance > 0, distance <= output.count,
        output.count + extra + 4 <= prefix.count + rawByteCount
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

  /// A block that goes on from a prefix repeats it, across where it ends as well.
  @Test func aPrefixIsRepeated() throws {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<300 {
      let prefix = random.prose([1, 3, 4, 5, 100, 512, 32_768, 65_535][round % 8])
      var raw: [UInt8] = []
      for _ in 0..<Int.random(in: 0...60, using: &random) {
        let start = Int.random(in: 0..<prefix.count, using: &random)
        let end = Int.random(in: start...min(prefix.count, start + 40), using: &random)
        raw += prefix[start..<end]
        if round % 3 == 0 { raw += random.bytes(3) }
      }
      // What ends the prefix goes on, again and again.
      if round % 2 == 0 { raw = (prefix.suffix(7) + prefix.suffix(7) + raw).map { $0 } }
      let comment: Comment = "round \(round), seed \(TestSeed.value)"
      let block = Self.compress(raw, after: prefix)
      #expect(block.count <= raw.count + 5)
      if prefix.count == 32_768, raw.count > 500, round % 3 > 0 {
        #expect(block.count < raw.count * 2 / 3, comment)
        #expect(block.count < Self.compress(raw).count, comment)
      }
      #expect(Self.naiveDecompress(block, after: prefix) == raw, comment)
      for slack in [0, 64] {
        #expect(try Self.decompress(block, after: prefix, slack: slack) == raw, comment)
        let count = Int.random(in: 0...raw.count, using: &random)
        #expect(
          try Self.decompress(block, after: prefix, count: count, slack: slack)
            == Array(raw[..<count]), comment)
      }
    }
    // Too long to go on from it.
    let long = random.prose(65_000)
    #expect(Self.compress(long, after: Array(long[..<1_000])) == Self.compress(long))
  }

  /// Distances up to the start of the prefix, and beyond it.
  @Test func hostileBlocksWithAPrefixFailAsTheDefinitionDoes() {
    var random = SplitMix64(seed: TestSeed.value)
    let prefix = random.prose(300)
    let samples = (20...400).map { Self.compress(random.prose($0), after: prefix) }
    var restoredCount = 0
    for round in 0..<5000 {
      var block = samples[round % samples.count]
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        block[Int.random(in: 0..<block.count, using: &random)] =
          [0, 1, 2, 0xFF, UInt8.random(in: .min ... .max, using: &random)][
            Int.random(in: 0..<5, using: &random)]
      }
      let restored = try? Self.decompress(block, after: prefix)
      if restored != nil { restoredCount += 1 }
      if restored?.count ?? 0 <= 65_536 {
        #expect(
          restored == Self.naiveDecompress(block, after: prefix),
          "round \(round), seed \(TestSeed.value)")
      }
      _ = try? Self.decompress(block, after: prefix, slack: 0)
      _ = try? Self.decompress(block, after: Array(prefix[..<10]))
    }
    #expect(restoredCount > 0)
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
    let samples = Self.samples().filter { (20...5000).contains($0.count) }.map { Self.compress($0) }
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
