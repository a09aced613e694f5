import Index

/// `query`: ranked search, once or for a batch of queries.
struct QueryCommand: ~Copyable {
  private let arguments: ParsedArguments
  private let reader: IndexReader
  private let options: SearchOptions
  private let mode: ParsedQuery.Mode
  private let isQuiet: Bool
  private let isBatch: Bool
  private var printer: AnswerPrinter
  private var output = StandardOutput()

  static func run(_ arguments: ParsedArguments) throws(Failure) -> ExitStatus {
    LackOfMemory.explain(
      """
      search: out of memory
      hint: ask for fewer hits, as with --limit 10, or allow the process more (ulimit -v)

      """)
    let batch = arguments.value(.queries)
    if arguments.operands.isEmpty, batch == nil {
      throw Failure(
        "query: no text to search for", hint: "say what, for example: search query rachid kassim")
    }
    if let batch, let operand = arguments.operands.first {
      throw Failure(
        "query: both a text ('\(operand)') and --queries \(batch)", hint: "say one of them")
    }
    var command = QueryCommand(arguments, try IndexLocation.open(arguments).reader)
    if let batch { return try command.runBatch(batch) }
    var text = arguments.operands.joined(separator: " ")
    if arguments.hasOnlyStandardInput { text = try readText(isQuiet: command.isQuiet) }
    return try command.answer(text, id: nil) ? .success : .negative
  }

  private init(_ arguments: ParsedArguments, _ reader: IndexReader) {
    self.arguments = arguments
    self.reader = reader
    isQuiet = arguments.has(.quiet)
    isBatch = arguments.has(.queries)
    mode = ParsedQuery.Mode(arguments)
    var options = SearchOptions(arguments)
    options.limit = arguments.integer(.limit) ?? options.limit
    options.offset = arguments.integer(.offset) ?? options.offset
    if arguments.has(.count) {
      (options.limit, options.offset, options.countsMatches) = (0, 0, true)
    }
    // Without hits only the number of matches tells whether there are any.
    if options.limit == 0 { options.countsMatches = true }
    if let name = arguments.value(.algorithm) {
      options.algorithm = SearchOptions.Algorithm(rawValue: name) ?? options.algorithm
    }
    self.options = options
    printer = AnswerPrinter(
      format: Self.format(arguments), style: TextStyle(arguments.value(.color)),
      runName: arguments.value(.run) ?? "search", endsWithNUL: arguments.has(.null),
      countsOnly: arguments.has(.count), showsProfile: arguments.has(.profile),
      isForTerminal: Terminal.outputIsTerminal)
  }

  /// The format asked for: text at a terminal, else tab-separated values.
  private static func format(_ arguments: ParsedArguments) -> AnswerPrinter.Format {
    switch arguments.last(of: [.ids, .null, .json, .format]) {
    case .ids, .null: return .ids
    case .json: return .json
    case .format: return arguments.value(.format).flatMap { .init(rawValue: $0) } ?? .tsv
    default: return Terminal.outputIsTerminal && !arguments.has(.queries) ? .text : .tsv
    }
  }

  private static func readText(isQuiet: Bool) throws(Failure) -> String {
    let limit = 1 << 20
    do throws(SystemFailure) {
      let bytes = try firstBytes(of: InputFile(), limit: limit + 1)
      if bytes.count > limit, !isQuiet {
        StandardError.write("warning: the query is cut after \(grouped(limit)) bytes\n")
      }
      return String(decoding: bytes.prefix(limit), as: UTF8.self)
    } catch {
      throw Failure(error)
    }
  }

  // MARK: One query

