/// The figures of several engines as Markdown.
struct ComparisonTable {
  private let figures: ComparisonFigures

  init(_ figures: ComparisonFigures) {
    self.figures = figures
  }

  /// The table, what was measured where, and the remarks.
  var markdown: String {
    let columns = shownColumns
    var text = markdownRow(
      ["engine", "version", "indexing, MB/s", "index, MB"] + columns.map(\.head))
    text += markdownRow(["---", "---"] + Array(repeating: "--:", count: columns.count + 2))
    for engine in figures.engines { text += markdownRow(cells(of: engine, columns)) }
    return text + "\n" + legend
  }

  /// This engine's times divided by those of the best other engine: below 1 it is ahead.
  var ratios: String {
    var text = markdownRow(["", "mean", "best other", "ratio", "p99", "best other", "ratio"])
    text += markdownRow(["---"] + Array(repeating: "--:", count: 6))
    for engine in figures.engines where engine.isOwn {
      for column in ComparisonFigures.Column.all {
        guard let own = engine.times[column], let other = figures.best(column, where: { !$0.isOwn })
        else { continue }
        let p99 =
          figures.engines.filter { !$0.isOwn }.compactMap { $0.times[column]?.p99 }.min() ?? 0
        text += markdownRow([
          "\(engine.name), \(column.head)", shortened(own.mean), shortened(other.mean),
          shortened(own.mean / other.mean), shortened(own.p99), shortened(p99),
          shortened(own.p99 / p99),
        ])
      }
    }
    return text
  }

  /// Puts `markdown` between the two comments of `text` that stand around the table.
  ///
  /// - Throws: if the comments are not there.
  func replacingTable(in text: String) throws -> String {
    guard let before = text.firstRange(of: Self.openingMark),
      let after = text.firstRange(of: Self.closingMark),
      before.upperBound <= after.lowerBound
    else {
      throw BenchmarkFailure("no place for the table: \(Self.openingMark) … \(Self.closingMark)")
    }
    return text[..<before.upperBound] + "\n" + markdown + text[after.lowerBound...]
  }

  static let openingMark = "<!-- comparison -->"
  static let closingMark = "<!-- end of comparison -->"

  // MARK: - Parts

  /// The columns that some engine has a figure for.
  private var shownColumns: [ComparisonFigures.Column] {
    ComparisonFigures.Column.shown.filter { figures.best($0) != nil }
  }

  private func cells(
    of engine: ComparisonFigures.Engine, _ columns: [ComparisonFigures.Column]
  ) -> [String] {
    let numbers = remarkNumbers(of: engine).map(String.init).joined(separator: ", ")
    let name = engine.isOwn ? "**\(engine.name)**" : engine.name
    let bestRate = figures.engines.compactMap(\.indexingRate).max()
    // An index without positions can do less, so it does not compete.
    let bestSize = figures.engines.filter { !$0.remarks.contains("without positions") }
      .compactMap(\.indexByteCount).min()
    return [
      numbers.isEmpty ? name : "\(name) (\(numbers))", engine.version,
      Self.cell(engine.indexingRate, best: bestRate),
      Self.cell(engine.indexByteCount.map { $0 / 1e6 }, best: bestSize.map { $0 / 1e6 }),
    ] + columns.map { Self.cell(engine.times[$0]?.mean, best: figures.best($0)?.mean) }
  }

  private var legend: String {
    // A harness may not say how many documents an engine indexed.
    let documents =
      figures.documentCount > 0 ? ", \(grouped(figures.documentCount)) documents" : ""
    let corpus =
      figures.corpusByteCount > 0
      ? "\(shortened(figures.corpusByteCount / 1e6)) MB of JSON Lines\(documents). " : ""
    var text =
      corpus + "\(figures.processor), \(figures.processorCount) processors, \(figures.date). "
      + "One thread; indexing by processor time. Queries: mean over all of a kind of the least of "
      + "all passes, in µs; the ten best unless another number or a count is said.\n"
    let remarks = allRemarks
    if !remarks.isEmpty {
      text += "\n"
      text += remarks.enumerated().map { "(\($0 + 1)) \(Self.sentence($1))" }.joined(separator: " ")
      text += "\n"
    }
    return wrapped(text)
  }

  private var allRemarks: [String] {
    var remarks: [String] = []
    for remark in figures.engines.flatMap(\.remarks) where !remarks.contains(remark) {
      remarks.append(remark)
    }
    return remarks
  }

  private func remarkNumbers(of engine: ComparisonFigures.Engine) -> [Int] {
    let all = allRemarks
    return engine.remarks.compactMap { all.firstIndex(of: $0) }.map { $0 + 1 }
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  private static func cell(_ value: Double?, best: Double?) -> String {
    guard let value else { return "-" }
    let text = value >= 1_000 ? grouped(Int(value.rounded())) : shortened(value)
    return value == best ? "**\(text)**" : text
  }
}

/// A number with a comma after each three digits.
func grouped(_ value: Int) -> String {
  let digits = String(abs(value))
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return value < 0 ? "-" + text : text
}

/// Paragraphs whose lines have at most 100 columns, as far as their words allow.
private func wrapped(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { paragraph in
    var lines: [String] = [""]
    for word in paragraph.split(separator: " ") {
      let last = lines.count - 1
      if lines[last].isEmpty {
        lines[last] = String(word)
      } else if lines[last].count + 1 + word.count <= 100 {
        lines[last] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }.joined(separator: "\n")
}
