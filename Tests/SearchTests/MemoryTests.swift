import Foundation
import TestSupport
import Testing

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
}
