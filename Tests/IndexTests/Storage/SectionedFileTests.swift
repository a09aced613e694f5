import Foundation
import TestSupport
import Testing
import Tokenizer

@testable import Index

@Suite struct SectionedFileTests {
  @Test(arguments: [
    0, 1, 63, 64, 65, 4031, 4032, 4033, 4095, 4096, 4097, 8192, 512 * 4096 - 1, 512 * 4096,
    512 * 4096 + 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000,
  ])
  func returnsWhatWasWritten(byteCount: Int) throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: TestSeed.value)
    let sections: Sections = [
      ("first", random.bytes(byteCount)), ("second", []), ("third", random.bytes(5)),
    ]
    let finished = try writeSections(
      sections, to: folder.path("file"), metadata: [1, 2, 3], formatVersion: 7)
    let file = try VerifiedFile(path: folder.path("file"))
    #expect(file.formatVersion == 7)
    #expect(file.metadata == [1, 2, 3])
    #expect(file.bytes.count == finished.byteCount)
    #expect(file.footerChecksum == finished.footerChecksum)
    #expect(file.section("fourth") == nil)
    for (name, bytes) in sections {
      let range = try #require(file.section(name))
      #expect(range.lowerBound % 64 == 0)
      #expect(try file.verifiedBytes(range).copied() == bytes, "seed \(TestSeed.value)")
      try file.verify(range)
    }
    let report = file.verifyAll()
    #expect(report.damages.isEmpty && report.intactUnitCount == report.unitCount)
  }

  @Test func aFileWithoutSectionsIsWhole() throws {
    let folder = try TemporaryDirectory()
    _ = try writeSections([], to: folder.path("file"))
    let file = try VerifiedFile(path: folder.path("file"))
    #expect(file.sections.isEmpty)
    #expect(file.verifyAll().unitCount == 1)
    try file.verify(0..<0)
  }

  @Test func writesTheSameBytesHoweverTheyArrive() throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: TestSeed.value)
    let bytes = random.bytes(2_500_000)
    _ = try writeSections([("a", [9]), ("b", bytes)], to: folder.path("whole"))
    let spilled = try SpillFile(path: folder.path("rest"))
    _ = try spilled.append(Array(bytes[..<300]))
    let rest = try spilled.append(Array(bytes[1_000_000...]))
    let writer = try SectionedFileWriter(path: folder.path("pieces"))
    writer.beginSection("a")
    try writer.append([9].span)
    writer.beginSection("b")
    var offset = 0
    while offset < 1_000_000 {
      let end = min(1_000_000, offset + Int.random(in: 0..<10_000, using: &random))
      try writer.append(bytes[offset..<end].span)
      offset = end
    }
    try writer.append(rest)
    _ = try writer.finish(formatVersion: SegmentVersion.current, metadata: [])
    #expect(try folder.read("whole") == folder.read("pieces"), "seed \(TestSeed.value)")
  }

  /// Blocks of all sizes, so that what is written at once lies in one, begins with one, or takes
  /// in several; as much as is synced in the background.
  @Test(
    arguments: [0, 1, 4095, 65_536, 262_144, 262_145, 1_000_000, 20_000_001], [false, true])
  func blocksDoNotShowInTheFile(byteCount: Int, syncsInBackground: Bool) throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: TestSeed.value)
    let head = random.bytes(Int.random(in: 0..<70_000, using: &random))
    let bytes = random.bytes(byteCount)
    _ = try writeSections([("a", head), ("b", bytes), ("c", [9])], to: folder.path("whole"))
    let writer = try SectionedFileWriter(
      path: folder.path("blocks"), syncsInBackground: syncsInBackground)
    writer.beginSection("a")
    try writer.append(head.span)
    writer.beginSection("b")
    let column = Column<UInt8>(capacity: byteCount)
    for (index, byte) in bytes.enumerated() { column[index] = byte }
    var blocks: [Bytes] = []
    var offset = 0
    while offset < byteCount {
      let limit = random.next() % 4 == 0 ? 200_000 : 3_000
      let count = min(byteCount - offset, Int.random(in: 0...limit, using: &random))
      blocks.append(column.view.bytes(count: byteCount).slice(at: offset, count: count))
      offset += count
    }
    for block in blocks { try writer.append(block) }
    extendLifetime(column)
    writer.beginSection("c")
    try writer.append([9].span)
    _ = try writer.finish(formatVersion: SegmentVersion.current, metadata: [])
    #expect(try folder.read("whole") == folder.read("blocks"), "seed \(TestSeed.value)")
  }

  @Test func anUnfinishedFileIsRemoved() throws {
    let folder = try TemporaryDirectory()
    do {
      let writer = try SectionedFileWriter(path: folder.path("file"))
      writer.beginSection("a")
      try writer.append([1].span)
    }
    #expect(try folder.names.isEmpty)
  }

  @Test func neverReplacesAFile() throws {
    let folder = try TemporaryDirectory()
    try folder.write([1], to: "file")
    #expect(throws: IndexError.self) { try SectionedFileWriter(path: folder.path("file")) }
    #expect(try folder.read("file") == [1])
  }

  @Test func opensOnlyWhatIsWhole() throws {
    let folder = try TemporaryDirectory()
    #expect(throws: IndexError.system(operation: "open", path: folder.path("none"), code: 2)) {
      try VerifiedFile(path: folder.path("none"))
    }
    for bytes in [[], [0], [UInt8](repeating: 0, count: 5000)] as [[UInt8]] {
      try folder.write(bytes, to: "file")
      #expect(isDamage { _ = try VerifiedFile(path: folder.path("file")) })
    }
    #expect(throws: IndexError.self) { try VerifiedFile(path: folder.path) }
    #expect(throws: IndexError.self) { try VerifiedFile(path: "/dev/null") }
  }

  @Test func aRangeBeyondTheContentIsDamage() throws {
    let folder = try TemporaryDirectory()
    _ = try writeSections([("a", [UInt8](repeating: 1, count: 5000))], to: folder.path("file"))
    let file = try VerifiedFile(path: folder.path("file"))
    for range in [0..<5057, 5056..<5057, 9000..<9001, 0..<Int.max, -1..<1, Int.min..<0] {
      #expect(isDamage { try file.verify(range) }, "\(range)")
    }
    for range in [0..<0, 5056..<5056, 4095..<4097, 0..<5056] { try file.verify(range) }
  }

  /// What a footer may not say, one thing at a time and under the right sum.
  @Test(
    arguments: [
      ("no name", 64, [UInt8](repeating: 0, count: 16)),
      ("a name without an end", 64, [UInt8](repeating: 0x67, count: 16)),
      ("a space in a name", 64, [0x20]),
      ("a byte after the end of a name", 75, [1]),
      ("a section that overlaps another", 112, [0]),
      ("a section beyond all numbers", 112, [UInt8](repeating: 0xFF, count: 8) + [1]),
      ("less metadata than there is", 145, [0]),
      ("a container of another version", 157, [2]),
    ] as [(String, Int, [UInt8])])
  func footersThatMakeNoSenseAreRefused(what: String, offset: Int, changed: [UInt8]) throws {
    let folder = try TemporaryDirectory()
    _ = try writeSections(
      [("greeting", Array("hello".utf8)), ("empty", [])], to: folder.path("file"), metadata: [0xAB])
    var bytes = try folder.read("file")
    bytes.replaceSubrange(offset..<offset + changed.count, with: changed)
    let sum = Checksum.sum(Array(bytes[64..<bytes.count - 16]).span)
    for byte in 0..<8 {
      bytes[bytes.count - 16 + byte] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * byte))
    }
    try folder.write(bytes, to: "forged")
    switch thrownError({ _ = try VerifiedFile(path: folder.path("forged")) }) {
    case .unsupportedFormat: #expect(offset == 157, "\(what)")
    case .damaged: #expect(offset != 157, "\(what)")
    case let error: Issue.record("\(what): \(String(describing: error))")
    }
  }

  /// The golden bytes of the example in FileFormat.md.
  @Test func theExampleOfTheSpecificationIsExact() throws {
    let folder = try TemporaryDirectory()
    _ = try writeSections(
      [("greeting", Array("hello".utf8)), ("empty", [])], to: folder.path("file"),
      metadata: [0xAB], formatVersion: 3)
    let zeros = String(repeating: "00 ", count: 59)
    let expected = """
      68 65 6c 6c 6f \(zeros)
      67 72 65 65 74 69 6e 67 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  05 00 00 00 00 00 00 00
      65 6d 70 74 79 00 00 00 00 00 00 00 00 00 00 00
      40 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      ab
      40 00 00 00 00 00 00 00  ce 57 cf 54 32 e6 80 72
      01 00 00 00  02 00 00 00  03 00 00 00  01 00 00 00  79 00 00 00 00 00 00 00
      6e 2c 69 aa 18 c7 a9 c9  73 72 63 68 66 69 6c 65
      """
    #expect(
      try folder.read("file").hex
        == normalizedHex(expected))
  }
}
