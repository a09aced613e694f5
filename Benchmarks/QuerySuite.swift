internal import Index
internal import SyntheticText

/// How long answers take on one thread, with a warm file cache.
enum QuerySuite {
  /// What is asked for of each query.
  private enum Want: String, CaseIterable {
    case top10 = "top10"
    case top1000 = "top1000"
    case top10AndCount = "top10-count"
    case count = "count"
    case exhaustive = "top10-exhaustive"

    var options: SearchOptions {
      var options = SearchOptions()
      switch self {
      case .top10: options.limit = 10
      case .top1000: options.limit = 1_000
      case .top10AndCount: options.countsMatches = true
      case .count:
        options.limit = 0
        options.countsMatches = true
      case .exhaustive: options.algorithm = .exhaustive
      }
      return options
    }

    var question: String {
      switch self {
      case .top10: "How long do the best ten hits take?"
      case .top1000: "How long do the best thousand take?"
      case .top10AndCount: "What does the exact count beside them cost?"
      case .count: "How long does the count alone take?"
      case .exhaustive: "What does pruning save over scoring every match?"
      }
    }
  }

  static let benchmarks: [Benchmark] = Want.allCases.flatMap { want in
    BenchmarkQuery.Kind.allCases.map { kind in
      Benchmark(
        name: "query/\(want.rawValue)/\(kind.rawValue)",
        question: "\(want.question) (\(kind.rawValue))"
      ) { try run($0, kind, want) }
    }
  }

  private static func run(
    _ context: BenchmarkContext, _ kind: BenchmarkQuery.Kind, _ want: Want
  ) throws -> [Metric] {
    let reader = try context.reader()
    let all = try context.queries().filter { $0.kind == kind }
    let queries = all.compactMap(\.query)
    guard queries.count == all.count else {
      writeError("  left out: the engine has no queries of the kind \(kind.rawValue)\n")
      return []
    }
    guard !queries.isEmpty else {
      writeError("  left out: the set has no queries of the kind \(kind.rawValue)\n")
      return []
    }
    let options = want.options
    let profiles = try queries.map { try reader.search($0, options: options).profile }
    func mean(_ name: String, _ count: (SearchProfile) -> Int) -> Metric {
      let sum = profiles.reduce(0) { $0 + count($1) }
      return Metric(
        name: name, value: Double(sum) / Double(profiles.count), unit: "", comparison: .exact)
    }
    let best = Timing(try bestTimes(of: queries, in: reader, options, context.options))
    return [
      Metric(name: "mean", value: best.mean / 1e3, unit: "µs", comparison: .ratio),
      Metric(name: "p50", value: best.median / 1e3, unit: "µs"),
      Metric(name: "p99", value: best.percentile(0.99) / 1e3, unit: "µs", comparison: .ratio),
      mean("blocks decoded", \.blocksDecoded),
      mean("blocks read", \.blocksRead),
      Metric(
        name: "blocks skipped",
        value: Double(profiles.reduce(0) { $0 + $1.blocksSkipped }) / Double(profiles.count),
        unit: ""),
      mean("documents scored", \.documentsScored),
    ]
  }

  /// The least time of each query over several passes through the whole set, in an order that
  /// is shuffled for each, so that no query finds the caches as it left them itself.
  static func bestTimes(
    of queries: [Query], in reader: IndexReader, _ search: SearchOptions,
    _ options: BenchmarkOptions
  ) throws -> [Int] {
    var best = [Int](repeating: .max, count: queries.count)
    var random = SplitMix64(seed: 1)
    let start = monotonicNanoseconds()
    for pass in 0..<(options.quick ? 7 : 15) {
      for number in queries.indices.shuffled(using: &random) {
        let before = monotonicNanoseconds()
        let result = try reader.search(queries[number], options: search)
        let after = monotonicNanoseconds()
        consume(result.hits.count &+ (result.matchCount ?? 0))
        best[number] = min(best[number], after - before)
      }
      let isLate = monotonicNanoseconds() - start > (options.quick ? 200_000_000 : 10_000_000_000)
      if isLate, pass >= 2 { break }
    }
    return best
  }
}
