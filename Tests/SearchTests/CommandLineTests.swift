import Foundation
import TestSupport
import Testing

@testable import search

/// The built program from outside: what comes out where, and with which exit status.
struct CommandLineTests {
  /// A folder with three texts and an index of them.
  static func indexed() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try folder.write(
      "news/a.txt", "Kassim on Telegram\n\nRachid Kassim wrote on Telegram, again.\n")
    try folder.write("news/b.md", "# Brussels\n\nA *quiet* day in Brussels with Telegram.\n")
    try folder.write("news/c.txt", "L’armée belge\n\nUne enquête à Saint-Étienne.\n")
    let built = try search(["build-index", "news", "-q"], in: folder)
    try #require(built.status == 0, "\(built.errors)")
    return folder
  }

  private static func search(
    _ arguments: [String], in folder: TemporaryDirectory, input: String = "",
    environment: [String: String] = [:]
  ) throws -> Subprocess {
    try Subprocess.run(
      Subprocess.search, arguments, folder: folder.path, input: input, environment: environment)
  }

  /// Runs the program in a folder.
  func run(
    _ arguments: [String], in folder: TemporaryDirectory, input: String = "",
    environment: [String: String] = [:]
  ) throws -> Subprocess {
    try Self.search(arguments, in: folder, input: input, environment: environment)
  }

  // MARK: Usage

  @Test func withoutArgumentsThereIsHelp() throws {
    let folder = try TemporaryDirectory()
    for arguments in [[], ["-h"], ["--help"], ["help"]] {
      let result = try run(arguments, in: folder)
      #expect(result.status == 0)
      #expect(result.output.hasPrefix("search - full-text search"))
      #expect(result.errors.isEmpty)
    }
    #expect(try run(["--version"], in: folder).output.hasPrefix("search "))
    #expect(try run(["help", "query-syntax"], in: folder).output.contains("\"a phrase\""))
  }

  @Test(arguments: [
    (
      ["qurey", "x"],
      "search: 'qurey': unknown command\nhint: did you mean 'search query'?\n"
    ),
    (
      ["index", "docs"],
      "search: 'index': unknown command\nhint: did you mean 'search build-index'?\n"
    ),
    (
      ["rachid", "kassim"],
      "search: 'rachid': unknown command\nhint: to look for it, say 'search query rachid kassim'; "
        + "'search help' lists the commands\n"
    ),
    (
      ["query", "--limt", "3", "x"],
      "search: query: --limt: unknown option\n"
        + "hint: did you mean '--limit'? 'search query --help' lists all options\n"
    ),
    (
      ["query", "x"],
      "search: no index here or in any parent folder\n"
        + "hint: make one with 'search build-index FOLDER', or name one with --index "
        + "(or SEARCH_INDEX)\n"
    ),
    (
      ["query", "--index", "nowhere", "x"],
      "search: nowhere: no index there\n"
        + "hint: make one with 'search build-index --index nowhere FOLDER'\n"
    ),
    (
      ["build-index", "nowhere"],
      "search: nowhere: No such file or directory\n"
        + "hint: check the path; folders, files and - for stdin will do\n"
    ),
    (
      ["--index", ".search", "query", "x"],
      "search: --index: options come after the command\n"
        + "hint: for example: search query TEXT --index DIR\n"
    ),
    (
      ["query", "-n", "many", "x"],
      "search: -n: 'many' is not a whole number from 0 to 1,000,000\n"
        + "hint: 'search query --help' describes it\n"
    ),
    (
      ["build-index", "--store", "id", "x"],
      "search: --store: 'id' is not one of text, none, ids (did you mean ids?)\n"
        + "hint: 'search build-index --help' describes it\n"
    ),
  ])
  func errorsSayWhatAndWhyAndWhatMendsIt(arguments: [String], errors: String) throws {
    let result = try run(arguments, in: TemporaryDirectory())
    #expect(result.status == 2)
    #expect(result.errors == errors)
    #expect(result.output.isEmpty)
  }

  // MARK: Queries

  @Test func aPipeGetsTabSeparatedLines() throws {
    let folder = try Self.indexed()
    let result = try run(["query", "kassim"], in: folder)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    let fields = result.output.dropLast().split(separator: "\t").map { String($0) }
    try #require(fields.count == 4)
    #expect([fields[0], fields[2], fields[3]] == ["1", "news/a.txt", "Kassim on Telegram"])
    #expect(try #require(Double(fields[1])) > 0)
    #expect(fields[1].split(separator: ".").last?.count == 4)
  }

  @Test func idsCountsAndOffsets() throws {
    let folder = try Self.indexed()
    #expect(try run(["q", "telegram", "-l"], in: folder).output == "news/a.txt\nnews/b.md\n")
    #expect(try run(["q", "telegram", "-0"], in: folder).output == "news/a.txt\0news/b.md\0")
    #expect(try run(["q", "-ln1", "telegram"], in: folder).output == "news/a.txt\n")
    #expect(try run(["q", "-l", "-o1", "telegram"], in: folder).output == "news/b.md\n")
    #expect(try run(["q", "telegram", "--count"], in: folder).output == "2\n")
    #expect(try run(["q", "telegram", "-n0"], in: folder).status == 0)
    let after = try run(["q", "telegram", "-o5"], in: folder)
    #expect(after.status == 1 && after.errors == "no hits after the first 5 for: telegram\n")
    let none = try run(["q", "nothing", "--count"], in: folder)
    #expect(none.output == "0\n" && none.status == 1)
    #expect(
      try run(["q", "--all", "telegram", "brussels", "-l"], in: folder).output == "news/b.md\n")
    #expect(try run(["q", "-", "-l"], in: folder, input: "kassim\n").output == "news/a.txt\n")
    #expect(try run(["q", "-l", "--", "--kassim"], in: folder).output == "news/a.txt\n")
  }

  @Test func accentsAndArticlesMakeNoDifference() throws {
    let folder = try Self.indexed()
    for text in ["étienne", "ETIENNE", "E\u{301}tienne", "saint-etienne"] {
      #expect(try run(["q", "-l", text], in: folder).output == "news/c.txt\n", "\(text)")
    }
  }

  @Test func noHitIsStatusOneWithANote() throws {
    let folder = try Self.indexed()
    let result = try run(["query", "nothing"], in: folder)
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    #expect(result.errors == "no hits for: nothing\n")
    #expect(try run(["query", "-q", "nothing"], in: folder).errors.isEmpty)
    #expect(try run(["query", ""], in: folder).status == 1)
  }

  @Test func jsonIsOneObjectWithNumbersAndRanges() throws {
    let folder = try Self.indexed()
    let result = try run(["query", "kassim \"", "--json", "--profile"], in: folder)
    #expect(result.output.hasSuffix("}\n"))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["v"] as? Int == 1)
    #expect(object["query"] as? String == "kassim \"")
    #expect(object["parsed"] as? String == "kassim")
    #expect(object["total"] as? Int == 1)
    #expect(object["total_exact"] as? Bool == true)
    #expect(object["took_us"] is Int)
    #expect(object["profile"] is [String: Any])
    #expect((object["warnings"] as? [Any])?.isEmpty == false)
    let hits = try #require(object["hits"] as? [[String: Any]])
    let hit = try #require(hits.first)
    #expect(hit["id"] as? String == "news/a.txt")
    let snippet = Array(try #require(hit["snippet"] as? String).utf8)
    let highlights = try #require(hit["highlights"] as? [[Int]])
    try #require(!highlights.isEmpty)
    for range in highlights {
      #expect(String(decoding: snippet[range[0]..<range[1]], as: UTF8.self) == "Kassim")
    }
  }

  @Test func jsonEscapesWhatItMust() throws {
    let folder = try TemporaryDirectory()
    try folder.write(
      "a.jsonl", #"{"id":"q\"\\\n\u0001é","title":"tab\tand\u007f","text":"word \ud800"}"# + "\n")
    #expect(try run(["build-index", "a.jsonl"], in: folder).status == 0)
    let result = try run(["query", "word", "--json"], in: folder)
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let hit = try #require((object?["hits"] as? [[String: Any]])?.first)
    #expect(hit["id"] as? String == "q\"\\\n\u{1}é")
    #expect(hit["title"] as? String == "tab\tand\u{7F}")
    #expect(result.output.dropLast().allSatisfy { !$0.isNewline })
    let line = try run(["query", "word"], in: folder).output
    #expect(line.split(separator: "\t").count == 4 && line.filter(\.isNewline).count == 1)
  }

  @Test func trecScoresStrictlyDecrease() throws {
    let folder = try TemporaryDirectory()
    for number in 0..<20 { try folder.write("d/same \(number).txt", "the very same text") }
    #expect(try run(["build-index", "d"], in: folder).status == 0)
    let result = try run(["query", "text", "--format", "trec", "-n20", "--run", "r1"], in: folder)
    let rows = result.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(rows.count == 20)
    var previous = Float.infinity
    for (index, row) in rows.enumerated() {
      try #require(row.count == 6)
      #expect(row[0] == "1" && row[1] == "Q0" && row[5] == "r1")
      #expect(row[2].hasPrefix("d/same%20"))
      #expect(row[3] == "\(index + 1)")
      let score = try #require(Float(row[4]))
      #expect(score < previous)
      previous = score
    }
  }

  @Test func aBatchAnswersEachLine() throws {
    let folder = try Self.indexed()
    let queries = "q1\tkassim\n\nnothing\nq3\tbrussels quiet\r\n"
    let result = try run(
      ["query", "--queries", "-", "--format", "trec"], in: folder, input: queries)
    #expect(
      result.output.split(separator: "\n").map { $0.split(separator: " ")[0] } == ["q1", "q3"])
    #expect(result.status == 0)
    let json = try run(["query", "--queries", "-", "--json"], in: folder, input: queries)
    let ids = try json.output.split(separator: "\n").map { line in
      (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["id"] as? String
    }
    #expect(ids == ["q1", "3", "q3"])
    let table = try run(["query", "--queries", "-"], in: folder, input: "a\tkassim\n")
    #expect(table.output.hasPrefix("a\t1\t"))
    let marked = try run(["q", "--queries", "-"], in: folder, input: "\u{FEFF}a\tkassim\n")
    #expect(marked.output == table.output, "a byte order mark is no part of the first id")
    #expect(try run(["q", "--queries", "-"], in: folder, input: "nothing\n").status == 1)
    #expect(try run(["q", "--queries", "gone.tsv"], in: folder).status == 2)
  }

  @Test func queriesInAnotherEncodingAreRefused() throws {
    let folder = try Self.indexed()
    try folder.write("little.tsv", [0xFF, 0xFE] + "a\tkassim\n".utf8.flatMap { [$0, 0] })
    try folder.write("big.tsv", [0xFE, 0xFF] + "a\tkassim\n".utf8.flatMap { [0, $0] })
    try folder.write("packed.tsv", [0x1F, 0x8B, 8, 0, 0, 0])
    for (name, fault) in [
      ("little.tsv", "is UTF-16"), ("big.tsv", "is UTF-16"), ("packed.tsv", "is compressed"),
    ] {
      let result = try run(["query", "--queries", name], in: folder)
      #expect(result.status == 2 && result.output.isEmpty)
      #expect(result.errors.hasPrefix("search: \(name): \(fault)\nhint: "), "\(result.errors)")
    }
  }

  @Test func whatIsSaidOfABatchNamesTheQuery() throws {
    let folder = try Self.indexed()
    let queries = "q1\tkassim\nq2\t\"kassim\n\tquiet\n"
    let result = try run(
      ["query", "--queries", "-", "--profile", "--check"], in: folder, input: queries)
    #expect(result.output.split(separator: "\n").map { $0.prefix(3) } == ["q1\t", "q2\t", "3\t1"])
    let said = result.errors.split(separator: "\n").map { $0.prefix { $0 != "q" && $0 != "3" } }
    #expect(said.filter { $0 == "profile: " }.count == 3, "\(result.errors)")
    #expect(said.filter { $0 == "check: " }.count == 3, "\(result.errors)")
    #expect(result.errors.contains("warning: q2: a quotation mark"))
    let strict = try run(["query", "--queries", "-", "--strict"], in: folder, input: queries)
    #expect(strict.status == 2)
    #expect(strict.errors.hasPrefix("search: query: q2: a quotation mark"))
    let single = try run(["query", "kassim", "--profile"], in: folder)
    #expect(single.errors.hasPrefix("profile: blocks_decoded 1  "), "\(single.errors)")
    let text = try run(["query", "--queries", "-", "--format=text"], in: folder, input: queries)
    let heads = text.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }
    #expect(heads == ["q1: kassim", "q2: \"kassim", "3: quiet"])
  }

  @Test func strictMakesWarningsErrorsWithACaret() throws {
    let folder = try Self.indexed()
    let result = try run(["query", "kassim \"on", "--strict"], in: folder)
    #expect(result.status == 2)
    #expect(result.errors.contains("\n  kassim \"on\n         ^"))
    #expect(try run(["query", "kassim \"on"], in: folder).errors.hasPrefix("warning: "))
    #expect(try run(["query", "kassim \"on", "-q"], in: folder).errors.isEmpty)
  }

  @Test func messagesDoNotRepeatALongQuery() throws {
    let folder = try Self.indexed()
    let text = String(repeating: "nothing ", count: 20_000)
    let none = try run(["query", "-"], in: folder, input: text)
    #expect(none.errors.hasPrefix("no hits for: nothing nothing"))
    #expect(none.errors.hasSuffix(" …\n") && none.errors.count < 300)
    let most = String(repeating: "nothing ", count: 1 << 17)
    #expect(!(try run(["query", "-"], in: folder, input: most)).errors.contains("warning"))
    let cut = try run(["query", "-"], in: folder, input: most + "kassim")
    #expect(cut.errors.hasPrefix("warning: the query is cut after 1,048,576 bytes\n"))
    let strict = try run(["query", "-", "--strict"], in: folder, input: text + "\"" + text)
    let lines = strict.errors.split(separator: "\n")
    try #require(lines.count == 4, "\(strict.errors.prefix(500))")
    #expect(lines[1].count < 120 && lines[2].last == "^")
    #expect(lines[1].dropFirst(lines[2].count - 1).first == "\"")
  }

  @Test func allWaysAgree() throws {
    let folder = try Self.indexed()
    for text in ["kassim telegram", "\"on telegram\"", "brussels", "nothing"] {
      let result = try run(["query", "--check", "--all", text], in: folder)
      #expect(result.status < 2, "\(result.errors)")
      #expect(result.errors.contains("check: the same as exhaustive"))
      let fast = try run(["query", "--any", text], in: folder).output
      let slow = try run(["query", "--algorithm", "exhaustive", text], in: folder).output
      #expect(fast == slow)
    }
  }

  @Test func everyHardStringIsAQuery() throws {
    let folder = try Self.indexed()
    let texts = [
      "C++", "l'homme", "AT&T", "\"Kassim", "foo AND (bar", "10:30", "*", "?", "a*b", "(", ")",
      "[", "~", "^2", "+", "-", "--", "\\", "\0", "NOT", "AND", "OR", ":", "a:b", "\"\"", "\"\" \"",
      "\u{202F}", "😀", String(repeating: "x", count: 70_000),
      (0..<2000).map { "w\($0)" }.joined(separator: " "),
    ]
    let input = texts.map { "1\t\($0)" }.joined(separator: "\n") + "\n"
    let result = try run(["query", "--queries", "-", "--json", "-q"], in: folder, input: input)
    #expect(result.status < 2, "\(result.errors)")
    #expect(result.output.split(separator: "\n").count == texts.count)
    #expect(result.errors.isEmpty)
  }

  // MARK: Where the index is

  @Test func theIndexIsFoundFromBelowAndByTheVariable() throws {
    let folder = try Self.indexed()
    let below = try Subprocess.run(
      Subprocess.search, ["q", "-l", "kassim"], folder: "\(folder.path)/news")
    #expect(below.output == "news/a.txt\n")
    let other = try TemporaryDirectory()
    let named = try run(
      ["q", "-l", "kassim"], in: other, environment: ["SEARCH_INDEX": "\(folder.path)/.search"])
    #expect(named.output == "news/a.txt\n")
  }

  @Test func whatAFailedFirstBuildLeavesDoesNotHideTheIndexAbove() throws {
    let folder = try Self.indexed()
    try folder.write("news/bad.jsonl", "bad\n")
    let below = "\(folder.path)/news"
    let failed = try Subprocess.run(
      Subprocess.search, ["build-index", "bad.jsonl", "--on-error", "stop"], folder: below)
    #expect(failed.status == 2)
    let found = try Subprocess.run(Subprocess.search, ["q", "-l", "kassim"], folder: below)
    #expect(found.output == "news/a.txt\n", "\(found.errors)")
    // An index that has lost its manifest is no leftover.
    try folder.write("news/.search/segment-1-0.seg", "x")
    let lost = try Subprocess.run(Subprocess.search, ["q", "-l", "kassim"], folder: below)
    #expect(lost.status == 2)
    #expect(lost.errors.contains("./.search: no index there"))
  }
}
