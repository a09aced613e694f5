import Foundation
import Index
import TestSupport
import Testing

/// A program that is killed while it builds an index leaves the former index or the new one, whole,
/// and nothing that would be in the way of the next build.
struct KilledWriterTests {
  private static let killCount = TestSeed.runsFullTests ? 400 : 40
  private static let documentCount = 600

  /// When a writer is killed.
  private enum Moment: CaseIterable {
    /// After some part of the time that a whole build takes.
    case anyTime
    /// Some changes of the names in the folder after its start.
    case change
    /// Once the segment has a name, until the commit is done.
    case commit
  }

  /// Starts the program; it builds an index whose documents all have the word `word`.
  private func startBuild(_ word: String, in folder: TemporaryDirectory) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Subprocess.search)
    process.arguments = [
      "build-index", "\(word).jsonl", "--index", "index", "--quiet", "--memory", "32M", "-j2",
    ]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = Subprocess.environment
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func writeDocuments(
    _ word: String, in folder: TemporaryDirectory, _ random: inout SplitMix64
  ) throws {
    let lines = (0..<Self.documentCount).map { number in
      let words = (0..<25).map { _ in "w\(random.below(2_000))" }.joined(separator: " ")
      return "{\"id\":\"\(word)-\(number)\",\"text\":\"\(word) \(words)\"}"
    }
    try folder.write(lines.joined(separator: "\n"), to: "\(word).jsonl")
  }

  private func names(in folder: TemporaryDirectory) -> Set<String> {
    Set((try? FileManager.default.contentsOfDirectory(atPath: folder.path("index"))) ?? [])
  }

  /// Waits for the moment, or for the end of the process.
  private func wait(
    for moment: Moment, of process: Process, taking duration: Double,
    in folder: TemporaryDirectory, _ random: inout SplitMix64
  ) {
    let delay = Double(random.below(1_000)) / 1_000
    var former = names(in: folder)
    var changeCount = random.number(in: 1...8)
    switch moment {
    case .anyTime: usleep(UInt32(delay * duration * 1e6))
    case .change:
      while process.isRunning, changeCount > 0 {
        let names = names(in: folder)
        if names != former { changeCount -= 1 }
        former = names
      }
    case .commit:
      let segments = former.filter { $0.hasSuffix(".seg") }
      while process.isRunning,
        names(in: folder).allSatisfy({ segments.contains($0) || !$0.hasSuffix(".seg") })
      {}
      usleep(UInt32(delay * duration / 4 * 1e6))
    }
  }

  /// How many documents of the index have each word.
  private func counts(_ words: [String], in folder: TemporaryDirectory) throws -> [Int] {
    let reader = try IndexReader(path: folder.path("index"))
    var options = SearchOptions()
    options.countsMatches = true
    return try words.map {
      try #require(try reader.search(.term(Array($0.utf8)), options: options).matchCount)
    }
  }

  @Test func theFormerOrTheNewIndexIsThere() throws {
    let seed = TestSeed.value
    var random = SplitMix64(seed: seed)
    let folder = try TemporaryDirectory()
    let words = ["first", "second"]
    for word in words { try writeDocuments(word, in: folder, &random) }
    var current = 0
    var duration = Double.infinity
    for _ in 0..<3 {
      let start = ContinuousClock.now
      let process = try startBuild(words[current], in: folder)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      duration = min(duration, (ContinuousClock.now - start) / .seconds(1))
    }
    var (killedCount, newCount) = (0, 0)
    for round in 0..<Self.killCount {
      let comment: Comment = "round \(round), seed \(seed)"
      let process = try startBuild(words[1 - current], in: folder)
      wait(
        for: random.pick(Moment.allCases), of: process, taking: duration, in: folder, &random)
      // Of a process that has ended, the number may be another's.
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      let wasKilled = process.terminationReason == .uncaughtSignal
      if wasKilled { killedCount += 1 } else { #expect(process.terminationStatus == 0, comment) }
      let counts = try counts(words, in: folder)
      let isNew = counts[1 - current] == Self.documentCount
      if wasKilled && isNew { newCount += 1 }
      #expect(isNew || wasKilled, comment)
      #expect(counts.sorted() == [0, Self.documentCount], comment)
      #expect(try IndexReader.verify(path: folder.path("index")).isIntact, comment)
      if isNew { current = 1 - current }
    }
    // What the killed ones left is swept by one that is not.
    let last = try startBuild(words[current], in: folder)
    last.waitUntilExit()
    #expect(last.terminationStatus == 0)
    #expect(names(in: folder).count == 3, "\(names(in: folder))")
    print(
      "killed \(killedCount) of \(Self.killCount) builds, \(newCount) after their commit, "
        + "SEARCH_TEST_SEED=\(seed)")
    #expect(killedCount > 0)
  }
}
