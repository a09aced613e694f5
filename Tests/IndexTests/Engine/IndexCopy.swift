import Foundation
import TestSupport
import Testing
import Tokenizer

@testable import Index

/// A copy of an index of one segment whose files a test may damage.
final class IndexCopy {
  let folder: TemporaryDirectory
  private let manifest: Manifest
  private let whole: [UInt8]
  private let segmentName: String

  /// A copy of a built index.
  convenience init(of built: BuiltIndex) throws {
    try self.init(of: built.folder)
  }

  /// A copy of the index in a folder.
  init(of original: TemporaryDirectory) throws {
    folder = try TemporaryDirectory()
    manifest = try Manifest.load(from: IndexDirectory(path: original.path))
    segmentName = manifest.segments[0].fileName
    whole = try original.read(segmentName)
    try folder.write(manifest.encoded, to: IndexDirectory.manifestName)
  }

  var path: String { folder.path }

  /// The segment as it was written.
  var segment: [UInt8] { whole }

  /// Puts these bytes in place of the segment, whose manifest stays as it was.
  func replaceSegment(by bytes: [UInt8]) throws {
    try folder.write(bytes, to: segmentName)
  }

  /// Puts these bytes in place of the segment with all sums made right, up to the manifest's.
  func replaceSegment(byMended bytes: [UInt8]) throws {
    var bytes = bytes
    let sum = IndexCopy.mendSums(of: &bytes)
    try folder.write(bytes, to: segmentName)
    try list(FinishedFile(byteCount: bytes.count, footerChecksum: sum))
  }

  /// Puts a file of these sections in place of the segment.
  func replaceSegment(by sections: Sections, _ metadata: SegmentMetadata) throws {
    try? FileManager.default.removeItem(atPath: folder.path(segmentName))
    try list(writeSections(sections, to: folder.path(segmentName), metadata: metadata.encoded()))
  }

  private func list(_ segment: FinishedFile) throws {
    var manifest = manifest
    manifest.segments[0].byteCount = segment.byteCount
    manifest.segments[0].footerChecksum = segment.footerChecksum
    try folder.write(manifest.encoded, to: IndexDirectory.manifestName)
  }

  /// Puts these bytes in place of the manifest.
  func replaceManifest(by bytes: [UInt8]) throws {
    try folder.write(bytes, to: IndexDirectory.manifestName)
  }

  /// The bytes of a section, by name.
  func section(_ name: String) throws -> Range<Int> {
    try replaceSegment(by: whole)
    return try #require(try VerifiedFile(path: path + "/" + segmentName).section(name))
  }

  /// Computes all sums of a sectioned file anew, as far as its footer still says where they are;
  /// returns the sum of the footer.
  private static func mendSums(of bytes: inout [UInt8]) -> UInt64 {
    let end = bytes.count
    guard end >= SectionedFileFormat.fixedFooterByteCount else { return 0 }
    let contentByteCount = Int(exactly: load(bytes, end - 56)) ?? .max
    if contentByteCount < end {
      let tree = ChecksumTree(contentByteCount: contentByteCount)
      if tree.endOffset < end - 16 { mendTree(tree, of: &bytes) }
    }
    let footerByteCount = Int(exactly: load(bytes, end - 24)) ?? .max
    guard (24...end).contains(footerByteCount) else { return load(bytes, end - 16) }
    let sum = Checksum.sum(Array(bytes[(end - footerByteCount)..<(end - 16)]).span)
    store(sum, in: &bytes, at: end - 16)
    return sum
  }

  private static func mendTree(_ tree: ChecksumTree, of bytes: inout [UInt8]) {
    for (number, level) in tree.levels.enumerated() {
      for unit in 0..<level.unitCount {
        let sum = Checksum.sum(Array(bytes[level.byteRange(ofUnit: unit)]).span)
        let place =
          number + 1 < tree.levels.count
          ? tree.levels[number + 1].byteOffset + unit * 8 : bytes.count - 48
        store(sum, in: &bytes, at: place)
      }
    }
  }

  private static func load(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  private static func store(_ value: UInt64, in bytes: inout [UInt8], at offset: Int) {
    for index in 0..<8 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
    }
  }
}

/// What `verify` reports of an index, which must be the same on any number of threads.
func verifyOnThreads(path: String) throws(IndexError) -> VerificationReport {
  let report = try IndexReader.verify(path: path)
  for threadCount in [2, 5] {
    let other = try IndexReader.verify(path: path, threads: threadCount)
    #expect(
      other == report, "on \(threadCount) threads, \(path), seed \(TestSeed.value)")
  }
  return report
}

/// An index of 100 to 150 kB in which every kind of structure occurs: lists with and without skip
/// data, tails, patches, several blocks of positions in one document, stored text and titles, a table
/// of ids.
func makeIndexOfEveryKind(seed: UInt64) throws -> BuiltIndex {
  var random = SplitMix64(seed: seed)
  var generator = TextGenerator(seed: random.next(), style: .french, vocabularySize: 900)
  let documents = (0..<400).map { number in
    var text = generator.text(wordCount: number % 50 == 7 ? 400 : generator.length(median: 25))
    if number % 90 == 3 { text += String(repeating: " encore", count: 300) }
    if number % 2 == 0 { text += " souvent" }
    return TestDocument(
      id: "document/\(number ^ 1)", title: number % 3 == 0 ? "Titre \(number)" : "",
      text: number % 40 == 11 ? "" : text)
  }
  return try BuiltIndex(
    documents, options: BuildOptions(analyzer: AnalyzerOptions(language: .french)),
    pieceByteLimit: 20_000)
}
