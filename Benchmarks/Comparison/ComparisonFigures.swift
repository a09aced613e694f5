/// What several engines reached with the same documents and queries: a table and a chart in the
/// making.
struct ComparisonFigures {
  /// What is measured of queries: a column of the table.
  struct Column: Hashable {
    /// The mode of the harness: `top10`, `top1000`, `count`, `top10_count`.
    var mode: String
    /// A kind of `BenchmarkQuery.Kind`.
    var kind: String

    /// The columns of the table, in its order.
    static let shown =
      ["term", "and", "or", "or_long", "phrase", "prefix"].map { Column(mode: "top10", kind: $0) }
      + ["count", "top1000"].flatMap { mode in
        ["or", "or_long"].map { Column(mode: mode, kind: $0) }
      }

    /// These, and what is kept and compared beside them.
    static let all =
      shown + [Column(mode: "count", kind: "and")]
      + ["or", "or_long"].map { Column(mode: "top10_count", kind: $0) }

    /// The name in the file of figures.
    var name: String { mode + "/" + kind }

    /// The head of the column.
    var head: String {
      switch mode {
      case "count": "count: \(kind)"
      case "top1000": "top 1,000: \(kind)"
      case "top10_count": "top 10 and count: \(kind)"
      default: kind
      }
    }
  }

  /// Times of all queries of a kind, in microseconds.
  struct Times {
    var mean: Double
    var p99: Double
  }

  /// What one engine reached.
  struct Engine {
    var name: String
    var version: String
    /// Whether it is this engine.
    var isOwn = false
    /// Megabytes of input a second of processor time, nil if it was not measured.
    var indexingRate: Double?
    /// Bytes of the index.
    var indexByteCount: Double?
    var times: [Column: Times] = [:]
    /// What a reader must know to read its figures right.
    var remarks: [String] = []
  }

  /// The processor, and how many there are.
  var processor = ""
  var processorCount = 0
  /// The day, as `2026-11-21`.
  var date = ""
  /// The input of indexing.
  var corpusByteCount = 0.0
  var documentCount = 0
  /// Own ones first.
  var engines: [Engine] = []

  /// The least mean of a column, nil if nothing was measured.
  func best(_ column: Column, where isWanted: (Engine) -> Bool = { _ in true }) -> Times? {
    engines.filter(isWanted).compactMap { $0.times[column] }.min { $0.mean < $1.mean }
  }
}

extension ComparisonFigures {
  /// The figures as JSON, to make table and chart again.
  var json: JSONValue {
    .object([
      ("v", .number(1)), ("processor", .text(processor)),
      ("processors", .number(Double(processorCount))), ("date", .text(date)),
      ("corpusBytes", .number(corpusByteCount)), ("documents", .number(Double(documentCount))),
      ("engines", .array(engines.map(\.json))),
    ])
  }

  /// Reads what `json` wrote.
  init(_ value: JSONValue) throws {
    guard let engines = value["engines"]?.elements, value["v"]?.number == 1 else {
      throw BenchmarkFailure("no figures of a comparison")
    }
    processor = value["processor"]?.text ?? ""
    processorCount = Int(value["processors"]?.number ?? 0)
    date = value["date"]?.text ?? ""
    corpusByteCount = value["corpusBytes"]?.number ?? 0
    documentCount = Int(value["documents"]?.number ?? 0)
    self.engines = engines.map(Engine.init)
  }
}

extension ComparisonFigures.Engine {
  fileprivate var json: JSONValue {
    let columns = ComparisonFigures.Column.all.compactMap { column in
      times[column].map { times in
        (
          name: column.name,
          value: JSONValue.object([
            ("mean", .number(rounded(times.mean))), ("p99", .number(rounded(times.p99))),
          ])
        )
      }
    }
    return .object([
      ("name", .text(name)), ("version", .text(version)), ("own", .boolean(isOwn)),
      ("indexingRate", indexingRate.map { .number(rounded($0)) } ?? .null),
      ("indexBytes", indexByteCount.map { .number($0) } ?? .null),
      ("times", .object(columns)), ("remarks", .array(remarks.map { .text($0) })),
    ])
  }

  fileprivate init(_ value: JSONValue) {
    name = value["name"]?.text ?? ""
    version = value["version"]?.text ?? ""
    if case .boolean(true) = value["own"] { isOwn = true }
    indexingRate = value["indexingRate"]?.number
    indexByteCount = value["indexBytes"]?.number
    remarks = value["remarks"]?.elements?.compactMap(\.text) ?? []
    for column in ComparisonFigures.Column.all {
      guard let cell = value["times"]?[column.name], let mean = cell["mean"]?.number,
        let p99 = cell["p99"]?.number
      else { continue }
      times[column] = ComparisonFigures.Times(mean: mean, p99: p99)
    }
  }

  /// A time to the nanosecond, so that files of figures stay short.
  private func rounded(_ value: Double) -> Double { (value * 1e3).rounded() / 1e3 }
}
