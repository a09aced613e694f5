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
struct DocumentRecordBlock: ~Copyable {
  /// One document; the views are valid until the next record.
  struct Record {
    let id: Bytes
    let title: Bytes
    let textByteCount: UInt64
  }

  private let raw: Column<UInt8>
  private let layout: Layout
  private var ids: FrontCodedReader
  private var titles: FrontCodedReader
  /// The lengths; before format 3 whole records.
  private var rest: ByteReader

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

  /// Restores a block from its compressed form.
  init(
    _ block: Bytes, samples: Bytes, _ layout: Layout
  ) throws(BlockDecompressor.Failure) {
    let decompressor = try BlockDecompressor(block, after: samples)
    let byteCount = decompressor.rawByteCount
    let raw = Column<UInt8>(capacity: byteCount + BlockDecompressor.slackByteCount)
    try decompressor.decompress(byteCount, to: raw.view)
    try self.init(raw, byteCount: byteCount, layout)
  }

  /// A copy of a block that is not compressed.
  init(copying block: Bytes, _ layout: Layout) throws(BlockDecompressor.Failure) {
    let raw = Column<UInt8>(capacity: block.count)
    raw.view.copy(from: block)
    try self.init(raw, byteCount: block.count, layout)
  }

  private init(
    _ raw: consuming Column<UInt8>, byteCount: Int, _ layout: Layout
  ) throws(BlockDecompressor.Failure) {
    var rest = ByteReader(raw.view.bytes(count: byteCount))
    let fronts = layout.hasFronts ? Self.readFronts(&rest) : (Bytes.empty, Bytes.empty)
    guard let fronts else { throw .truncated }
    self.layout = layout
    self.rest = rest
    ids = FrontCodedReader(fronts.0, countsUp: layout.countsUp)
    titles = FrontCodedReader(fronts.1, countsUp: layout.countsUp)
    self.raw = raw
  }

  /// The titles of a block that is not compressed, as they stand in it.
  static func titles(of block: Bytes) -> Bytes {
    var reader = ByteReader(block)
    return readFronts(&reader)?.1 ?? .empty
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
}