  /// Searches and prints; returns whether there was a hit.
  private mutating func answer(_ text: String, id: String?) throws(Failure) -> Bool {
    let start = Environment.nanoseconds
    let parsed = reader.parse(text, mode: mode)
    let result = try translatingErrors { () throws(IndexError) in
      try reader.search(parsed.query, options: options)
    }
    let took = Environment.nanoseconds - start
    try report(parsed.warnings, of: text, id: id)
    if arguments.has(.check) { try check(result, parsed.query, id: id) }
    var answer = Answer(
      id: id, text: text, parsed: parsed, result: result, options: options,
      nanoseconds: Int(took))
    if !arguments.has(.count) {
      answer.hits = try hits(of: result, for: parsed.query)
    }
    printer.print(answer, to: &output)
    if isBatch || printer.format == .text { output.flush() }
    if !isBatch { finish(answer) }
    if arguments.has(.profile), !isQuiet, printer.format != .json {
      StandardError.write("profile: \(label(id))\(answer.profileText)\n")
    }
    return answer.total > 0
  }

  /// Which query of a batch something is said of; nothing where there is but one.
  private func label(_ id: String?) -> String { id.map { "\(printable($0)): " } ?? "" }

  /// Writes what is left, and the notes that follow.
  private mutating func finish(_ answer: Answer) {
    output.flush()
    guard !isQuiet else { return }
    if answer.total == 0 {
      let which = options.offset > 0 ? " after the first \(grouped(options.offset))" : ""
      StandardError.write("no hits\(which) for: \(excerpt(answer.text))\n")
    } else if printer.format == .text, !arguments.has(.count) {
      StandardError.write(answer.footer + "\n")
    }
  }

  private func hits(of result: SearchResult, for query: Query) throws(Failure) -> [Answer.Hit] {
    if printer.showsSnippets && !arguments.has(.noSnippet) {
      return try hitsWithSnippets(of: result, for: query)
    }
    let addresses = result.hits.map(\.address)
    if printer.showsTitles {
      let documents = try translatingErrors { () throws(IndexError) in
        try reader.documents(at: addresses, withText: false)
      }
      return result.hits.indices.map {
        hit($0, of: result, id: documents[$0].id, title: documents[$0].title)
      }
    }
    let ids = try translatingErrors { () throws(IndexError) in try reader.ids(of: addresses) }
    return result.hits.indices.map { hit($0, of: result, id: ids[$0]) }
  }

  private func hit(
    _ index: Int, of result: SearchResult, id: String, title: String = "", snippet: Snippet? = nil
  ) -> Answer.Hit {
    Answer.Hit(
      rank: options.offset + index + 1, score: result.hits[index].score, id: id, title: title,
      snippet: snippet)
  }

  /// One hit after the other: their texts need not be in memory together.
  private func hitsWithSnippets(
    of result: SearchResult, for query: Query
  ) throws(Failure) -> [Answer.Hit] {
    let length = printer.format == .text ? max(60, 2 * (Terminal.width() - 4)) : 200
    var maker: SnippetMaker?
    var hits: [Answer.Hit] = []
    hits.reserveCapacity(result.hits.count)
    for index in result.hits.indices {
      let document = try translatingErrors { () throws(IndexError) in
        try reader.document(at: result.hits[index].address)
      }
      var snippet: Snippet?
      if let text = document.text {
        if maker == nil { maker = reader.snippetMaker(for: query, maxLength: length) }
        snippet = maker?.snippet(of: text)
      }
      hits.append(
        hit(index, of: result, id: document.id, title: document.title, snippet: snippet))
    }
    return hits
  }

  // MARK: Warnings and checks

  private func report(
    _ warnings: [QueryWarning], of text: String, id: String?
  ) throws(Failure) {
    for warning in warnings {
      // Leaving out stop words is what everyone expects; it is no mistake.
      let isNote = warning.code == .stopWordsIgnored
      if arguments.has(.strict), !isNote { throw strictFailure(warning, text, id: id) }
      if isQuiet || isNote && !Terminal.errorIsTerminal { continue }
      StandardError.write("\(isNote ? "note" : "warning"): \(label(id))\(warning.message)\n")
    }
  }

