import TestSupport
import Testing
import Tokenizer

@testable import Index

/// A reader is for any number of threads: searches at the same time do not show in each other.
@Suite struct ConcurrentSearchTests {
  @Test func searchesAtTheSameTimeFindWhatTheyFindAlone() async throws {
    var random = SplitMix64(seed: TestSeed.value)
    var generator = TextGenerator(seed: random.next(), style: .english, vocabularySize: 2_000)
    let documents = (0..<3_000).map {
      TestDocument(id: String($0), text: generator.text(wordCount: generator.length(median: 20)))
    }
    let built = try BuiltIndex(documents, pieceByteLimit: 40_000)
    let reader = try IndexReader(path: built.folder.path)
    var searches: [(query: Query, options: SearchOptions)] = []
    // A prime number, so that any stride visits all.
    for _ in 0..<61 {
      let words = String(decoding: random.pick(documents).text, as: UTF8.self)
        .split(separator: " ").prefix(random.number(in: 1...6))
      let text = words.joined(separator: " ")
      let shaped = random.pick([
        text, "\"\(text)\"", "\(words.first?.prefix(2) ?? "")*", text + " zz*",
      ])
      var options = SearchOptions()
      options.limit = random.pick([1, 10, 1_000])
      options.countsMatches = random.chance(0.5)
      let mode: ParsedQuery.Mode = random.chance(0.5) ? .any : .all
      searches.append((reader.parse(shaped, mode: mode).query, options))
    }
    let alone = try searches.map { try reader.search($0.query, options: $0.options) }
    let (all, expected, seed) = (searches, alone, TestSeed.value)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          for step in 0..<all.count {
            // Each worker in another order, so that searches of all kinds meet.
            let index = (step * (2 * worker + 1) + worker * 7) % all.count
            let result = try reader.search(all[index].query, options: all[index].options)
            #expect(result.hits == expected[index].hits, "search \(index), seed \(seed)")
            #expect(result.matchCount == expected[index].matchCount, "seed \(seed)")
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
