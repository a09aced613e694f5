import Foundation
import TestSupport
import Testing

/// `build-index` from outside: input of every kind, what is said about it, and what stays
/// untouched.
struct BuildIndexTests {
  private func run(
    _ arguments: [String], in folder: TemporaryDirectory, input: String = "",
    environment: [String: String] = [:]
  ) throws -> Subprocess {
    try Subprocess.run(
      Subprocess.search, arguments, folder: folder.path, input: input, environment: environment)
  }

  private func ids(_ text: String, in folder: TemporaryDirectory) throws -> [String] {
    try run(["q", "-l", "-n100", text], in: folder).output.split(separator: "\n").map { String($0) }
  }

  @Test func theSummaryGoesToStandardError() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "one two three")
    let result = try run(["build-index", "d"], in: folder)
    #expect(result.status == 0)
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("indexed 1 file (13 bytes of text) in "))
    #expect(result.errors.contains("\nindex ./.search  "))
    #expect(result.errors.hasSuffix("  1 segment\n"))
    #expect(try run(["build-index", "d", "-q"], in: folder).errors.isEmpty)
  }

  @Test func whatIsSkippedIsCountedWithReasonAndNames() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "text")
    try folder.write("d/b.txt", [0x00, 0x01])
    try folder.write("d/c.txt", "")
    try folder.write("d/d.bin", "x")
    try folder.write("d/.e.txt", "x")
    let result = try run(["build-index", "d"], in: folder)
    #expect(result.status == 0)
    #expect(result.errors.contains("warning: skipped 1 binary: d/b.txt"))
    #expect(result.errors.contains("note: skipped 1 empty: d/c.txt"))
    #expect(result.errors.contains("note: skipped 1 of other types: d/d.bin"))
    #expect(result.errors.contains("note: skipped 1 hidden: d/.e.txt"))
  }

  /// In every format; a file without a document was read all the same.
  @Test func filesThatWereLeftOutAreNotAmongThoseRead() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.jsonl", "{\"text\":\"word\"}\n{\"text\":\"word\"}\n")
    try folder.write("d/b.csv", "text\nword\n")
    try folder.write("d/c.tsv", "text\nword\n")
    try folder.write("d/d.txt", "word")
    try folder.write("d/e.jsonl", "\n")
    let all = try run(["build-index", "d"], in: folder)
    #expect(all.errors.hasPrefix("indexed 5 documents from 5 files ("), "\(all.errors)")
    try folder.write("d/f.jsonl", [0x1F, 0x8B, 0x08, 0x00])
    try folder.write("d/g.csv", "other\nword\n")
    try folder.write("d/h.tsv", [0x61, 0x00, 0x62, 0x00])
    try folder.write("d/i.txt", "")
    try folder.write("d/j.md", [0x61, 0x00, 0x62, 0x00])
    let some = try run(["build-index", "d"], in: folder)
    #expect(some.status == 0)
    #expect(some.errors.hasPrefix("indexed 5 documents from 5 files ("), "\(some.errors)")
    let parts = some.errors.split(separator: "\n").filter { $0.contains(": skipped ") }
    #expect(parts.count == 4, "\(some.errors)")
  }

  @Test(.enabled(if: getuid() != 0, "root may read every file"))
  func whatMayNotBeReadIsSkippedOrStopsTheBuild() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "text")
    try folder.write("d/f.txt", "secret")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: "\(folder.path)/d/f.txt")
    let result = try run(["build-index", "d"], in: folder)
    #expect(result.status == 0)
    #expect(result.errors.contains("warning: skipped 1 unreadable: d/f.txt: Permission denied"))
    let stopped = try run(["build-index", "d", "--on-error", "stop"], in: folder)
    #expect(stopped.status == 2)
  }

  #if os(Linux)  // Other systems take no such names.
    @Test func namesThatAreNotUTF8AreTold() throws {
      let folder = try TemporaryDirectory()
      _ = try Subprocess.run(
        "/bin/bash", ["-c", "mkdir d; echo word > $'d/a\\xFF.txt'; echo word > d/b.txt"],
        folder: folder.path)
      let result = try run(["build-index", "d"], in: folder)
      #expect(result.status == 0)
      let warning = "warning: 1 name is not UTF-8, and the id has U+FFFD there: d/a\u{FFFD}.txt\n"
      #expect(result.errors.hasSuffix(warning), "\(result.errors)")
      #expect(Set(try ids("word", in: folder)) == ["d/a\u{FFFD}.txt", "d/b.txt"])
    }

    @Test func pathsThatAreNotUTF8AreThoseThatWereNamed() throws {
      let folder = try TemporaryDirectory()
      let script = """
        mkdir -p $'d\\xE9/sub'; echo first > $'d\\xE9/a\\xE8.txt'; echo second > $'d\\xE9/a\\xE9.txt'
        "$0" build-index d*/*.txt -q && "$0" query --count 'first second'
        "$0" build-index d* -q && "$0" query --count 'first second'
        cd d* && mv ../.search . && cd sub && "$0" query --count 'first second'
        cd .. && "$0" stats --index $'x\\xE9' || "$0" build-index . --index=$'x\\xE9'; ls
        """
      let result = try Subprocess.run(
        "/bin/bash", ["-c", script, Subprocess.search], folder: folder.path)
      #expect(result.output.hasPrefix("2\n2\n2\n"), "\(result.errors)")
      #expect(!result.output.contains("x\u{FFFD}"), "no index under another name")
      let refused =
        "search: --index: 'x\u{FFFD}' is not UTF-8\nhint: go to that folder, or rename it\n"
      #expect(result.errors == refused + refused)
    }
  #endif

  @Test func badLinesAreReportedAndMayStop() throws {
    let folder = try TemporaryDirectory()
    try folder.write(
      "a.jsonl", "{\"id\":\"1\",\"text\":\"word\"}\nbad\n{\"id\":2,\"text\":\"word\"}\n[]\n")
    let result = try run(["build-index", "a.jsonl"], in: folder)
    #expect(result.status == 0)
    #expect(
      result.errors.contains(
        "warning: a.jsonl: line 2: not a JSON object (byte 1), skipped; 2 lines skipped in all "
          + "(--on-error stop to stop at the first)\n"))
    #expect(result.errors.contains("indexed 2 documents from a.jsonl"))
    #expect(try ids("word", in: folder) == ["1", "2"])
    let stopped = try run(["build-index", "a.jsonl", "--on-error=stop"], in: folder)
    #expect(stopped.status == 2)
    #expect(stopped.errors.hasPrefix("search: a.jsonl: line 2: not a JSON object"))
    #expect(stopped.errors.contains("hint: "))
    #expect(try ids("word", in: folder) == ["1", "2"])
  }

  @Test func standardInputIsReadInEveryFormat() throws {
    let folder = try TemporaryDirectory()
    func build(_ arguments: [String], _ input: String) throws {
      let result = try run(["build-index", "-"] + arguments, in: folder, input: input)
      #expect(result.status == 0, "\(result.errors)")
    }
    try build([], "plain words")
    #expect(try ids("words", in: folder) == ["stdin"])
    try build([], "{\"text\":\"words\"}\n{\"id\":\"x\",\"text\":\"words\"}")
    #expect(try ids("words", in: folder).sorted() == ["stdin:1", "x"])
    try build(["--format", "csv"], "id,text\n7,\"many, words\"\n")
    #expect(try ids("words", in: folder) == ["7"])
    try build(["--format=tsv", "--text=b"], "id\tb\n8\twords\n")
    #expect(try ids("words", in: folder) == ["8"])
    try build(["--format=html"], "<title>t</title><p>words<script>hidden</script>")
    #expect(try ids("words", in: folder) == ["stdin"])
    #expect(try ids("hidden", in: folder).isEmpty)
    try build(["--format=markdown"], "# words")
    #expect(try ids("words", in: folder) == ["stdin"])
  }

  @Test func severalPathsAreOneIndex() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    try folder.write("b.jsonl", "{\"id\":\"j\",\"text\":\"word\"}\n")
    let result = try run(["build-index", "d", "b.jsonl", "-"], in: folder, input: "word")
    #expect(result.status == 0)
    #expect(Set(try ids("word", in: folder)) == ["d/a.txt", "j", "stdin"])
  }

  @Test func anEmptyFolderGivesAnEmptyIndexAndAWarning() throws {
    let folder = try TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/d", withIntermediateDirectories: false)
    let result = try run(["build-index", "d"], in: folder)
    #expect(result.status == 0)
    #expect(result.errors.contains("warning: nothing to index"))
    #expect(result.errors.contains("hint: "))
    #expect(try run(["q", "word"], in: folder).status == 1)
    #expect(try run(["stats"], in: folder).output.contains("documents  0"))
    try folder.write("d/a.txt", "word")
    let chosen = try run(["build-index", "d", "--glob", "*.rst"], in: folder)
    #expect(chosen.errors.contains("warning: nothing to index: no file that --glob chooses\n"))
  }

  @Test func whatCannotBeReadDoesNotReplaceTheIndexByNothing() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.txt", "word")
    try folder.write("dump.jsonl.gz", [0x1F, 0x8B, 0x08, 0x00])
    try folder.write("b.bin", [0x41, 0x00])
    #expect(try run(["build-index", "a.txt"], in: folder).status == 0)
    let packed = try run(["build-index", "dump.jsonl.gz"], in: folder)
    #expect(packed.status == 2, "\(packed.errors)")
    #expect(packed.errors.contains("search: dump.jsonl.gz: is compressed\nhint: unpack"))
    let binary = try run(["build-index", "b.bin"], in: folder)
    #expect(binary.status == 2, "\(binary.errors)")
    let piped = try run(["build-index", "-"], in: folder, input: "\0")
    #expect(piped.status == 2, "\(piped.errors)")
    #expect(try ids("word", in: folder) == ["a.txt"])
    // Beside others they are passed over.
    let both = try run(["build-index", "a.txt", "b.bin"], in: folder)
    #expect(both.status == 0)
    #expect(both.errors.contains("warning: skipped 1 binary: b.bin"))
  }

  @Test func aSecondBuildReplacesTheFirst() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "old")
    #expect(try run(["build-index", "d"], in: folder).status == 0)
    try folder.write("d/a.txt", "new")
    #expect(try run(["build-index", "d"], in: folder).status == 0)
    #expect(try ids("old", in: folder).isEmpty)
    #expect(try ids("new", in: folder) == ["d/a.txt"])
  }

  @Test func otherFoldersAreNotWrittenTo() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    try folder.write("mine/precious.txt", "x")
    let refused = try run(["build-index", "d", "--index", "mine"], in: folder)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("holds other things than an index"))
    #expect(refused.errors.contains("--force"))
    let forced = try run(["build-index", "d", "--index", "mine", "--force"], in: folder)
    #expect(forced.status == 0)
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/mine/precious.txt"))
    #expect(try run(["q", "-l", "word", "--index=mine"], in: folder).output == "d/a.txt\n")
    try folder.write("file", "x")
    #expect(try run(["build-index", "d", "--index", "file"], in: folder).status == 2)
  }

  @Test func whereFilesMayNotGrowTheOldIndexStays() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    #expect(try run(["build-index", "d"], in: folder).status == 0)
    let words = (0..<200_000).map { "w\($0)" }.joined(separator: " ")
    try folder.write("d/large.txt", words)
    let shell = try Subprocess.run(
      "/bin/bash", ["-c", "ulimit -f 64; \"$0\" build-index d", Subprocess.search],
      folder: folder.path)
    #expect(shell.status == 2)
    #expect(shell.errors.contains("write: "), "\(shell.errors)")
    #expect(shell.errors.contains("hint: allow larger files"), "\(shell.errors)")
    #expect(try ids("word", in: folder) == ["d/a.txt"])
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/.search")
    #expect(names.sorted() == ["lock", "manifest", "segment-1-0.seg"])
  }

  @Test func whatADeadBuildLeftIsGoneBeforeTheNextNeedsTheRoom() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    #expect(try run(["build-index", "d"], in: folder).status == 0)
    try folder.write(".search/segment-7-0.seg", "most of a segment")
    try folder.write("d/large.txt", (0..<200_000).map { "w\($0)" }.joined(separator: " "))
    let shell = try Subprocess.run(
      "/bin/bash", ["-c", "ulimit -f 64; \"$0\" build-index d", Subprocess.search],
      folder: folder.path)
    #expect(shell.status == 2)
    #expect(try ids("word", in: folder) == ["d/a.txt"])
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/.search")
    #expect(names.sorted() == ["lock", "manifest", "segment-1-0.seg"])
  }

  @Test func tooLittleMemoryIsAnErrorAndTheIndexStays() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    #expect(try run(["build-index", "d"], in: folder).status == 0)
    try folder.write("e/b.txt", "another")
    var failureCount = 0
    for limit in stride(from: 40_000, through: 100_000, by: 10_000) {
      let shell = try Subprocess.run(
        "/bin/bash", ["-c", "ulimit -v \(limit); exec \"$0\" build-index e", Subprocess.search],
        folder: folder.path)
      // Enough; or too little to load the program.
      if shell.status == 0 { break }
      if shell.status == 127 { continue }
      failureCount += 1
      #expect(shell.status == 2)
      #expect(shell.errors.hasPrefix("search: "))
      #expect(try ids("word", in: folder) == ["d/a.txt"])
    }
    #expect(failureCount > 0)
  }

  @Test func noInputDoesNotReplaceAnIndexThatHasDocuments() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    try folder.write("e/a.bin", "word")
    try folder.write("empty.jsonl", "")
    #expect(try run(["build-index", "d"], in: folder).status == 0)
    for input in [["e"], ["d", "--glob", "*.md"], ["empty.jsonl"], ["-", "--format=jsonl"]] {
      let result = try run(["build-index"] + input, in: folder)
      #expect(result.status == 2 && result.output.isEmpty)
      #expect(result.errors.contains("; the index at ./.search stays as it was\n"))
      #expect(result.errors.contains("--force"))
      #expect(try ids("word", in: folder) == ["d/a.txt"])
    }
    #expect(try run(["build-index", "e", "--force"], in: folder).status == 0)
    #expect(try ids("word", in: folder) == [])
    // One that has none is replaced by another without a question.
    #expect(try run(["build-index", "e"], in: folder).status == 0)
  }

  /// Neither other documents nor --force mend that.
  @Test(arguments: [[], ["--force"]])
  func aLockThatIsSomebodysIsNamed(options: [String]) throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    try folder.write("i/lock", "hello world")
    let result = try run(["build-index", "d", "--index", "i"] + options, in: folder)
    #expect(result.status == 2)
    #expect(
      result.errors
        == "search: i/lock: not the lock of an index; an index needs a folder of its own\n"
        + "hint: name another place with --index\n")
  }

  @Test func whatAFirstBuildLeftThatDiedIsNoHindrance() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    for name in ["lock", "writer-texts-0.tmp", "segment-1-0.seg"] {
      try folder.write(".search/\(name)", "x")
    }
    let built = try run(["build-index", "d"], in: folder)
    #expect(built.status == 0, "\(built.errors)")
    #expect(try ids("word", in: folder) == ["d/a.txt"])
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/.search")
    #expect(names.count == 3, "\(names)")
  }

  @Test func aDamagedIndexIsReplacedOnlyByForce() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    #expect(try run(["build-index", "d"], in: folder).status == 0)
    let index = "\(folder.path)/.search"
    for name in try FileManager.default.contentsOfDirectory(atPath: index) {
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(index)/\(name)"))
    }
    let refused = try run(["build-index", "d"], in: folder)
    #expect(refused.status == 2, "\(refused.errors)")
    #expect(refused.errors.contains("--force"))
    #expect(try run(["build-index", "d", "--force"], in: folder).status == 0)
    #expect(try ids("word", in: folder) == ["d/a.txt"])
  }

  @Test func anIndexWithinTheFolderIsNotIndexed() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    for _ in 0..<2 {
      let result = try run(["build-index", "d", "--index", "d/index", "--format=text"], in: folder)
      #expect(result.status == 0)
      #expect(result.errors.hasPrefix("indexed 1 file "))
    }
  }

  @Test func dryRunListsAndWritesNothing() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    try folder.write("d/b.md", "# word")
    let result = try run(["build-index", "d", "--dry-run"], in: folder)
    #expect(result.output == "d/a.txt\ttext\t4\nd/b.md\tmarkdown\t6\n")
    #expect(result.errors == "would read 2 files (10 bytes)\n")
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/.search"))
  }

  @Test func withoutPositionsOrTextThingsStillWork() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "one two")
    let options = ["--no-positions", "--store=none", "--language=none", "-j1", "--memory=32M"]
    #expect(try run(["build-index", "d"] + options, in: folder).status == 0)
    let phrase = try run(["q", "\"one two\"", "--json"], in: folder)
    #expect(phrase.status == 0)
    #expect(phrase.output.contains("\"no-positions\""))
    #expect(!phrase.output.contains("\"snippet\""))
  }

  @Test func theIndexDoesNotDependOnTheNumberOfThreads() throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: 5)
    for number in 0..<200 {
      let words = (0..<200).map { _ in "w\(random.below(500))" }.joined(separator: " ")
      try folder.write("d/\(number).txt", words)
    }
    var outputs: Set<String> = []
    for threads in [1, 2, 5] {
      #expect(try run(["build-index", "d", "-j\(threads)", "-q"], in: folder).status == 0)
      outputs.insert(try run(["q", "w1 w2 w3", "-n100"], in: folder).output)
    }
    #expect(outputs.count == 1)
  }

  @Test func fewOpenFilesAreEnough() throws {
    let folder = try TemporaryDirectory()
    for number in 0..<300 { try folder.write("d/\(number % 7)/\(number).txt", "word \(number)") }
    let shell = try Subprocess.run(
      "/bin/bash",
      [
        "-c", "ulimit -n 64; \"$0\" build-index d -q && \"$0\" q --count word",
        Subprocess.search,
      ], folder: folder.path)
    #expect(shell.output == "300\n")
    #expect(shell.errors.isEmpty)
  }

  @Test func aFolderThatCannotBeWrittenIsAnError() throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    let result = try run(["build-index", "d", "--index", "/proc/nowhere"], in: folder)
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("search: /proc/nowhere"))
  }

  @Test func aDocumentOfManyMegabytesIsFoundByItsLastWord() throws {
    let folder = try TemporaryDirectory()
    let text = String(repeating: "some words again and again ", count: 400_000) + "needle"
    try folder.write("d/large.txt", text)
    let line = "{\"id\":\"line\",\"text\":\"\(text)\"}\n"
    try folder.write("d/large.jsonl", line)
    #expect(try run(["build-index", "d", "-q", "--memory=32M"], in: folder).status == 0)
    #expect(Set(try ids("needle", in: folder)) == ["d/large.txt", "line"])
  }

  @Test(arguments: ["INT", "TERM", "HUP"])
  func anInterruptLeavesTheOldIndex(signal: String) throws {
    let folder = try TemporaryDirectory()
    try folder.write("d/a.txt", "word")
    #expect(try run(["build-index", "d"], in: folder).status == 0)
    // Reading waits for more input until the signal comes, which it does once the build has begun.
    let shell = try Subprocess.run(
      "/bin/bash",
      [
        "-c",
        """
        (for i in {1..300}; do echo '{"text":"other"}'; sleep 0.2; done) |
          "$0" build-index - --format jsonl &
        pid=$!
        until grep -qs "^pid $pid " .search/lock || ! kill -0 $pid; do sleep 0.05; done
        kill -$1 $pid
        wait $pid
        echo $?
        """, Subprocess.search, signal,
      ], folder: folder.path)
    #expect(shell.output == "130\n")
    #expect(shell.errors.contains("interrupted"))
    #expect(try ids("word", in: folder) == ["d/a.txt"])
  }
}
