import TestSupport
import Testing

@testable import Index

/// Every byte of a file is under a sum, and every length but the right one is noticed.
@Suite struct DamageTests {
  /// Three levels of units would need 2 MB; this one has two, and a short last unit.
  static func makeSections() -> Sections {
    var random = SplitMix64(seed: 42)
    return [("a", random.bytes(9000)), ("b", []), ("c", random.prose(4000))]
  }

  @Test func everyFlippedByteIsFound() throws {
    let folder = try TemporaryDirectory()
    let sections = Self.makeSections()
    _ = try writeSections(sections, to: folder.path("file"), metadata: [7, 8, 9])
    let whole = try folder.read("file")
    var random = SplitMix64(seed: TestSeed.value)
    try folder.write(whole, to: "flipped")
    for offset in whole.indices {
      let bit = UInt8.random(in: 0..<8, using: &random)
      try folder.patch("flipped", at: offset, with: [whole[offset] ^ 1 << bit])
      defer { try? folder.patch("flipped", at: offset, with: [whole[offset]]) }
      do {
        let file = try VerifiedFile(path: folder.path("flipped"))
        let report = file.verifyAll()
        #expect(!report.damages.isEmpty, "byte \(offset), seed \(TestSeed.value)")
        #expect(report.intactUnitCount < report.unitCount)
        let found = try #require(report.damages.first)
        #expect(found.byteRange.contains(UInt64(offset)), "byte \(offset): \(found)")
        let read = try readSections(file)
        #expect(
          read.map(\.bytes) == sections.map(\.bytes), "byte \(offset), seed \(TestSeed.value)")
      } catch IndexError.damaged(let damage) {
        // The unit of sums above a damaged unit of content cannot be told from it.
        #expect(damage.path == folder.path("flipped"))
      }
    }
  }

  @Test func damageIsReportedWhereItIs() throws {
    let folder = try TemporaryDirectory()
    _ = try writeSections(
      [("a", [UInt8](repeating: 1, count: 10_000)), ("b", [UInt8](repeating: 2, count: 10_000))],
      to: folder.path("file"))
    var bytes = try folder.read("file")
    bytes[15_000] = 3
    try folder.write(bytes, to: "file")
    let file = try VerifiedFile(path: folder.path("file"))
    try file.verify(0..<12_288)
    try file.verify(16_384..<20_000)
    guard case .damaged(let damage)? = thrownError({ try file.verify(10_048..<20_048) }) else {
      Issue.record("not found")
      return
    }
    #expect(damage.section == "b")
    #expect(damage.byteRange == 12_288..<16_384)
    #expect(damage.detail.hasPrefix("checksum "))
  }

  @Test func everyTruncationIsFound() throws {
    let folder = try TemporaryDirectory()
    _ = try writeSections(Self.makeSections(), to: folder.path("file"), metadata: [7, 8, 9])
    let whole = try folder.read("file")
    try folder.write(whole, to: "cut")
    for count in whole.indices.reversed() {
      try folder.truncate("cut", to: count)
      #expect(isDamage { _ = try VerifiedFile(path: folder.path("cut")) }, "\(count) bytes")
    }
    try folder.write(whole + [0], to: "longer")
    #expect(isDamage { _ = try VerifiedFile(path: folder.path("longer")) })
  }

  @Test func everyZeroedHoleIsFound() throws {
    let folder = try TemporaryDirectory()
    _ = try writeSections(Self.makeSections(), to: folder.path("file"))
    let whole = try folder.read("file")
    for start in stride(from: 0, to: whole.count, by: 512) {
      var bytes = whole
      for offset in start..<min(start + 512, bytes.count) { bytes[offset] = 0 }
      if bytes == whole { continue }
      try folder.write(bytes, to: "hole")
      do {
        let file = try VerifiedFile(path: folder.path("hole"))
        #expect(!file.verifyAll().damages.isEmpty, "hole at \(start)")
      } catch {}
    }
  }

  @Test func everyLevelOfSumsIsChecked() throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: TestSeed.value)
    let content = random.bytes(513 * 4096)
    let finished = try writeSections([("a", content)], to: folder.path("file"))
    let whole = try folder.read("file")
    let tree = ChecksumTree(contentByteCount: content.count)
    #expect(tree.levels.map(\.unitCount) == [513, 2, 1])
    #expect(tree.endOffset < finished.byteCount)
    for level in tree.levels {
      for unit in [0, level.unitCount - 1] {
        var bytes = whole
        bytes[level.byteRange(ofUnit: unit).upperBound - 1] ^= 0x10
        try folder.write(bytes, to: "flipped")
        let file = try VerifiedFile(path: folder.path("flipped"))
        #expect(isDamage { try file.verify(0..<content.count) })
        let report = file.verifyAll()
        let range = level.byteRange(ofUnit: unit)
        #expect(
          report.damages.contains {
            $0.byteRange == UInt64(range.lowerBound)..<UInt64(range.upperBound)
          })
      }
    }
  }

  /// A forger, or a bug, can make the footer's sum fit: then its fields must be checked.
  @Test func aFooterWithTheRightSumIsNotTrusted() throws {
    let folder = try TemporaryDirectory()
    _ = try writeSections(Self.makeSections(), to: folder.path("file"), metadata: [7, 8, 9])
    let whole = try folder.read("file")
    let footerByteCount = 3 * 32 + 3 + 56
    let start = whole.count - footerByteCount
    var random = SplitMix64(seed: TestSeed.value)
    try folder.write(whole, to: "forged")
    for round in 0..<4000 {
      var bytes = whole
      let place = start + round % (footerByteCount - 16)
      bytes[place] = UInt8.random(in: .min ... .max, using: &random)
      if round % 3 == 0 {
        bytes[place + 1] = try #require([0, 0xFF, 0x7F].randomElement(using: &random))
      }
      let sum = Checksum.sum(bytes[start..<whole.count - 16].span)
      for index in 0..<8 {
        bytes[whole.count - 16 + index] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * index))
      }
      try folder.patch("forged", at: start, with: Array(bytes[start...]))
      do {
        let file = try VerifiedFile(path: folder.path("forged"))
        _ = file.verifyAll()
        _ = try readSections(file)
      } catch {}
    }
  }

  @Test func threadsMayVerifyAtOnce() async throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: TestSeed.value)
    let content = random.bytes(700 * 4096)
    _ = try writeSections([("a", content)], to: folder.path("file"))
    let file = try VerifiedFile(path: folder.path("file"))
    let verified = try await withThrowingTaskGroup(of: Set<Int>.self) { group in
      for task in 0..<4 {
        group.addTask {
          var random = SplitMix64(seed: TestSeed.value &+ UInt64(task))
          var units: Set<Int> = []
          for _ in 0..<300 {
            let start = Int.random(in: 0..<content.count, using: &random)
            let end = min(content.count, start + 9000)
            try file.verify(start..<end)
            units.formUnion(start / 4096...(end - 1) / 4096)
          }
          return units
        }
      }
      return try await group.reduce(into: Set<Int>()) { $0.formUnion($1) }
    }
    // Each that was asked for is remembered, and no other.
    #expect(file.verifiedUnitCount(in: 0..<content.count) == verified.count)
    for unit in 0..<700 {
      let count = file.verifiedUnitCount(in: unit * 4096..<unit * 4096 + 1)
      #expect(count == (verified.contains(unit) ? 1 : 0), "unit \(unit)")
    }
    let report = file.verifyAll(threadCount: 4)
    // 700 of content, two of its sums, one of theirs, and the footer.
    #expect(report.unitCount == 704)
    #expect(report.intactUnitCount == 704 && report.damages.isEmpty)
  }
}
