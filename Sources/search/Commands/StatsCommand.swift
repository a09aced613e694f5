import Index

/// `stats`: size and contents of the index.
enum StatsCommand {
  static func run(_ arguments: ParsedArguments) throws(Failure) -> ExitStatus {
    let (reader, path) = try IndexLocation.open(arguments)
    let statistics = reader.statistics()
    return StandardOutput.show(
      arguments.has(.json) ? json(statistics, path) + "\n" : table(statistics, path))
  }

  private static func table(_ statistics: IndexStatistics, _ path: String) -> String {
    var table = TextTable(alignments: [.left, .left])
    let languages = statistics.documentsByLanguage
      .map { "\($0.code) \(grouped($0.documentCount))" }.joined(separator: ", ")
    table.add(["index", printable(path)])
    table.add(["size", byteCountText(statistics.byteCount)])
    table.add(["documents", grouped(statistics.documentCount)])
    table.add(["tokens", grouped(statistics.tokenCount)])
    table.add(["terms", grouped(statistics.termCount)])
    table.add(["postings", grouped(statistics.postingCount)])
    table.add(["segments", grouped(statistics.segmentCount)])
    table.add(["positions", statistics.hasPositions ? "yes" : "no (no phrases)"])
    table.add(["text", statistics.hasText ? "yes" : "no (no snippets)"])
    table.add(["language", statistics.language + (languages.isEmpty ? "" : " (\(languages))")])
    table.add(["format", "\(statistics.formatVersion), Unicode \(statistics.unicodeVersion)"])
    var sections = TextTable(columns: [("section", .left), ("bytes", .right), ("share", .right)])
    func add(_ name: String, _ byteCount: Int) {
      let share = Double(byteCount) * 100 / Double(max(1, statistics.byteCount))
      sections.add([name, grouped(byteCount), fixed(share, 1) + " %"])
    }
    for section in statistics.sections { add(section.name, section.byteCount) }
    // Sums, footers and the manifest.
    add("(sums)", statistics.byteCount - statistics.sections.reduce(0) { $0 + $1.byteCount })
    return table.text + (statistics.sections.isEmpty ? "" : "\n" + sections.text)
  }

  private static func json(_ statistics: IndexStatistics, _ path: String) -> String {
    var json = JSONWriter()
    json.object { json in
      json.member("v", JSONPrinter.schemaVersion)
      json.member("index", path)
      json.member("bytes", statistics.byteCount)
      json.member("documents", statistics.documentCount)
      json.member("tokens", statistics.tokenCount)
      json.member("terms", statistics.termCount)
      json.member("postings", statistics.postingCount)
      json.member("segments", statistics.segmentCount)
      json.member("positions", statistics.hasPositions)
      json.member("text", statistics.hasText)
      json.member("language", statistics.language)
      json.name("documents_by_language")
      json.object { json in
        for language in statistics.documentsByLanguage {
          json.member(language.code, language.documentCount)
        }
      }
      json.member("format", statistics.formatVersion)
      json.member("unicode", statistics.unicodeVersion)
      json.name("sections")
      json.object { json in
        for section in statistics.sections { json.member(section.name, section.byteCount) }
      }
    }
    return json.text
  }
}
