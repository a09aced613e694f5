import Tokenizer

/// A block of records, decompressed: the id, the title and the length of the text of each document.
///
///     Records := idByteCount: varint, titleByteCount: varint, (Front of the id)^n,
///                (Front of the title)^n, (textByteCount: varint)^n    lengths only if texts are stored
///     Front   := 0: u8 | sharedCount + 1: varint, suffix: bytes
///
/// `idByteCount` and `titleByteCount` are the bytes of all fronts. An id or a title shares
/// `sharedCount` bytes with the one before it in the block, or, if its front is 0, is that with one
/// more in the number it ends with. So alphabetical titles are hardly more than what is new in each,
/// numbered ids hardly anything, and equal things lie side by side for the compressor.
///
/// Records are read one after the other, or the three parts of them on their own, each from first to
/// last: a block is restored as far as that goes, and what is passed over is not looked at more than
/// front coding needs. One memory serves block after block.
struct DocumentRecordBlock: ~Copyable {
  /// One document; the views are valid until the next record.
  struct Record {
    let id: Bytes
    let title: Bytes
    let textByteCount: UInt64
  }

  private let layout: Layout
  private var block = RestoredBlock()
  private var ids: FrontCodedReader
  private var titles: FrontCodedReader
  /// Where the titles start.
  private var titlesOffset = 0
  /// The lengths; before format 3 whole records.
  private var rest = ByteReader(.empty)
  /// How many lengths, or whole records, were read.
  private var restCount = 0
  /// The text of the last of them, from the first text of the block on.
  private var textStart: UInt64 = 0
  private var textEnd: UInt64 = 0
  /// The last whole record.
  private var record = Record(id: .empty, title: .empty, textByteCount: 0)

  /// What a segment's blocks consist of.
  struct Layout {
    /// Whether fronts stand apart, as they do from format 3 on.
    let hasFronts: Bool
    /// Whether a front may be one number more, as from format 5 on.
    let countsUp: Bool
    /// Whether there are lengths of texts; before format 5 also if there are no texts.
    let hasLengths: Bool

    init(formatVersion: UInt32, storesText: Bool) {
      hasFronts = SegmentVersion.isCompact(formatVersion)
      countsUp = SegmentVersion.isTight(formatVersion)
      hasLengths = storesText || !countsUp
    }
  }

  /// Memory for blocks, with no block yet.
  init(_ layout: Layout) {
    self.layout = layout
    ids = FrontCodedReader(.empty, countsUp: layout.countsUp)
    titles = FrontCodedReader(.empty, countsUp: layout.countsUp)
  }

  /// Begins with a block in its compressed form, which must stay until the next begins.
  mutating func begin(_ block: Bytes, samples: Bytes) throws(BlockDecompressor.Failure) {
    try self.block.begin(block, after: samples)
    try beginRecords()
  }

  /// Begins with a copy of a block that is not compressed.
  mutating func begin(copying block: Bytes) throws(BlockDecompressor.Failure) {
    self.block.copy(block)
    try beginRecords()
  }

  private mutating func beginRecords() throws(BlockDecompressor.Failure) {
    (restCount, textStart, textEnd) = (0, 0, 0)
    guard layout.hasFronts else {
      try block.restore()
      rest = ByteReader(block.bytes)
      return
    }
    try block.restore(Self.maxHeadByteCount)
    let head = block.bytes.slice(at: 0, count: min(block.restoredByteCount, block.byteCount))
    guard let fronts = Self.frontRanges(head, blockByteCount: block.byteCount) else {
      throw .truncated
    }
    let bytes = block.bytes
    // Nearly nothing where ids count up, and titles come after them.
    try block.restore(fronts.ids.upperBound)
    ids.restart(bytes.slice(at: fronts.ids.lowerBound, count: fronts.ids.count))
    titles.restart(bytes.slice(at: fronts.titles.lowerBound, count: fronts.titles.count))
    titlesOffset = fronts.titles.lowerBound
    let restOffset = fronts.titles.upperBound
    rest = ByteReader(bytes.slice(at: restOffset, count: bytes.count - restOffset))
  }

  /// The titles of a block that is not compressed, as they stand in it.
  static func titles(of block: Bytes) -> Bytes {
    guard let titles = frontRanges(block, blockByteCount: block.count)?.titles else {
      return .empty
    }
    return block.slice(at: titles.lowerBound, count: titles.count)
  }

