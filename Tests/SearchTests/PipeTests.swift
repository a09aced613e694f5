import Foundation
import TestSupport
import Testing

@testable import search

/// Input that can be read only once, or that would keep a reader waiting: pipes with and without a
/// name, standard input.
struct PipeTests {
  /// Runs a script of bash whose `$0` is the program, where `search` builds an index and `guarded`
  /// does anything; both end the program if it hangs.
  private func build(_ script: String, in folder: TemporaryDirectory) throws -> Subprocess {
    let guarded = """
      guarded() { "$0" "$@" <&0 & local pid=$!
        (for i in {1..300}; do kill -0 $pid || exit; sleep 0.1; done; kill -9 $pid) \\
          > /dev/null 2>&1 &
        wait $pid; }
      search() { guarded build-index "$@"; }
      \(script)
      """
    return try Subprocess.run("/bin/bash", ["-c", guarded, Subprocess.search], folder: folder.path)
  }

  private func count(_ word: String, in folder: TemporaryDirectory) throws -> String {
    try Subprocess.run(Subprocess.search, ["query", "--count", word], folder: folder.path).output
  }

  /// More than a pipe holds, so that who writes must wait until it is read.
  private let lines =
    #"for i in {1..3000}; do echo "{\"id\":\"$i\",\"text\":\"a word of $i\"}"; done"#

  @Test func aNamedPipeIsOpenedOnceAndReadToItsEnd() throws {
    let folder = try TemporaryDirectory()
    let result = try build(
      """
      mkfifo pipe
      { \(lines); } > pipe & writer=$!
      search pipe < /dev/null
      wait $writer && echo written
      """, in: folder)
    #expect(result.output == "written\n", "\(result.errors)")
    #expect(result.errors.contains("indexed 3,000 documents from pipe "))
    #expect(try count("word", in: folder) == "3000\n")
  }

  @Test func whatAnotherCommandPrintsIsReadForWhatItIs() throws {
    let folder = try TemporaryDirectory()
    let result = try build("search <(\(lines)) <(echo plain word)", in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try count("word", in: folder) == "3001\n")
  }

  @Test func standardInputNamedTwiceIsReadOnce() throws {
    let folder = try TemporaryDirectory()
    let input = (0..<3000).map { "{\"id\":\"\($0)\",\"text\":\"word\"}\n" }.joined()
    let result = try Subprocess.run(
      Subprocess.search, ["build-index", "-", "-"], folder: folder.path, input: input)
    #expect(result.errors.hasPrefix("indexed 3,000 documents from stdin "))
    #expect(result.errors.hasSuffix("note: skipped 1 named twice: stdin\n"), "\(result.errors)")
  }

  @Test func aPipeInPlaceOfIgnoreRulesIsNotWaitedFor() throws {
    let folder = try TemporaryDirectory()
    let result = try build(
      "mkdir -p a/b && mkfifo .git a/.gitignore a/b/.gitignore && echo word > a/b/c.txt && search a",
      in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try count("word", in: folder) == "1\n")
  }

  @Test func noFileIsTakenForAStandardInputThatIsClosed() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.jsonl", "{\"text\":\"word\"}\n")
    #expect(try build("search a.jsonl", in: folder).status == 0)
    for operands in ["- --format jsonl", "a.jsonl -", "<(\(lines)) -"] {
      let result = try build("\"$0\" build-index \(operands) <&-", in: folder)
      #expect(result.status == 2, "\(operands): \(result.errors)")
      #expect(result.errors.hasPrefix("search: stdin: "), "\(operands): \(result.errors)")
      #expect(try count("word", in: folder) == "1\n")
    }
  }

  /// Nothing more comes, and the pipe stays open: only the signal can end the reading.
  @Test(arguments: ["INT", "TERM"], [1, 2])
  func anInterruptEndsAReadThatWaits(signal: String, threads: Int) throws {
    let folder = try TemporaryDirectory()
    let result = try build(
      """
      mkfifo pipe && exec 3<>pipe
      for i in {1..500}; do echo '{"text":"word"}'; done >&3
      "$0" build-index - -j\(threads) < pipe 3>&- & pid=$!
      until grep -qs "^pid $pid " .search/lock || ! kill -0 $pid; do sleep 0.05; done
      sleep 0.3
      kill -\(signal) $pid
      for i in {1..100}; do kill -0 $pid 2> /dev/null || break; sleep 0.1; done
      kill -9 $pid 2> /dev/null
      wait $pid
      echo $?
      """, in: folder)
    #expect(result.output == "130\n")
    #expect(result.errors == "search: interrupted: nothing was changed\n")
  }

  @Test func aPipeThatTookThePlaceOfAFileIsNotWaitedFor() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.txt", "word")
    // Standard input ends when the swap is done, which is after the listing.
    let result = try build(
      """
      { \(lines); until [ -e .search/lock ]; do sleep 0.05; done
        rm a.txt; mkfifo a.txt; echo '{"text":"word"}'; } | search - a.txt
      """, in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("skipped 1 unreadable: a.txt: not a regular file\n"))
    #expect(try count("word", in: folder) == "3001\n")
  }

  @Test(arguments: ["manifest", "segment-1-0.seg"])
  func aPipeInPlaceOfAFileOfTheIndexIsNotWaitedFor(name: String) throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.txt", "word")
    #expect(try build("search a.txt", in: folder).status == 0)
    let pipe = "rm .search/\(name) && mkfifo .search/\(name)"
    #expect(try build(pipe, in: folder).status == 0)
    for command in ["query word", "verify", "build-index a.txt"] {
      let result = try build("guarded \(command)", in: folder)
      #expect(result.status == 2, "\(command): \(result.errors)")
      #expect(result.errors.contains("\(name) is not a regular file"), "\(command)")
    }
    #expect(try build("search a.txt --force", in: folder).status == 0)
    #expect(try count("word", in: folder) == "1\n")
  }

  @Test(arguments: ["query --queries -", "query --queries /dev/zero", "analyze -"])
  func aLineWithoutEndIsAnError(command: String) throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.txt", "word")
    let result = try build(
      """
      search a.txt --quiet
      guarded \(command) < /dev/zero
      """, in: folder)
    #expect(result.status == 2, "\(result.errors)")
    #expect(result.errors.contains(": line 1: longer than 16 MB\n"), "\(result.errors)")
  }
}
