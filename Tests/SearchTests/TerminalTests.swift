import Foundation
import Synchronization
import TestSupport
import Testing

@testable import search

/// What becomes of output: at a terminal, into a pipe that closes, onto a full disk.
extension CommandLineTests {
  @Test func aTerminalGetsTextCutToItsWidth() throws {
    let folder = try Self.indexed()
    let result = try Subprocess.runAtTerminal(
      Subprocess.search, ["query", "kassim"], folder: folder.path, columns: 40,
      environment: ["NO_COLOR": "1"])
    let lines = result.output.split(separator: "\n").map { String($0) }
    #expect(result.status == 0)
    #expect(lines.first?.hasPrefix(" 1  news/a.txt  ") == true)
    #expect(lines.dropFirst().first == "    Kassim on Telegram")
    #expect(result.output.contains("«Kassim»"))
    #expect(lines.last?.hasPrefix("1 hit (") == true)
    #expect(lines.allSatisfy { $0.count <= 40 })
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test func theReadmeShowsWhatItsTwoCommandsPrint() throws {
    let folder = try TemporaryDirectory()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    try FileManager.default.copyItem(
      atPath: root.appendingPathComponent("seeds").path, toPath: folder.path("seeds"))
    let built = try run(["build-index", "seeds/"], in: folder)
    let found = try Subprocess.runAtTerminal(
      Subprocess.search, ["query", "Kassim Telegram"], folder: folder.path, columns: 80,
      environment: ["NO_COLOR": "1"])
    // What a command takes is not the same twice.
    func withoutTimes(_ text: String) -> String { text.replacing(/[0-9.]+ (µs|ms|s)\b/, with: "-") }
    let printed =
      "$ swift run -c release search build-index seeds/\n" + built.output + built.errors
      + "$ swift run -c release search query \"Kassim Telegram\"\n" + found.output
    let readme = try String(
      contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let shown = try #require(readme.firstMatch(of: /```\n(\$ (?s:.*?))```\n/)).1
    #expect(withoutTimes(printed) == withoutTimes(String(shown)))
  }

  @Test func colorFollowsTheEnvironment() throws {
    let folder = try Self.indexed()
    func isColored(_ arguments: [String], _ environment: [String: String]) throws -> Bool {
      let result = try Subprocess.runAtTerminal(
        Subprocess.search, ["query", "kassim"] + arguments, folder: folder.path,
        environment: environment)
      return result.output.contains("\u{1B}[")
    }
    #expect(try isColored([], [:]))
    #expect(try !isColored([], ["NO_COLOR": "1"]))
    #expect(try !isColored([], ["TERM": "dumb"]))
    #expect(try !isColored(["--color", "never"], [:]))
    #expect(try isColored(["--color=always"], ["NO_COLOR": "1"]))
    let piped = try run(["query", "kassim", "--format", "text"], in: folder)
    #expect(!piped.output.contains("\u{1B}"))
    let forced = try run(
      ["query", "kassim", "--format", "text"], in: folder, environment: ["CLICOLOR_FORCE": "1"])
    #expect(forced.output.contains("\u{1B}["))
  }

  @Test func aDocumentCannotCommandTheTerminal() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.txt", "word \u{1B}]0;title\u{7} \u{9B}31m\n\nword\n")
    #expect(try run(["build-index", "a.txt"], in: folder).status == 0)
    let result = try run(["query", "word", "--format=text", "--color=never"], in: folder)
    #expect(
      !result.output.unicodeScalars.contains {
        $0 != "\n" && ($0.value < 0x20 || 0x7F...0x9F ~= $0.value)
      })
  }

  /// Ids, fields, names on the command line: whatever is printed at a terminal, and all messages.
  @Test func aNameCannotCommandTheTerminal() throws {
    let folder = try TemporaryDirectory()
    let evil = "x\u{1B}]0;title\u{7}\u{9B}31m"
    for name in ["a.txt", "empty.txt", "b.zip", "c.xyz"] {
      try folder.write("d/\(evil)\(name)", name == "empty.txt" ? "" : "word")
    }
    try folder.write("d/zero\(evil).txt", [0, 0])
    try folder.write("d/\(evil).jsonl", #"{"id":"\u001b[31m","text":"word"}"# + "\nbad\n{}\n")
    try folder.write("queries", "\(evil)\tword \"\n")
    for arguments in [
      ["build-index", "d"], ["build-index", "d", "--dry-run"], ["build-index", "d/\(evil).jsonl"],
      ["build-index", "d/\(evil).jsonl", "d/\(evil).jsonl", "--on-error=stop"],
      ["build-index", "d/zero\(evil).txt"], ["build-index", "no\(evil)"],
      ["build-index", "d", "--index", evil], ["stats", "--index", evil], ["query", "word", "-l"],
      ["query", "word", "--format=trec"], ["query", "word", "--json"], ["query", "word", "-0"],
      ["query", "--queries", "queries", "--count"], ["query", "--queries", "queries"],
      ["query", "word", "--\(evil)"], ["query", "word", "--format", evil], ["query", evil],
      ["query", "--strict", "\"\(evil)"], ["query", "x", "--index", "no\(evil)"],
      ["explain", evil, "word"], ["help", evil], ["completions", evil], [evil],
    ] {
      let result = try Subprocess.runAtTerminal(
        Subprocess.search, arguments, folder: folder.path, environment: ["NO_COLOR": "1"])
      let controls = result.output.unicodeScalars.filter { isControl($0) && $0 != "\n" }
      #expect(controls.allSatisfy { $0 == "\t" || $0 == "\0" }, "\(arguments): \(controls)")
    }
    let piped = try run(["query", "word", "-l"], in: folder)
    #expect(piped.output.contains("\u{1B}[31m\n"), "programs get ids as they are")
  }

  /// A line break in a name must not look like a message of the program.
  @Test func aNameCannotForgeAMessage() throws {
    let folder = try TemporaryDirectory()
    let forged = "a\nsearch: all is lost\nhint: rm -r ~"
    try folder.write("d/\(forged).xyz", "word")
    for arguments in [
      ["build-index", "d"], ["build-index", forged], ["query", "x", "--\(forged)"],
    ] {
      let result = try run(arguments, in: folder)
      #expect(!result.errors.split(separator: "\n").contains("search: all is lost"))
    }
  }

  @Test func progressSaysWhatIsDoneWhereNobodyKnowsHowLongItTakes() throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write(String(repeating: "x", count: 1000), to: "a.jsonl")
    let plan = try InputPlan(operands: [Path(file)], options: FolderWalker.Options())
    let progress = ProgressLine(plan: plan, isQuiet: true)
    func text() -> String { progress.text(documentCount: 7, now: Environment.nanoseconds) }
    #expect(!text().contains("ETA"))
    plan.report.byteCount.store(500, ordering: .relaxed)
    #expect(text().hasPrefix("indexing  50 %  7 documents  ") && text().contains("ETA "))
    plan.report.byteCount.store(1000, ordering: .relaxed)
    #expect(text().hasPrefix("indexing  100 %  7 documents  "))
    #expect(text().hasSuffix("  writing the index"))
  }

  @Test func aClosedPipeEndsQuietly() throws {
    let folder = try TemporaryDirectory()
    let lines = (0..<3000).map { "{\"id\":\"document \($0)\",\"text\":\"word\"}\n" }.joined()
    try folder.write("a.jsonl", lines)
    #expect(try run(["build-index", "a.jsonl"], in: folder).status == 0)
    let shell = try Subprocess.run(
      "/bin/bash",
      [
        "-c", "\"$0\" query word -n 3000 --json | head -c 10 > /dev/null; echo ${PIPESTATUS[0]}",
        Subprocess.search,
      ], folder: folder.path)
    #expect(shell.output == "0\n")
    #expect(shell.errors.isEmpty)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full"))
  func aFullDiskIsAnError() throws {
    let folder = try Self.indexed()
    let shell = try Subprocess.run(
      "/bin/bash", ["-c", "\"$0\" query kassim > /dev/full", Subprocess.search],
      folder: folder.path)
    #expect(shell.status == 2)
    #expect(shell.errors.hasPrefix("search: standard output: "))
  }
}
