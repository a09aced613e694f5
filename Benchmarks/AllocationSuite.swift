internal import Index

/// How often queries ask for memory: once for each buffer, not for each posting, block or window.
///
/// Counts do not vary. The suite comes last, as counting slows down what is timed after it.
enum AllocationSuite {
  static let benchmarks = BenchmarkQuery.Kind.allCases.map { kind in
    Benchmark(
      name: "allocations/\(kind.rawValue)",
      question: "How often does a query ask for memory? (\(kind.rawValue))"
    ) { try run($0, kind) }
  }

  private static func run(
    _ context: BenchmarkContext, _ kind: BenchmarkQuery.Kind
  ) throws -> [Metric] {
    guard AllocationCounter.isAvailable else {
      writeError("  left out: allocations cannot be counted here\n")
      return []
    }
    let reader = try context.reader()
    let all = try context.queries().filter { $0.kind == kind }
    let queries = all.compactMap(\.query)
    guard !queries.isEmpty, queries.count == all.count else {
      writeError("  left out: no queries of the kind \(kind.rawValue)\n")
      return []
    }
    return try [("top 10", 10, false), ("top 1,000", 1_000, false), ("count", 0, true)].map {
      (name, limit, countsMatches) in
      var options = SearchOptions()
      options.limit = limit
      options.countsMatches = countsMatches
      var sum = 0
      for query in queries {
        // What is made once and kept does not count.
        consume(try reader.search(query, options: options).hits.count)
        let count = try AllocationCounter.count {
          consume(try reader.search(query, options: options).hits.count)
        }
        sum += count ?? 0
      }
      return Metric(
        name: name, value: Double(sum) / Double(queries.count), unit: "", comparison: .exact)
    }
  }
}
