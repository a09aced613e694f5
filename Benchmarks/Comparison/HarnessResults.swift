/// The results that a harness keeps of engines side by side: one JSON file for each run of one
/// engine.
///
/// `index.ENGINE.pP.tT.rR.json` tells of indexing with (P = 1) or without positions on T threads
/// in round R; `query.LABEL.rR.json` of queries, LABEL being the engine, and if it has several
/// settings the name of one, after an underscore. Of several rounds the least time of each query
/// counts, and the least processor time of indexing. Of several settings of an engine the best
/// counts, column by column.
struct HarnessResults {
  private var runs: [String: [IndexRun]] = [:]
  private var queries: [String: [String: QueryRun]] = [:]
  private var order: [String] = []
  private var lastChange = 0

  /// Reads folders of results, each given as `FOLDER`, or as `NAME=FOLDER` if this engine is to
  /// have another name there, as for another setting of it.
  init(_ folders: [String]) throws {
    for folder in folders {
      var path = folder
      var ownName: String?
      if let equals = folder.firstIndex(of: "=") {
        ownName = String(folder[..<equals])
        path = String(folder[folder.index(after: equals)...])
      }
      for name in try fileNames(in: path).sorted() where name.hasSuffix(".json") {
        try read(path + "/" + name, name: name, ownName: ownName)
      }
    }
  }

  /// The figures of all engines.
  func figures() throws -> ComparisonFigures {
    var figures = ComparisonFigures()
    figures.processor = processorName()
    figures.processorCount = processorCount()
    figures.date = day(secondsSince1970: lastChange)
    let counts = queryCounts
    let known = EngineName.all.map(\.key)
    let sorted = order.enumerated().sorted { left, right in
      let ranks = [left, right].map { entry in
        entry.element.hasPrefix(EngineName.own)
          ? -1 : known.firstIndex(of: entry.element) ?? known.count
      }
      return (ranks[0], left.offset) < (ranks[1], right.offset)
    }
    for (_, key) in sorted {
      figures.engines.append(engine(key, counts))
      for run in runs[key] ?? [] {
        figures.corpusByteCount = max(figures.corpusByteCount, run.corpusByteCount)
        figures.documentCount = max(figures.documentCount, run.documentCount)
      }
    }
    guard !figures.engines.isEmpty else {
      throw BenchmarkFailure("no results: no index.*.json or query.*.json in the folders")
    }
    return figures
  }

  // MARK: - Reading

  private mutating func read(_ path: String, name: String, ownName: String?) throws {
    let parts = name.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, parts[0] == "index" || parts[0] == "query" else { return }
    // The rest is `LABEL.rROUND.json`; an engine's name may have dots, its round has none.
    var label = parts[1].dropLast(".json".count)
    if let dot = label.lastIndex(of: ".") { label = label[..<dot] }
    var engine = String(label.prefix { $0 != "_" && $0 != "." })
    if engine == EngineName.own, let ownName { engine += "=" + ownName }
    // Runs without positions stand beside, as they have no phrases.
    guard !label.contains("(no_positions)") else { return }
    let value = try JSONValue(file: path)
    if !order.contains(engine) { order.append(engine) }
    lastChange = max(lastChange, modificationTime(of: path))
    if parts[0] == "index" {
      if let run = IndexRun(value, label) { runs[engine, default: []].append(run) }
    } else {
      queries[engine, default: [:]][String(label), default: QueryRun()].add(value)
    }
  }

  /// How many queries each column has, at most.
  private var queryCounts: [ComparisonFigures.Column: Int] {
    var counts: [ComparisonFigures.Column: Int] = [:]
    for run in queries.values.flatMap(\.values) {
      for column in ComparisonFigures.Column.all {
        counts[column] = max(counts[column] ?? 0, run.times(column).count)
      }
    }
    return counts
  }

  // MARK: - Engines

