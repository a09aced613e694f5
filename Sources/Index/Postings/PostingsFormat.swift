/// How posting lists lie in the sections `postings` and `positions` of a segment.
///
///     PostingList  := SkipData Block^b Tail         documentFrequency >= 128
///                   | tailImpact: u8 Tail           2...127
///                   | (nothing)                     1: the document is in the dictionary
///     SkipData     := lastDoc: u32 ^ n, offset: o bytes ^ n, impact: u8 ^ n, loose: u8 ^ n,
///                     primes: u8 ^ 3
///     Block        := (DeltaBlock | DocumentBitset) of documents, PatchedBlock of (frequency - 1)
///     Tail         := (RiceCode(g) of (gap - 1), RiceCode(0) of (frequency - 1)) ^ t
///     b = documentFrequency / 128, t = documentFrequency mod 128, n = b + (t > 0)
///     g = tailParameter(documentFrequency, documentCount)
///     o = offsetByteCount of the list
///
/// `offset` counts from the end of the skip data. The tail counts as the last block, shorter.
/// - `impact`: the greatest saturated frequency of a posting of the block, for k1 1.2, b 0.75 and
///   the average length of the segment, times 255, rounded up.
/// - `loose`: the `LooseBounds` of the block, which bound more closely where b is another.
/// - `primes`: the impact that at least 10, 100 and 1,000 postings of the list reach or pass,
///   0 if there are fewer: no top-10, -100, -1,000 of a query with this term lies below.
///
///     PositionList := PositionSkip? PositionGroup^n   totalFrequency > 1
///                   | (nothing)                       1: the position is in the dictionary
///     PositionSkip := start: o bytes ^ (n - 1)        if documentFrequency >= 128
///
/// The positions of a block of postings are a `PositionGroup`. `start` is where a group but the
/// first starts, counted from the end of the position skip.
enum PostingsFormat {
  /// Posting lists, one after the other.
  static let postingsSection = "postings"
  /// Position lists, one after the other; only if positions are kept.
  static let positionsSection = "positions"

  /// Postings in a block.
  static let blockLength = PatchedBlock.length
  /// The ranks that primes are stored for.
  static let primeRanks: InlineArray<3, Int> = [10, 100, 1000]

  /// Bytes of skip data for `blockCount` blocks whose offsets have `offsetByteCount` bytes.
  static func skipByteCount(
    blockCount: Int, offsetByteCount: Int, formatVersion: UInt32 = SegmentVersion.current
  ) -> Int {
    let bounds = boundByteCount(formatVersion: formatVersion)
    return blockCount * (4 + offsetByteCount + bounds) + primeRanks.count
  }

  /// The bytes of the bounds of a block.
  static func boundByteCount(formatVersion: UInt32) -> Int {
    SegmentVersion.isTight(formatVersion) ? 2 : 3
  }

  /// Bytes of position skip data for `blockCount` blocks.
  static func positionSkipByteCount(
    blockCount: Int, offsetByteCount: Int, formatVersion: UInt32 = SegmentVersion.current
  ) -> Int {
    SegmentVersion.groupsPositions(formatVersion)
      ? (blockCount - 1) * offsetByteCount : offsetByteCount + blockCount * (offsetByteCount + 1)
  }

  /// The position skip data of a term whose positions take `listByteCount` bytes in all: the bytes of
  /// an offset, and of all of it, 0 if there is none.
  static func positionSkip(
    of info: TermInfo, listByteCount: Int, formatVersion: UInt32
  ) -> (offsetByteCount: Int, byteCount: Int) {
    let offsetByteCount = offsetByteCount(
      listByteCount: listByteCount, formatVersion: formatVersion)
    guard hasSkipData(documentFrequency: info.documentFrequency) else {
      return (offsetByteCount, 0)
    }
    return (
      offsetByteCount,
      positionSkipByteCount(
        blockCount: blockCount(documentFrequency: info.documentFrequency),
        offsetByteCount: offsetByteCount, formatVersion: formatVersion)
    )
  }

  /// The bytes of an offset in the skip data of a list of `byteCount` bytes in all: 2 to 4, before
  /// format 4 always 4.
  static func offsetByteCount(listByteCount byteCount: Int, formatVersion: UInt32) -> Int {
    if !SegmentVersion.isDense(formatVersion) { return 4 }
    return byteCount < 1 << 16 ? 2 : byteCount < 1 << 24 ? 3 : 4
  }

  /// The same for a list that is to be written, with `dataByteCount` bytes after its skip data.
  ///
  /// Longer offsets make the list longer still: the size that it gets says the same.
  static func offsetByteCount(dataByteCount: Int, skipByteCount: (Int) -> Int) -> Int {
    (2...3).first { skipByteCount($0) + dataByteCount < 1 << (8 * $0) } ?? 4
  }

  /// The impact of a posting that cannot be bettered.
  static let impactScale: Float = 255

  /// The number of blocks, the tail included.
  @inline(__always)
  static func blockCount(documentFrequency: Int) -> Int {
    (documentFrequency + blockLength - 1) / blockLength
  }

  /// Whether the documents of a block are better a bitset: seven quarters of the bytes are worth it,
  /// as asking for a document and joining lists take a fraction of the time.
  @inline(__always)
  static func prefersBitset(wordCount: Int, packedByteCount: Int) -> Bool {
    wordCount <= 4 || 4 &* DocumentBitset.byteCount(wordCount: wordCount) <= 7 &* packedByteCount
  }

  /// The parameter of the Rice codes of the gaps in a tail of a list.
  @inline(__always)
  static func tailParameter(documentFrequency: Int, documentCount: Int) -> Int {
    RiceCode.parameter(sum: UInt64(truncatingIfNeeded: documentCount), count: documentFrequency)
  }

  /// The bits that the parameter of a tail of positions takes before format 6.
  static let positionParameterBitCount = 4

  /// Whether a list has skip data.
  @inline(__always)
  static func hasSkipData(documentFrequency: Int) -> Bool { documentFrequency >= blockLength }
}
