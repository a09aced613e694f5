import TestSupport
import Testing

@testable import Index

/// `verify` reports the same on any number of threads; see also what asks `verifyOnThreads`.
@Suite struct VerifyThreadsTests {
  /// Indexes of all formats, with one or more things wrong in a section.
  @Test(arguments: SegmentVersion.supported) func damageOfAnyFormatIsReportedAlike(
    version: Int
  ) throws {
    var copies: [IndexCopy] = []
    let golden = try #require(GoldenIndex.all.first { $0.formatVersion == UInt32(version) })
    let folder = try TemporaryDirectory()
    try folder.write(try GoldenIndexTests.bytes(of: golden.manifest), to: "manifest")
    try folder.write(try GoldenIndexTests.bytes(of: golden.segment), to: "segment-1-0.seg")
    copies.append(try IndexCopy(of: folder))
    if let old = OldIndex.all.first(where: { $0.formatVersion == version }) {
      let folder = try TemporaryDirectory()
      try old.write(to: folder)
      copies.append(try IndexCopy(of: folder))
    }
    if version == SegmentVersion.supported.upperBound {
      copies.append(try IndexCopy(of: try makeIndexOfEveryKind(seed: 5)))
    }
    var random = SplitMix64(seed: TestSeed.value)
    for copy in copies {
      try copy.replaceSegment(byMended: copy.segment)
      #expect(try verifyOnThreads(path: copy.path).isIntact)
      let sections = try VerifiedFile(path: copy.folder.path("segment-1-0.seg")).sections
      for round in 0..<(TestSeed.runsFullTests ? 1_000 : 60) {
        var bytes = copy.segment
        for _ in 0..<random.number(in: 1...3) {
          let section = sections[round % sections.count].byteRange
          bytes.replaceSubrange(section, with: Corrupter.mutating(Array(bytes[section]), &random))
        }
        if round % 4 == 0 {
          try copy.replaceSegment(by: bytes)
        } else {
          try copy.replaceSegment(byMended: bytes)
        }
        do {
          _ = try verifyOnThreads(path: copy.path)
        } catch .unsupportedFormat {
          // As good an answer as any to a changed version.
        } catch {
          Issue.record("\(error), seed \(TestSeed.value)")
        }
      }
    }
  }

  @Test(arguments: [Int.min, 0, 1 << 20, .max]) func anyNumberOfThreadsCanBeAskedFor(
    threadCount: Int
  ) throws {
    let built = try BuiltIndex((0..<3_000).map { TestDocument(id: "\($0)", text: "a w\($0)") })
    let report = try IndexReader.verify(path: built.folder.path, threads: threadCount)
    #expect(try report == IndexReader.verify(path: built.folder.path))
    #expect((1...1024).contains(allowedThreadCount(threadCount)))
  }

  /// More lists are wrong than are described.
  @Test func theFirstWrongListsAreDescribed() throws {
    let terms = (0..<1_500).map { String(10_000 + $0) }
    let text = terms.joined(separator: " ")
    let copy = try IndexCopy(
      of: try BuiltIndex((0..<3).map { TestDocument(id: "\($0)", text: text) }))
    try copy.replaceSegment(
      byMended: Corrupter.zeroing(try copy.section("postings"), of: copy.segment))
    let damages = try verifyOnThreads(path: copy.path).segments[0].damages
    #expect(damages.count == VerifiedFile.maxDamageCount)
    for (damage, term) in zip(damages, terms) {
      #expect(damage.detail.hasSuffix(" (\(term))"), "\(damage.detail)")
    }
  }

  /// More units are wrong than are described, in the content and in the sums.
  @Test func theFirstWrongUnitsAreDescribed() throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: TestSeed.value)
    let finished = try writeSections([("a", random.bytes(1_200 * 4096))], to: folder.path("file"))
    var bytes = try folder.read("file")
    for unit in stride(from: 0, to: finished.byteCount / 4096 - 1, by: 1) where unit % 50 != 7 {
      bytes[unit * 4096 + random.below(4096)] ^= 1
    }
    try folder.write(bytes, to: "file")
    let file = try VerifiedFile(path: folder.path("file"))
    let report = file.verifyAll()
    #expect(report.damages.count == VerifiedFile.maxDamageCount)
    for threadCount in [2, 5] {
      let other = file.verifyAll(threadCount: threadCount)
      #expect(other.damages == report.damages)
      #expect(other.intactUnitCount == report.intactUnitCount)
      #expect(other.unitCount == report.unitCount)
    }
  }
}
