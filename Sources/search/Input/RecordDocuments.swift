import Index
import Tokenizer

/// The documents in a block of JSON Lines, CSV or TSV, one after the other.
struct RecordDocuments: ~Copyable {
  /// What the next record is.
  enum Record {
    case document
    case bad(line: Int, detail: String)
  }

  /// Bytes of the block or of the scratch buffer.
  private struct Slice {
    var isScratch = false
    var range = 0..<0
  }

  private let block: RecordBlock
  private let fields: FieldNames
  private let report: InputReport
  private let bytes: ColumnView<UInt8>
  private let end: Int
  private var place: Int
  private var line: Int
  /// Which member found is the id, the title, and each text.
  private let memberIndices: [Int]
  /// For each of `fields.all`, whether a record had it so far.
  private var isFound: [Bool]
  private var jsonScanner: JSONLinesScanner
  private var recordScanner: RecordScanner
  /// What is not in the block as it should be: joined or mended text, made ids.
  private var scratch = ByteBuffer(capacity: 1 << 14)
  private var id = Slice()
  private var title = Slice()
  private var text = Slice()

  init(block: RecordBlock, fields: FieldNames, report: InputReport) {
    self.block = block
    self.fields = fields
    self.report = report
    bytes = block.buffer.view
    end = block.buffer.count
    place = block.start
    line = block.firstLine + (block.start > 0 ? newlineCount(bytes, 0..<block.start) : 0)
    // A field may be title and text at once, but is looked for once.
    var names: [String] = []
    for name in fields.all where !names.contains(name) { names.append(name) }
    memberIndices = fields.all.map { name in names.firstIndex(of: name) ?? 0 }
    isFound = block.columns?.found(of: fields) ?? fields.all.map { _ in false }
    jsonScanner = JSONLinesScanner(names: names.map { Array($0.utf8) }, bytes: bytes)
    recordScanner = RecordScanner(
      bytes: bytes, separator: block.columns?.separator ?? RecordScanner.tab)
  }

