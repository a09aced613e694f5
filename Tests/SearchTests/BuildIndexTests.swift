import Foundation
import TestSupport
import Testing

/// `build-index` from outside: input of every kind, what is said about it, and what stays
/// untouched.
struct BuildIndexTests {
  func run(
    _ arguments: [String], in folder: TemporaryDirectory, input: String = "",
    environment: [String: String] = [:]
  ) throws -> Subprocess {
    try Subprocess.run(
      Subprocess.search, arguments, folder: folder.path, input: input, environment: environment)
  }

  func ids(_ text: String, in folder: TemporaryDirectory) throws -> [String] {
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
}
