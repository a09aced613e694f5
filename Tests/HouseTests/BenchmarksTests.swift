import Foundation
import Index
import TestSupport
import Testing

@testable import Benchmarks

/// What the benchmarks read, draw and print, apart from their figures.
struct BenchmarksTests {
  @Test(arguments: [
    (#"{"text":"a\"\\\/\n\u00e9\ud83d\ude00"}"#, "a\"\\/\né😀"),
    (#" { "id" : [1, -2.5e3, true, null, {}], "text" : "" } "#, ""),
    (#"{"text":"\ud83d!"}"#, "\u{FFFD}!"),
  ])
  func jsonIsRead(line: String, text: String) throws {
    #expect(try JSONValue(parsing: Array(line.utf8))["text"]?.text == text)
  }

  @Test(arguments: ["", "{", #"{"text":}"#, #"{"text":"a"} x"#, #"["a" "b"]"#, #""\u12""#, "nul"])
  func whatIsNotJSONIsRefused(line: String) {
    #expect(throws: BenchmarkFailure.self) { try JSONValue(parsing: Array(line.utf8)) }
  }

  @Test func deeplyNestedJSONIsRefused() {
    let line = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    #expect(throws: BenchmarkFailure.self) { try JSONValue(parsing: line) }
  }

  @Test func jsonIsWrittenAsItIsRead() throws {
    let line = #"{"a":[1,2.5,"x\"\\\n\u0001é",true,null]}"#
    #expect(try JSONValue(parsing: Array(line.utf8)).description == line)
  }

  @Test func theHelpNamesEveryCommand() {
    for name in BenchmarkOptions.commands.keys {
      #expect(BenchmarkOptions.help.contains("Benchmarks \(name) "), "\(name)")
    }
  }

  @Test func aCorpusFileIsReadLineByLine() throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write(
      "{\"id\":1,\"text\":\"one\"}\n\n{\"text\":\"\"}\n{\"text\":\"two\"}", to: "c")
    let corpus = try Corpus.file(path)
    #expect(corpus.ends == [3, 3, 6])
    #expect(corpus.text == Array("onetwo".utf8))
    #expect(throws: BenchmarkFailure.self) {
      try Corpus.file(try folder.write("{\"body\":\"\"}", to: "d"))
    }
  }

  @Test(arguments: [1, 40, 1 << 20])
  func aFeedHandsOverEveryDocumentOnceAndInOrder(byteLimit: Int) throws {
    let corpus = Corpus.synthetic(quick: true)
    let feed = CorpusFeed(corpus)
    var numbers: [String] = []
    var byteCount = 0
    while let piece = feed.nextPiece(byteLimit: byteLimit) {
      try feed.forEachDocument(in: piece) { id, _, text in
        numbers.append(String(decoding: id.indices.map { id[$0] }, as: UTF8.self))
        byteCount += text.count
      }
    }
    #expect(numbers == (0..<corpus.count).map(String.init))
    #expect(byteCount == corpus.text.count)
  }

  @Test func madeUpQueriesHaveTheirNumberOfDistinctTerms() throws {
    let queries = try BenchmarkQuery.synthetic(for: Corpus.synthetic(quick: true), perKind: 20)
    for query in queries {
      let expected =
        switch query.kind {
        case .term, .prefix: 1...1
        case .and, .or: 2...4
        case .orLong: 5...10
        case .phrase: 2...3
        }
      #expect(expected.contains(query.terms.count), "\(query)")
      #expect(Set(query.terms).count == query.terms.count, "\(query)")
    }
    #expect(Set(queries.map(\.kind)) == Set(BenchmarkQuery.Kind.allCases))
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "", "too short a text",
      // Words enough, but a word comes again in each run of them.
      (0..<40).map { "the word\($0)" }.joined(separator: " "),
    ])
  func documentsWithoutQueriesInThemAreRefused(text: String) throws {
    let folder = try TemporaryDirectory()
    let corpus = try Corpus.file(try folder.write("{\"text\":\"\(text)\"}\n", to: "c"))
    #expect(throws: BenchmarkFailure.self) {
      try BenchmarkQuery.synthetic(for: corpus, perKind: 5)
    }
  }

  @Test(arguments: ["{\"text\":", "{\"body\":\"\"}"])
  func whatIsWrongInAFileIsNamedWithItsPlace(line: String) throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write("{\"text\":\"a\"}\n\n\(line)\n", to: "c")
    for read in [{ _ = try Corpus.file(path) }, { _ = try BenchmarkQuery.file(path) }] {
      let failure = #expect(throws: BenchmarkFailure.self) { try read() }
      #expect(failure?.description.hasPrefix("\(path): line ") == true)
    }
    let failure = #expect(throws: BenchmarkFailure.self) { try Corpus.file(path) }
    #expect(failure?.description.hasPrefix("\(path): line 3: ") == true)
    let other = #expect(throws: BenchmarkFailure.self) { try Baseline(path: path) }
    #expect(other?.description.hasPrefix("\(path): not JSON: ") == true)
  }

