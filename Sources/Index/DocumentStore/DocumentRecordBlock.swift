import Tokenizer

/// A block of records, decompressed: the id, the title and the length of the text of each document.
///
///     Records := idByteCount: varint, titleByteCount: varint,
///                (Front of the id)^n, (Front of the title)^n, (textByteCount: varint)^n
///     Front   := sharedCount: varint, suffix: bytes
///
/// `idByteCount` and `titleByteCount` are the bytes of all fronts. An id or a title shares
/// `sharedCount` bytes with the one before it in the block. So alphabetical titles and numbered ids
/// are hardly more than what is new in each, and equal things lie side by side for the compressor.
struct DocumentRecordBlock: ~Copyable {
  /// One document; the views are valid until the next record.
  struct Record {
    let id: Bytes
    let title: Bytes
    let textByteCount: UInt64
  }

  private let raw: Column<UInt8>
  private let isCompact: Bool
  private var ids: FrontCodedReader
  private var titles: FrontCodedReader
  /// The lengths; before format 3 whole records.
  private var rest: ByteReader

  /// Restores a block from its compressed form.
  init(_ block: Bytes, formatVersion: UInt32) throws(BlockDecompressor.Failure) {
    let decompressor = try BlockDecompressor(block)
    let byteCount = decompressor.rawByteCount
    let raw = Column<UInt8>(capacity: byteCount + BlockDecompressor.slackByteCount)
    try decompressor.decompress(byteCount, to: raw.view)
    let isCompact = SegmentVersion.isCompact(formatVersion)
    var rest = ByteReader(raw.view.bytes(count: byteCount))
    let fronts = isCompact ? Self.readFronts(&rest) : (Bytes.empty, Bytes.empty)
    guard let fronts else { throw .truncated }
    self.isCompact = isCompact
    self.rest = rest
    ids = FrontCodedReader(fronts.0)
    titles = FrontCodedReader(fronts.1)
    self.raw = raw
  }

  /// The fronts of ids and titles; nil if they are not all there.
  private static func readFronts(_ reader: inout ByteReader) -> (Bytes, Bytes)? {
    do {
      let idByteCount = try reader.readCount(limit: reader.remaining)
      let titleByteCount = try reader.readCount(limit: reader.remaining)
      return (try reader.readBytes(idByteCount), try reader.readBytes(titleByteCount))
    } catch {
      return nil
    }
  }

  /// Whether all records were read.
  var isAtEnd: Bool { rest.remaining == 0 && ids.isAtEnd && titles.isAtEnd }

  /// The next record.
  mutating func next() throws(BlockDecompressor.Failure) -> Record {
    do throws(ByteReader.Failure) {
      if !isCompact {
        return Record(
          id: try rest.readLengthPrefixed(), title: try rest.readLengthPrefixed(),
          textByteCount: try rest.readVariable())
      }
      try ids.advance()
      try titles.advance()
      return Record(
        id: ids.current, title: titles.current, textByteCount: try rest.readVariable())
    } catch {
      throw .truncated
    }
  }
}

/// Reads byte strings each of which shares its start with the one before.
private struct FrontCodedReader: ~Copyable {
  private var reader: ByteReader
  private var text = ByteWriter(capacity: 64)

  init(_ bytes: Bytes) {
    reader = ByteReader(bytes)
  }

  var isAtEnd: Bool { reader.remaining == 0 }

  /// The string read last, valid until the next.
  var current: Bytes { text.bytes }

  mutating func advance() throws(ByteReader.Failure) {
    let shared = try reader.readCount(limit: text.count)
    let suffix = try reader.readLengthPrefixed()
    text.removeLast(text.count - shared)
    text.append(suffix)
  }
}

/// Writes byte strings each of which shares its start with the one before.
struct FrontCodedWriter: ~Copyable {
  /// What was written.
  private(set) var bytes = ByteWriter(capacity: 2 * DocumentStoreFormat.recordBlockByteCount)
  private var previous = ByteWriter(capacity: 64)

  /// Appends a string.
  mutating func append(_ text: Bytes) {
    let last = previous.bytes
    var shared = 0
    while shared < min(last.count, text.count), last[shared] == text[shared] { shared += 1 }
    let suffix = text.slice(at: shared, count: text.count - shared)
    bytes.appendVariable(shared)
    bytes.appendVariable(suffix.count)
    bytes.append(suffix)
    previous.removeLast(previous.count - shared)
    previous.append(suffix)
  }

  /// Forgets everything.
  mutating func removeAll() {
    bytes.removeAll()
    previous.removeAll()
  }
}
