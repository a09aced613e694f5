import Foundation
import TestSupport
import Testing

/// What a build replaces, and what stays as it was.
extension BuildIndexTests {
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