  private func engine(
    _ key: String, _ counts: [ComparisonFigures.Column: Int]
  ) -> ComparisonFigures.Engine {
    let name = EngineName(key)
    let settings = (queries[key] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    var engine = ComparisonFigures.Engine(
      name: name.text, version: settings.first?.version ?? "", isOwn: name.isOwn)
    var isShort = false
    for column in ComparisonFigures.Column.all {
      for times in settings.map({ $0.times(column) }) where !times.isEmpty {
        isShort = isShort || times.count < counts[column] ?? 0
        let timing = Timing(times)
        let found = ComparisonFigures.Times(
          mean: timing.mean / 1e3, p99: timing.percentile(0.99) / 1e3)
        if found.mean < engine.times[column]?.mean ?? .infinity { engine.times[column] = found }
      }
    }
    if let run = bestIndexing(key) {
      engine.version = run.version.isEmpty ? engine.version : run.version
      engine.indexingRate = run.corpusByteCount / 1e6 / run.processorSeconds
      engine.indexByteCount = run.byteCount
      if !run.hasPositions { engine.remarks.append("without positions") }
      if run.threadCount > 1 {
        engine.remarks.append("indexed on \(run.threadCount) threads")
      }
    }
    if settings.count > 1 {
      engine.remarks.append("the best of \(settings.count) settings, column by column")
    }
    if isShort { engine.remarks.append("part of the queries only, as all would take too long") }
    engine.remarks += name.remarks
    return engine
  }

  /// The run with positions if there is one, on as few threads as there are, in the least time.
  private func bestIndexing(_ key: String) -> IndexRun? {
    (runs[key] ?? []).min {
      ($0.hasPositions ? 0 : 1, $0.threadCount, $0.processorSeconds)
        < ($1.hasPositions ? 0 : 1, $1.threadCount, $1.processorSeconds)
    }
  }
}

/// One run of indexing.
private struct IndexRun {
  var hasPositions: Bool
  var threadCount: Int
  var processorSeconds: Double
  var corpusByteCount: Double
  var byteCount: Double
  var documentCount: Int
  var version: String

  init?(_ value: JSONValue, _ label: Substring) {
    let fields = label.split(separator: ".")
    guard let seconds = value["process"]?["cpu_s"]?.number, seconds > 0,
      let corpusByteCount = value["corpus_bytes"]?.number,
      let byteCount = (value["live_bytes"] ?? value["bytes"])?.number
    else { return nil }
    hasPositions = !fields.contains("p0")
    threadCount = fields.last { $0.first == "t" }.flatMap { Int($0.dropFirst()) } ?? 1
    processorSeconds = seconds
    self.corpusByteCount = corpusByteCount
    self.byteCount = byteCount
    documentCount = Int(value["docs"]?.number ?? 0)
    version = value["version"]?.text ?? ""
  }
}

/// The runs of one setting of an engine over all queries.
private struct QueryRun {
  private(set) var version = ""
  /// By column and query the least time in nanoseconds.
  private var best: [ComparisonFigures.Column: [String: Int]] = [:]

  /// Adds a round.
  mutating func add(_ value: JSONValue) {
    version = value["version"]?.text ?? version
    guard case .object(let queries) = value["queries"] else { return }
    for (id, query) in queries {
      guard let kind = query["kind"]?.text else { continue }
      for column in ComparisonFigures.Column.all where column.kind == kind {
        guard let microseconds = query[column.mode]?["us"]?.number else { continue }
        let time = Int((microseconds * 1e3).rounded())
        best[column, default: [:]][id] = min(best[column]?[id] ?? .max, time)
      }
    }
  }

  /// The least time of each query of a column.
  func times(_ column: ComparisonFigures.Column) -> [Int] { Array((best[column] ?? [:]).values) }
}

/// What engines are called, and what has to be said of them.
private struct EngineName {
  /// What the harness calls this engine.
  static let own = "swift"

  static let all: [(key: String, text: String, remarks: [String])] = [
    ("lucene", "Lucene", []),
    ("pisa", "PISA", []),
    ("tantivy", "Tantivy", []),
    (
      "tantivy-py", "Tantivy, Python wheel",
      ["the wheel never prunes; Tantivy built natively does, and was not measured here"]
    ),
    ("xapian", "Xapian", []),
    ("sqlite-fts5", "SQLite FTS5", []),
    ("bm25s", "bm25s", []),
    ("duckdb-fts", "DuckDB FTS", []),
  ]

  let text: String
  let isOwn: Bool
  let remarks: [String]

  init(_ key: String) {
    let known = Self.all.first { $0.key == key }
    isOwn = key == Self.own || key.hasPrefix(Self.own + "=")
    let ownName = isOwn ? "search" : key
    text = key.split(separator: "=").dropFirst().first.map(String.init) ?? known?.text ?? ownName
    remarks = known?.remarks ?? []
  }
}