  /// Two integers.
  private static let maxHeadByteCount = 20
  /// So many bytes are restored at a time to find a title: a few titles.
  private static let stepByteCount = 192

  /// Where the fronts of ids and titles lie in a block that begins with `head`; nil if they go beyond
  /// it.
  private static func frontRanges(
    _ head: Bytes, blockByteCount: Int
  ) -> (ids: Range<Int>, titles: Range<Int>)? {
    var reader = ByteReader(head)
    do {
      let idByteCount = try reader.readCount(limit: blockByteCount)
      let titleByteCount = try reader.readCount(limit: blockByteCount)
      let idsEnd = reader.offset + idByteCount
      guard idsEnd + titleByteCount <= blockByteCount else { return nil }
      return (reader.offset..<idsEnd, idsEnd..<idsEnd + titleByteCount)
    } catch {
      return nil
    }
  }
}

extension DocumentRecordBlock {
  /// Whether all records were read.
  var isAtEnd: Bool { rest.remaining == 0 && ids.isAtEnd && titles.isAtEnd }

  /// The next record.
  ///
  /// - Precondition: the parts of all records before it were read, of none after them.
  mutating func next() throws(BlockDecompressor.Failure) -> Record {
    try block.restore()
    do throws(ByteReader.Failure) {
      if !layout.hasFronts {
        return Record(
          id: try rest.readLengthPrefixed(), title: try rest.readLengthPrefixed(),
          textByteCount: try rest.readVariable())
      }
      try ids.advance()
      try titles.advance()
      return Record(
        id: ids.current, title: titles.current,
        textByteCount: layout.hasLengths ? try rest.readVariable() : 0)
    } catch {
      throw .truncated
    }
  }

  /// The id of the record at `index`, from 0; valid until the next one.
  ///
  /// - Precondition: no id of a later record was asked for.
  mutating func id(at index: Int) throws(BlockDecompressor.Failure) -> Bytes {
    guard layout.hasFronts else {
      try passLengths(to: index)
      return record.id
    }
    do throws(ByteReader.Failure) {
      _ = try ids.seek(to: index, before: ids.byteCount)
    } catch {
      throw .truncated
    }
    return ids.current
  }

  /// The title of the record at `index`, from 0; valid until the next one.
  ///
  /// - Precondition: no title of a later record was asked for.
  mutating func title(at index: Int) throws(BlockDecompressor.Failure) -> Bytes {
    guard layout.hasFronts else {
      try passLengths(to: index)
      return record.title
    }
    while true {
      let restored = block.restoredByteCount - titlesOffset
      do throws(ByteReader.Failure) {
        if try titles.seek(to: index, before: max(0, min(restored, titles.byteCount))) {
          return titles.current
        }
      } catch {
        throw .truncated
      }
      try block.restore(block.restoredByteCount + Self.stepByteCount)
    }
  }

  /// The place of the text of the record at `index`, from 0, after the first text of the block.
  ///
  /// - Precondition: no text of a later record was asked for.
  mutating func textRange(at index: Int) throws(BlockDecompressor.Failure) -> Range<UInt64> {
    try block.restore()
    try passLengths(to: index)
    return textStart..<textEnd
  }

  /// Reads the lengths, or before format 3 the records, up to that at `index`.
  private mutating func passLengths(to index: Int) throws(BlockDecompressor.Failure) {
    assert(index + 1 >= restCount)
    while restCount <= index {
      let byteCount: UInt64
      if layout.hasFronts {
        byteCount = layout.hasLengths ? try nextLength() : 0
      } else {
        record = try next()
        byteCount = record.textByteCount
      }
      let (end, overflow) = textEnd.addingReportingOverflow(byteCount)
      guard !overflow else { throw .tooLong }
      (textStart, textEnd) = (textEnd, end)
      restCount += 1
    }
  }

  /// The next length, most of which have two bytes.
  @inline(__always)
  private mutating func nextLength() throws(BlockDecompressor.Failure) -> UInt64 {
    if rest.remaining >= 8 {
      let (value, byteCount) = rest.bytes.loadVariable(at: rest.offset)
      if value < .max {
        rest.skip(byteCount)
        return value
      }
    }
    guard let value = try? rest.readVariable() else { throw .truncated }
    return value
  }
}
