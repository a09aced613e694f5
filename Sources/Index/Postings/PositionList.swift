import Tokenizer

/// Where the positions of one term lie, and what the position skip data says.
///
/// Trivial to copy, like `PostingList`; all bytes are verified when they are read.
struct PositionList {
  /// The number of positions.
  let totalFrequency: Int
  /// Whether there is position skip data.
  let hasSkipData: Bool
  /// Whether positions are in groups, one for each block of postings.
  let isGrouped: Bool

  let bytes: Bytes
  /// Where the bytes are in the file.
  let fileOffset: Int
  /// The only position, if the dictionary has it.
  let singlePosition: UInt32?
  private let documentFrequency: Int
  private let blockCount: Int
  private let offsetByteCount: Int
  /// Where the position skip data ends.
  private let dataOffset: Int

  // Before format 6.

  /// Where the tail starts, or -1 if only the count of blocks tells.
  private(set) var tailOffset = -1
  /// Whether the tail is Rice codes.
  let codesTail: Bool

  /// Opens the list that `info` describes in the section at `section` of `file`.
  init(_ info: TermInfo, in section: Range<Int>, of file: VerifiedFile) throws(IndexError) {
    totalFrequency = info.totalFrequency
    documentFrequency = info.documentFrequency
    isGrouped = SegmentVersion.groupsPositions(file.formatVersion)
    hasSkipData = PostingsFormat.hasSkipData(documentFrequency: info.documentFrequency)
    blockCount = PostingsFormat.blockCount(documentFrequency: info.documentFrequency)
    fileOffset = section.lowerBound + info.positions.lowerBound
    codesTail = SegmentVersion.isCompact(file.formatVersion)
    singlePosition = codesTail && info.totalFrequency == 1 ? info.singlePosition : nil
    bytes = file.bytes.slice(at: fileOffset, count: info.positions.count)
    (offsetByteCount, dataOffset) = PostingsFormat.positionSkip(
      of: info, listByteCount: bytes.count, formatVersion: file.formatVersion)
    // A position of a group takes at least one bit, a block of 128 at least one byte; so no more
    // room is made for them than the list justifies.
    guard dataOffset <= bytes.count, totalFrequency >> (isGrouped ? 3 : 7) <= bytes.count else {
      throw damage(file, "the position list is too short")
    }
    if hasSkipData, !isGrouped {
      try file.verify(fileOffset..<fileOffset + offsetByteCount)
      tailOffset = dataOffset + bytes.loadOffset(at: 0, offsetByteCount)
    }
  }

  /// The positions of block `block` of postings.
  @inline(__always)
  func group(
    ofBlock block: Int, in range: Range<Int>, _ file: VerifiedFile
  ) throws(IndexError) -> PositionGroup {
    let first = block &* PostingsFormat.blockLength
    do throws(PositionGroup.Malformed) {
      return try PositionGroup(
        bytes, range, count: min(documentFrequency &- first, PostingsFormat.blockLength),
        hasGaps: hasSkipData || totalFrequency > documentFrequency)
    } catch {
      throw damage(file, "the positions of block \(block) are malformed")
    }
  }

  /// Where they lie, verified.
  @inline(__always)
  func groupRange(_ block: Int, _ file: VerifiedFile) throws(IndexError) -> Range<Int> {
    var (start, end) = (dataOffset, bytes.count)
    if hasSkipData {
      let entry = (block &- 1) &* offsetByteCount
      try verify(max(0, entry), 2 &* offsetByteCount, file)
      if block > 0 { start &+= bytes.loadOffset(at: entry, offsetByteCount) }
      if block &+ 1 < blockCount {
        end = dataOffset &+ bytes.loadOffset(at: entry &+ offsetByteCount, offsetByteCount)
      }
    }
    guard start < end, end <= bytes.count else { throw damage(file, "positions end too early") }
    try file.verify(fileOffset + start..<fileOffset + end)
    return start..<end
  }

  /// Where the first position of a block of postings was before format 6: the block of positions it
  /// is in, and its place there.
  func start(
    ofBlock block: Int, _ file: VerifiedFile
  ) throws(IndexError) -> (offset: Int, index: Int) {
    guard hasSkipData else { return (0, 0) }
    let offset = (1 + block) * offsetByteCount
    let index = (1 + blockCount) * offsetByteCount + block
    try verify(offset, offsetByteCount, file)
    try verify(index, 1, file)
    return (dataOffset + bytes.loadOffset(at: offset, offsetByteCount), Int(bytes[index]))
  }

  /// Verifies up to `count` bytes at `offset`.
  @inline(__always)
  func verify(_ offset: Int, _ count: Int, _ file: VerifiedFile) throws(IndexError) {
    let end = min(offset + count, bytes.count)
    guard offset >= 0, offset < end else { throw damage(file, "positions end too early") }
    try file.verify(fileOffset + offset..<fileOffset + end)
  }

  @inline(__always)
  func damage(_ file: VerifiedFile, _ detail: String) -> IndexError {
    file.damage(PostingsFormat.positionsSection, fileOffset..<fileOffset + bytes.count, detail)
  }
}

/// Where a document stands in one list.
struct PostingPlace {
  /// The number of its posting.
  var posting: UInt32
  /// The frequencies of the postings before it in its block, added up.
  var before: UInt32
  /// The frequency.
  var frequency: UInt32

  /// Posting `index` of block `block`.
  @inline(__always)
  init(block: Int, index: Int, before: UInt32, frequency: UInt32) {
    posting = UInt32(truncatingIfNeeded: block &* PostingsFormat.blockLength &+ index)
    self.before = before
    self.frequency = frequency
  }

  /// The block of postings.
  @inline(__always)
  var block: Int { Int(posting) / PostingsFormat.blockLength }

  /// The place of the posting in its block.
  @inline(__always)
  var index: Int { Int(posting) % PostingsFormat.blockLength }
}
