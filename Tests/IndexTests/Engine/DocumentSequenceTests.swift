import Synchronization
import TestSupport
import Testing

@testable import Index

/// Building from a sequence of documents is building from a feed of them.
struct DocumentSequenceTests {
  private static func makeDocuments(count: Int) -> [Document] {
    var generator = TextGenerator(seed: TestSeed.value, style: .english, vocabularySize: 500)
    return (0..<count).map { number in
      Document(
        id: "\(number)", title: number % 3 == 0 ? "" : "Title \(number)",
        text: generator.text(wordCount: number % 50))
    }
  }

  private static func segment(
    _ build: (IndexBuilder, String) throws -> BuildReport, threadCount: Int
  ) throws -> [UInt8] {
    let folder = try TemporaryDirectory()
    let options = BuildOptions(memoryBudget: 64 << 20, threadCount: threadCount)
    _ = try build(IndexBuilder(options: options), folder.path)
    return try folder.read("segment-1-0.seg")
  }

  @Test(arguments: [0, 1, 700])
  func aSequenceGivesTheSameIndexAsAFeed(count: Int) throws {
    let documents = Self.makeDocuments(count: count)
    let feed = documents.map { TestDocument(id: $0.id, title: $0.title, text: $0.text) }
    let expected = try Self.segment(
      { try $0.build(from: MemoryFeed(feed), at: $1) }, threadCount: 1)
    for threadCount in [1, 3] {
      let found = try Self.segment(
        { try $0.build(from: documents, at: $1) }, threadCount: threadCount)
      #expect(found == expected, "\(threadCount) threads, seed \(TestSeed.value)")
    }
  }

  private final class Progress: Sendable {
    let taken = Atomic(0)
    let indexed = Atomic(0)
    let mostAhead = Atomic(0)
  }

  @Test func aLazySequenceIsTakenAsItIsNeeded() throws {
    let text = String(repeating: "word ", count: (1 << 20) / 5)
    let progress = Progress()
    let documents = (0..<40).lazy.map { number in
      let taken = progress.taken.add(1, ordering: .relaxed).newValue
      progress.mostAhead.max(taken - progress.indexed.load(ordering: .relaxed), ordering: .relaxed)
      return Document(id: "\(number)", text: text)
    }
    let folder = try TemporaryDirectory()
    let report = try IndexBuilder(options: BuildOptions(memoryBudget: 1)).build(
      from: documents, at: folder.path
    ) { documentCount, _ in
      progress.indexed.store(documentCount, ordering: .relaxed)
      return true
    }
    #expect(report.documentCount == 40)
    // With the least memory a piece is of 1 MiB: one document, beside the one that did not fit.
    #expect(progress.mostAhead.load(ordering: .relaxed) == 2)
  }
}
