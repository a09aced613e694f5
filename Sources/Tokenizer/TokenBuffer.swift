/// A batch of analysed tokens, column by column; reused from batch to batch.
///
/// Token `i` of the batch is row `i` of every column, for `i` in `0..<count`. Columns are views:
/// they are valid until the buffer is filled again.
public struct TokenBuffer: ~Copyable {
  /// The number of tokens in the batch.
  public package(set) var count = 0

  package let byteColumn: Column<UInt8>
  package let offsetColumn: Column<UInt32>
  package let lengthColumn: Column<UInt32>
  package let positionColumn: Column<UInt32>
  package let sourceStartColumn: Column<UInt32>
  package let sourceEndColumn: Column<UInt32>
  package let stopColumn: Column<UInt8>

  /// The bytes of all terms, one after the other; at least 32 bytes after the last may be read.
  public var termBytes: ColumnView<UInt8> { byteColumn.view }
  /// Where each term starts in `termBytes`.
  public var termOffsets: ColumnView<UInt32> { offsetColumn.view }
  /// The length of each term in bytes, at least 1.
  public var termLengths: ColumnView<UInt32> { lengthColumn.view }
  /// The ordinal of each token in its document; a dropped stop word leaves a gap.
  public var positions: ColumnView<UInt32> { positionColumn.view }
  /// Where the text of each token starts in the document, in bytes.
  public var sourceStarts: ColumnView<UInt32> { sourceStartColumn.view }
  /// Where the text of each token ends in the document, in bytes.
  public var sourceEnds: ColumnView<UInt32> { sourceEndColumn.view }
  /// 1 for a stop word, else 0.
  public var stopFlags: ColumnView<UInt8> { stopColumn.view }

  /// A buffer for up to `tokenCapacity` tokens and `byteCapacity` bytes of terms a batch.
  public init(tokenCapacity: Int = 4096, byteCapacity: Int = 1 << 17) {
    byteColumn = Column(capacity: byteCapacity + 64)
    offsetColumn = Column(capacity: tokenCapacity)
    lengthColumn = Column(capacity: tokenCapacity)
    positionColumn = Column(capacity: tokenCapacity)
    sourceStartColumn = Column(capacity: tokenCapacity)
    sourceEndColumn = Column(capacity: tokenCapacity)
    stopColumn = Column(capacity: tokenCapacity)
  }
}