  /// A warning as an error, with the text around the place and carets under it.
  private func strictFailure(_ warning: QueryWarning, _ text: String, id: String?) -> Failure {
    let bytes = Array(text.utf8)
    let start = min(warning.byteRange.lowerBound, bytes.count)
    let end = min(max(warning.byteRange.upperBound, start), bytes.count)
    let all = printable(String(decoding: bytes[..<start], as: UTF8.self))
    let before = all.count > 60 ? "… " + all.suffix(50) : all
    let marked = excerpt(String(decoding: bytes[start..<end], as: UTF8.self), limit: 50)
    let after = excerpt(String(decoding: bytes[end...], as: UTF8.self), limit: 50)
    let caret =
      String(repeating: " ", count: displayWidth(before))
      + String(repeating: "^", count: max(1, displayWidth(marked)))
    return Failure(
      "query: \(label(id))\(warning.message)",
      lines: ["  \(before)\(marked)\(after)", "  \(caret)"],
      hint: "mend the text, or leave out --strict")
  }

  /// Scores every match and compares: the fast way must give the same hits, bit for bit.
  private func check(_ result: SearchResult, _ query: Query, id: String?) throws(Failure) {
    var reference = options
    reference.algorithm = options.algorithm == .exhaustive ? .automatic : .exhaustive
    let other = try translatingErrors { () throws(IndexError) in
      try reader.search(query, options: reference)
    }
    let difference =
      zip(result.hits, other.hits).first { left, right in
        left.address != right.address || left.score.bitPattern != right.score.bitPattern
      }
    let counts = (result.matchCount, other.matchCount)
    let countsDiffer = counts.0 != nil && counts.1 != nil && counts.0 != counts.1
    guard difference != nil || result.hits.count != other.hits.count || countsDiffer else {
      if !isQuiet {
        StandardError.write("check: \(label(id))the same as \(reference.algorithm.rawValue)\n")
      }
      return
    }
    var detail = "\(result.hits.count) and \(other.hits.count) hits"
    if let (left, right) = difference {
      detail =
        "document \(left.address.segment):\(left.address.doc.rawValue) (\(left.score)) and "
        + "\(right.address.segment):\(right.address.doc.rawValue) (\(right.score))"
    }
    throw Failure(
      "check: \(label(id))\(options.algorithm.rawValue) and \(reference.algorithm.rawValue) differ: "
        + detail,
      hint: "this is a fault of the program; please report it with the query")
  }

  // MARK: Batch

  private mutating func runBatch(_ path: String) throws(Failure) -> ExitStatus {
    var lines: LineReader
    do throws(SystemFailure) {
      lines = LineReader(path.isExactly("-") ? InputFile() : try InputFile(path: Path(path)))
    } catch {
      throw Failure(error, hint: "--queries takes a file of ID<TAB>TEXT lines, or -")
    }
    var hasHits = false
    while let line = try lines.next() {
      if line.allSatisfy(\.isWhitespace) { continue }
      var id = "\(lines.number)"
      var text = line[...]
      if let tab = line.utf8.firstIndex(of: UInt8(ascii: "\t")) {
        // An empty one would leave a column out.
        if tab > line.startIndex { id = String(line[..<tab]) }
        text = line[line.utf8.index(after: tab)...]
      }
      if try answer(String(text), id: id) { hasHits = true }
    }
    return hasHits ? .success : .negative
  }
}

extension ParsedQuery.Mode {
  /// What `--all` and `--any` ask for.
  init(_ arguments: ParsedArguments) {
    self = arguments.last(of: [.all, .any]) == .all ? .all : .any
  }
}

extension SearchOptions {
  /// What `--k1` and `--b` ask for.
  init(_ arguments: ParsedArguments) {
    self.init()
    k1 = arguments.number(.k1) ?? k1
    b = arguments.number(.b) ?? b
  }
}
