import Foundation
import TestSupport
import Testing
import Tokenizer

@testable import search

/// What `--memory` promises, by what the system says of the process; on Linux, which tells.
@Suite struct MemoryTests {
  #if os(Linux)
    /// 8 MB of input; with `SEARCH_FULL_TESTS=1` fifty times that, of which runs, lists and ids are
    /// many times the budget.
    @Test func aBuildKeepsToItsMemoryWhateverTheInput() throws {
      let folder = try TemporaryDirectory()
      var generator = TextGenerator(
        seed: TestSeed.value, style: .english, vocabularySize: 60_000)
      var chunk = ""
      while chunk.utf8.count < 8_000_000 {
        chunk += "{\"text\": \"\(generator.text(wordCount: generator.length(median: 100)))\"}\n"
      }
      try folder.write("chunk", chunk)
      let script = """
        for i in $(seq \(TestSeed.runsFullTests ? 50 : 1)); do cat chunk; done > many.jsonl
        "$0" build-index many.jsonl -q --language none --store none -j2 --memory 16M &
        while grep -s VmHWM /proc/$!/status; do sleep 0.02; done
        wait $!
        """
      let result = try Subprocess.run(
        "/bin/bash", ["-c", script, Subprocess.search], folder: folder.path)
      #expect(result.status == 0 && result.errors.isEmpty)
      let peaks = result.output.split(separator: "\n").compactMap { line in
        Int(line.split(separator: " ").dropLast().last ?? "")
      }
      // In kB; the program itself has 10 to 20 thousand.
      let peak = peaks.last ?? 0
      #expect((5_000..<48_000).contains(peak))
    }
  #endif

  /// What a command says that gets no more memory has to be of use to it.
  @Test(arguments: [
    (["build-index", "nowhere"], "; nothing was changed\nhint: build with less"),
    (["query", "--index", "nowhere", "word"], "\nhint: ask for fewer hits"),
    (["verify", "--index", "nowhere"], "\nhint: use fewer threads"),
    (["stats", "--index", "nowhere"], "\nhint: allow the process more"),
  ])
  func aLackOfMemoryIsExplainedForTheCommand(arguments: [String], text: String) async throws {
    try await expectLackOfMemory(after: arguments, says: text)
  }

  @Test func afterABuildTheIndexIsNotWhatItWas() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.txt", "word")
    try await expectLackOfMemory(
      after: ["build-index", folder.path("a.txt"), "--index", folder.path("index")],
      says: "\nhint: allow the process more")
  }

  /// Runs a command in a process of its own, which then asks for more memory than there is.
  private func expectLackOfMemory(after arguments: [String], says text: String) async throws {
    let result = await #expect(
      processExitsWith: .exitCode(2), observing: [\.standardErrorContent]
    ) { [arguments = arguments as [String]] in
      _ = Program.run(arguments.map { Path($0) })
      _ = Column<UInt8>(capacity: 1 << 60)
    }
    let errors = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(errors.contains("search: out of memory" + text), "\(errors)")
    #expect(errors.hasSuffix(" (ulimit -v)\n"))
  }
}
