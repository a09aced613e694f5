import Tokenizer

/// Reads the positions of documents of one list, in the order of the documents, as they were before
/// format 6: in blocks of 128 that know nothing of postings.
struct OldPositionCursor {
  private let list: PositionList
  /// The gaps of the decoded block.
  private let gaps: ColumnView<UInt32>
  private var gapCount = 0
  private var decodedOffset = -1
  /// Where the block after the decoded one starts.
  private var nextOffset = 0

  // The block of positions last looked at, counted from the start of a block of postings.
  private var postingBlock = -1
  private var start = (offset: 0, index: 0)
  private var ordinal = 0
  private var offset = 0
  /// Blocks decoded so far.
  private(set) var blocksDecoded = 0

  /// The most bytes a block can take.
  private static let maxBlockByteCount = 1 + 512 + 1 + 31 * 5

  /// A cursor that decodes into `memory`, which has room for a block.
  init(_ list: PositionList, memory: ColumnView<UInt32>) {
    self.list = list
    gaps = memory
  }

  /// Calls `body` with the positions of the document at `place` until it says that this will do.
  @inline(never)
  mutating func forEach(
    _ place: PostingPlace, _ file: VerifiedFile, _ body: (UInt32) -> Bool
  ) throws(IndexError) {
    var index = try seek(to: place, file)
    var rest = Int(place.frequency)
    var position: UInt32 = 0
    while true {
      // Position skip data may point beyond the end of a short tail.
      let end = min(index &+ rest, gapCount)
      rest &-= gapCount &- index
      while index < end {
        position &+= gaps[index]
        if body(position) { return }
        index &+= 1
      }
      if rest <= 0 { return }
      try skipBlock(file)
      try decode(file)
      index = 0
    }
  }

  /// Decodes the block that has the first position of a document; returns its place there.
  private mutating func seek(
    to place: PostingPlace, _ file: VerifiedFile
  ) throws(IndexError) -> Int {
    if place.block != postingBlock { try enter(place, file) }
    let target = start.index &+ Int(place.before)
    if target &>> 7 < ordinal {
      ordinal = 0
      offset = start.offset
    }
    while ordinal < target &>> 7 { try skipBlock(file) }
    if offset != decodedOffset { try decode(file) }
    return target & 127
  }

  /// Goes to the first position of the block of postings that `place` is in.
  private mutating func enter(_ place: PostingPlace, _ file: VerifiedFile) throws(IndexError) {
    start = try list.start(ofBlock: place.block, file)
    postingBlock = place.block
    ordinal = 0
    offset = start.offset
  }

  private func isTail() -> Bool {
    list.tailOffset < 0
      ? ordinal == list.totalFrequency >> 7 : offset >= list.tailOffset
  }

  private mutating func skipBlock(_ file: VerifiedFile) throws(IndexError) {
    guard !isTail() else { throw list.damage(file, "a document has more positions than there are") }
    if offset == decodedOffset {
      offset = nextOffset
    } else {
      try list.verify(offset, OldPositionCursor.maxBlockByteCount, file)
      do {
        offset = try PatchedBlock.end(list.bytes, at: offset)
      } catch {
        throw list.damage(file, "the block of positions at byte \(offset) is malformed")
      }
    }
    ordinal += 1
  }

  private mutating func decode(_ file: VerifiedFile) throws(IndexError) {
    if offset == decodedOffset { return }
    blocksDecoded += 1
    decodedOffset = -1
    if isTail() {
      try decodeTail(file)
    } else {
      try list.verify(offset, OldPositionCursor.maxBlockByteCount, file)
      do {
        nextOffset = try PatchedBlock.decode(list.bytes, at: offset, into: gaps)
      } catch {
        throw list.damage(file, "the block of positions at byte \(offset) is malformed")
      }
      gapCount = PatchedBlock.length
    }
    decodedOffset = offset
  }

  private mutating func decodeTail(_ file: VerifiedFile) throws(IndexError) {
    gapCount = list.totalFrequency & 127
    if let position = list.singlePosition {
      gaps[0] = position
      return
    }
    guard gapCount > 0 else { throw list.damage(file, "positions end too early") }
    try list.verify(offset, list.bytes.count, file)
    if list.codesTail { return try decodeCodes(file) }
    var reader = ByteReader(list.bytes.slice(at: offset, count: list.bytes.count - offset))
    do {
      for index in 0..<gapCount {
        gaps[index] = UInt32(truncatingIfNeeded: try reader.readVariable())
      }
    } catch {
      throw list.damage(file, "the last \(gapCount) positions are malformed")
    }
  }

  private func decodeCodes(_ file: VerifiedFile) throws(IndexError) {
    let start = list.fileOffset + offset
    var codes = RiceReader(file.bytes, at: start..<list.fileOffset + list.bytes.count)
    let parameter = Int(codes.bits(PostingsFormat.positionParameterBitCount) ?? 0)
    for index in 0..<gapCount {
      guard let gap = codes.next(parameter) else {
        throw list.damage(file, "the last \(gapCount) positions are malformed")
      }
      gaps[index] = UInt32(truncatingIfNeeded: gap)
    }
    guard codes.isAtEnd else {
      throw list.damage(file, "the last \(gapCount) positions do not end where they should")
    }
  }
}
