/// The figures of an earlier run, to compare with.
struct Baseline {
  /// What was measured then; only figures of the same can be compared.
  let subject: String
  /// The processor of that run.
  let processor: String
  /// All figures, in their order.
  private(set) var figures: [Figure] = []
  private let tolerance: Double?
  private var values: [String: Double] = [:]

  /// One earlier figure.
  struct Figure {
    var benchmark: String
    var metric: String
    var value: Double
  }

  /// How one figure compares with the earlier one.
  struct Verdict {
    var metric: Metric
    var before: Double
    /// How many times better it is; below 1 it is worse.
    var ratio: Double
    /// Whether it is worse by more than it may be.
    var isWorse: Bool

    /// `12.3, 1.08x better`; without a factor if one of the two is nothing.
    var change: String {
      if metric.value == before { return "\(shortened(before)), same" }
      let factor = ratio >= 1 ? ratio : 1 / ratio
      let times = factor.isFinite ? "\(shortened(factor))x " : ""
      return "\(shortened(before)), \(times)\(ratio >= 1 ? "better" : "worse")"
    }

    /// That, with a mark if it is worse than it may be.
    var description: String { change + (isWorse ? " ✗" : "") }
  }

  /// Reads figures that `--save` kept.
  ///
  /// - Parameter tolerance: how many percent worse a time may be; nil compares counts and sizes only.
  init(path: String, tolerance: Double? = 10) throws {
    let value = try JSONValue(file: path)
    guard let benchmarks = value["benchmarks"]?.elements else {
      throw BenchmarkFailure("\(path): no figures of benchmarks")
    }
    self.tolerance = tolerance
    subject = Report.subject(
      corpus: value["corpus"]?.text ?? "", queries: value["queries"]?.text ?? "")
    processor = value["processor"]?.text ?? ""
    for benchmark in benchmarks {
      for metric in benchmark["metrics"]?.elements ?? [] {
        guard let name = benchmark["name"]?.text, let metricName = metric["name"]?.text,
          let value = metric["value"]?.number
        else { throw BenchmarkFailure("\(path): a figure without name or value") }
        figures.append(Figure(benchmark: name, metric: metricName, value: value))
        values[name + " " + metricName] = value
      }
    }
  }

  /// How the first figure of a benchmark compares: `12.3, 1.08x better`.
  func comparison(with result: BenchmarkResult) -> String {
    result.metrics.first.flatMap { verdict(on: $0, of: result.name) }?.description ?? "-"
  }

  /// The figures of a benchmark that are worse than they may be.
  func regressions(of result: BenchmarkResult) -> [Verdict] {
    result.metrics.compactMap { verdict(on: $0, of: result.name) }.filter(\.isWorse)
  }

  /// How a figure compares; nil if there is nothing to compare with.
  func verdict(on metric: Metric, of benchmark: String) -> Verdict? {
    guard let before = values[benchmark + " " + metric.name] else { return nil }
    var ratio = 1.0
    if metric.value != before {
      // A count that was nothing before cannot be divided by.
      ratio = metric.value == 0 ? .infinity : before / metric.value
      if metric.better == .higher { ratio = 1 / ratio }
    }
    let isWorse =
      switch metric.comparison {
      case .none: false
      case .ratio: tolerance.map { ratio < 1 / (1 + $0 / 100) } ?? false
      case .exact: ratio < 1
      }
    return Verdict(metric: metric, before: before, ratio: ratio, isWorse: isWorse)
  }
}
