internal import Index
internal import SyntheticText
internal import Tokenizer

/// `growth`: the same queries in ever larger collections of the same kind of documents.
enum GrowthCommand {
  static func run(_ options: BenchmarkOptions) throws {
    if let path = options.growthFigures {
      let figures = try GrowthFigures(try JSONValue(file: path))
      return try show(figures, options)
    }
    let context = BenchmarkContext(options)
    var figures = GrowthFigures()
    figures.processor = processorName()
    figures.date = day(secondsSince1970: secondsSince1970())
    figures.corpus = context.corpusName
    let corpus = try context.corpus()
    let queries = try context.queries()
    let scratch = try context.scratch()
    var collections: [GrownCollection] = []
    for count in options.documentCounts.sorted() {
      writeError("\(grouped(count)) documents: indexing\n")
      let path = scratch.path + "/grown-\(count)"
      figures.sizes.append(try index(RecombinedCorpus(corpus, count: count), at: path))
      collections.append(try GrownCollection(queries, try IndexReader(path: path)))
    }
    for round in 1...(options.quick ? 1 : roundCount) {
      writeError("searching, round \(round)\n")
      for collection in collections { try collection.search(options) }
    }
    for (size, collection) in zip(figures.sizes, collections) {
      figures.points += try collection.points(documentCount: size.documentCount)
    }
    try show(figures, options)
  }

  /// How often the collections are searched in turns: a bad minute of the machine hits all of them,
  /// and none in every round.
  private static let roundCount = 5

  private static func index(
    _ corpus: RecombinedCorpus, at path: String
  ) throws -> GrowthFigures.Size {
    var build = BenchmarkContext.comparable
    build.threadCount = processorCount()
    let report = try IndexBuilder(options: build).build(from: corpus, at: path)
    let opening = try measure(repetitions: 20) {
      let reader = try IndexReader(path: path)
      return withExtendedLifetime(reader) { 1 }
    }
    return GrowthFigures.Size(
      documentCount: corpus.count, tokenCount: report.tokenCount,
      indexByteCount: report.indexByteCount, opening: opening.minimum / 1e3)
  }

  private static func show(_ figures: GrowthFigures, _ options: BenchmarkOptions) throws {
    try writeOutput(figures.markdown)
    let text = figures.json.indented + "\n"
    if let path = options.save { try writeFile(text, to: path) }
    if let path = options.chart {
      // Of the figures as they are kept, which are rounded.
      let kept = try GrowthFigures(JSONValue(parsing: Array(text.utf8)))
      try writeFile(GrowthChart(kept).svg, to: path)
    }
  }
}

/// A collection, and the least times of the queries in it.
private final class GrownCollection {
  private let reader: IndexReader
  /// The queries of all kinds, kind by kind.
  private let queries: [Query]
  /// Where those of each kind are.
  private let kinds: [(kind: BenchmarkQuery.Kind, range: Range<Int>)]
  private var bestTimes: [Int]

  /// The queries of all kinds that are all understood.
  init(_ queries: [BenchmarkQuery], _ reader: IndexReader) throws {
    self.reader = reader
    var chosen: [Query] = []
    var kinds: [(kind: BenchmarkQuery.Kind, range: Range<Int>)] = []
    for kind in BenchmarkQuery.Kind.allCases {
      let all = queries.filter { $0.kind == kind }
      let understood = all.compactMap(\.query)
      guard !understood.isEmpty, understood.count == all.count else { continue }
      kinds.append((kind, chosen.count..<chosen.count + understood.count))
      chosen += understood
    }
    self.queries = chosen
    self.kinds = kinds
    bestTimes = [Int](repeating: .max, count: chosen.count)
  }

  /// Searches for all, several times, in an order that mixes the kinds: each query finds the caches
  /// as others left them, as it does in the comparison with other engines.
  func search(_ options: BenchmarkOptions) throws {
    let times = try QuerySuite.bestTimes(of: queries, in: reader, SearchOptions(), options)
    bestTimes = zip(bestTimes, times).map { min($0, $1) }
  }

  /// What was measured.
  func points(documentCount: Int) throws -> [GrowthFigures.Point] {
    try kinds.map { kind, range in
      let timing = Timing(Array(bestTimes[range]))
      let profiles = try queries[range].map { try reader.search($0).profile }
      func mean(_ count: (SearchProfile) -> Int) -> Double {
        Double(profiles.reduce(0) { $0 + count($1) }) / Double(profiles.count)
      }
      return GrowthFigures.Point(
        kind: kind.rawValue, documentCount: documentCount, mean: timing.mean / 1e3,
        p99: timing.percentile(0.99) / 1e3, blocksDecoded: mean(\.blocksDecoded),
        documentsScored: mean(\.documentsScored))
    }
  }
}
