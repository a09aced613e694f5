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

  @Test func madeUpQueriesHaveTheirNumberOfDistinctTerms() {
    let queries = BenchmarkQuery.synthetic(for: Corpus.synthetic(quick: true), perKind: 20)
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

  @Test func percentilesAreTimesThatOccurred() {
    let timing = Timing([50, 10, 40, 20, 30])
    #expect(timing.minimum == 10 && timing.median == 30 && timing.mean == 30)
    #expect(timing.percentile(0.99) == 50 && timing.percentile(0.2) == 10)
  }

  @Test(arguments: [
    (0.0, "0"), (7, "7"), (1.234, "1.23"), (12.34, "12.3"), (9.999, "10.00"), (99.99, "100.0"),
    (1234.5, "1235"), (-1.25, "-1.25"), (0.05, "0.05"),
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
    let kept = Report(corpus: "c", results: [result(10, .lower)]).json.description
    let baseline = try Baseline(path: try folder.write(kept, to: "kept.json"))
    #expect(baseline.comparison(with: result(5, .lower)) == "10, 2x better")
    #expect(baseline.comparison(with: result(15, .lower)) == "10, 1.50x worse")
    #expect(baseline.comparison(with: result(15, .higher)) == "10, 1.50x better")
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
