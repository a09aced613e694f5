internal import Index

/// Answers queries line by line and times them in here, so that a harness can put this engine
/// beside others without timing its pipes.
///
/// First comes one line that starts with `READY`. Then, for each line of input
///
///     MODE ⇥ K ⇥ REPETITIONS ⇥ WANT ⇥ KIND ⇥ term term …
///
/// with the mode `top` (the best K), `count` (the exact number of matches) or `topcount` (both)
/// and a kind of `BenchmarkQuery.Kind`, one line of output
///
///     NANOSECONDS ⇥ TOTAL ⇥ document:score,document:score,…
///
/// or `UNSUPPORTED`. The time is the least of all repetitions; TOTAL is -1 where it is not known;
/// hits are listed if WANT is 1. Terms are analysed already, and documents are numbers, in the
/// order of the collection. Reading the line and making the query of it is not timed.
struct QueryServer {
  private let reader: IndexReader

  /// Opens the index in the folder `path`.
  init(path: String) throws {
    reader = try IndexReader(path: path)
    guard reader.statistics().segmentCount <= 1 else {
      throw BenchmarkFailure("\(path): several segments; document numbers need a single one")
    }
  }

  /// Answers until the input ends.
  func run() throws {
    try writeOutput("READY\n")
    while let line = readLine() {
      try writeOutput(try answer(line) + "\n")
    }
  }

  private func answer(_ line: String) throws -> String {
    guard let request = Request(line) else { return "UNSUPPORTED" }
    var best = Int.max
    var result = SearchResult()
    for _ in 0..<request.repetitions {
      let before = monotonicNanoseconds()
      result = try reader.search(request.query, options: request.options)
      best = min(best, monotonicNanoseconds() - before)
    }
    let hits = request.wantsHits ? result.hits : []
    let list = hits.map { "\($0.address.doc.rawValue):\($0.score)" }.joined(separator: ",")
    return "\(best)\t\(result.matchCount ?? -1)\t\(list)"
  }

  /// A line of input.
  struct Request: Equatable {
    let query: Query
    let options: SearchOptions
    let repetitions: Int
    let wantsHits: Bool

    /// Reads a line; nil if it asks for what there is not.
    init?(_ line: String) {
      // Bytes, not characters: work between searches drives their code and data out of the caches.
      let fields = Array(line.utf8).split(
        separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      guard fields.count == 6, let limit = Int(text(fields[1])), limit >= 0,
        let repetitions = Int(text(fields[2])),
        let kind = BenchmarkQuery.Kind(rawValue: text(fields[4]))
      else { return nil }
      let terms = fields[5].split(separator: UInt8(ascii: " ")).map { Array($0) }
      guard let query = BenchmarkQuery(kind: kind, terms: terms).query else { return nil }
      var options = SearchOptions()
      switch text(fields[0]) {
      case "top": options.limit = limit
      case "count":
        options.limit = 0
        options.countsMatches = true
      case "topcount":
        options.limit = limit
        options.countsMatches = true
      default: return nil
      }
      self.query = query
      self.options = options
      self.repetitions = max(1, repetitions)
      wantsHits = text(fields[3]) == "1"
    }
  }
}

private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
