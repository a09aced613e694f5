/// How an entry of the dictionary says where a term stands that stands once in all documents: in
/// one little-endian number of few bytes, and a second one if the position is far.
///
///     1 | low << 1 | document << docShift | min(high, limit) << highShift: byteCount bytes,
///     high - limit: varint                                                  if high >= limit
///
/// where position = high << lowBitCount | low. The lowest bit tells the entry from that of lists.
///
/// In format 4 a document has the bits of `documentCount - 1`, at least one, and there is no `low`;
/// `high` has the bits that are left, 9 to 16. In format 3 `low` has 7 bits, the document whole
/// bytes, `high` 8 bits. Without positions neither is there, and in format 4 the bits that are left
/// are the document's.
///
/// Formats from 3 up to 4 have it; see `TermDictionaryFormat` for what came after.
struct OnceLayout: Sendable {
  /// The fewest bits for a position, from format 4 on.
  private static let minPositionBitCount = 9

  /// The bits that are all 1 if a second number follows: those of `high` and the lowest, which is 0
  /// for lists.
  private let farBits: UInt64
  /// The same, but none without positions, so that then no number is far.
  private let farMask: UInt64
  private let docMask: UInt32
  private let docShift: UInt8
  private let highShift: UInt8
  private let shortByteCount: UInt8

  /// The layout in a segment of a format before 5; of no use before 3.
  init(documentCount: Int, hasPositions: Bool, formatVersion: UInt32) {
    let isDense = SegmentVersion.isDense(formatVersion)
    let bitCount = Int.bitWidth - max(1, documentCount - 1).leadingZeroBitCount
    let start = isDense ? 1 : 8
    let end = start + (isDense ? bitCount : (bitCount + 7) & ~7)
    let minHighBitCount = isDense ? OnceLayout.minPositionBitCount : 8
    let byteCount = (end + (hasPositions ? minHighBitCount : 0) + 7) / 8
    // So that no other bytes mean the same.
    docMask = UInt32.max >> UInt32(32 - (hasPositions ? end : 8 * byteCount) + start)
    docShift = UInt8(start)
    highShift = UInt8(end)
    shortByteCount = UInt8(byteCount)
    farBits = hasPositions ? 1 << UInt64(8 * byteCount) - 1 << UInt64(end) | 1 : 1
    farMask = hasPositions ? farBits : 0
  }

  /// The bytes of the number.
  @inline(__always)
  var byteCount: Int { Int(shortByteCount) }

  private var lowBitCount: UInt64 { UInt64(docShift) - 1 }
  private var lowMask: UInt64 { farMask == 0 ? 0 : 1 << lowBitCount - 1 }
  /// What `high` is in the number at most.
  private var limit: UInt64 { farMask >> UInt64(highShift) }

  /// Whether a second number follows the one that `word` begins with; false for lists.
  @inline(__always)
  func isFar(_ word: UInt64) -> Bool { word & farMask == farBits }

  /// The document in the number that `word` begins with; it may be more than there are.
  @inline(__always)
  func doc(_ word: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: word &>> UInt64(docShift)) & docMask
  }

  /// The greatest second number, with which positions still have 32 bits.
  var maxSecond: Int { Int(UInt64(UInt32.max) >> lowBitCount - limit) }

  /// The position in the number that `word` begins with and the second one, which is 0 if there is
  /// none and at most `maxSecond`.
  func position(_ word: UInt64, second: Int) -> UInt32 {
    let high = word >> UInt64(highShift) & limit + UInt64(second)
    return UInt32(truncatingIfNeeded: high << lowBitCount | word >> 1 & lowMask)
  }
}