  /// Calls `body` with the id, the title and the text of the document that `next` found.
  func withDocument(
    _ body: (Span<UInt8>, Span<UInt8>, Span<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) {
    try view(id).withSpan(id.range) { id throws(IndexError) in
      try view(title).withSpan(title.range) { title throws(IndexError) in
        try view(text).withSpan(text.range) { text throws(IndexError) in
          try body(id, title, text)
        }
      }
    }
  }

  /// The fields looked for that a record had so far.
  var foundFields: [String] { zip(fields.all, isFound).filter { $0.1 }.map { $0.0 } }

  private func view(_ slice: Slice) -> ColumnView<UInt8> {
    slice.isScratch ? scratch.view : bytes
  }

  /// Goes to the next record, and counts it if it is bad; nil at the end of the block.
  mutating func next() -> Record? {
    block.format == .jsonLines ? nextLine() : nextRecord()
  }

  // MARK: JSON Lines

  private mutating func nextLine() -> Record? {
    while place < end {
      let lineEnd = firstIndex(of: 0x0A, in: bytes, from: place, to: end) ?? end
      let range = place..<lineEnd
      let number = line
      place = min(end, lineEnd + 1)
      line += 1
      if isBlank(range) { continue }
      do throws(JSONFault) {
        try jsonScanner.scan(range)
      } catch {
        let column = error.offset - range.lowerBound + 1
        return bad(.badLine, number, "\(error.reason.rawValue) (byte \(grouped(column)))")
      }
      return takeMembers(number)
    }
    return nil
  }

  private mutating func takeMembers(_ number: Int) -> Record {
    let members = memberIndices.map { jsonScanner.members[$0] }
    scratch.removeAll()
    for (index, member) in members.enumerated() where member.kind != .absent {
      isFound[index] = true
    }
    for (index, member) in members.enumerated() where member.kind == .compound {
      let name = fields.all[index]
      return bad(.badLine, number, "the value of '\(name)' is an array or object")
    }
    id = identifier(members[0].kind == .scalar ? members[0].range : nil, number)
    title = members[1].kind == .scalar ? mended(members[1].range, number) : Slice()
    var parts: [Range<Int>] = []
    let texts = members[2...].filter { $0.kind == .scalar }.map { $0.range }
    if fields.texts != nil {
      parts = texts
    } else {
      if members[1].kind == .scalar { parts.append(members[1].range) }
      if let first = texts.first { parts.append(first) }
    }
    return takeText(parts, number)
  }

  private func isBlank(_ range: Range<Int>) -> Bool {
    for place in range where bytes[place] != 0x20 && !(0x09...0x0D ~= bytes[place]) {
      return false
    }
    return true
  }

  // MARK: CSV and TSV

  private mutating func nextRecord() -> Record? {
    guard let columns = block.columns else { return nil }
    while place < end {
      let start = place
      let number = line
      let lineEnd = firstIndex(of: 0x0A, in: bytes, from: start, to: end) ?? end
      if isBlank(start..<lineEnd), block.format == .csv || lineEnd == start {
        place = min(end, lineEnd + 1)
        line += 1
        continue
      }
      place = recordScanner.scan(at: start, end: end)
      line += recordScanner.lineCount
      let fieldCount = recordScanner.fields.count
      if recordScanner.isUnclosed {
        let count = recordScanner.lineCount
        return bad(
          .badLine, number,
          "a quotation mark is not closed; it takes up \(counted(count, "line"))", lines: count)
      }
      guard fieldCount == columns.count else {
        return bad(
          .badLine, number,
          "\(counted(fieldCount, "field")) where the first line has \(columns.count)",
          lines: recordScanner.lineCount)
      }
      return takeFields(columns, number)
    }
    return nil
  }

  private mutating func takeFields(_ columns: RecordColumns, _ number: Int) -> Record {
    scratch.removeAll()
    let values = recordScanner.fields
    id = identifier(columns.id.map { values[$0] }, number)
    title = columns.title.map { mended(values[$0], number) } ?? Slice()
    return takeText(columns.texts.map { values[$0] }, number)
  }

  // MARK: Both

  /// The id as written, or `FILE:LINE`.
  private mutating func identifier(_ range: Range<Int>?, _ number: Int) -> Slice {
    if let range, !range.isEmpty { return mended(range, number) }
    if fields.idIsExplicit {
      report.add(.missingID, at: InputReport.Place(item: block.item, line: number)) {
        "line \(grouped(number))"
      }
    }
    let start = scratch.count
    scratch.append("\(block.name):\(number)".utf8)
    return Slice(isScratch: true, range: start..<scratch.count)
  }

  private mutating func takeText(_ parts: [Range<Int>], _ number: Int) -> Record {
    guard let first = parts.first else {
      return bad(.noText, number, "no \(fields.textDescription)")
    }
    if parts.count == 1 {
      text = mended(first, number)
      return .document
    }
    let start = scratch.count
    for part in parts where !part.isEmpty {
      if scratch.count > start { scratch.append(0x0A) }
      let mendedPart = mended(part, number)
      // A mended part is at the end of the scratch buffer already.
      if !mendedPart.isScratch { scratch.append(bytes, part) }
    }
    text = Slice(isScratch: true, range: start..<scratch.count)
    return .document
  }

  /// The text at `range` as well-formed UTF-8.
  private mutating func mended(_ range: Range<Int>, _ number: Int) -> Slice {
    if TextEncoding.isWellFormed(bytes, range) { return Slice(range: range) }
    let start = scratch.count
    let count = TextEncoding.repair(bytes, range, into: &scratch)
    let name = block.name
    report.add(
      .illFormedText, at: InputReport.Place(item: block.item, line: number), count: count
    ) { "\(name): line \(grouped(number))" }
    return Slice(isScratch: true, range: start..<scratch.count)
  }

  /// Counts a bad record of `lines` lines, the first of which has the number `number`.
  private func bad(
    _ reason: InputReport.Reason, _ number: Int, _ detail: String, lines: Int = 1
  ) -> Record {
    report.add(reason, at: InputReport.Place(item: block.item, line: number), count: lines) {
      "\(block.name): line \(grouped(number)): \(detail)"
    }
    return .bad(line: number, detail: detail)
  }
}
