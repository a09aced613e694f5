import TestSupport
import Testing

@testable import Index

@Suite struct ManifestTests {
  static let example = Manifest(
    generation: 5, analyzerOptions: [1, 2],
    segments: [
      .init(
        fileName: "segment-5-0.seg", documentCount: 300, byteCount: 4096,
        footerChecksum: 0x0123_4567_89AB_CDEF)
    ])

  @Test(arguments: [0, 1, 2, 100])
  func returnsWhatWasEncoded(segmentCount: Int) throws {
    var manifest = Self.example
    manifest.segments = (0..<segmentCount).map { number in
      .init(
        fileName: IndexDirectory.segmentName(generation: .max, number: number),
        documentCount: number * 1000, byteCount: number << 40, footerChecksum: ~UInt64(number))
    }
    let decoded = try Manifest(decoding: manifest.encoded, path: "m")
    #expect(decoded == manifest)
  }

  /// The golden bytes of the example in FileFormat.md.
  @Test func theExampleOfTheSpecificationIsExact() {
    let expected = """
      73 72 63 68 6d 61 6e 69  01 00 00 00  05 00 00 00 00 00 00 00  02 01 02
      01  0f 73 65 67 6d 65 6e 74 2d 35 2d 30 2e 73 65 67  ac 02
      00 10 00 00 00 00 00 00  ef cd ab 89 67 45 23 01  4b 28 a0 2a fb 7c cb 87
      """
    #expect(
      Self.example.encoded.hex
        == normalizedHex(expected))
  }

  /// What the program tells an index among documents by.
  @Test func filesOfAnIndexAreKnownByNameAndStart() throws {
    #expect(IndexFiles.manifestStart == Array(Self.example.encoded.prefix(8)))
    #expect(IndexFiles.manifestStart == Array("srchmani".utf8))
    let folder = try TemporaryDirectory()
    try FaultTests.buildIndex(generation: 7, in: IndexDirectory(path: folder.path))
    let names = try folder.names
    #expect(names.count == 3 && names.contains(IndexFiles.manifestName))
    #expect(names.allSatisfy { IndexFiles.isIndexFile(named: $0) })
    #expect(names.filter { IndexFiles.isSegment(named: $0) } == ["segment-7-0.seg"])
    #expect(IndexFiles.isIndexFile(named: "writer-texts-0.tmp"))
    for name in ["manifest.txt", "lock.txt", "notes.seg", "segment.seg", "writer.tmp"] {
      #expect(!IndexFiles.isIndexFile(named: name) && !IndexFiles.isSegment(named: name), "\(name)")
    }
  }

  @Test func everyFlippedBitAndEveryOtherLengthIsDamage() {
    let bytes = Self.example.encoded
    for bit in 0..<bytes.count * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(isDamage { _ = try Manifest(decoding: flipped, path: "m") }, "bit \(bit)")
    }
    for count in bytes.indices {
      #expect(isDamage { _ = try Manifest(decoding: Array(bytes[..<count]), path: "m") })
    }
    #expect(isDamage { _ = try Manifest(decoding: bytes + [0], path: "m") })
  }

  static func mended(_ bytes: [UInt8]) -> [UInt8] {
    let content = Array(bytes.dropLast(8))
    let sum = Checksum.sum(content.span)
    return content + (0..<8).map { UInt8(truncatingIfNeeded: sum >> UInt64(8 * $0)) }
  }

  @Test func contentWithTheRightSumIsNotTrusted() throws {
    let bytes = Self.example.encoded
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<20_000 {
      var forged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        forged[Int.random(in: 8..<bytes.count - 8, using: &random)] =
          UInt8.random(in: .min ... .max, using: &random)
      }
      do {
        let manifest = try Manifest(decoding: Self.mended(forged), path: "m")
        for segment in manifest.segments {
          #expect(!segment.fileName.contains("/") && segment.byteCount >= 0)
        }
      } catch {}
    }
  }

  @Test func documentsOfAllSegmentsAreLimited() throws {
    var manifest = Self.example
    manifest.segments.append(manifest.segments[0])
    manifest.segments[1].fileName = "segment-5-1.seg"
    for (count, isPossible) in [((1 << 30) - 1, true), (1 << 30, false)] {
      for index in 0..<2 { manifest.segments[index].documentCount = count }
      let decoded = try? Manifest(decoding: manifest.encoded, path: "m")
      #expect((decoded == manifest) == isPossible)
    }
    manifest.segments[0].documentCount = Int(Int32.max) - 1
    manifest.segments[1].documentCount = 0
    #expect(try Manifest(decoding: manifest.encoded, path: "m") == manifest)
    manifest.segments[0].documentCount += 1
    #expect(isDamage { _ = try Manifest(decoding: manifest.encoded, path: "m") })
  }

  /// A file with holes can be larger than any memory.
  @Test func aManifestOfAnySizeIsDamageAtMost() throws {
    let folder = try TemporaryDirectory()
    try folder.write([1], to: "manifest")
    try folder.truncate("manifest", to: 15 << 40)
    #expect(isDamage { _ = try Manifest.load(from: IndexDirectory(path: folder.path)) })
    #expect(isDamage { _ = try IndexReader(path: folder.path) })
    #expect(try !IndexReader.verify(path: folder.path).isIntact)
  }

  @Test func aNewerVersionIsNamed() {
    var manifest = Self.example
    manifest.formatVersion = 9
    #expect(throws: IndexError.unsupportedFormat(path: "m", found: 9, supported: 1...1)) {
      try Manifest(decoding: manifest.encoded, path: "m")
    }
  }

  @Test func anAnalysisOfAnotherVersionIsRefused() throws {
    let folder = try TemporaryDirectory()
    _ = try IndexBuilder().build(from: [Document(id: "1", text: "word")], at: folder.path)
    let directory = IndexDirectory(path: folder.path)
    var manifest = try Manifest.load(from: directory)
    manifest.analyzerOptions[0] += 1
    try manifest.commit(in: directory)
    let expected = IndexError.unsupportedAnalysis(path: folder.path)
    #expect(throws: expected) { try IndexReader(path: folder.path) }
    #expect(throws: expected) { try IndexReader.verify(path: folder.path) }
    #expect(
      expected.description.contains("by other rules than this program has (analysis 1, Unicode 17"))
  }

  @Test func anEmptyOrMissingFolderHasNoIndex() throws {
    let folder = try TemporaryDirectory()
    for path in [folder.path, folder.path("none")] {
      #expect(throws: IndexError.noIndex(path: path)) {
        try Manifest.load(from: IndexDirectory(path: path))
      }
    }
    #expect(try Manifest.nextGeneration(in: IndexDirectory(path: folder.path)) == 1)
  }

  @Test func aCommitReplacesTheFormerAndSweeps() throws {
    let folder = try TemporaryDirectory()
    let directory = IndexDirectory(path: folder.path)
    for generation: UInt64 in 1...3 {
      #expect(try Manifest.nextGeneration(in: directory) == generation)
      try FaultTests.buildIndex(generation: generation, in: directory)
      #expect(
        try folder.names == ["lock", "manifest", "segment-\(generation)-0.seg"])
    }
    try folder.write([1], to: "manifest")
    #expect(try Manifest.nextGeneration(in: directory) == 4)
  }

  @Test func anOpenSegmentOutlivesItsReplacement() throws {
    let folder = try TemporaryDirectory()
    let directory = IndexDirectory(path: folder.path)
    try FaultTests.buildIndex(generation: 1, in: directory)
    let (_, files) = try Manifest.openSegments(in: directory)
    try FaultTests.buildIndex(generation: 2, in: directory)
    #expect(try readSections(files[0])[0].bytes == [UInt8](repeating: 1, count: 9000))
  }

  @Test func aSegmentThatIsNotTheListedOneIsDamage() throws {
    let folder = try TemporaryDirectory()
    let directory = IndexDirectory(path: folder.path)
    try FaultTests.buildIndex(generation: 1, in: directory)
    let other = try TemporaryDirectory()
    _ = try writeSections([("a", [2])], to: other.path("file"))
    try folder.write(other.read("file"), to: "segment-1-0.seg")
    #expect(isDamage { _ = try Manifest.openSegments(in: directory) })
    try SystemCalls.remove(folder.path("segment-1-0.seg"))
    #expect(isDamage { _ = try Manifest.openSegments(in: directory) })
  }
}
