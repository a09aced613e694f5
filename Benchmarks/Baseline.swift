/// The figures of an earlier run, to compare with.
struct Baseline {
  private var values: [String: Double] = [:]

  /// Reads figures that `--save` kept.
  init(path: String) throws {
    let value = try JSONValue(parsing: try readFile(path))
    guard let benchmarks = value["benchmarks"]?.elements else {
      throw BenchmarkFailure("\(path): no figures of benchmarks")
    }
    for benchmark in benchmarks {
      for metric in benchmark["metrics"]?.elements ?? [] {
        guard let name = benchmark["name"]?.text, let metricName = metric["name"]?.text else {
          continue
        }
        values[name + " " + metricName] = metric["value"]?.number
      }
    }
  }

  /// How the first figure of a benchmark compares: `12.3, 1.08x better`.
  func comparison(with result: BenchmarkResult) -> String {
    guard let metric = result.metrics.first,
      let before = values[result.name + " " + metric.name], before > 0, metric.value > 0
    else { return "-" }
    let ratio = metric.better == .higher ? metric.value / before : before / metric.value
    let verdict = ratio >= 1 ? "\(shortened(ratio))x better" : "\(shortened(1 / ratio))x worse"
    return "\(shortened(before)), \(verdict)"
  }
}