  @Test(arguments: [
    ["--chart", "a"], ["growth", "--baseline", "a"], ["compare", "--corpus", "a"],
    ["serve", "--index", "a", "--counts"], ["growth", "--documents", ""], ["--filter"],
    ["--tolerance", "nan"], ["grow"],
  ])
  func whatACommandWouldIgnoreIsRefused(arguments: [String]) {
    #expect(throws: BenchmarkFailure.self) { try BenchmarkOptions(arguments) }
  }

  @Test func percentilesAreTimesThatOccurred() {
    let timing = Timing([50, 10, 40, 20, 30])
    #expect(timing.minimum == 10 && timing.median == 30 && timing.mean == 30)
    #expect(timing.percentile(0.99) == 50 && timing.percentile(0.2) == 10)
  }

  @Test(arguments: [
    (0.0, "0"), (7, "7"), (1.234, "1.23"), (12.34, "12.3"), (9.999, "10.00"), (99.99, "100.0"),
    (1234.5, "1235"), (-1.25, "-1.25"), (0.05, "0.05"), (.infinity, "inf"), (1e300, "1e+300"),
  ])
  func figuresHaveThreeDigits(value: Double, text: String) {
    #expect(shortened(value) == text)
  }

  @Test func aBaselineTellsBetterFromWorse() throws {
    func result(_ value: Double, _ better: Metric.Direction) -> BenchmarkResult {
      BenchmarkResult(
        name: "a/b", question: "?",
        metrics: [Metric(name: "best", value: value, unit: "u", better: better)])
    }
    let folder = try TemporaryDirectory()
    let kept = Report(corpus: "c", results: [result(10, .lower)]).json().description
    let baseline = try Baseline(path: try folder.write(kept, to: "kept.json"))
    #expect(baseline.comparison(with: result(5, .lower)) == "10, 2x better")
    #expect(baseline.comparison(with: result(15, .lower)) == "10, 1.50x worse")
    #expect(baseline.comparison(with: result(15, .higher)) == "10, 1.50x better")
  }

  @Test func whatIsWorseThanItMayBeIsMarked() throws {
    func result(_ time: Double, _ count: Double) -> BenchmarkResult {
      BenchmarkResult(
        name: "a/b", question: "?",
        metrics: [
          Metric(name: "mean", value: time, unit: "µs", comparison: .ratio),
          Metric(name: "p50", value: time * 9, unit: "µs"),
          Metric(name: "blocks", value: count, unit: "", comparison: .exact),
        ])
    }
    let folder = try TemporaryDirectory()
    let report = Report(corpus: "c", queries: "q", results: [result(10, 7)])
    let path = try folder.write(report.json().description, to: "kept.json")
    func regressions(
      _ time: Double, _ count: Double, tolerance: Double? = 10
    ) throws -> [String] {
      Report(corpus: "c", results: [result(time, count)])
        .regressions(since: try Baseline(path: path, tolerance: tolerance))
    }
    #expect(try regressions(10, 7) == [])
    #expect(try regressions(10.9, 7) == [])
    #expect(try regressions(11.1, 7).count == 1)
    #expect(try regressions(11.1, 7, tolerance: 20) == [])
    #expect(try regressions(5, 6) == [])
    #expect(try regressions(5, 7.01) == ["✗ a/b, blocks: 7.01, before 7, 1.00x worse"])
    #expect(try regressions(50, 7, tolerance: nil) == [])
    #expect(try Baseline(path: path).subject == Report.subject(corpus: "c", queries: "q"))
    let counts = report.json(countsOnly: true).description
    #expect(counts.contains("blocks") && !counts.contains("mean") && !counts.contains("processor"))
  }

  @Test func aCountThatWasNothingBeforeIsNamedWhenItIsNoLonger() throws {
    func report(_ count: Double) -> Report {
      let metric = Metric(name: "blocks", value: count, unit: "", comparison: .exact)
      return Report(
        corpus: "c", results: [BenchmarkResult(name: "a", question: "?", metrics: [metric])])
    }
    let folder = try TemporaryDirectory()
    let nothing = try Baseline(path: folder.write(report(0).json().description, to: "0.json"))
    let some = try Baseline(path: folder.write(report(5).json().description, to: "5.json"))
    #expect(report(5).regressions(since: nothing) == ["✗ a, blocks: 5, before 0, worse"])
    #expect(report(0).regressions(since: nothing) == [])
    #expect(report(0).regressions(since: some) == [])
    #expect(some.comparison(with: report(0).results[0]) == "5, better")
  }

