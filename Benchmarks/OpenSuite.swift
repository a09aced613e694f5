internal import Index

/// How long it takes until the first answer, with a warm file cache.
enum OpenSuite {
  static let benchmarks = [
    Benchmark(name: "open/reader", question: "How long does opening an index take?") { context in
      let path = try context.indexPath()
      return try run(context) {
        let reader = try IndexReader(path: path)
        return withExtendedLifetime(reader) { 1 }
      }
    },
    Benchmark(
      name: "open/first-answer", question: "How long do opening and one query take together?"
    ) { context in
      let path = try context.indexPath()
      let queries = try context.queries()
      guard let query = queries.first(where: { $0.kind == .or })?.query else { return [] }
      return try run(context) {
        try IndexReader(path: path).search(query).hits.count
      }
    },
  ]

  private static func run(
    _ context: BenchmarkContext, _ work: () throws -> Int
  ) throws -> [Metric] {
    let timing = try measure(
      repetitions: 50, fewest: 7, seconds: context.options.quick ? 0.2 : 2, work)
    return [
      Metric(name: "best", value: timing.minimum / 1e3, unit: "µs", comparison: .ratio),
      Metric(name: "median", value: timing.median / 1e3, unit: "µs"),
    ]
  }
}
