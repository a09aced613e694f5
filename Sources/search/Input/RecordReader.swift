import Synchronization
import Tokenizer

/// Whole lines or records of one file, as read.
///
/// It belongs to one thread at a time: the one that reads it, then the one that takes it apart.
// SAFETY: see above; the feed hands a block over and does not touch it again.
final class RecordBlock: @unchecked Sendable {
  var buffer = ByteBuffer(capacity: 0)
  /// The number of the file.
  var item = 0
  /// How messages and ids name the file.
  var name = ""
  var format = InputFormat.jsonLines
  /// The columns of the file; nil for JSON Lines.
  var columns: RecordColumns?
  /// The number of the first line, from 1.
  var firstLine = 1
  /// Where the first record starts.
  var start = 0
}

/// Which columns of CSV or TSV are what.
struct RecordColumns: Sendable {
  let separator: UInt8
  let count: Int
  let id: Int?
  let title: Int?
  let texts: [Int]

  /// For each of `fields.all`, whether it is a column; without those of the text that were named
  /// there are no columns.
  func found(of fields: FieldNames) -> [Bool] {
    [id != nil, title != nil] + fields.all.dropFirst(2).map { _ in fields.texts != nil }
  }
}

/// Reads a file of records block by block, each of whole records.
struct RecordReader: ~Copyable {
  /// The longest record that is taken, in bytes.
  static let maxRecordByteCount = 1 << 30

  private let file: InputFile
  private let item: Int
  private let format: InputFormat
  private let fields: FieldNames
  private let report: InputReport
  private var columns: RecordColumns?
  private var line = 1
  private var isAtStart = true
  private var isAtEnd = false
  private var utf16: UTF16Decoder?
  private var rawBytes = ByteBuffer(capacity: 0)
  /// The beginning of a record whose end has not been read.
  private var carry = ByteBuffer(capacity: 0)
  private var cutter = CSVCutter()

  init(
    _ file: consuming InputFile, item: Int, format: InputFormat, fields: FieldNames,
    report: InputReport
  ) {
    self.file = file
    self.item = item
    self.format = format
    self.fields = fields
    self.report = report
  }

  /// Fills `block` with about `byteLimit` bytes of whole records; false at the end of the file.
  mutating func read(into block: RecordBlock, byteLimit: Int) throws(InputFault) -> Bool {
    block.item = item
    block.name = file.name
    block.format = format
    block.firstLine = line
    block.start = 0
    block.buffer.removeAll()
    block.buffer.append(carry.view, 0..<carry.count)
    carry.removeAll()
    let end = try readRecords(into: block, byteLimit: byteLimit)
    guard end > 0 else { return false }
    if format != .jsonLines, columns == nil { try readHeader(of: block) }
    block.columns = columns
    line += newlineCount(block.buffer.view, 0..<end)
    return true
  }

  /// Reads until there is a whole record, and keeps what follows the last one for the next block;
  /// returns where the last one ends.
  private mutating func readRecords(into block: RecordBlock, byteLimit: Int)
    throws(InputFault) -> Int
  {
    var seen = block.buffer.count
    var end: Int?
    while !isAtEnd {
      try fill(&block.buffer, atLeast: max(1 << 16, byteLimit - block.buffer.count))
      end = lastRecordEnd(in: block.buffer.view, seen..<block.buffer.count)
      seen = block.buffer.count
      if end != nil { break }
      if seen > Self.maxRecordByteCount {
        throw InputFault(
          .tooLong, file.name,
          "line \(grouped(line)): longer than \(byteCountText(Self.maxRecordByteCount))",
          hint: "is a quotation mark not closed, or is the file no \(format.rawValue)?")
      }
    }
    let cut = isAtEnd ? block.buffer.count : (end ?? 0)
    carry.append(block.buffer.view, cut..<block.buffer.count)
    block.buffer.setCount(cut)
    return cut
  }

  private mutating func lastRecordEnd(in bytes: ColumnView<UInt8>, _ range: Range<Int>) -> Int? {
    if format == .csv { return cutter.lastRecordEnd(in: bytes, range) }
    return range.last { bytes[$0] == 0x0A }.map { $0 + 1 }
  }

  // MARK: Bytes

  /// Reads about `count` bytes to the end of `buffer`.
  private mutating func fill(_ buffer: inout ByteBuffer, atLeast count: Int) throws(InputFault) {
    let target = buffer.count + count
    while buffer.count < target, !isAtEnd {
      if isAtStart { try lookAtStart(&buffer) }
      if utf16 != nil {
        try fillDecoding(&buffer)
      } else {
        buffer.reserve(target - buffer.count)
        let read = try readRaw(
          into: buffer.view, at: buffer.count, count: buffer.capacity - buffer.count)
        buffer.setCount(buffer.count + read)
        isAtEnd = read == 0
      }
    }
  }

