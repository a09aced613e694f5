/// The documents of a list of fewer than 128 postings, or of the short last block of a longer one;
/// their frequencies are passed over.
struct PostingTail {
  private let bytes: Bytes
  private var offset: Int
  private let end: Int
  private let documentCount: UInt64
  /// The least document that may come next.
  private var next: UInt64

  /// The documents at `range` of the file, whose bytes are verified.
  ///
  /// - Parameter first: the least document that may come first.
  init(_ bytes: Bytes, at range: Range<Int>, first: UInt32, documentCount: Int) {
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
    self.documentCount = UInt64(documentCount)
    next = UInt64(first)
  }

  /// Whether all bytes were read, no more and no fewer.
  var isAtEnd: Bool { offset == end }

  /// The next document; nil if the bytes make none.
  @inline(__always)
  mutating func nextDoc() -> UInt32? {
    guard offset < end else { return nil }
    let (code, length) = bytes.loadVariable(at: offset)
    let frequencyLength = bytes.variableLength(at: offset &+ length)
    offset = offset &+ length &+ (code & 1 == 0 ? frequencyLength : 0)
    let doc = next &+ code >> 1
    guard doc < documentCount else { return nil }
    next = doc &+ 1
    return UInt32(truncatingIfNeeded: doc)
  }
}
