import Foundation
import TestSupport
import Testing

@testable import Index
@testable import search

/// The commands besides `build-index` and `query`.
extension CommandLineTests {
  @Test func analyzeShowsTermsAndPlaces() throws {
    let folder = try TemporaryDirectory()
    let table = try run(["analyze", "--language", "fr", "L'été, aujourd’hui"], in: folder)
    #expect(
      table.output == """
        position  term         stop  bytes  text
               1  ete                2-6    été
               2  aujourd'hui        9-21   aujourd’hui

        """)
    let json = try run(
      ["analyze", "--language=en", "--json", "-"], in: folder, input: "the Cat\nx\n")
    #expect(
      json.output == """
        {"v":1,"language":"en","terms":[{"position":1,"term":"the","stop":true,"range":[0,3],\
        "text":"the"},{"position":2,"term":"cat","stop":false,"range":[4,7],"text":"Cat"}]}
        {"v":1,"language":"en","terms":[{"position":1,"term":"x","stop":false,"range":[0,1],\
        "text":"x"}]}

        """)
  }

  @Test func analyzeAsTheIndexDoesIsNotCombinedWithOtherWays() throws {
    let folder = try Self.indexed()
    #expect(try run(["analyze", "--index", ".search", "the cat"], in: folder).status == 0)
    for option in ["--language=fr", "--stopwords=drop"] {
      let both = try run(["analyze", "--index", ".search", option, "the cat"], in: folder)
      #expect(both.status == 2)
      #expect(both.errors.contains("both --index and \(option.prefix { $0 != "=" })\nhint: "))
    }
  }

  @Test func explainAddsUpToTheScore() throws {
    let folder = try Self.indexed()
    let result = try run(["explain", "news/a.txt", "kassim telegram", "--json"], in: folder)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let parts = try #require(object["parts"] as? [[String: Any]])
    #expect(parts.map { $0["term"] as? String } == ["kassim", "telegram"])
    let sum = parts.compactMap { $0["score"] as? Double }.reduce(0, +)
    #expect(abs(sum - (try #require(object["score"] as? Double))) < 1e-5)
    let text = try run(["explain", "news/a.txt", "kassim"], in: folder)
    #expect(text.output.contains("idf ") && text.output.contains("(in 1 of 3)"))
    #expect(text.output.contains("k1 1.2, b 0.75"))
    let constant = try run(["explain", "news/a.txt", "kass*"], in: folder)
    #expect(constant.output.contains("kass*"))
    #expect(constant.output.contains("the same for every match (in 1 of 3)"))
    #expect(!constant.output.contains("k1"), "the score of a prefix has nothing to do with it")
    let both = try run(["explain", "news/a.txt", "kass* telegram"], in: folder)
    #expect(both.output.split(separator: "\n").last?.contains("k1 1.2, b 0.75") == true)
    #expect(try run(["explain", "news/b.md", "kassim"], in: folder).status == 1)
    let noHit = try run(["explain", "news/b.md", "kassim", "--json"], in: folder)
    #expect(
      noHit.output
        == "{\"v\":1,\"id\":\"news/b.md\",\"query\":\"kassim\",\"score\":null,\"parts\":[]}\n")
    #expect(noHit.status == 1)
    let gone = try run(["explain", "gone", "kassim"], in: folder)
    #expect(gone.status == 2 && gone.errors.contains("hint: "))
  }

  @Test func explainTakesTheBestOfTheHitsThatShareAnID() throws {
    let folder = try TemporaryDirectory()
    let texts = ["beta", "alpha and much else besides", "alpha"]
    let lines = texts.map { "{\"id\":\"x\",\"text\":\"\($0)\"}\n" }.joined()
    try folder.write("a.jsonl", lines)
    #expect(try run(["build-index", "a.jsonl", "-q"], in: folder).status == 0)
    let one = try run(["explain", "x", "much"], in: folder)
    #expect(one.status == 0 && one.errors.isEmpty, "\(one.errors)")
    let best = try run(["explain", "x", "alpha", "--json"], in: folder)
    #expect(best.output.contains("\"length\":1,"), "\(best.output)")
    #expect(best.errors == "note: 2 hits have this id; this is the best of them\n")
    #expect(try run(["explain", "x", "gamma"], in: folder).status == 1)
  }

  @Test func hintsCanWork() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.txt", "word")
    let file = try run(["query", "word", "--index", "a.txt"], in: folder)
    #expect(file.errors.hasSuffix("\nhint: it is no folder: name that of an index with --index\n"))
    let none = try run(["query", "word", "--index", "none"], in: folder)
    #expect(none.errors.contains("\nhint: make one with "), "\(none.errors)")
    #expect(SystemFailure.hint(of: SystemFailure.tooLarge)?.contains("ulimit -f") == true)
  }

  @Test func theSectionsOfStatsAddUpToTheSize() throws {
    let folder = try Self.indexed()
    let lines = try run(["stats"], in: folder).output.split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("section") })
    let counts = try lines[(start + 1)...].map { line in
      let number = line.split(separator: " ")[1].filter { $0 != "," }
      return try #require(Int(number), "\(line)")
    }
    let json = try run(["stats", "--json"], in: folder).output
    #expect(json.contains("\"bytes\":\(counts.reduce(0, +)),"), "\(counts) in \(json)")
  }

  @Test func controlsInATitleDoNotReachTheOutput() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.jsonl", #"{"id":"1","title":"x\u0085y\u001bz\tw","text":"cat"}"# + "\n")
    #expect(try run(["build-index", "a.jsonl", "-q"], in: folder).status == 0)
    let hit = try run(["query", "--format", "tsv", "cat"], in: folder).output
    #expect(hit.split(separator: "\t").dropFirst(2) == ["1", "x y z w\n"])
  }

  /// The second query comes when the file that the first one was answered from is empty.
  @Test func aFileThatIsShortenedInUseEndsTheProgramWithAMessage() throws {
    let folder = try Self.indexed()
    let script = """
      { printf '1\\ttelegram\\n'; for i in $(seq 500); do [ -s out ] && break; sleep 0.02; done
        for f in .search/*.seg; do : > "$f"; done; printf '2\\tkassim\\n'; } |
      '\(Subprocess.search)' query --queries - --index .search > out
      """
    let result = try Subprocess.run("/bin/sh", ["-c", script], folder: folder.path)
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("search: a file of the index was shortened"))
  }

  @Test func statsCount() throws {
    let folder = try Self.indexed()
    let result = try run(["stats", "--json"], in: folder)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["documents"] as? Int == 3)
    #expect(object["positions"] as? Bool == true)
    #expect(try run(["stats"], in: folder).output.contains("documents  3\n"))
  }

  @Test func verifyTellsAWholeIndexFromADamagedOne() throws {
    let folder = try Self.indexed()
    let whole = try run(["verify"], in: folder)
    #expect(whole.status == 0)
    #expect(whole.output.hasSuffix("ok\n"))
    let index = "\(folder.path)/.search"
    let largest = try #require(
      try FileManager.default.contentsOfDirectory(atPath: index).max { left, right in
        try size("\(index)/\(left)") < size("\(index)/\(right)")
      })
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(index)/\(largest)")))
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: "\(index)/\(largest)"))
    let damaged = try run(["verify"], in: folder)
    #expect(damaged.status == 1, "\(damaged.output)\(damaged.errors)")
    #expect(damaged.output.contains("\ndamaged: 1 block of "))
    #expect(damaged.errors.contains("hint: rebuild"))
    for threads in [1, 5] {
      #expect(try run(["verify", "-j\(threads)"], in: folder).output == damaged.output)
    }
    #expect(try run(["verify", "--threads", "0"], in: folder).status == 2)
  }

  @Test func verifyTellsStructuresThatAreWrongUnderRightChecksums() {
    let damage = Damage(path: "i/s", section: "norms", byteRange: 0..<1, detail: "")
    var report = VerificationReport()
    #expect(VerifyCommand.verdict(report) == "ok")
    report.segments = [
      VerificationReport.Segment(
        name: "s", intactUnitCount: 7, unitCount: 7, byteCount: 9, checks: [], damages: [damage])
    ]
    #expect(
      VerifyCommand.verdict(report) == "damaged: 1 structure, though all checksums are right")
    report.segments[0].intactUnitCount = 5
    #expect(VerifyCommand.verdict(report) == "damaged: 2 blocks of 7")
  }

  private func size(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
  }

  @Test func completionsKnowEveryCommandAndOption() throws {
    let folder = try TemporaryDirectory()
    for shell in ["bash", "zsh", "fish"] {
      let script = try run(["completions", shell], in: folder)
      #expect(script.status == 0)
      for command in CommandTable.commands {
        let name = command.name.rawValue
        #expect(script.output.contains(name), "\(shell) lacks \(name)")
        for option in command.options {
          let name = (shell == "fish" ? " -l " : "--") + option.name.rawValue
          #expect(script.output.contains(name), "\(shell) lacks \(name)")
        }
      }
    }
    let check = try Subprocess.run(
      "/bin/bash", ["-c", "\"$0\" completions bash | bash -n", Subprocess.search])
    #expect(check.status == 0 && check.errors.isEmpty)
    #expect(try run(["completions", "tcsh"], in: folder).status == 2)
    let page = try run(["man"], in: folder).output
    #expect(page.hasPrefix(".TH SEARCH 1"))
    // Every formatter reads ASCII, and macros drop bare quotation marks.
    #expect(page.utf8.allSatisfy { $0 < 0x80 })
    #expect(page.contains("\\(dqL'\\[u00E9]t\\[u00E9], aujourd\\[u2019]hui\\(dq"))
  }
}
