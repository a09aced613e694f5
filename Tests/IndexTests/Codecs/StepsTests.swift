import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Lists of the indices that are patched, beside bits written down one by one.
struct StepsTests {
  /// The bits of steps at these indices, as the specification says.
  private func bits(_ indices: [Int]) -> [Bool] {
    func number(_ value: Int, _ count: Int) -> [Bool] { (0..<count).map { value >> $0 & 1 == 1 } }
    var low = 7
    while 1 << (7 - low) < indices.count { low -= 1 }
    var bits = number(indices.count, 5)
    for part in 0..<128 >> low {
      if part > 0 { bits.append(false) }
      bits += indices.filter { $0 >> low == part }.map { _ in true }
    }
    for index in indices { bits += number(index & (1 << low - 1), low) }
    return bits
  }

  private func bytes(_ bits: [Bool]) -> [UInt8] {
    stride(from: 0, to: bits.count, by: 8).map { start in
      bits[start..<min(start + 8, bits.count)].reversed().reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
    }
  }

  /// What is made of `bytes`: the values that steps are added to, and where they end.
  private func add(_ bytes: [UInt8], _ width: Int) -> (values: [UInt32], end: Int)? {
    let output = Column<UInt32>(capacity: 128)
    return withWriter(bytes) { input in
      guard let end = try? Steps.add(input, at: 3, width, to: output.view) else { return nil }
      return ((0..<128).map { output[$0] }, end)
    }
  }

  /// Calls `body` with bytes that stand at 3, and after which some more can be read.
  private func withWriter<Result>(
    _ bytes: [UInt8], _ body: (Bytes) throws -> Result
  ) rethrows -> Result {
    var writer = ByteWriter()
    for byte in [1, 2, 3] + bytes { writer.append(byte) }
    writer.reserve(8)
    return try body(writer.bytes)
  }

  @Test(arguments: 1...Steps.maxCount)
  func allCountsComeBack(count: Int) throws {
    var random = SplitMix64(seed: TestSeed.value &+ UInt64(count))
    for round in 0..<100 {
      // All in few places, or anywhere, the first and the last too.
      let places = random.pick([1, 3, 128])
      let indices = (0..<count).map { _ in
        random.chance(0.1) ? random.pick([0, 127]) : random.below(places) * (127 / places) % 128
      }.sorted()
      let width = random.below(28)
      var expected = [UInt32](repeating: 0, count: 128)
      for index in indices { expected[index] += 1 << UInt32(width) }
      let values = Column<UInt32>(capacity: 128)
      for index in 0..<128 { values[index] = expected[index] | (1 << UInt32(width) - 1) }
      var encoded = ByteWriter()
      let patched = PatchedValues(values.view, width: width)
      Steps.encode(patched, of: values.view, count: count, into: &encoded)
      let comment: Comment = "round \(round), seed \(TestSeed.value): \(indices)"
      let bytes = bytes(bits(indices))
      #expect(encoded.bytes.copied() == bytes, comment)
      #expect(Steps.byteCount(count: count) == bytes.count, comment)
      let added = try #require(add(bytes, width))
      #expect(added.values == expected && added.end == 3 + bytes.count, comment)
      try withWriter(bytes) { input in
        #expect(Steps.end(input, at: 3) == 3 + bytes.count, comment)
        for slot in 0..<128 {
          #expect(try Steps.value(slot, of: input, at: 3, width) == expected[slot], comment)
        }
        let highs = try #require(Steps.highsAsEncoded(input, at: 3))
        #expect(highs.sum == count && highs.count == Set(indices).count, comment)
        #expect(highs.maximum == expected.max()! >> UInt32(width), comment)
      }
    }
  }

  /// Whatever the bytes are, they are steps within a block, or none.
  @Test func anyBytesAddWithinTheBlockOrThrow() {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<20_000 {
      let bytes = (0..<random.below(18)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let comment: Comment = "round \(round), seed \(TestSeed.value): \(bytes)"
      let count = Int(bytes.first ?? 0) & 31
      let byteCount = count > 0 && count <= 28 ? Steps.byteCount(count: count) : .max
      let added = add(bytes, 0)
      #expect((added != nil) == (byteCount <= bytes.count), comment)
      #expect(added.map { $0.end == 3 + byteCount } ?? true, comment)
      withWriter(bytes) { input in
        #expect(
          ((try? Steps.value(random.below(128), of: input, at: 3, 5)) != nil) == (added != nil))
        if added == nil { return }
        // Exactly the bytes of an encoder are taken for such.
        let values = added?.values ?? []
        let indices = (0..<128).flatMap { index in
          [Int](repeating: index, count: Int(values[index]))
        }
        let isAsEncoded =
          indices.count == count && self.bytes(bits(indices)) == Array(bytes[..<byteCount])
        #expect((Steps.highsAsEncoded(input, at: 3) != nil) == isAsEncoded, comment)
      }
    }
  }

  /// Bytes that mean the same as those an encoder writes are told apart from them.
  @Test func otherBytesForTheSameAreNoticed() {
    let indices = [9, 9, 70, 71, 100]
    let right = bits(indices)
    // Five bits of the count, 5 + 7 of high bits, four low bits each: three are left.
    #expect(right.count == 37)
    var filled = right
    filled += [false, true, false]
    var swapped = right
    swapped.swapAt(17 + 8, 17 + 12)
    var moved = right
    moved[16] = true
    for (bits, isRight) in [(right, true), (filled, false), (swapped, false), (moved, false)] {
      withWriter(bytes(bits)) { input in
        #expect((Steps.highsAsEncoded(input, at: 3) != nil) == isRight)
      }
    }
  }
}
