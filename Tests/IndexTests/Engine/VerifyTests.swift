import TestSupport
import Testing
import Tokenizer

@testable import Index

/// `IndexReader.verify` passes what is whole, and finds what checksums cannot.
@Suite struct VerifyTests {
  @Test(arguments: TestCorpus.all) func wholeIndexesAreIntact(corpus: TestCorpus) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let built = try BuiltIndex(corpus.makeDocuments(&random))
    let report = try verifyOnThreads(path: built.folder.path)
    #expect(report.isIntact, "\(report.segments.flatMap(\.damages)), seed \(TestSeed.value)")
    let segment = try #require(report.segments.first)
    let counts = Dictionary(uniqueKeysWithValues: segment.checks.map { ($0.name, $0.count) })
    #expect(counts["dictionary"] == built.reference.terms.count)
    #expect(
      counts["postings"]
        == built.reference.terms.reduce(0) { $0 + built.reference.documentFrequency(of: $1) })
    #expect(counts["positions"] == built.reference.tokenCount)
    #expect(counts["lengths"] == corpus.documentCount)
    #expect(counts["documents"] == corpus.documentCount)
    #expect(segment.intactUnitCount == segment.unitCount)
    #expect(segment.byteCount == (try built.segmentBytes().count))
  }

  @Test(arguments: [false, true], [false, true])
  func indexesWithoutPositionsOrTextAreIntact(positions: Bool, storeText: Bool) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let documents = TestCorpus.all[4].makeDocuments(&random)
    let built = try BuiltIndex(
      documents,
      options: BuildOptions(
        analyzer: AnalyzerOptions(language: .english, stopWords: .drop), positions: positions,
        storeText: storeText),
      pieceByteLimit: 10_000, segmentCount: 2)
    let report = try verifyOnThreads(path: built.folder.path)
    #expect(report.isIntact, "\(report.segments.flatMap(\.damages)), seed \(TestSeed.value)")
    #expect(report.segments.count == 2)
    let names = Set(report.segments[0].checks.map(\.name))
    #expect(names.contains("positions") == positions)
  }

  /// Any change of what the sections hold is found, although all sums are right.
  ///
  /// But for a letter of a term, which may be another one, and for bytes that only fill up.
  @Test func changesWithRightSumsAreFound() throws {
    let copy = try IndexCopy(of: try makeIndexOfEveryKind(seed: 11))
    var random = SplitMix64(seed: TestSeed.value)
    for name in ["postings", "positions", "terms", "termindex", "norms", "ids", "document-blocks"] {
      let section = try copy.section(name)
      var missed: [Int] = []
      let offsets = (0..<(TestSeed.runsFullTests ? 400 : 40)).map { _ in
        section.lowerBound + random.below(section.count)
      }
      for offset in offsets {
        try copy.replaceSegment(
          byMended: Corrupter.flipping(bit: random.below(8), at: offset, of: copy.segment))
        let report = try verifyOnThreads(path: copy.path)
        if report.isIntact { missed.append(offset - section.lowerBound) }
        #expect(report.segments.allSatisfy { $0.intactUnitCount == $0.unitCount })
      }
      let limit =
        switch name {
        case "terms": offsets.count * 3 / 4
        // It has the first letters of terms.
        case "termindex": offsets.count / 2
        case "document-blocks": offsets.count / 5
        default: 0
        }
      #expect(missed.count <= limit, "\(name) at \(missed), seed \(TestSeed.value)")
    }
  }

  /// Documents are checked against the weights of all positions that they must have.
  @Test func weightsOfPositionsAddUp() {
    var sum: UInt64 = 0
    for count in 0...3_000 as ClosedRange<UInt64> {
      #expect(PositionListVerifier.weight(ofAll: count) == sum, "\(count)")
      sum &+= PositionListVerifier.weight(count)
    }
    // Positions that have the same sum have not the same weights.
    let (left, right) = ([1, 5, 6] as [UInt64], [2, 4, 6] as [UInt64])
    #expect(
      left.reduce(0) { $0 &+ PositionListVerifier.weight($1) }
        != right.reduce(0) { $0 &+ PositionListVerifier.weight($1) })
  }

  /// Headers of bitsets have a bit without a meaning, which a sample of offsets rarely hits; it was
  /// not looked at.
  @Test func aMeaninglessBitOfAHeaderIsFound() throws {
    let copy = try IndexCopy(of: try makeIndexOfEveryKind(seed: 11))
    let likeHeaders = try copy.section("postings").filter {
      copy.segment[$0] == DocumentBitset.mark | 4
    }
    #expect(!likeHeaders.isEmpty)
    for offset in likeHeaders {
      try copy.replaceSegment(byMended: Corrupter.flipping(bit: 7, at: offset, of: copy.segment))
      #expect(!(try verifyOnThreads(path: copy.path).isIntact), "byte \(offset)")
    }
  }

  @Test func damageNamesItsTerms() throws {
    let copy = try IndexCopy(of: try makeIndexOfEveryKind(seed: 11))
    let section = try copy.section("postings")
    let unit = (section.lowerBound + section.upperBound) / 2 / 4096
    try copy.replaceSegment(
      by: Corrupter.flipping(bit: 3, at: unit * 4096 + 100, of: copy.segment))
    let report = try verifyOnThreads(path: copy.path)
    let segment = try #require(report.segments.first)
    #expect(segment.intactUnitCount == segment.unitCount - 1)
    let damage = try #require(segment.damages.first)
    #expect(segment.damages.count == 1)
    #expect(damage.section == "postings")
    #expect(damage.byteRange == UInt64(unit * 4096)..<UInt64(unit * 4096 + 4096))
    #expect(damage.detail.contains("; touches "), "\(damage.detail)")
  }

  @Test func whatCannotBeOpenedIsReportedToo() throws {
    let copy = try IndexCopy(of: try makeIndexOfEveryKind(seed: 11))
    // The segment is missing.
    var report = try verifyOnThreads(path: copy.path)
    #expect(report.segments.first?.damages.first?.detail == "the file is missing")
    // It is cut off.
    try copy.replaceSegment(by: Array(copy.segment.dropLast(100)))
    report = try verifyOnThreads(path: copy.path)
    #expect(report.segments.first?.damages.first?.section == "footer")
    // The manifest is damaged.
    let manifest = try copy.folder.read("manifest")
    for offset in manifest.indices {
      try copy.replaceManifest(by: Corrupter.flipping(bit: 0, at: offset, of: manifest))
      #expect(!(try verifyOnThreads(path: copy.path).isIntact), "byte \(offset)")
    }
    try copy.folder.write("", to: "manifest")
    #expect(!(try verifyOnThreads(path: copy.path).isIntact))
    #expect(throws: IndexError.noIndex(path: copy.path + "/none")) {
      try verifyOnThreads(path: copy.path + "/none")
    }
  }
}