  private mutating func fillDecoding(_ buffer: inout ByteBuffer) throws(InputFault) {
    rawBytes.removeAll()
    rawBytes.reserve(1 << 16)
    let read = try readRaw(into: rawBytes.view, at: 0, count: 1 << 16)
    guard var decoder = utf16 else { return }
    decoder.decode(rawBytes.view, 0..<read, into: &buffer)
    isAtEnd = read == 0
    if isAtEnd { decoder.finish(into: &buffer) }
    let newlyReplaced = decoder.replacedCount - (utf16?.replacedCount ?? 0)
    if newlyReplaced > 0 {
      let place = InputReport.Place(item: item, line: line)
      report.add(.illFormedText, at: place, count: newlyReplaced) { file.name }
    }
    utf16 = decoder
  }

  /// Looks at the first bytes for a byte order mark and for what is no text.
  private mutating func lookAtStart(_ buffer: inout ByteBuffer) throws(InputFault) {
    isAtStart = false
    rawBytes.reserve(Signature.byteCount)
    var count = 0
    while count < 4 {
      let read = try readRaw(
        into: rawBytes.view, at: count, count: Signature.byteCount - count)
      if read == 0 { break }
      count += read
    }
    rawBytes.setCount(count)
    var start = 0
    let first = (0..<count).map { rawBytes.view[$0] }
    switch Signature(first) {
    case .utf16(let bigEndian):
      var decoder = UTF16Decoder(isBigEndian: bigEndian)
      decoder.decode(rawBytes.view, 0..<count, into: &buffer)
      utf16 = decoder
      return
    case .compressed:
      throw InputFault(
        .compressed, file.name, "is compressed",
        hint: "unpack it first: zcat FILE | search build-index --format \(format.rawValue) -")
    case .binary:
      throw InputFault(.binary, file.name, "is no text")
    case .text: start = Signature.markByteCount(first)
    }
    buffer.append(rawBytes.view, start..<count)
  }

  private func readRaw(into target: ColumnView<UInt8>, at offset: Int, count: Int)
    throws(InputFault) -> Int
  {
    do throws(SystemFailure) {
      let read = try file.read(into: target, at: offset, count: count)
      report.byteCount.wrappingAdd(read, ordering: .relaxed)
      return read
    } catch {
      throw InputFault(.unreadable, file.name, error.reason)
    }
  }

  // MARK: Header

  /// Finds the columns in the first record of the file.
  private mutating func readHeader(of block: RecordBlock) throws(InputFault) {
    let bytes = block.buffer.view
    let separator = format == .csv ? cutter.separator : RecordScanner.tab
    var scanner = RecordScanner(bytes: bytes, separator: separator)
    block.start = scanner.scan(at: 0, end: block.buffer.count)
    let names = scanner.fields.map { field in
      String(decoding: field.map { bytes[$0] }, as: UTF8.self)
    }
    // Some write blanks after the commas of the header.
    func column(_ name: String) -> Int? {
      names.firstIndex { $0.isExactly(name) }
        ?? names.firstIndex { FieldNames.withoutBlanks($0[...]).isExactly(name) }
    }
    let title = column(fields.title)
    var texts: [Int] = []
    if let wanted = fields.texts {
      for name in wanted {
        guard let index = column(name) else { throw missingColumn(name, names) }
        texts.append(index)
      }
    } else {
      texts = [title].compactMap { $0 }
      let text = FieldNames.usualTexts.lazy.compactMap { column($0) }.first
      guard let text else { throw missingColumn(FieldNames.usualTexts[0], names) }
      texts.append(text)
    }
    let id = column(fields.id)
    if id == nil, fields.idIsExplicit { throw missingColumn(fields.id, names) }
    columns = RecordColumns(
      separator: separator, count: names.count, id: id, title: title, texts: texts)
  }

  private func missingColumn(_ name: String, _ names: [String]) -> InputFault {
    let shown = names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", ..." : "")
    return InputFault(
      .missingColumn, file.name, "no column '\(name)' in the first line: \(excerpt(shown))",
      hint: "name the columns with --id, --title and --text")
  }
}

/// The number of newlines in `range`.
func newlineCount(_ bytes: ColumnView<UInt8>, _ range: Range<Int>) -> Int {
  var count = 0
  var place = range.lowerBound
  while let newline = firstIndex(of: 0x0A, in: bytes, from: place, to: range.upperBound) {
    count += 1
    place = newline + 1
  }
  return count
}
