/// The figures of several engines as a chart: a group of bars for each column of the table.
///
/// Times are on a logarithmic scale, as they lie a factor of ten thousand apart; the lengths of
/// bars tell ratios by their difference.
struct ComparisonChart {
  private let figures: ComparisonFigures

  init(_ figures: ComparisonFigures) {
    self.figures = figures
  }

  private static let width = 880.0
  private static let barsStart = 170.0
  private static let barsEnd = 790.0
  private static let barHeight = 11.0
  private static let rowHeight = 16.0

  /// A group of bars.
  private struct Group {
    var head: String
    var bars: [(engine: ComparisonFigures.Engine, value: Double)]
    var unit: String
  }

  /// The chart as an SVG file.
  var svg: String {
    var drawing = Drawing(
      width: Self.width, title: "Search engines side by side",
      description: "Bars for each kind of query and each engine, on a logarithmic scale. "
        + "\(figures.processor), \(figures.date). \(summary)")
    var y = 18.0
    let times = timeGroups
    let values = times.flatMap(\.bars).map(\.value)
    if let least = values.min(), let most = values.max() {
      let decades = Self.decades(from: least, to: most)
      drawing.addText(
        "Time of a query, mean; logarithmic, shorter is better", x: 0, y: y, classes: "head")
      y += 20
      let height = times.reduce(0) { $0 + Self.height(of: $1) } + 4
      addScale(&drawing, decades, y: y, height: height)
      y += 12
      for group in times {
        y = add(group, to: &drawing, y: y) { value in
          (logarithm(value) - decades.lowerBound) / (decades.upperBound - decades.lowerBound)
        }
      }
      y += 14
    }
    for group in linearGroups where !group.bars.isEmpty {
      let most = group.bars.map(\.value).max() ?? 1
      y = add(group, to: &drawing, y: y) { $0 / most }
    }
    drawing.addText(
      "\(figures.processor), \(figures.processorCount) processors, \(figures.date)", x: 0,
      y: y + 14, classes: "muted")
    return drawing.svg(height: y + 26)
  }

  private var timeGroups: [Group] {
    ComparisonFigures.Column.shown.map { column in
      let head =
        switch column.mode {
        case "count": "Exact count: \(column.kind)"
        case "top1000": "Top 1,000: \(column.kind)"
        default: "Top 10: \(column.kind)"
        }
      return Group(
        head: head,
        bars: figures.engines.compactMap { engine in
          engine.times[column].map { (engine, $0.mean) }
        }, unit: "µs")
    }.filter { !$0.bars.isEmpty }
  }

  private var linearGroups: [Group] {
    [
      Group(
        head: "Indexing, MB a second of processor time; longer is better",
        bars: figures.engines.compactMap { engine in engine.indexingRate.map { (engine, $0) } },
        unit: "MB/s"),
      Group(
        head: "Size of the index; shorter is better",
        bars: figures.engines.compactMap { engine in
          engine.indexByteCount.map { (engine, $0 / 1e6) }
        }, unit: "MB"),
    ]
  }

  /// The chart in words, for those who cannot see it.
  private var summary: String {
    timeGroups.map { group in
      group.head + ": "
        + group.bars.map { "\($0.engine.name) \(shortened($0.value)) \(group.unit)" }
        .joined(separator: ", ")
    }.joined(separator: ". ") + "."
  }

  private static func height(of group: Group) -> Double {
    Double(group.bars.count) * rowHeight + 26
  }

  private func addScale(
    _ drawing: inout Drawing, _ decades: ClosedRange<Double>, y: Double, height: Double
  ) {
    let span = decades.upperBound - decades.lowerBound
    for decade in stride(from: decades.lowerBound, through: decades.upperBound, by: 1) {
      let x =
        Self.barsStart + (Self.barsEnd - Self.barsStart) * (decade - decades.lowerBound) / span
      drawing.addLine(from: (x, y + 6), to: (x, y + 6 + height), classes: "grid")
      drawing.addText(
        Self.time(microseconds: power(10, decade)), x: x, y: y, anchor: .middle, classes: "muted")
    }
  }

  /// Draws a group and returns where the next one begins.
  private func add(
    _ group: Group, to drawing: inout Drawing, y start: Double, _ share: (Double) -> Double
  ) -> Double {
    drawing.addText(group.head, x: 0, y: start + 12, classes: "head")
    var y = start + 18
    for (engine, value) in group.bars {
      let width = max(1, (Self.barsEnd - Self.barsStart) * share(value))
      let text = group.unit == "µs" ? Self.time(microseconds: value) : shortened(value)
      drawing.addText(
        engine.name, x: Self.barsStart - 8, y: y + 10, anchor: .end,
        classes: engine.isOwn ? "own-text" : "")
      drawing.addBar(
        x: Self.barsStart, y: y, width: width, height: Self.barHeight,
        classes: engine.isOwn ? "own" : "bar",
        hint: "\(engine.name) \(engine.version), \(group.head): \(shortened(value)) \(group.unit)")
      drawing.addText(
        text, x: Self.barsStart + width + 6, y: y + 10,
        classes: engine.isOwn ? "own-text" : "muted")
      y += Self.rowHeight
    }
    return y + 8
  }

  /// The powers of ten around two values, two at least: the ends of a logarithmic scale.
  static func decades(from least: Double, to most: Double) -> ClosedRange<Double> {
    let first = logarithm(least).rounded(.down)
    return first...max(logarithm(most).rounded(.up), first + 1)
  }

  /// A time in a unit that suits it.
  static func time(microseconds: Double) -> String {
    if microseconds >= 1e6 { return "\(shortened(microseconds / 1e6)) s" }
    return microseconds >= 1e3
      ? "\(shortened(microseconds / 1e3)) ms" : "\(shortened(microseconds)) µs"
  }
}
