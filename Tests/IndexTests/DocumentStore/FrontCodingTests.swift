import TestSupport
import Testing

@testable import Index

@Suite struct FrontCodingTests {
  private static func write(_ strings: [[UInt8]]) -> [UInt8] {
    var writer = FrontCodedWriter()
    for string in strings { string.span.withBytes { writer.append($0) } }
    return writer.bytes.bytes.copied()
  }

  private static func read(_ bytes: [UInt8], countsUp: Bool = true) throws -> [[UInt8]] {
    try bytes.span.withBytes { bytes in
      var reader = FrontCodedReader(bytes, countsUp: countsUp)
      var strings: [[UInt8]] = []
      while !reader.isAtEnd {
        try reader.advance()
        strings.append(reader.current.copied())
      }
      return strings
    }
  }

  /// The definition: the string whose number at the end is one more; nil if there is no number.
  private static func next(after string: [UInt8]) -> [UInt8]? {
    let digits = string.reversed().prefix { (0x30...0x39).contains($0) }.reversed()
    guard !digits.isEmpty else { return nil }
    var number = digits.map { Int($0) - 0x30 }
    var place = number.count - 1
    while place >= 0, number[place] == 9 {
      number[place] = 0
      place -= 1
    }
    if place >= 0 { number[place] += 1 } else { number.insert(1, at: 0) }
    return string.dropLast(digits.count) + number.map { UInt8(0x30 + $0) }
  }

  @Test func returnsWhatWasWritten() throws {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<300 {
      var strings: [[UInt8]] = []
      var byteCount = 0
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        let last = strings.last ?? []
        switch Int.random(in: 0..<5, using: &random) {
        case 0: strings.append(random.prose(Int.random(in: 0...300, using: &random)))
        case 1:
          let kept = last.prefix(Int.random(in: 0...last.count, using: &random))
          strings.append(
            kept
              + Array(try #require(["9", "09", "99", "x", "8"].randomElement(using: &random)).utf8))
        default:
          strings.append(Self.next(after: last) ?? last + [0x37])
          if let wanted = Self.next(after: last) {
            #expect(Self.write([last, wanted]) == Self.write([last]) + [0])
            byteCount += 1
          }
        }
      }
      let bytes = Self.write(strings)
      #expect(bytes.count { $0 == 0 } >= byteCount, "round \(round), seed \(TestSeed.value)")
      #expect(try Self.read(bytes) == strings, "round \(round), seed \(TestSeed.value)")
    }
  }

  @Test(arguments: [
    ("w8", "w9"), ("w9", "w10"), ("w099", "w100"), ("999", "1000"), ("a9b19", "a9b20"),
    ("x09", "x10"), ("0", "1"),
  ])
  func numbersThatGoOnTakeAByte(first: String, second: String) throws {
    let bytes = Self.write([Array(first.utf8), Array(second.utf8)])
    #expect(bytes == [1, UInt8(first.utf8.count)] + Array(first.utf8) + [0])
    #expect(try Self.read(bytes) == [Array(first.utf8), Array(second.utf8)])
  }

  @Test(arguments: [
    ("w9", "w11"), ("w9", "w010"), ("a", "b"), ("", "1"), ("w1", "w1"), ("9x", "10x"),
  ])
  func othersDoNot(first: String, second: String) throws {
    let bytes = Self.write([Array(first.utf8), Array(second.utf8)])
    #expect(bytes.count - (2 + first.utf8.count) >= 2)
    #expect(try Self.read(bytes) == [Array(first.utf8), Array(second.utf8)])
  }

  @Test func nonsenseIsAnError() throws {
    // No string before, one without a number, one shorter than what is shared, an end too early.
    for bytes in [[0], [1, 1, 0x61, 0], [2, 0], [1, 1, 0x61, 3, 0], [1, 2, 0x61], [1]] as [[UInt8]]
    {
      #expect(throws: ByteReader.Failure.self) { try Self.read(bytes) }
    }
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<5_000 {
      let bytes = random.bytes(Int.random(in: 1...30, using: &random), below: 60)
      _ = try? Self.read(bytes)
      _ = try? Self.read(bytes, countsUp: false)
    }
  }

  /// As formats 3 and 4 have them.
  @Test func olderFrontsShareOneLess() throws {
    let bytes: [UInt8] = [0, 2, 0x61, 0x31, 1, 1, 0x32, 0, 0]
    #expect(
      try Self.read(bytes, countsUp: false) == ["a1", "a2", ""].map { Array($0.utf8) })
  }
}
