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
    for count in options.documentCounts.sorted() {
      writeError("\(grouped(count)) documents: indexing\n")
      let path = scratch.path + "/grown"
      defer { scratch.remove(path) }
      var build = BenchmarkContext.comparable
      build.threadCount = processorCount()
      let report = try IndexBuilder(options: build).build(
        from: RecombinedCorpus(corpus, count: count), at: path)
      let opening = try measure(repetitions: 20) {
        let reader = try IndexReader(path: path)
        return withExtendedLifetime(reader) { 1 }
      }
      figures.sizes.append(
        GrowthFigures.Size(
          documentCount: count, tokenCount: report.tokenCount,
          indexByteCount: report.indexByteCount, opening: opening.minimum / 1e3))
      writeError("\(grouped(count)) documents: searching\n")
      figures.points += try points(count, queries, try IndexReader(path: path), options)
    }
    try show(figures, options)
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

  private static func points(
    _ documentCount: Int, _ queries: [BenchmarkQuery], _ reader: IndexReader,
    _ options: BenchmarkOptions
  ) throws -> [GrowthFigures.Point] {
    try BenchmarkQuery.Kind.allCases.compactMap { kind in
      let all = queries.filter { $0.kind == kind }
      let chosen = all.compactMap(\.query)
      guard !chosen.isEmpty, chosen.count == all.count else { return nil }
      let search = SearchOptions()
      let timing = Timing(try QuerySuite.bestTimes(of: chosen, in: reader, search, options))
      let profiles = try chosen.map { try reader.search($0, options: search).profile }
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
