/// The figures of a run, as tables and as JSON.
struct Report {
  var corpus: String
  var queries = ""
  var results: [BenchmarkResult]

  /// What was measured: figures of the same subject can be compared.
  static func subject(corpus: String, queries: String) -> String {
    queries.isEmpty ? corpus : corpus + ", queries " + queries
  }

  /// The figures as JSON, with the machine they belong to; or only those that are the same on all
  /// machines, without it.
  func json(countsOnly: Bool = false) -> JSONValue {
    let machine: [(name: String, value: JSONValue)] = [
      ("processor", .text(processorName())), ("processors", .number(Double(processorCount()))),
    ]
    return .object(
      [("v", .number(1)), ("corpus", .text(corpus)), ("queries", .text(queries))]
        + (countsOnly ? [] : machine) + [
          (
            "benchmarks",
            .array(
              results.compactMap { result in
                let metrics = result.metrics.filter { !countsOnly || $0.comparison == .exact }
                return metrics.isEmpty ? nil : Self.json(result, metrics)
              })
          )
        ])
  }

  /// The figures as one table for each suite, compared with a baseline if there is one.
  func table(comparedWith baseline: Baseline?) -> String {
    var text = ""
    var rest = results[...]
    while let first = rest.first {
      let columns = first.metrics.map(\.name)
      let group = rest.prefix { $0.metrics.map(\.name) == columns }
      rest = rest.dropFirst(group.count)
      let heads = ["benchmark"] + first.metrics.map(Self.head) + (baseline == nil ? [] : ["before"])
      text += Self.layOut([heads] + group.map { Self.row($0, baseline) }) + "\n"
    }
    return text
  }

  /// What is worse than in the baseline by more than it may be, a line each; empty if nothing is.
  func regressions(since baseline: Baseline) -> [String] {
    results.flatMap { result in
      baseline.regressions(of: result).map { verdict in
        let unit = verdict.metric.unit.isEmpty ? "" : " " + verdict.metric.unit
        return "✗ \(result.name), \(verdict.metric.name): "
          + "\(shortened(verdict.metric.value))\(unit), before \(verdict.change)"
      }
    }
  }

  /// What the baseline has of the benchmarks that `isWanted` names and this run has not, a line each:
  /// nobody would notice if it got worse.
  func omissions(since baseline: Baseline, where isWanted: (String) -> Bool) -> [String] {
    baseline.figures.filter { figure in
      isWanted(figure.benchmark)
        && !results.contains { result in
          result.name == figure.benchmark && result.metrics.contains { $0.name == figure.metric }
        }
    }.map { "✗ \($0.benchmark), \($0.metric): not measured, before \(shortened($0.value))" }
  }

  private static func json(_ result: BenchmarkResult, _ metrics: [Metric]) -> JSONValue {
    let metrics = metrics.map { metric in
      JSONValue.object([
        ("name", .text(metric.name)), ("value", .number(metric.value)),
        ("unit", .text(metric.unit)),
      ])
    }
    return .object([
      ("name", .text(result.name)), ("question", .text(result.question)),
      ("metrics", .array(metrics)),
    ])
  }

  private static func head(_ metric: Metric) -> String {
    metric.unit.isEmpty ? metric.name : "\(metric.name), \(metric.unit)"
  }

  private static func row(_ result: BenchmarkResult, _ baseline: Baseline?) -> [String] {
    [result.name] + result.metrics.map { shortened($0.value) }
      + (baseline.map { [$0.comparison(with: result)] } ?? [])
  }

  /// Lines up columns: names to the left, figures to the right.
  private static func layOut(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + space : space + cell.0
      }.joined(separator: "   ") + "\n"
    }.joined()
  }
}

/// A number with three digits that count.
func shortened(_ value: Double) -> String {
  let magnitude = abs(value)
  guard magnitude < 1e15 else { return String(value) }
  if magnitude >= 100 || value == value.rounded() { return String(Int(value.rounded())) }
  let factor: Double = magnitude >= 10 ? 10 : 100
  let scaled = Int((magnitude * factor).rounded())
  let fraction = String(scaled % Int(factor))
  let zeros = String(repeating: "0", count: (factor == 10 ? 1 : 2) - fraction.count)
  return (value < 0 ? "-" : "") + "\(scaled / Int(factor)).\(zeros)\(fraction)"
}

/// A row of a table in Markdown.
func markdownRow(_ cells: [String]) -> String {
  "| " + cells.joined(separator: " | ") + " |\n"
}
