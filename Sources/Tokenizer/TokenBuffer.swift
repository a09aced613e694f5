/// A batch of analysed tokens, numbered `0..<count`; reused from batch to batch.
///
/// It is kept column by column: token `i` is row `i` of every column. Columns are views, valid until
/// the buffer is filled again.
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
  @usableFromInline
  package var termBytes: ColumnView<UInt8> { byteColumn.view }
  /// Where each term starts in `termBytes`.
  @usableFromInline
  package var termOffsets: ColumnView<UInt32> { offsetColumn.view }
  /// The length of each term in bytes, at least 1 and at most 32,766.
  @usableFromInline
  package var termLengths: ColumnView<UInt32> { lengthColumn.view }
  /// The ordinal of each token in its document; a dropped stop word leaves a gap.
  @usableFromInline
  package var positions: ColumnView<UInt32> { positionColumn.view }
  /// Where the text of each token starts in the document, in bytes; empty if the buffer does not
  /// keep it.
  @usableFromInline
  package var sourceStarts: ColumnView<UInt32> { sourceStartColumn.view }
  /// Where the text of each token ends in the document, in bytes; empty if the buffer does not
  /// keep it.
  @usableFromInline
  package var sourceEnds: ColumnView<UInt32> { sourceEndColumn.view }
  /// 1 for a stop word, else 0; empty if the buffer does not keep it.
  @usableFromInline
  package var stopFlags: ColumnView<UInt8> { stopColumn.view }

  /// A buffer for up to `tokenCapacity` tokens and about `byteCapacity` bytes of terms a batch;
  /// never less room than the longest term takes.
  ///
  /// - Parameters:
  ///   - tokenCapacity: the most tokens of a batch, at least 1.
  ///   - byteCapacity: the bytes that terms of a batch take, at least 0.
  ///   - keepsSources: whether ``byteRange(of:)`` and ``isStopWord(_:)`` can be asked for, which
  ///     takes time.
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

  /// Calls `body` with the term of a token: UTF-8, valid during the call.
  ///
  /// - Precondition: `token` is in `0..<count`.
  public func withTerm<R, E: Error>(
    of token: Int, _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    check(token)
    // SAFETY: the term of a token lies within the column, which lives as long as this buffer, and
    // nothing fills a buffer that is borrowed.
    let term = unsafe UnsafeBufferPointer(
      start: termBytes.base + Int(termOffsets[token]), count: Int(termLengths[token]))
    return try body(unsafe term.span)
  }

  /// The ordinal of a token's word in the text, from 0; dropped stop words are counted.
  ///
  /// - Precondition: `token` is in `0..<count`.
  public func position(of token: Int) -> Int {
    check(token)
    return Int(positions[token])
  }

  /// The bytes of the text that a token is made of: without an elided article, a possessive ending
  /// or quotes.
  ///
  /// - Precondition: `token` is in `0..<count`, and the buffer keeps sources.
  public func byteRange(of token: Int) -> Range<Int> {
    check(token, needsSources: true)
    return Int(sourceStarts[token])..<Int(sourceEnds[token])
  }

  /// Whether a token is on the stop list.
  ///
  /// - Precondition: `token` is in `0..<count`, and the buffer keeps sources.
  public func isStopWord(_ token: Int) -> Bool {
    check(token, needsSources: true)
    return stopFlags[token] != 0
  }

  /// Columns check nothing in release builds, and these numbers are of a caller.
  private func check(_ token: Int, needsSources: Bool = false) {
    precondition(token >= 0 && token < count, "the batch has no token of this number")
    precondition(keepsSources || !needsSources, "the buffer does not keep sources")
  }

  /// The bytes of the term of a token, copied: for where speed does not matter.
  package func term(_ token: Int) -> [UInt8] {
    let bytes = termBytes
    let start = Int(termOffsets[token])
    return (start..<start + Int(termLengths[token])).map { bytes[$0] }
  }
}
