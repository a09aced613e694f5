internal import Index
internal import Tokenizer

/// How large an index is, by what it holds.
///
/// None of these figures varies.
enum SizeSuite {
  static let benchmarks = [
    Benchmark(
      name: "size/sections", question: "How large is each part of an index, nothing stored?"
    ) { try sections(of: try $0.reader().statistics()) },
    Benchmark(
      name: "size/no-positions", question: "How large is it without positions?"
    ) { context in
      guard context.options.index == nil else {
        writeError("  left out: --index has one that is built already\n")
        return []
      }
      let scratch = try context.scratch()
      let path = scratch.path + "/no-positions"
      defer { scratch.remove(path) }
      var options = BenchmarkContext.comparable
      options.positions = false
      options.threadCount = processorCount()
      _ = try IndexBuilder(options: options).build(from: CorpusFeed(try context.corpus()), at: path)
      return try sections(of: try IndexReader(path: path).statistics())
    },
  ]

  private static func sections(of statistics: IndexStatistics) throws -> [Metric] {
    func byteCount(_ names: String...) -> Int {
      statistics.sections.filter { names.contains($0.name) }.reduce(0) { $0 + $1.byteCount }
    }
    func metric(_ name: String, _ value: Double, _ unit: String) -> Metric {
      Metric(name: name, value: value, unit: unit, comparison: .exact)
    }
    let postings = byteCount("postings")
    let positions = byteCount("positions")
    let terms = byteCount("terms", "termindex")
    let rest = statistics.byteCount - postings - positions - terms
    return [
      metric("all", Double(statistics.byteCount) / 1e6, "MB"),
      metric("postings", Double(postings) / 1e6, "MB"),
      metric("a posting", 8 * Double(postings) / Double(max(1, statistics.postingCount)), "bits"),
      metric("positions", Double(positions) / 1e6, "MB"),
      metric("a position", 8 * Double(positions) / Double(max(1, statistics.tokenCount)), "bits"),
      metric("terms", Double(terms) / 1e6, "MB"),
      metric("a term", Double(terms) / Double(max(1, statistics.termCount)), "bytes"),
      metric("the rest", Double(rest) / 1e6, "MB"),
    ]
  }
}
