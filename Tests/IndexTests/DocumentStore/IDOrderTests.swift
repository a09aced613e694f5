import TestSupport
import Testing

@testable import Index

@Suite struct IDOrderTests {
  /// A number or another byte of an id, in the order that they have.
  private struct Token: Comparable {
    var digits: [UInt8] = []
    var byte: UInt8 = 0x30

    static func < (left: Token, right: Token) -> Bool {
      if left.byte != right.byte { return left.byte < right.byte }
      if left.digits.count != right.digits.count { return left.digits.count < right.digits.count }
      return left.digits.lexicographicallyPrecedes(right.digits)
    }
  }

  /// The definition: numbers are one token each, at the place of `0`.
  private static func tokens(_ id: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    for byte in id {
      guard (0x30...0x39).contains(byte) else {
        tokens.append(Token(byte: byte))
        continue
      }
      if tokens.last?.digits.isEmpty ?? true { tokens.append(Token()) }
      tokens[tokens.count - 1].digits.append(byte)
    }
    return tokens
  }

  static func isLess(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    tokens(left).lexicographicallyPrecedes(tokens(right))
  }

  private static func isLessByBytes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.span.withBytes { left in right.span.withBytes { IDOrder.isLess(left, $0) } }
  }

  /// Different ids, many of which share their start, with digits and what lies around them.
  static func randomIDs(_ count: Int) -> [[UInt8]] {
    var random = SplitMix64(seed: TestSeed.value)
    let bytes = Array("0012899//::ab-".utf8) + [0, 0xFF]
    var ids: Set<[UInt8]> = [[]]
    while ids.count < count {
      var id = (0..<Int.random(in: 0...9, using: &random)).map { _ in
        bytes[Int.random(in: 0..<bytes.count, using: &random)]
      }
      if let other = ids.randomElement(using: &random), id.count % 2 == 0 {
        id = other.prefix(Int.random(in: 0...other.count, using: &random)) + id
      }
      ids.insert(id)
    }
    return ids.sorted { $0.lexicographicallyPrecedes($1) }.shuffled(using: &random)
  }

  @Test func isThatOfNumbersAndOtherBytes() {
    let ids = Self.randomIDs(700)
    for left in ids {
      for right in ids.prefix(200) {
        #expect(
          Self.isLessByBytes(left, right) == Self.isLess(left, right),
          "\(left) and \(right), seed \(TestSeed.value)")
      }
    }
  }

  @Test func countsAsPeopleDo() {
    let ids = [
      "", "-1", "0", "2", "10", "007", "a", "a-9", "a-9-7", "a-9-10", "a-10-2", "a07", "a08", "a10",
      "a010", "b", "w9", "w9b", "w10", "w10a", "wa", "\u{E9}",
    ]
    for (index, left) in ids.enumerated() {
      for (other, right) in ids.enumerated() {
        #expect(
          Self.isLessByBytes(Array(left.utf8), Array(right.utf8)) == (index < other),
          "\(left) and \(right)")
      }
    }
  }

  /// However the ids are cut into parts, and these put together.
  @Test func sequencesKnowWhetherTheyIncrease() {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<2_000 {
      let count = Int.random(in: 0...6, using: &random)
      let ids = (0..<count).map { place in
        Array("n\(round % 2 == 0 ? place + 8 : Int.random(in: 0...3, using: &random))".utf8)
      }
      var sequence = IDSequence()
      var part = IDSequence()
      for id in ids {
        if Bool.random(using: &random) {
          sequence.append(part)
          part = IDSequence()
        }
        id.span.withBytes { part.append($0) }
      }
      sequence.append(part)
      #expect(
        sequence.isIncreasing == zip(ids, ids.dropFirst()).allSatisfy { Self.isLess($0, $1) },
        "\(ids), seed \(TestSeed.value)")
    }
  }
}
