/// What the ten best take in collections of several sizes.
struct GrowthFigures {
  /// The queries of one kind in one collection.
  struct Point {
    var kind: String
    var documentCount: Int
    /// The mean over the queries, in microseconds.
    var mean: Double
    var p99: Double
    /// Means a query.
    var blocksDecoded: Double
    var documentsScored: Double
  }

  /// One collection.
  struct Size {
    var documentCount: Int
    var tokenCount: Int
    var indexByteCount: Int
    /// Opening the index, the least of several times, in microseconds.
    var opening: Double
  }

  var processor = ""
  var date = ""
  var corpus = ""
  var sizes: [Size] = []
  var points: [Point] = []

  /// The kinds that were measured, in the order of measuring.
  var kinds: [String] {
    var kinds: [String] = []
    for point in points where !kinds.contains(point.kind) { kinds.append(point.kind) }
    return kinds
  }

  /// The points of a kind, by size.
  func points(ofKind kind: String) -> [Point] {
    points.filter { $0.kind == kind }.sorted { $0.documentCount < $1.documentCount }
  }

  /// By what the time of a kind grows with ten times the documents, from the first size to the
  /// last; nil with one size.
  func growth(ofKind kind: String) -> Double? {
    let points = points(ofKind: kind)
    guard let first = points.first, let last = points.last, first.mean > 0,
      last.documentCount > first.documentCount
    else { return nil }
    let decades = logarithm(Double(last.documentCount) / Double(first.documentCount))
    return power(10, logarithm(last.mean / first.mean) / decades)
  }

  /// The figures as a table in Markdown: a row a kind, a column a size.
  var markdown: String {
    let counts = sizes.map(\.documentCount)
    var text = markdownRow(["documents"] + counts.map { grouped($0) } + ["for 10 times as many"])
    text += markdownRow(["---"] + Array(repeating: "--:", count: counts.count + 1))
    for kind in kinds {
      let cells = counts.map { count in
        points.first { $0.kind == kind && $0.documentCount == count }.map { shortened($0.mean) }
          ?? "-"
      }
      text += markdownRow(
        [kind + ", µs"] + cells + [growth(ofKind: kind).map { shortened($0) + "x" } ?? "-"])
    }
    text += markdownRow(["opening, µs"] + sizes.map { shortened($0.opening) } + [""])
    return text
      + markdownRow(["index, MB"] + sizes.map { shortened(Double($0.indexByteCount) / 1e6) } + [""])
  }
}

extension GrowthFigures {
  /// The figures as JSON.
  var json: JSONValue {
    .object([
      ("v", .number(1)), ("processor", .text(processor)), ("date", .text(date)),
      ("corpus", .text(corpus)),
      (
        "sizes",
        .array(
          sizes.map { size in
            .object([
              ("documents", .number(Double(size.documentCount))),
              ("tokens", .number(Double(size.tokenCount))),
              ("indexBytes", .number(Double(size.indexByteCount))),
              ("opening", .number(size.opening)),
            ])
          })
      ),
      (
        "points",
        .array(
          points.map { point in
            .object([
              ("kind", .text(point.kind)), ("documents", .number(Double(point.documentCount))),
              ("mean", .number(rounded(point.mean))), ("p99", .number(rounded(point.p99))),
              ("blocksDecoded", .number(rounded(point.blocksDecoded))),
              ("documentsScored", .number(rounded(point.documentsScored))),
            ])
          })
      ),
    ])
  }

  /// Reads what `json` wrote.
  init(_ value: JSONValue) throws {
    guard let sizes = value["sizes"]?.elements, let points = value["points"]?.elements,
      value["v"]?.number == 1
    else { throw BenchmarkFailure("no figures of growth") }
    processor = value["processor"]?.text ?? ""
    date = value["date"]?.text ?? ""
    corpus = value["corpus"]?.text ?? ""
    func number(_ value: JSONValue, _ name: String) -> Double { value[name]?.number ?? 0 }
    self.sizes = sizes.map {
      Size(
        documentCount: Int(number($0, "documents")), tokenCount: Int(number($0, "tokens")),
        indexByteCount: Int(number($0, "indexBytes")), opening: number($0, "opening"))
    }
    self.points = points.map {
      Point(
        kind: $0["kind"]?.text ?? "", documentCount: Int(number($0, "documents")),
        mean: number($0, "mean"), p99: number($0, "p99"),
        blocksDecoded: number($0, "blocksDecoded"),
        documentsScored: number($0, "documentsScored"))
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 1e3).rounded() / 1e3 }
}
