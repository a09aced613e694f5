import Tokenizer

/// The postings of a list of fewer than 128, or of the short last block of a longer one.
struct PostingTail {
  private var reader: RiceReader
  private let parameter: Int
  private let documentCount: UInt64
  /// The least document that may come next.
  private var next: UInt64
  /// Whether postings are variable-length integers, as before format 3.
  private let isInBytes: Bool

  /// The postings at `range` of the file of `section`, whose bytes are verified.
  ///
  /// - Parameters:
  ///   - first: the least document that may come first.
  ///   - documentFrequency: the number of documents of the whole list.
  @inline(__always)
  init(
    _ section: PostingsSection, at range: Range<Int>, first: UInt32, documentFrequency: Int
  ) {
    reader = RiceReader(section.file.bytes, at: range)
    parameter = PostingsFormat.tailParameter(
      documentFrequency: documentFrequency, documentCount: section.documentCount)
    documentCount = UInt64(truncatingIfNeeded: section.documentCount)
    next = UInt64(first)
    isInBytes = !SegmentVersion.isCompact(section.file.formatVersion)
  }

  /// Whether all bytes were read, no more and no fewer.
  var isAtEnd: Bool { reader.isAtEnd }

  /// The next document; nil if the bytes make none.
  @inline(__always)
  mutating func nextDoc() -> UInt32? {
    if isInBytes { return nextInBytes()?.doc }
    guard let (gap, _) = reader.nextPair(parameter) else { return nil }
    return doc(after: gap)
  }

  /// Reads the next `count` postings into the slots of `docs` and `frequencies` (see `DeltaBlock`);
  /// the last document, or nil if the bytes make no such postings.
  @inline(__always)
  mutating func readPostings(
    _ count: Int, _ docs: ColumnView<UInt32>, _ frequencies: ColumnView<UInt32>
  ) -> UInt32? {
    if isInBytes { return readPostingsInBytes(count, docs, frequencies) }
    // Copies, which stay in registers.
    var (codes, next) = (reader, next)
    for index in 0..<count {
      guard let (gap, more) = codes.nextPair(parameter), more < UInt64(Int32.max) else {
        return nil
      }
      let doc = next &+ gap
      guard doc < documentCount else { return nil }
      next = doc &+ 1
      let slot = DeltaBlock.slot(index)
      docs[slot] = UInt32(truncatingIfNeeded: doc)
      frequencies[slot] = UInt32(truncatingIfNeeded: more) &+ 1
    }
    (reader, self.next) = (codes, next)
    return UInt32(truncatingIfNeeded: next &- 1)
  }

  @inline(never)
  private mutating func readPostingsInBytes(
    _ count: Int, _ docs: ColumnView<UInt32>, _ frequencies: ColumnView<UInt32>
  ) -> UInt32? {
    for index in 0..<count {
      guard let posting = nextInBytes() else { return nil }
      docs[DeltaBlock.slot(index)] = posting.doc
      frequencies[DeltaBlock.slot(index)] = posting.frequency
    }
    return UInt32(truncatingIfNeeded: next &- 1)
  }

  /// The document `gap` further than it must be; gaps have at most 62 bits.
  @inline(__always)
  private mutating func doc(after gap: UInt64) -> UInt32? {
    let doc = next &+ gap
    guard doc < documentCount else { return nil }
    next = doc &+ 1
    return UInt32(truncatingIfNeeded: doc)
  }

  @inline(never)
  private mutating func nextInBytes() -> (doc: UInt32, frequency: UInt32)? {
    guard let code = reader.nextVariable() else { return nil }
    var frequency: UInt64 = 1
    if code & 1 == 0 {
      guard let more = reader.nextVariable(), more < UInt64(Int32.max) - 1 else { return nil }
      frequency = more + 2
    }
    guard let doc = doc(after: code >> 1) else { return nil }
    return (doc, UInt32(frequency))
  }
}
