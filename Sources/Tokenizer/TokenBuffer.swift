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

  /// The number of tokens a batch may have.
  let tokenCapacity: Int
  /// Whether the columns are filled that say where tokens are in the text, and which are stop
  /// words.
  let keepsSources: Bool
  /// The first bytes of `byteColumn` are an image of the text in lower case, in which plain terms
  /// simply lie; this is the room for it.
  let imageCapacity: Int
  /// The offset in `byteColumn` up to which other terms may start; they follow the image.
  let foldedLimit: Int
  /// What words that are not plain go through.
  var folder = WordFolder()

  /// The bytes of all terms, in no particular order and with gaps: `termOffsets` says where each
  /// is; at least 32 bytes after the last may be read.
  public var termBytes: ColumnView<UInt8> { byteColumn.view }
  /// Where each term starts in `termBytes`.
  public var termOffsets: ColumnView<UInt32> { offsetColumn.view }
  /// The length of each term in bytes, at least 1 and at most 32,766.
  public var termLengths: ColumnView<UInt32> { lengthColumn.view }
  /// The ordinal of each token in its document; a dropped stop word leaves a gap.
  public var positions: ColumnView<UInt32> { positionColumn.view }
  /// Where the text of each token starts in the document, in bytes; empty if the buffer does not
  /// keep it.
  public var sourceStarts: ColumnView<UInt32> { sourceStartColumn.view }
  /// Where the text of each token ends in the document, in bytes; empty if the buffer does not
  /// keep it.
  public var sourceEnds: ColumnView<UInt32> { sourceEndColumn.view }
  /// 1 for a stop word, else 0; empty if the buffer does not keep it.
  public var stopFlags: ColumnView<UInt8> { stopColumn.view }

  /// A buffer for up to `tokenCapacity` tokens and about `byteCapacity` bytes of terms a batch;
  /// never less room than the longest term takes.
  ///
  /// - Parameter keepsSources: whether `sourceStarts`, `sourceEnds` and `stopFlags` are filled,
  ///   which takes time.
  public init(
    tokenCapacity: Int = 4096, byteCapacity: Int = 1 << 17, keepsSources: Bool = true
  ) {
    precondition(tokenCapacity > 0 && byteCapacity >= 0)
    let half = max(byteCapacity / 2, maxTermByteCount + 2048)
    self.tokenCapacity = tokenCapacity
    self.keepsSources = keepsSources
    imageCapacity = half
    // A term starts at the limit or before and may run on by its full length.
    foldedLimit = imageCapacity + half
    byteColumn = Column(capacity: foldedLimit + maxTermByteCount + 64)
    offsetColumn = Column(capacity: tokenCapacity)
    lengthColumn = Column(capacity: tokenCapacity)
    positionColumn = Column(capacity: tokenCapacity)
    let sourceCapacity = keepsSources ? tokenCapacity : 0
    sourceStartColumn = Column(capacity: sourceCapacity)
    sourceEndColumn = Column(capacity: sourceCapacity)
    stopColumn = Column(capacity: sourceCapacity)
  }

  /// The bytes of the term of a token, copied: for where speed does not matter.
  package func term(_ token: Int) -> [UInt8] {
    let bytes = termBytes
    let start = Int(termOffsets[token])
    return (start..<start + Int(termLengths[token])).map { bytes[$0] }
  }
}
