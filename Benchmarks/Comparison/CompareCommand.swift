/// `compare`: from the results of a harness to a table and a chart.
enum CompareCommand {
  static func run(_ options: BenchmarkOptions) throws {
    let figures = try figures(options)
    let table = ComparisonTable(figures)
    if let path = options.figures, !options.results.isEmpty {
      try writeFile(figures.json.indented + "\n", to: path)
    }
    if let path = options.chart { try writeFile(ComparisonChart(figures).svg, to: path) }
    if let path = options.table {
      let text = String(decoding: try readFile(path), as: UTF8.self)
      try writeFile(try table.replacingTable(in: text), to: path)
    }
    try writeOutput(table.markdown + "\n" + table.ratios)
  }

  private static func figures(_ options: BenchmarkOptions) throws -> ComparisonFigures {
    if !options.results.isEmpty {
      // As they are kept, which are rounded, so that what is made of them later is the same.
      let measured = try HarnessResults(options.results).figures()
      return try ComparisonFigures(JSONValue(parsing: Array(measured.json.indented.utf8)))
    }
    guard let path = options.figures else {
      throw BenchmarkFailure("compare needs --results DIR or --figures FILE")
    }
    return try ComparisonFigures(try JSONValue(file: path))
  }
}
