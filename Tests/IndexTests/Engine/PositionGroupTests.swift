import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Groups of positions beside bits written down one by one.
@Suite struct PositionGroupTests {
  /// The positions of the documents of a group.
  struct Documents {
    var positions: [[UInt32]]

    var firsts: [UInt32] { positions.map { $0[0] } }
    /// Less 1, as they are stored.
    var gaps: [UInt32] { positions.flatMap { zip($0.dropFirst(), $0).map { $0 - $1 - 1 } } }

    /// Few or many documents with few or many positions, close together, far apart, or mostly close
    /// together, so that some quotients are of hundreds of bits.
    init(_ random: inout SplitMix64) {
      let count = random.pick([1, 2, 127, 128, random.number(in: 1...128)])
      let (firstBits, gapBits) = (
        random.pick([0, 1, 5, 12, 24]), random.pick([0, 0, 1, 4, 12, 21])
      )
      let oftenChance = random.pick([0, 0.05, 0.5, 1])
      let maxFrequency = random.pick([2, 6, 40, 400])
      func value(_ bits: Int, _ random: inout SplitMix64) -> UInt32 {
        random.chance(0.004)
          ? 1 << UInt32(random.number(in: 8...26)) : UInt32(random.below(1 << bits))
      }
      positions = (0..<count).map { _ in
        var positions = [value(firstBits, &random)]
        let isOften = random.chance(oftenChance)
        for _ in 1..<(isOften ? random.number(in: 2...maxFrequency) : 1) {
          positions.append(positions[positions.count - 1] + value(gapBits, &random) + 1)
        }
        return positions
      }
    }

    /// The bits of values with a parameter.
    static func bitCount(_ values: [UInt32], _ parameter: Int) -> Int {
      values.reduce(0) { $0 + Int($1 >> UInt32(parameter)) + parameter + 1 }
    }

    /// The group of these documents, as the specification says.
    func bytes(_ firstParameter: Int, _ gapParameter: Int?) -> [UInt8] {
      func low(_ value: UInt32, _ count: Int) -> [Bool] {
        (0..<count).map { value >> UInt32($0) & 1 == 1 }
      }
      func unary(_ value: UInt32, _ parameter: Int) -> [Bool] {
        [Bool](repeating: false, count: Int(value >> UInt32(parameter))) + [true]
      }
      let (a, b) = (firstParameter, gapParameter ?? 0)
      var bits = low(UInt32(a), 4) + (gapParameter == nil ? [] : low(UInt32(b), 4))
      for value in firsts { bits += low(value, a) }
      for value in firsts { bits += unary(value, a) }
      for value in gaps { bits += unary(value, b) }
      let lows = gaps.reversed().flatMap { low($0, b) }
      while (bits.count + lows.count) % 8 != 0 { bits.append(false) }
      bits += lows
      return stride(from: 0, to: bits.count, by: 8).map { start in
        bits[start..<start + 8].reversed().reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
      }
    }

    /// Adds them to an encoder, in pieces.
    func append(to encoder: inout PositionGroupEncoder, _ random: inout SplitMix64) {
      let all = positions.flatMap { positions in
        positions.indices.map { ($0 == 0, positions[$0], $0 == 0 ? 0 : positions[$0 - 1]) }
      }
      var done = 0
      while done < all.count {
        let length = min(
          all.count - done, random.number(in: 1...PositionGroupEncoder.pieceLength))
        encoder.append { target in
          for (isFirst, position, last) in all[done..<done + length] {
            target.append(isFirst: isFirst, position, gap: position &- last)
          }
        }
        done += length
      }
    }

    func encoded(saysGaps: Bool, _ random: inout SplitMix64) -> [UInt8] {
      var encoder = PositionGroupEncoder()
      append(to: &encoder, &random)
      var writer = ByteWriter()
      encoder.write(
        count: positions.count, gapCount: gaps.count, saysGaps: saysGaps, to: &writer)
      return writer.bytes.copied()
    }
  }

  /// Calls `body` with the group of `count` documents in `bytes`, which stand at 3; after them come
  /// as many of the byte `next` as can be read, and no more.
  static func withGroup<Result>(
    _ bytes: [UInt8], count: Int, hasGaps: Bool, before next: UInt8,
    _ body: (inout PositionGroup) throws -> Result
  ) throws -> Result {
    var writer = ByteWriter()
    for byte in [1, 2, 3] + bytes + [UInt8](repeating: next, count: 8) { writer.append(byte) }
    let range = 3..<3 + bytes.count
    var group = try PositionGroup(
      writer.bytes.slice(at: 0, count: range.upperBound), range, count: count, hasGaps: hasGaps)
    defer { extendLifetime(writer) }
    return try body(&group)
  }

  /// What a group is asked for.
  struct Question {
    /// Whose first position; none if it is not asked for.
    var first: Int?
    var gapIndex: Int
    var gapCount: Int
    /// After how many gaps nothing more is wanted.
    var stop = Int.max

    /// The first position, if that is asked for, and the gaps, if there can be any.
    func answer(_ group: inout PositionGroup) throws -> [UInt32] {
      var answer: [UInt32] = []
      if let first { answer.append(try group.firstPosition(first)) }
      if first != nil, gapCount == 0 { return answer }
      var seen = 0
      try group.forEachGap(from: gapIndex, count: gapCount) { gap in
        answer.append(gap)
        seen += 1
        return seen >= stop
      }
      return answer
    }
  }

