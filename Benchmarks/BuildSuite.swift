internal import Index
internal import Tokenizer

/// How fast documents in memory become an index on disk.
enum BuildSuite {
  static let benchmarks = [
    Benchmark(
      name: "build/1-thread", question: "How fast is one thread, with positions, nothing stored?"
    ) { try run($0) { _ in } },
    Benchmark(
      name: "build/2-threads", question: "What does a second thread bring?"
    ) { try run($0) { $0.threadCount = 2 } },
    Benchmark(
      name: "build/all-threads", question: "What do all processors bring, if there are more?"
    ) { context in
      guard processorCount() > 2 else { return [] }
      return try run(context) { $0.threadCount = processorCount() }
    },
    Benchmark(
      name: "build/no-positions", question: "What do positions cost?"
    ) { try run($0) { $0.positions = false } },
    Benchmark(
      name: "build/small-memory", question: "What does a quarter of the memory cost?"
    ) { try run($0) { $0.memoryBudget = 64 << 20 } },
    Benchmark(
      name: "build/english", question: "What does full English analysis cost?"
    ) { try run($0) { $0.analyzer = AnalyzerOptions(language: .english) } },
    Benchmark(
      name: "build/stored-text", question: "What does keeping the text cost?"
    ) { try run($0) { $0.storeText = true } },
  ]

  private static func run(
    _ context: BenchmarkContext, _ change: (inout BuildOptions) -> Void
  ) throws -> [Metric] {
    let corpus = try context.corpus()
    let scratch = try context.scratch()
    let path = scratch.path + "/built"
    var options = BenchmarkContext.comparable
    change(&options)
    var report: BuildReport?
    var peak = 0
    let isLarge = corpus.text.count > 100 << 20
    let timing = try measure(
      repetitions: context.options.quick ? 2 : 7, fewest: 2,
      seconds: context.options.quick ? 1 : 10, warmUp: !isLarge && !context.options.quick
    ) {
      releaseFreeMemory()
      resetPeakMemory()
      let before = residentByteCount()
      let built = try IndexBuilder(options: options).build(from: CorpusFeed(corpus), at: path)
      peak = max(peak, peakResidentByteCount() - before)
      report = built
      return built.tokenCount
    }
    guard let report else { return [] }
    scratch.remove(path)
    let textByteCount = Double(max(report.textByteCount, 1))
    return rates(timing, byteCount: report.textByteCount) + [
      Metric(name: "peak memory", value: Double(peak) / 1e6, unit: "MB", comparison: .ratio),
      Metric(
        name: "index", value: Double(report.indexByteCount) / 1e6, unit: "MB", comparison: .exact),
      Metric(
        name: "of the text", value: 100 * Double(report.indexByteCount) / textByteCount, unit: "%"),
      Metric(
        name: "a token", value: timing.minimum / Double(max(report.tokenCount, 1)), unit: "ns"),
    ]
  }
}
