import Index
import TestSupport
import Testing

/// What other packages take for granted of the types of the library.
struct PublicTypeTests {
  /// Compiles only if a builder may be shared.
  private static let builder = IndexBuilder()

  private static let documents = [
    Document(id: "a", text: "Paris by night"), Document(id: "b", text: "Brussels, Paris"),
  ]

  private static func isSafeToShareAndCompare<Value: Hashable & Sendable>(_ value: Value) -> Bool {
    Set([value, value]).count == 1
  }

  @Test func answersAndOptionsCanBeComparedAndShared() throws {
    let directory = try TemporaryDirectory()
    _ = try Self.builder.build(from: Self.documents, at: directory.path)
    let reader = try IndexReader(path: directory.path)
    let parsed = reader.parse("paris \"brussels paris")
    let result = try reader.search(parsed.query)
    #expect(Self.isSafeToShareAndCompare(parsed))
    #expect(Self.isSafeToShareAndCompare(result))
    #expect(try reader.search(parsed.query) == result)
    #expect(Self.isSafeToShareAndCompare(BuildOptions()))
    #expect(BuildOptions() != BuildOptions(threadCount: 2))
    let report = try IndexReader.verify(path: directory.path)
    #expect(Self.isSafeToShareAndCompare(report))
  }

  @Test func optionsOfASearchAreTheDefaultsButForWhatIsGiven() {
    var options = SearchOptions()
    #expect(options == SearchOptions(limit: 10, offset: 0, k1: 1.2, b: 0.75))
    options.limit = 3
    options.algorithm = .exhaustive
    #expect(options == SearchOptions(limit: 3, algorithm: .exhaustive))
    options.countsMatches = true
    #expect(options == SearchOptions(limit: 3, countsMatches: true, algorithm: .exhaustive))
  }

  @Test(arguments: [1, 4])
  func aCancelledTaskCancelsTheBuildThatLooks(threadCount: Int) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return Result { () throws(IndexError) in
        try IndexBuilder(options: BuildOptions(threadCount: threadCount))
          .build(from: Self.documents, at: path) { _, _ in !Task.isCancelled }
      }
    }
    task.cancel()
    #expect(await task.value == .failure(.cancelled))
    #expect(throws: IndexError.noIndex(path: path)) { try IndexReader(path: path) }
  }
}
