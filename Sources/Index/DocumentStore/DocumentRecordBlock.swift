import Tokenizer

/// A block of records, decompressed: the id, the title and the length of the text of each document.
struct DocumentRecordBlock: ~Copyable {
  /// One document; the views are valid as long as the block.
  struct Record {
    let id: Bytes
    let title: Bytes
    let textByteCount: UInt64
  }

  private let raw: Column<UInt8>
  private var reader: ByteReader

  /// Restores a block from its compressed form.
  init(_ block: Bytes) throws(BlockDecompressor.Failure) {
    let decompressor = try BlockDecompressor(block)
    let byteCount = decompressor.rawByteCount
    let raw = Column<UInt8>(capacity: byteCount + BlockDecompressor.slackByteCount)
    try decompressor.decompress(byteCount, to: raw.view)
    reader = ByteReader(raw.view.bytes(count: byteCount))
    self.raw = raw
  }

  /// Whether all records were read.
  var isAtEnd: Bool { reader.remaining == 0 }

  /// The next record.
  mutating func next() throws(ByteReader.Failure) -> Record {
    Record(
      id: try reader.readLengthPrefixed(), title: try reader.readLengthPrefixed(),
      textByteCount: try reader.readVariable())
  }
}
