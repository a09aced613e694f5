import Index
import Synchronization
import Tokenizer

/// Reads files that are one document each, with buffers that serve one file after the other.
struct FileDocumentReader: ~Copyable {
  /// The largest file that is taken: what one document may have.
  static let maxByteCount = (4 << 30) - 1

  private let report: InputReport
  private var raw = ByteBuffer(capacity: 1 << 14)
  private var decoded = ByteBuffer()
  private var extracted = ByteBuffer()
  private var id = ByteBuffer(capacity: 256)
  private var title = ByteBuffer(capacity: 256)
  /// Whether the text is `extracted` or else `decoded` or else `raw`, and which part of it.
  private enum Holder { case raw, decoded, extracted }
  private var holder = Holder.raw
  private var range = 0..<0

  init(report: InputReport) { self.report = report }

  /// Calls `body` with the id, the title and the text of the file that was read.
  func withDocument(
    _ body: (Span<UInt8>, Span<UInt8>, Span<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) {
    try id.withSpan { id throws(IndexError) in
      try title.withSpan { title throws(IndexError) in
        try view.withSpan(range) { text throws(IndexError) in try body(id, title, text) }
      }
    }
  }

  private var view: ColumnView<UInt8> {
    switch holder {
    case .raw: raw.view
    case .decoded: decoded.view
    case .extracted: extracted.view
    }
  }

  /// Reads the file of `item`, the `index`th of the input.
  mutating func read(_ item: InputItem, index: Int) throws(InputFault) {
    try readBytes(of: item)
    let place = InputReport.Place(item: index, line: 0)
    try decode(item, at: place)
    id.removeAll()
    title.removeAll()
    if !TextEncoding.isWellFormed(view, range) { mend(item, at: place) }
    id.append(item.name.utf8)
    if let path = item.path, !item.name.utf8.elementsEqual(path.bytes) {
      report.add(.illFormedName, at: place) { item.name }
    }
    extracted.removeAll()
    switch item.format {
    case .html:
      HTMLText.extract(view, range, text: &extracted, title: &title)
    case .markdown:
      MarkdownText.extract(view, range, text: &extracted, title: &title)
    case .text, .jsonLines, .csv, .tsv:
      title.append(view, Title.firstLine(of: view, range))
      return
    }
    holder = .extracted
    range = 0..<extracted.count
  }

  /// Reads the file, of what is no text only the start: it may have any size, as may a device.
  private mutating func readBytes(of item: InputItem) throws(InputFault) {
    raw.removeAll()
    do throws(SystemFailure) {
      let file = try item.open()
      // One byte more than expected shows the end without another growth.
      let expected = item.byteCount + 1
      raw.reserve(min(max(1 << 12, expected), 1 << 16))
      var isText = false
      while true {
        raw.reserve(isText ? max(1, expected - raw.count) : 1)
        let count = try file.read(
          into: raw.view, at: raw.count, count: raw.capacity - raw.count)
        if count == 0 { break }
        raw.setCount(raw.count + count)
        report.byteCount.wrappingAdd(count, ordering: .relaxed)
        if Interruption.isRequested { break }
        guard raw.count >= Signature.byteCount else { continue }
        if !isText, !Signature(firstBytes).isText { break }
        isText = true
        if max(raw.count, item.byteCount) > Self.maxByteCount {
          throw SystemFailure(path: item.name, code: SystemFailure.tooLarge)
        }
      }
    } catch {
      throw InputFault(.unreadable, item.name, error.reason)
    }
    holder = .raw
    range = 0..<raw.count
  }

  private var firstBytes: [UInt8] {
    (0..<min(raw.count, Signature.byteCount)).map { raw.view[$0] }
  }

  /// Takes off the byte order mark, and turns down what is no text.
  private mutating func decode(_ item: InputItem, at place: InputReport.Place)
    throws(InputFault)
  {
    guard raw.count > 0 else { throw InputFault(.empty, item.name, "is empty") }
    switch Signature(firstBytes) {
    case .compressed:
      throw InputFault(
        .compressed, item.name, "is compressed",
        hint: "unpack it first: zcat FILE | search build-index -")
    case .binary: throw InputFault(.binary, item.name, "is no text")
    case .text:
      range = Signature.markByteCount(firstBytes)..<raw.count
    case .utf16(let bigEndian):
      decoded.removeAll()
      var decoder = UTF16Decoder(isBigEndian: bigEndian)
      decoder.decode(raw.view, 0..<raw.count, into: &decoded)
      decoder.finish(into: &decoded)
      if decoder.replacedCount > 0 {
        report.add(.illFormedText, at: place, count: decoder.replacedCount) { item.name }
      }
      holder = .decoded
      range = 0..<decoded.count
    }
  }

  private mutating func mend(_ item: InputItem, at place: InputReport.Place) {
    decoded.removeAll()
    let count = TextEncoding.repair(raw.view, range, into: &decoded)
    report.add(.illFormedText, at: place, count: count) { item.name }
    holder = .decoded
    range = 0..<decoded.count
  }
}
