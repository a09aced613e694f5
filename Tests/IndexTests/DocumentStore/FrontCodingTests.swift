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

  /// Strings of all kinds: numbers that go on, none, equal, short, long and very long ones.
  private static func randomStrings(_ random: inout SplitMix64) -> [[UInt8]] {
    var strings: [[UInt8]] = []
    while strings.count < 300, random.below(60) > 0 {
      let last = strings.last ?? []
      for _ in 0..<(random.below(3) == 0 ? random.below(120) : 1) {
        let last = strings.last ?? []
        switch random.below(8) {
        case 0: strings.append([])
        case 1: strings.append(last)
        case 2: strings.append(last.prefix(random.below(130)) + random.prose(random.below(40)))
        case 3: strings.append(random.prose(random.below(12) == 0 ? 700 : 20))
        case 4: strings.append(Array("x\(random.below(1 << 20))".utf8))
        default: break
        }
      }
      var next = Self.next(after: strings.last ?? last)
      for _ in 0..<random.below(150) {
        guard let string = next else { break }
        strings.append(string)
        next = Self.next(after: string)
      }
    }
    return strings
  }

  /// Reads on to random strings, of which less and less is out of sight; the index of each that was
  /// read, up to the first that is not there.
  private static func seek(
    _ bytes: [UInt8], countsUp: Bool, _ random: inout SplitMix64
  ) -> [Int: [UInt8]] {
    bytes.span.withBytes { bytes in
      var reader = FrontCodedReader(bytes, countsUp: countsUp)
      var strings: [Int: [UInt8]] = [:]
      var index = 0
      var end = 0
      while true {
        do {
          while try !reader.seek(to: index, before: end) {
            end += 1 + random.below(max(1, bytes.count - end))
          }
        } catch {
          return strings
        }
        strings[index] = reader.current.copied()
        index += random.below(5) == 0 ? random.below(100) : random.below(3)
      }
    }
  }

  /// The naive twin is one `advance` after the other.
  @Test(arguments: [true, false]) func seekingEqualsAdvancing(countsUp: Bool) throws {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<200 {
      var bytes = Self.write(Self.randomStrings(&random))
      if round % 2 == 1 {
        for _ in 0..<min(bytes.count, 3) {
          bytes[random.below(bytes.count)] = UInt8(random.below(random.below(2) == 0 ? 3 : 256))
        }
      } else if round % 20 == 0 {
        bytes = random.bytes(random.below(400), below: 3)
      }
      var strings: [[UInt8]] = []
      bytes.span.withBytes { bytes in
        var reader = FrontCodedReader(bytes, countsUp: countsUp)
        while (try? reader.advance()) != nil { strings.append(reader.current.copied()) }
      }
      for (index, string) in Self.seek(bytes, countsUp: countsUp, &random) {
        #expect(
          index < strings.count && strings[index] == string,
          "string \(index), round \(round), seed \(TestSeed.value)")
      }
      // What can be read is.
      let isWhole = bytes.span.withBytes { bytes in
        var reader = FrontCodedReader(bytes, countsUp: countsUp)
        let last = try? reader.seek(to: strings.count - 1, before: bytes.count)
        let next = try? reader.seek(to: strings.count, before: bytes.count)
        return last == true && next == nil
      }
      #expect(isWhole, "round \(round), seed \(TestSeed.value)")
    }
  }

  @Test(arguments: [
    ("w8", 1), ("w9", 1), ("w0", 1000), ("w099", 901), ("999", 12_345), ("a9b19", 80), ("0", 7),
    ("x00", 99), ("x00", 100), ("99999999999999999999999", 1),
  ])
  func numbersGoOnManyAtOnce(first: String, count: Int) throws {
    let first = Array(first.utf8)
    var expected = first
    for _ in 0..<count { expected = try #require(Self.next(after: expected)) }
    let bytes = [1, UInt8(first.count)] + first + [UInt8](repeating: 0, count: count)
    try bytes.span.withBytes { bytes in
      var reader = FrontCodedReader(bytes, countsUp: true)
      let isThere = try reader.seek(to: count, before: bytes.count)
      let isAtEnd = reader.isAtEnd
      #expect(isThere && isAtEnd)
      #expect(reader.current.copied() == expected)
    }
  }
}