  @Test func aFigureThatIsNoLongerMeasuredIsNamed() throws {
    func report(_ names: [String]) -> Report {
      let metrics = names.map { Metric(name: $0, value: 7, unit: "", comparison: .exact) }
      return Report(
        corpus: "c", results: [BenchmarkResult(name: "a", question: "?", metrics: metrics)])
    }
    let folder = try TemporaryDirectory()
    let path = try folder.write(report(["x", "y"]).json().description, to: "kept.json")
    let baseline = try Baseline(path: path)
    #expect(report(["x", "y", "z"]).omissions(since: baseline) { _ in true } == [])
    let line = "✗ a, y: not measured, before 7"
    #expect(report(["x"]).omissions(since: baseline) { _ in true } == [line])
    #expect(report(["x"]).omissions(since: baseline) { $0 == "b" } == [])
    let damaged = try folder.write(
      report(["x"]).json().description.replacing("7", with: "null"), to: "damaged.json")
    #expect(throws: BenchmarkFailure.self) { try Baseline(path: damaged) }
  }

  @Test(
    .enabled(if: AllocationCounter.isAvailable, "allocations cannot be counted here"))
  func allocationsAreCounted() {
    var kept: [[Int]] = []
    kept.reserveCapacity(10)
    let count = AllocationCounter.count {
      for length in 1...5 { kept.append([Int](repeating: 0, count: length)) }
    }
    #expect(count == 5)
    #expect(AllocationCounter.count {} == 0)
  }

  @Test func aTraceTellsWhatTheSecondRunTouches() {
    var touched = TouchedMemory(sections: [("a", 100), ("b", 4096)], segmentByteCount: 5000)
    let clock = "SYSCALL[1,1](228) sys_clock_gettime( 1, 0x1 ) --> [async] Success(0x0)"
    let map = "SYSCALL[1,1](  9) sys_mmap ( 0x0, 5000, 1, 1, 7, 0 ) --> [pre] Success(0x400000)"
    let trace = [
      map, clock, " L 00400000,8", clock, clock, "I  00001000,3", " L 00400000,8",
      " S 00400008,4", " M 0040003c,8", "I  00001003,3", " L 00400080,1", " L 00401040,1",
      " L 1ffeff,1", clock, " L 00400200,8",
    ]
    for line in trace { touched.read(Array(line.utf8)) }
    // Lines 0 and 1 of a; of b the first line, and one on the next page; no sums.
    #expect(touched.means == ["2", "2 (1)", "2 (2)", "-", "1 (1)"])
  }

  @Test func aProgramThatIsRunLeavesItsOutputAndItsStatus() throws {
    let echo = try ChildProcess.run(["/bin/sh", "-c", "echo $A; exit 3"], environment: ["A=b c"])
    #expect(echo.output == Array("b c\n".utf8) && echo.status == 3)
    #expect(try ChildProcess.run(["/bin/sh", "-c", "kill -9 $$"]).status == 137)
    #expect(throws: BenchmarkFailure.self) { try ChildProcess.run(["/no such program"]) }
  }

  @Test func requestsOfAHarnessAreUnderstood() throws {
    let top = try #require(QueryServer.Request("top\t1000\t3\t1\tphrase\tde la"))
    #expect(top.options.limit == 1000 && !top.options.countsMatches)
    #expect(top.repetitions == 3 && top.wantsHits)
    #expect(
      top.query
        == .phrase([
          PhrasePlace(offset: 0, terms: [Array("de".utf8)]),
          PhrasePlace(offset: 1, terms: [Array("la".utf8)]),
        ]))
    let count = try #require(QueryServer.Request("count\t10\t1\t0\tor_long\ta b"))
    #expect(count.options.limit == 0 && count.options.countsMatches && !count.wantsHits)
    #expect(count.query == .any([.term(Array("a".utf8)), .term(Array("b".utf8))]))
    let prefix = try #require(QueryServer.Request("top\t10\t1\t1\tprefix\tab"))
    #expect(prefix.query == .prefix(Array("ab".utf8)))
    let both = try #require(QueryServer.Request("topcount\t10\t1\t0\tand\ta b"))
    #expect(both.options.limit == 10 && both.options.countsMatches)
  }

  @Test(arguments: [
    "", "top", "top\t10\t1\t1\tprefix\t", "top\t10\t1\t1\tfuzzy\tab", "best\t10\t1\t1\tterm\ta",
    "top\t-1\t1\t1\tterm\ta", "top\tx\t1\t1\tterm\ta", "top\t10\t1\t1\tterm\t",
  ])
  func whatThereIsNotIsNoRequest(line: String) {
    #expect(QueryServer.Request(line) == nil)
  }
}
