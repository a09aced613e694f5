// Measures tokenizing, indexing, searching and opening; see `BenchmarkOptions.help`.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

let allBenchmarks =
  TokenizerSuite.benchmarks + BuildSuite.benchmarks + QuerySuite.benchmarks
  + OpenSuite.benchmarks

func report(on benchmarks: [Benchmark], _ options: BenchmarkOptions) throws {
  let baseline = try options.baseline.map { try Baseline(path: $0) }
  let context = BenchmarkContext(options)
  var report = Report(corpus: context.corpusName, results: [])
  for benchmark in benchmarks where options.selects(benchmark.name) {
    writeError("\(benchmark.name): \(benchmark.question)\n")
    let metrics = try benchmark.run(context)
    guard !metrics.isEmpty else { continue }
    report.results.append(
      BenchmarkResult(name: benchmark.name, question: benchmark.question, metrics: metrics))
  }
  guard !report.results.isEmpty else {
    throw BenchmarkFailure("no benchmark has a name with that; see --list")
  }
  if let path = options.save { try writeFile(report.json.description + "\n", to: path) }
  try writeOutput(
    options.json ? report.json.description + "\n" : report.table(comparedWith: baseline))
}

do {
  let options = try BenchmarkOptions(Array(CommandLine.arguments.dropFirst()))
  switch options.task {
  case .help: try writeOutput(BenchmarkOptions.help)
  case .list:
    for benchmark in allBenchmarks {
      try writeOutput("\(benchmark.name): \(benchmark.question)\n")
    }
  case .serve: try QueryServer(path: options.index ?? "").run()
  case .measure: try report(on: allBenchmarks, options)
  }
} catch {
  writeError("Benchmarks: \(error)\n")
  exit(2)
}