  /// Asks for documents in any steps forward, the same one again or an earlier one, for all or some
  /// of their positions.
  private static func check(
    _ documents: Documents, _ bytes: [UInt8], hasGaps: Bool, _ random: inout SplitMix64,
    _ comment: Comment
  ) throws {
    let all = documents.positions
    var gapIndices = [0]
    for positions in all {
      gapIndices.append(gapIndices[gapIndices.count - 1] + positions.count - 1)
    }
    let step = random.pick([1, 2, 40])
    let next: UInt8 = random.chance(0.5) ? 0 : 0xFF
    try withGroup(bytes, count: all.count, hasGaps: hasGaps, before: next) { group in
      var index = 0
      while index < all.count {
        let asked = random.chance(0.1) ? random.below(index + 1) : index
        let positions = all[asked]
        var question = Question(
          first: random.chance(0.9) ? asked : nil, gapIndex: gapIndices[asked],
          gapCount: random.chance(0.8) ? positions.count - 1 : 0)
        if random.chance(0.3) { question.stop = random.number(in: 1...positions.count) }
        let count = min(question.gapCount, question.stop)
        let wanted =
          (question.first == nil ? [] : [positions[0]])
          + (0..<count).map { positions[$0 + 1] - positions[$0] }
        let answer = try question.answer(&group)
        #expect(answer == wanted, "\(comment), document \(asked)")
        index += random.number(in: 0...step)
      }
    }
  }

  @Test func whatIsWrittenIsAsSpecifiedAndComesBack() throws {
    var random = SplitMix64(seed: TestSeed.value)
    var longest = 0
    for round in 0..<200 {
      let comment: Comment = "round \(round), seed \(TestSeed.value)"
      let documents = Documents(&random)
      let saysGaps = random.chance(0.5)
      let hasGaps = saysGaps || !documents.gaps.isEmpty
      let bytes = documents.encoded(saysGaps: saysGaps, &random)
      let (a, b) = (Int(bytes[0] & 15), Int(bytes[0] >> 4))
      #expect(bytes == documents.bytes(a, hasGaps ? b : nil), comment)
      #expect(!saysGaps || !documents.gaps.isEmpty || b == 0, comment)
      longest = max(longest, documents.firsts.reduce(0) { max($0, Int($1 >> UInt32(a))) })
      try Self.check(documents, bytes, hasGaps: hasGaps, &random, comment)
    }
    #expect(longest > 2 * 56, "quotients that no window holds, seed \(TestSeed.value)")
  }

  /// Not only those that a writer takes.
  @Test(arguments: 0...15) func groupsOfAnyParametersAreRead(parameter: Int) throws {
    var random = SplitMix64(seed: TestSeed.value &+ UInt64(parameter))
    for round in 0..<20 {
      let documents = Documents(&random)
      // The other one, and this one if it makes too many bits, are as they may be.
      func small(_ values: [UInt32], from least: Int) -> Int {
        (least..<15).first { Documents.bitCount(values, $0) < 1 << 17 } ?? 15
      }
      let other = random.below(16)
      let isFirst = random.chance(0.5)
      let a = small(documents.firsts, from: isFirst ? parameter : other)
      let b = small(documents.gaps, from: isFirst ? other : parameter)
      try Self.check(
        documents, documents.bytes(a, b), hasGaps: true, &random,
        "parameters \(a) and \(b), round \(round), seed \(TestSeed.value)")
    }
  }

  /// A hundredth more than with the best parameters, at most; a twentieth in one group.
  @Test func parametersAreNearlyTheBest() {
    var random = SplitMix64(seed: TestSeed.value)
    var (taken, least) = (0, 0)
    for round in 0..<300 {
      let documents = Documents(&random)
      let header = documents.encoded(saysGaps: true, &random)[0]
      for (values, parameter) in [
        (documents.firsts, Int(header & 15)), (documents.gaps, Int(header >> 4)),
      ] {
        let bitCount = Documents.bitCount(values, parameter)
        let best = (0...15).reduce(Int.max) { min($0, Documents.bitCount(values, $1)) }
        #expect(bitCount * 20 <= best * 21 + 20, "round \(round), seed \(TestSeed.value)")
        (taken, least) = (taken + bitCount, least + best)
      }
    }
    #expect(taken * 100 <= least * 101, "\(taken) bits, not \(least), seed \(TestSeed.value)")
  }

  /// A group is written when the document after it has begun, or many have.
  @Test func whatIsBehindAGroupStaysForTheNext() {
    var random = SplitMix64(seed: TestSeed.value)
    var encoder = PositionGroupEncoder()
    for round in 0..<100 {
      var parts = [Documents(&random), Documents(&random)]
      // As far as there is room.
      if parts[1].positions.count == 128 { parts[1].positions.removeLast() }
      let wanted = parts.map { $0.encoded(saysGaps: true, &random) }
      let comment: Comment = "round \(round), seed \(TestSeed.value)"
      if random.chance(0.2) {
        Documents(&random).append(to: &encoder, &random)
        encoder.removeAll()
      }
      for part in parts { part.append(to: &encoder, &random) }
      #expect(encoder.firstPosition == parts[0].firsts[0], comment)
      var writer = ByteWriter()
      for (number, part) in parts.enumerated() {
        let rest = parts[(number + 1)...]
        encoder.write(
          count: part.positions.count, gapCount: part.gaps.count, saysGaps: true, to: &writer)
        #expect(encoder.firstCount == rest.reduce(0) { $0 + $1.positions.count }, comment)
        #expect(encoder.gapCount == rest.reduce(0) { $0 + $1.gaps.count }, comment)
      }
      #expect(writer.bytes.copied() == wanted[0] + wanted[1], comment)
    }
  }
}
