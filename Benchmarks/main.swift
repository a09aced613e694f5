// Measures tokenizing, indexing, searching and opening; see `BenchmarkOptions.help`.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

let allBenchmarks =
  TokenizerSuite.benchmarks + BuildSuite.benchmarks + SizeSuite.benchmarks
  + QuerySuite.benchmarks + OpenSuite.benchmarks + ProcessSuite.benchmarks
  + AllocationSuite.benchmarks

/// Measures, and returns the exit status.
func report(on benchmarks: [Benchmark], _ options: BenchmarkOptions) throws -> Int32 {
  let benchmarks = benchmarks.filter { options.selects($0.name) }
  guard !benchmarks.isEmpty else {
    throw BenchmarkFailure("no benchmark has a name with that; see --list")
  }
  let baseline = try options.baseline.map {
    try Baseline(path: $0, tolerance: options.countsOnly ? nil : options.tolerance)
  }
  let context = BenchmarkContext(options)
  var report = Report(corpus: context.corpusName, queries: context.queriesName, results: [])
  if let baseline {
    let subject = Report.subject(corpus: report.corpus, queries: report.queries)
    guard baseline.subject == subject else {
      throw BenchmarkFailure("the baseline is of \(baseline.subject), this run of \(subject)")
    }
    if !baseline.processor.isEmpty, baseline.processor != processorName() {
      writeError("the baseline is of another processor: \(baseline.processor)\n")
    }
    guard
      baseline.figures.contains(where: { figure in
        benchmarks.contains { $0.name == figure.benchmark }
      })
    else { throw BenchmarkFailure("the baseline has no figures of these benchmarks") }
  }
  for benchmark in benchmarks {
    writeError("\(benchmark.name): \(benchmark.question)\n")
    let metrics = try benchmark.run(context)
    guard !metrics.isEmpty else { continue }
    report.results.append(
      BenchmarkResult(name: benchmark.name, question: benchmark.question, metrics: metrics))
  }
  guard !report.results.isEmpty else { throw BenchmarkFailure("nothing could be measured") }
  try writeOutput(
    options.json ? report.json().description + "\n" : report.table(comparedWith: baseline))
  // After the output, as figures that took long to get must not be lost for want of a folder.
  if let path = options.save {
    try writeFile(report.json(countsOnly: options.countsOnly).indented + "\n", to: path)
  }
  guard let baseline else { return 0 }
  let regressions =
    report.regressions(since: baseline)
    + report.omissions(since: baseline, where: options.selects)
  for line in regressions { writeError(line + "\n") }
  let scope =
    options.countsOnly
    ? "counts and sizes only" : "times and memory within \(shortened(options.tolerance)) %"
  writeError(
    regressions.isEmpty
      ? "nothing is worse than before (\(scope))\n"
      : "figures worse than before: \(regressions.count) (\(scope))\n")
  return regressions.isEmpty ? 0 : 1
}

do {
  let options = try BenchmarkOptions(Array(CommandLine.arguments.dropFirst()))
  switch options.task {
  case .help: try writeOutput(BenchmarkOptions.help)
  case .list:
    for benchmark in allBenchmarks where options.selects(benchmark.name) {
      try writeOutput("\(benchmark.name): \(benchmark.question)\n")
    }
  case .serve: try QueryServer(path: options.index ?? "").run()
  case .growth: try GrowthCommand.run(options)
  case .compare: try CompareCommand.run(options)
  case .touched: try TouchedMemory.run(options)
  case .heap: try ProcessSuite.measureHeap(options)
  case .measure: exit(try report(on: allBenchmarks, options))
  }
} catch {
  writeError("Benchmarks: \(error)\n")
  exit(2)
}
