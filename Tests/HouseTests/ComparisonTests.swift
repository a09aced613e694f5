import TestSupport
import Testing

@testable import Benchmarks

/// From the results of a harness to the table and the charts of the papers.
struct ComparisonTests {
  /// What a harness would keep of two engines.
  private static let results = [
    "index.swift.p1.t1.r1.json":
      #"{"docs":9,"corpus_bytes":4e6,"bytes":1e6,"version":"v","process":{"cpu_s":0.1}}"#,
    "index.swift.p1.t1.r2.json":
      #"{"docs":9,"corpus_bytes":4e6,"bytes":1e6,"version":"v","process":{"cpu_s":0.05}}"#,
    "index.swift.p1.t2.r1.json":
      #"{"docs":9,"corpus_bytes":4e6,"bytes":1e6,"version":"v","process":{"cpu_s":0.01}}"#,
    "query.swift.r1.json":
      #"{"version":"v","queries":{"a":{"kind":"or","top10":{"us":4}},"b":{"kind":"or","top10":{"us":9}}}}"#,
    "query.swift.r2.json":
      #"{"version":"v","queries":{"a":{"kind":"or","top10":{"us":5}},"b":{"kind":"or","top10":{"us":6}}}}"#,
    "index.pisa.p0.t2.r1.json":
      #"{"corpus_bytes":4e6,"bytes":9e6,"live_bytes":2e6,"version":"P","process":{"cpu_s":1}}"#,
    "query.pisa.r1.json":
      #"{"version":"P","queries":{"a":{"kind":"or","top10":{"us":20}},"b":{"kind":"or","top10":{"us":20}}}}"#,
    "query.pisa_other.r1.json":
      #"{"version":"P","queries":{"a":{"kind":"or","top10":{"us":2}}}}"#,
    "query.pisa_(no_positions).r1.json": #"{"queries":{"a":{"kind":"or","top10":{"us":1}}}}"#,
    "other.json": "[]",
  ]

  private static func figures(ownName: String? = nil) throws -> ComparisonFigures {
    let folder = try TemporaryDirectory()
    for (name, text) in results { try folder.write(text, to: name) }
    return try HarnessResults([ownName.map { $0 + "=" + folder.path } ?? folder.path]).figures()
  }

  private static let or = ComparisonFigures.Column(mode: "top10", kind: "or")

  @Test func theLeastOfAllRoundsAndTheBestOfAllSettingsCount() throws {
    let figures = try Self.figures()
    #expect(figures.engines.map(\.name) == ["search", "PISA"])
    #expect(figures.corpusByteCount == 4e6 && figures.documentCount == 9)
    let own = figures.engines[0]
    #expect(own.isOwn && own.indexingRate == 80 && own.indexByteCount == 1e6)
    #expect(own.times[Self.or]?.mean == 5 && own.times[Self.or]?.p99 == 6)
    let other = figures.engines[1]
    #expect(!other.isOwn && other.indexingRate == 4 && other.indexByteCount == 2e6)
    #expect(other.times[Self.or]?.mean == 2)
    #expect(
      other.remarks == [
        "without positions", "indexed on 2 threads",
        "the best of 2 settings, column by column",
        "part of the queries only, as all would take too long",
      ])
  }

  @Test func aFolderOfAnotherSettingHasItsOwnName() throws {
    #expect(try Self.figures(ownName: "reordered").engines.map(\.name) == ["reordered", "PISA"])
  }

  @Test func figuresAreReadAsTheyWereWritten() throws {
    let figures = try Self.figures()
    let again = try ComparisonFigures(
      JSONValue(parsing: Array(figures.json.indented.utf8)))
    #expect(again.json.description == figures.json.description)
    #expect(ComparisonTable(again).markdown == ComparisonTable(figures).markdown)
    #expect(ComparisonChart(again).svg == ComparisonChart(figures).svg)
  }

  @Test func theTableMarksTheBestOfEachColumn() throws {
    let lines = ComparisonTable(try Self.figures()).markdown.split(separator: "\n")
    #expect(lines[0] == "| engine | version | indexing, MB/s | index, MB | or |")
    #expect(lines[2] == "| **search** | v | **80** | **1** | 5 |")
    #expect(lines[3] == "| PISA (1, 2, 3, 4) | P | 4 | 2 | **2** |")
  }

  @Test func howManyDocumentsThereWereIsOnlySaidIfItIsKnown() throws {
    var figures = try Self.figures()
    #expect(ComparisonTable(figures).markdown.contains("4 MB of JSON Lines, 9 documents. "))
    figures.documentCount = 0
    #expect(ComparisonTable(figures).markdown.contains("4 MB of JSON Lines. "))
  }

  @Test func theTableTakesThePlaceOfTheLastOne() throws {
    let table = ComparisonTable(try Self.figures())
    let marks = (ComparisonTable.openingMark, ComparisonTable.closingMark)
    let text = "a\n\(marks.0)\nold\n\(marks.1)\nb\n"
    let replaced = try table.replacingTable(in: text)
    #expect(replaced == "a\n\(marks.0)\n\(table.markdown)\(marks.1)\nb\n")
    #expect(try table.replacingTable(in: replaced) == replaced)
    #expect(throws: BenchmarkFailure.self) { try table.replacingTable(in: "no marks") }
  }

  @Test func aFolderWithoutResultsIsRefused() throws {
    let folder = try TemporaryDirectory()
    #expect(throws: BenchmarkFailure.self) { try HarnessResults([folder.path]).figures() }
    #expect(throws: BenchmarkFailure.self) { try HarnessResults([folder.path("none")]) }
  }

  @Test func chartsAreWellFormedAndSayWhatTheyShow() throws {
    var figures = try Self.figures()
    figures.engines[1].name = "a < b & \"c\""
    let svg = ComparisonChart(figures).svg
    #expect(svg.hasPrefix("<svg xmlns=") && svg.hasSuffix("</svg>\n"))
    #expect(svg.contains("<title id=") && svg.contains("<desc id="))
    #expect(svg.contains("prefers-color-scheme: dark"))
    #expect(svg.contains("a &lt; b &amp; &quot;c&quot;") && !svg.contains("a < b"))
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func daysAreThoseOfTheCalendar() {
    #expect(day(secondsSince1970: 0) == "1970-01-01")
    #expect(day(secondsSince1970: 951_782_400) == "2000-02-29")
    #expect(day(secondsSince1970: 1_795_219_199) == "2026-11-20")
    #expect(day(secondsSince1970: 4_107_542_400) == "2100-03-01")
  }

  @Test func numbersAreGrouped() {
    #expect(
      [0, 999, 1_000, 1_234_567, -12_345].map { grouped($0) }
        == ["0", "999", "1,000", "1,234,567", "-12,345"])
  }
}

