internal import Index

/// What whole processes take: one that answers a query and ends, and one that answers many.
enum ProcessSuite {
  static let benchmarks = [
    Benchmark(
      name: "process/query", question: "How long does `search query` take from start to end?"
    ) { try runQuery($0) },
    Benchmark(
      name: "process/memory", question: "How much memory does answering take?"
    ) { try runMemory($0) },
  ]

  /// Starts the program for one query after the other, each an `or` of words.
  private static func runQuery(_ context: BenchmarkContext) throws -> [Metric] {
    guard let program = context.options.program ?? ChildProcess.sibling("search") else {
      writeError("  left out: no program 'search' beside this one, and no --program FILE\n")
      return []
    }
    let index = try context.indexPath()
    let queries = try context.queries().filter { $0.kind == .or }.prefix(50)
    guard !queries.isEmpty else { return [] }
    var times: [Int] = []
    for query in queries {
      let words = query.terms.map { String(decoding: $0, as: UTF8.self) }
      var best = Int.max
      for _ in 0..<(context.options.quick ? 3 : 10) {
        let before = monotonicNanoseconds()
        let child = try ChildProcess.run([program, "query", "--index", index, "--"] + words)
        best = min(best, monotonicNanoseconds() - before)
        guard child.status <= 1 else {
          throw BenchmarkFailure("\(program): exit status \(child.status)")
        }
      }
      times.append(best)
    }
    let timing = Timing(times)
    return [
      Metric(name: "mean", value: timing.mean / 1e6, unit: "ms", comparison: .ratio),
      Metric(name: "p99", value: timing.percentile(0.99) / 1e6, unit: "ms"),
    ]
  }

  /// Answers all queries in a process that does nothing else.
  private static func runMemory(_ context: BenchmarkContext) throws -> [Metric] {
    let program = try ChildProcess.ownPath()
    let index = try context.indexPath()
    let lines = try context.queries().map { "\($0.json)\n" }.joined()
    let path = try context.scratch().path + "/queries.jsonl"
    try writeFile(lines, to: path)
    let child = try ChildProcess.run(
      [program, "heap", "--index", index, "--queries", path], environment: wholeHeap)
    guard child.status == 0 else {
      throw BenchmarkFailure("heap: exit status \(child.status)")
    }
    let value = try JSONValue(parsing: child.output)
    return ["heap", "anonymous", "mapped"].compactMap { name in
      value[name]?.number.map {
        Metric(
          name: name, value: $0 / 1e6, unit: "MB",
          comparison: name == "mapped" ? .none : .ratio)
      }
    }
  }

  /// What the process of `runMemory` does: answers every query in every way, and prints by how
  /// many bytes the heap, the memory without a file and the pages of mapped files have grown.
  static func measureHeap(_ options: BenchmarkOptions) throws {
    guard let index = options.index, let path = options.queries else {
      throw BenchmarkFailure("heap needs --index DIR and --queries FILE")
    }
    let queries = try BenchmarkQuery.file(path).compactMap(\.query)
    releaseFreeMemory()
    let heap = heapEnd()
    let anonymous = anonymousByteCount()
    let mapped = mappedByteCount()
    let reader = try IndexReader(path: index)
    var count = 0
    for (limit, countsMatches) in [(10, false), (1_000, false), (0, true)] {
      var options = SearchOptions()
      options.limit = limit
      options.countsMatches = countsMatches
      for query in queries {
        count += try reader.search(query, options: options).hits.count
      }
    }
    consume(count)
    let grown: [(name: String, value: JSONValue)] = [
      ("heap", .number(Double(heapEnd() - heap))),
      ("anonymous", .number(Double(anonymousByteCount() - anonymous))),
      ("mapped", .number(Double(mappedByteCount() - mapped))),
    ]
    try writeOutput(JSONValue.object(grown).description + "\n")
    withExtendedLifetime(reader) {}
  }
}
