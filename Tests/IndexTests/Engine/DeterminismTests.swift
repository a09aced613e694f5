import Foundation
import Synchronization
import TestSupport
import Testing
import Tokenizer

@testable import Index

/// The bytes of a segment follow from the documents and the pieces they come in alone.
@Suite struct DeterminismTests {
  private static func makeDocuments(_ seed: UInt64, count: Int = 900) -> [TestDocument] {
    var random = SplitMix64(seed: seed)
    var generator = TextGenerator(seed: random.next(), style: .french, vocabularySize: 3_000)
    return (0..<count).map {
      TestDocument(
        id: "\($0 % 800)", title: "Titre \($0)",
        text: generator.text(wordCount: generator.length(median: 30)))
    }
  }

  private static func segment(
    of documents: [TestDocument], _ options: BuildOptions, pieceByteLimit: Int
  ) throws -> [UInt8] {
    let folder = try TemporaryDirectory()
    _ = try IndexBuilder(options: options).build(
      from: MemoryFeed(documents, pieceByteLimit: pieceByteLimit), at: folder.path)
    #expect(try IndexReader.verify(path: folder.path).isIntact)
    return try folder.read("segment-1-0.seg")
  }

  @Test(arguments: [true, false])
  func threadsAndMemoryDoNotShow(storeText: Bool) throws {
    let documents = Self.makeDocuments(TestSeed.value)
    for pieceByteLimit in [2_000, 30_000, 1 << 20] {
      var expected: [UInt8]?
      for threadCount in [1, 2, 3, 7] {
        // With the least memory all runs go through files, with more none; and so do lists that
        // are longer than their limit.
        for (memoryBudget, rangeTokenCount, listByteLimit) in [
          (1, 3_000, 1 << 20), (64 << 20, 500, 3_000), (1, 1 << 20, 10_000),
        ] {
          var options = BuildOptions(
            analyzer: AnalyzerOptions(language: .french), storeText: storeText,
            memoryBudget: memoryBudget, threadCount: threadCount)
          options.mergeRangeTokenCount = rangeTokenCount
          options.ownListByteLimit = listByteLimit
          let bytes = try Self.segment(of: documents, options, pieceByteLimit: pieceByteLimit)
          if expected == nil { expected = bytes }
          #expect(
            bytes == expected,
            """
            \(threadCount) threads, \(memoryBudget) bytes, pieces of \(pieceByteLimit), ranges of \
            \(rangeTokenCount), \(listByteLimit) bytes of lists, seed \(TestSeed.value)
            """)
        }
      }
    }
  }

  /// Units are merged again: how documents were cut into them shows in the blocks of stored text,
  /// and nowhere else.
  @Test func listsDoNotDependOnTheUnits() throws {
    let documents = Self.makeDocuments(TestSeed.value)
    var expected: [[UInt8]]?
    for pieceByteLimit in [1, 700, 9_000, 80_000, 1 << 20] {
      let folder = try TemporaryDirectory()
      _ = try IndexBuilder(options: BuildOptions(threadCount: 3)).build(
        from: MemoryFeed(documents, pieceByteLimit: pieceByteLimit), at: folder.path)
      let file = try VerifiedFile(path: folder.path("segment-1-0.seg"))
      let sections = try ["postings", "positions", "terms", "termindex", "norms", "ids"].map {
        try file.verifiedBytes(try #require(file.section($0))).copied()
      }
      if expected == nil { expected = sections }
      #expect(sections == expected, "pieces of \(pieceByteLimit), seed \(TestSeed.value)")
    }
  }

  /// Runs large enough that a merge gives parts of them back while it goes on.
  @Test(arguments: [1, 2]) func memoryGivenBackDoesNotShow(threadCount: Int) throws {
    let words = (0..<600_000).map { String(($0 &* 7919) % 1_009, radix: 36) }
    let documents = stride(from: 0, to: words.count, by: 600).map {
      TestDocument(id: "\($0)", text: words[$0..<$0 + 600].joined(separator: " "))
    }
    var expected: [[UInt8]]?
    for pieceByteLimit in [100_000, Int.max] {
      let folder = try TemporaryDirectory()
      var options = BuildOptions(
        analyzer: AnalyzerOptions(language: .plain), storeText: false,
        threadCount: threadCount)
      options.mergeRangeTokenCount = 20_000
      let report = try IndexBuilder(options: options).build(
        from: MemoryFeed(documents, pieceByteLimit: pieceByteLimit), at: folder.path)
      #expect(report.spilledByteCount == 0)
      let file = try VerifiedFile(path: folder.path("segment-1-0.seg"))
      let sections = try ["postings", "positions", "terms"].map {
        try file.verifiedBytes(try #require(file.section($0))).copied()
      }
      if expected == nil { expected = sections }
      #expect(sections == expected, "pieces of \(pieceByteLimit)")
    }
  }

  /// What does not fit goes through files once, four bytes an occurrence and each term of a unit:
  /// the last unit of a thread, and what the budget has room for, does not.
  @Test func whatIsSpilledIsWhatDoesNotFit() throws {
    let documents = Self.makeDocuments(TestSeed.value)
    func report(_ memoryBudget: Int) throws -> BuildReport {
      let folder = try TemporaryDirectory()
      let options = BuildOptions(
        analyzer: AnalyzerOptions(language: .french), memoryBudget: memoryBudget)
      return try IndexBuilder(options: options).build(
        from: MemoryFeed(documents, pieceByteLimit: 10_000), at: folder.path)
    }
    let roomy = try report(64 << 20)
    #expect(roomy.spilledByteCount == 0)
    let narrow = try report(1)
    #expect(narrow.unitCount == roomy.unitCount)
    #expect(narrow.unitCount > 3)
    let spilledTokenCount = narrow.tokenCount * (narrow.unitCount - 1) / narrow.unitCount
    #expect(narrow.spilledByteCount > spilledTokenCount * 4 * 9 / 10)
    #expect(narrow.spilledByteCount < narrow.tokenCount * 4 + narrow.textByteCount)
  }

  /// Units that were kept in memory, until so many were not that it is better used otherwise.
  @Test(arguments: [1, 2]) func unitsSpilledLateDoNotShow(threadCount: Int) throws {
    let documents = Self.makeDocuments(TestSeed.value)
    let wanted = try Self.segment(of: documents, BuildOptions(), pieceByteLimit: 4_000)
    // Beside the program and the units at work, a quarter for each thread, there is room for some.
    var options = BuildOptions(
      memoryBudget: (16 << 20 + 100_000) * 4 / (4 - threadCount), threadCount: threadCount)
    var spilledByteCounts: [Int] = []
    for limit in [Int.max, 1] {
      options.ownSpilledByteLimit = limit
      let folder = try TemporaryDirectory()
      let report = try IndexBuilder(options: options).build(
        from: MemoryFeed(documents, pieceByteLimit: 4_000), at: folder.path)
      spilledByteCounts.append(report.spilledByteCount)
      #expect(try folder.read("segment-1-0.seg") == wanted, "seed \(TestSeed.value)")
    }
    #expect(spilledByteCounts[0] > 0 && spilledByteCounts[1] > spilledByteCounts[0])
  }

  /// Temporary files do not become more with the input, and none is left.
  @Test func temporaryFilesAreFew() throws {
    let documents = Self.makeDocuments(TestSeed.value)
    let folder = try TemporaryDirectory()
    let most = Atomic(0)
    let options = BuildOptions(memoryBudget: 1, threadCount: 2)
    let report = try IndexBuilder(options: options).build(
      from: MemoryFeed(documents, pieceByteLimit: 1_000), at: folder.path
    ) { [path = folder.path] _, _ in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      most.max(names.count { $0.hasSuffix(".tmp") }, ordering: .relaxed)
      return true
    }
    #expect(report.unitCount > 50)
    // Runs and documents of each thread that had more than one unit.
    #expect((2...4).contains(most.load(ordering: .relaxed)))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!names.contains { $0.hasSuffix(".tmp") })
  }

  /// A feed whose pieces take their time, some more than others.
  @Test func slowPiecesDoNotShow() throws {
    let documents = Self.makeDocuments(TestSeed.value, count: 200)
    var options = BuildOptions(memoryBudget: 64 << 20, threadCount: 3)
    options.mergeRangeTokenCount = 400
    let expected = try Self.segment(of: documents, options, pieceByteLimit: 3_000)
    let folder = try TemporaryDirectory()
    _ = try IndexBuilder(options: options).build(
      from: DawdlingFeed(MemoryFeed(documents, pieceByteLimit: 3_000)), at: folder.path)
    #expect(try folder.read("segment-1-0.seg") == expected, "seed \(TestSeed.value)")
  }
}

/// Hands over some pieces late, so that later ones overtake them.
private final class DawdlingFeed: DocumentFeed {
  private let feed: MemoryFeed
  private let count = Atomic<Int>(0)

  init(_ feed: MemoryFeed) {
    self.feed = feed
  }

  func nextPiece(byteLimit: Int) -> Range<Int>? { feed.nextPiece(byteLimit: byteLimit) }

  func forEachDocument(
    in piece: Range<Int>,
    _ body: (Span<UInt8>, Span<UInt8>, Span<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) {
    if count.add(1, ordering: .relaxed).oldValue % 3 == 0 { usleep(3_000) }
    try feed.forEachDocument(in: piece, body)
  }
}