/// What the papers show of measurements is what was kept of them.
struct MeasurementTests {
  @Test func theTableAndTheChartAreThoseOfTheFigures() throws {
    let figures = try ComparisonFigures(
      JSONValue(
        parsing: Array(try Repository.text(of: "Benchmarks/Baselines/comparison.json").utf8)))
    let readme = try Repository.text(of: "README.md")
    #expect(try ComparisonTable(figures).replacingTable(in: readme) == readme)
    #expect(
      try Repository.text(of: "Sources/Index/Index.docc/Comparison.svg")
        == ComparisonChart(figures).svg)
    #expect(figures.engines.contains { $0.isOwn })
  }

  @Test func theCurveIsThatOfTheFigures() throws {
    let figures = try GrowthFigures(
      JSONValue(parsing: Array(try Repository.text(of: "Benchmarks/Baselines/growth.json").utf8)))
    #expect(
      try Repository.text(of: "Sources/Index/Index.docc/Growth.svg") == GrowthChart(figures).svg)
  }
}

/// Collections that grow and stay what they are.
struct GrowthTests {
  @Test func aLargerCollectionIsMadeOfTheSameDocuments() throws {
    let corpus = Corpus.synthetic(quick: true)
    let count = corpus.count * 3 - 7
    let grown = RecombinedCorpus(corpus, count: count)
    var first = Set<Range<Int>>()
    var byteCount = 0
    for document in 0..<count {
      let (head, tail) = grown.parts(of: document)
      if document < corpus.count {
        #expect(tail.isEmpty && first.insert(head).inserted)
      }
      byteCount += head.count + tail.count
    }
    #expect(first == Set((0..<corpus.count).map { corpus.range(of: $0) }))
    let expected = Double(corpus.text.count) * Double(count) / Double(corpus.count)
    #expect(abs(Double(byteCount) / expected - 1) < 0.05)
  }

  @Test func everyDocumentIsHandedOverOnceAndIsTheSameEachTime() throws {
    let corpus = Corpus.synthetic(quick: true)
    func texts(byteLimit: Int) throws -> [[UInt8]] {
      let grown = RecombinedCorpus(corpus, count: corpus.count + 500)
      var texts: [[UInt8]] = []
      while let piece = grown.nextPiece(byteLimit: byteLimit) {
        try grown.forEachDocument(in: piece) { id, _, text in
          #expect(id.indices.map { id[$0] } == Array(String(texts.count).utf8))
          texts.append(text.indices.map { text[$0] })
        }
      }
      return texts
    }
    let small = try texts(byteLimit: 1)
    #expect(small.count == corpus.count + 500)
    #expect(try texts(byteLimit: 1 << 20) == small)
    // Hardly any two are alike, so that no ties arise that real documents would not have.
    #expect(Set(small).count > small.count * 99 / 100)
  }

  @Test func growthIsPerTenTimesTheDocuments() throws {
    var figures = GrowthFigures()
    for (count, mean) in [(100, 1.0), (1_000, 3), (10_000, 9)] {
      figures.sizes.append(
        .init(documentCount: count, tokenCount: 1, indexByteCount: 1, opening: 1))
      figures.points.append(
        .init(
          kind: "or", documentCount: count, mean: mean, p99: 1, blocksDecoded: 1,
          documentsScored: 1))
    }
    #expect(abs((figures.growth(ofKind: "or") ?? 0) - 3) < 1e-9)
    #expect(figures.growth(ofKind: "and") == nil)
    #expect(
      figures.markdown.contains("| or, µs | 1 | 3 | 9 | 3x |") || figures.markdown.contains("3.00x")
    )
    let again = try GrowthFigures(JSONValue(parsing: Array(figures.json.indented.utf8)))
    #expect(again.json.description == figures.json.description)
    #expect(GrowthChart(again).svg == GrowthChart(figures).svg)
  }
}
