/// Times by the number of documents, both logarithmic: a curve for each kind of query.
struct GrowthChart {
  private let figures: GrowthFigures

  init(_ figures: GrowthFigures) {
    self.figures = figures
  }

  private static let left = 70.0
  private static let right = 640.0
  private static let top = 56.0
  private static let bottom = 420.0

  /// The chart as an SVG file.
  var svg: String {
    var drawing = Drawing(
      width: 880, title: "The ten best in ever larger collections",
      description: "A curve for each kind of query: microseconds by number of documents, both "
        + "logarithmic. " + summary)
    drawing.addText(
      "Time of the ten best by number of documents; both scales logarithmic", x: 0, y: 18,
      classes: "head")
    drawing.addText(
      "Dashed: what 4 times the time for 10 times the documents would be.", x: 0, y: 36,
      classes: "muted")
    let counts = figures.sizes.map { Double($0.documentCount) }
    let means = figures.points.map(\.mean).filter { $0 > 0 }
    if let least = counts.min(), let most = counts.max(), least < most, let low = means.min(),
      let high = means.max()
    {
      let scale = Scale(
        x: logarithm(least)...logarithm(most),
        y: ComparisonChart.decades(from: low, to: high))
      addAxes(&drawing, scale)
      addCurves(&drawing, scale)
    }
    drawing.addText(
      "\(figures.processor), \(figures.date)", x: 0, y: Self.bottom + 44, classes: "muted")
    return drawing.svg(height: Self.bottom + 56)
  }

  private struct Scale {
    var x: ClosedRange<Double>
    var y: ClosedRange<Double>

    func place(_ documentCount: Double, _ mean: Double) -> (x: Double, y: Double) {
      let right = (logarithm(documentCount) - x.lowerBound) / (x.upperBound - x.lowerBound)
      let up = (logarithm(mean) - y.lowerBound) / (y.upperBound - y.lowerBound)
      return (
        GrowthChart.left + (GrowthChart.right - GrowthChart.left) * right,
        GrowthChart.bottom - (GrowthChart.bottom - GrowthChart.top) * up
      )
    }
  }

  private func addAxes(_ drawing: inout Drawing, _ scale: Scale) {
    for decade in stride(from: scale.y.lowerBound, through: scale.y.upperBound, by: 1) {
      let mean = power(10, decade)
      let y = scale.place(power(10, scale.x.lowerBound), mean).y
      drawing.addLine(from: (Self.left, y), to: (Self.right, y), classes: "grid")
      drawing.addText(
        ComparisonChart.time(microseconds: mean), x: Self.left - 8, y: y + 4, anchor: .end,
        classes: "muted")
    }
    for size in figures.sizes {
      let x = scale.place(Double(size.documentCount), power(10, scale.y.lowerBound)).x
      drawing.addLine(from: (x, Self.top), to: (x, Self.bottom), classes: "grid")
      drawing.addText(
        grouped(size.documentCount), x: x, y: Self.bottom + 18, anchor: .middle, classes: "muted")
    }
  }

  private func addCurves(_ drawing: inout Drawing, _ scale: Scale) {
    var labels: [(y: Double, text: String)] = []
    for kind in figures.kinds {
      let points = figures.points(ofKind: kind).filter { $0.mean > 0 }
      guard let first = points.first, let last = points.last else { continue }
      let factor = power(4, logarithm(Double(last.documentCount) / Double(first.documentCount)))
      let guide = [
        scale.place(Double(first.documentCount), first.mean),
        scale.place(
          Double(last.documentCount), min(first.mean * factor, power(10, scale.y.upperBound))),
      ]
      drawing.addLine(from: guide[0], to: guide[1], classes: "guide")
      drawing.addPath(
        points.map { scale.place(Double($0.documentCount), $0.mean) }, classes: "curve")
      for point in points {
        drawing.addPoint(
          scale.place(Double(point.documentCount), point.mean), classes: "point",
          hint: "\(kind), \(grouped(point.documentCount)) documents: "
            + ComparisonChart.time(microseconds: point.mean))
      }
      let end = scale.place(Double(last.documentCount), last.mean)
      let growth = figures.growth(ofKind: kind).map { ", \(shortened($0))x for 10x" } ?? ""
      labels.append(
        (end.y, "\(kind) \(ComparisonChart.time(microseconds: last.mean))\(growth)"))
    }
    // Labels of curves that end close together make room for each other.
    var lowest = -Double.infinity
    for label in labels.sorted(by: { $0.y < $1.y }) {
      let y = max(label.y, lowest + 15)
      drawing.addText(label.text, x: Self.right + 8, y: y + 4)
      lowest = y
    }
  }

  private var summary: String {
    figures.kinds.map { kind in
      kind + ": "
        + figures.points(ofKind: kind).map {
          "\(ComparisonChart.time(microseconds: $0.mean)) at \(grouped($0.documentCount))"
        }.joined(separator: ", ")
    }.joined(separator: ". ") + "."
  }
}
