import Tokenizer

/// Where the positions of one term lie, and what the position skip data says.
///
/// Trivial to copy, like `PostingList`; all bytes are verified when they are read.
struct PositionList {
  /// The number of positions.
  let totalFrequency: Int
  /// Whether there is position skip data.
  let hasSkipData: Bool

  fileprivate let bytes: Bytes
  fileprivate let dataOffset: Int
  /// Where the tail starts, or -1 if only the count of blocks tells.
  fileprivate let tailOffset: Int
  fileprivate let fileOffset: Int
  /// Whether the tail is Rice codes.
  fileprivate let codesTail: Bool
  /// The only position, if the dictionary had it.
  fileprivate let singlePosition: UInt32?
  private let blockCount: Int
  private let offsetByteCount: Int

  /// Opens the list that `info` describes in the section at `section` of `file`.
  init(_ info: TermInfo, in section: Range<Int>, of file: VerifiedFile) throws(IndexError) {
    totalFrequency = info.totalFrequency
    hasSkipData = PostingsFormat.hasSkipData(documentFrequency: info.documentFrequency)
    blockCount = PostingsFormat.blockCount(documentFrequency: info.documentFrequency)
    fileOffset = section.lowerBound + info.positions.lowerBound
    codesTail = SegmentVersion.isCompact(file.formatVersion)
    singlePosition = codesTail && info.totalFrequency == 1 ? info.singlePosition : nil
    bytes = file.bytes.slice(at: fileOffset, count: info.positions.count)
    offsetByteCount = PostingsFormat.offsetByteCount(
      listByteCount: bytes.count, formatVersion: file.formatVersion)
    guard hasSkipData else {
      dataOffset = 0
      tailOffset = -1
      guard totalFrequency >> 7 <= bytes.count else {
        throw damage(file, "the position list is too short")
      }
      return
    }
    dataOffset = PostingsFormat.positionSkipByteCount(
      blockCount: blockCount, offsetByteCount: offsetByteCount)
    // A block of 128 takes at least one byte.
    guard dataOffset <= bytes.count, totalFrequency >> 7 <= bytes.count else {
      tailOffset = -1
      throw damage(file, "the position list is too short")
    }
    try file.verify(fileOffset..<fileOffset + offsetByteCount)
    tailOffset = dataOffset + bytes.loadOffset(at: 0, offsetByteCount)
  }

  /// Where the first position of a block of postings is: the block of positions it is in, and its
  /// place there.
  @inline(__always)
  fileprivate func start(
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
  fileprivate func verify(_ offset: Int, _ count: Int, _ file: VerifiedFile) throws(IndexError) {
    let end = min(offset + count, bytes.count)
    guard offset >= 0, offset < end else { throw damage(file, "positions end too early") }
    try file.verify(fileOffset + offset..<fileOffset + end)
  }

  fileprivate func damage(_ file: VerifiedFile, _ detail: String) -> IndexError {
    .damaged(
      Damage(
        path: file.path, section: "positions",
        byteRange: UInt64(fileOffset)..<UInt64(fileOffset + bytes.count), detail: detail))
  }
}

/// Where a document stands in one list.
struct PostingPlace {
  /// The block of postings.
  var block: UInt32 = 0
  /// The frequencies of the postings before it in the block, added up.
  var before: UInt32 = 0
  /// The frequency.
  var frequency: UInt32 = 0
}

/// Reads the positions of documents of one list, in the order of the documents.
struct PositionCursor {
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
  /// What reading lines ahead found, so that it is done at all.
  private(set) var touched: UInt8 = 0
  /// Blocks decoded so far.
  private(set) var blocksDecoded = 0

  /// What most blocks take at most, in bytes.
  private static let usualBlockByteCount = 160
  /// The most bytes a block can take.
  private static let maxBlockByteCount = 1 + 512 + 1 + 31 * 5

  /// Values of memory that a cursor takes: a block, and three to read four at a time.
  static let memoryCount = PatchedBlock.length + 3

  /// A cursor that decodes into `memory`, which has room for `memoryCount` values.
  init(_ list: PositionList, memory: ColumnView<UInt32>) {
    self.list = list
    gaps = memory
    for index in PatchedBlock.length..<PositionCursor.memoryCount { gaps[index] = 0 }
  }

  /// Throws if no document of the list can have `count` positions.
  @inline(__always)
  func validate(_ count: UInt32, _ file: VerifiedFile) throws(IndexError) {
    guard Int(count) <= list.totalFrequency else {
      throw list.damage(file, "a document with \(count) of \(list.totalFrequency) positions")
    }
  }

  /// Which of the four numbers of `wanted` are among the positions of the document at `place`.
  ///
  /// Positions from `last` on need not be looked at, but `last` itself.
  mutating func find(
    _ wanted: SIMD4<UInt32>, upTo last: UInt32, _ place: PostingPlace, _ file: VerifiedFile
  ) throws(IndexError) -> SIMDMask<SIMD4<Int32>> {
    var index = try seek(to: place, file)
    var rest = Int(place.frequency)
    var found = SIMDMask<SIMD4<Int32>>(repeating: false)
    var position = SIMD4<UInt32>()
    while true {
      // Position skip data may point beyond the end of a short tail.
      let end = min(index &+ rest, gapCount)
      rest &-= gapCount &- index
      while index < end {
        let sums = position &+ sums(ofFourAt: index)
        position = SIMD4(repeating: sums[3])
        let left = Int32(truncatingIfNeeded: end &- index)
        // What comes after the document's last position is no position.
        let isAfter = SIMD4<Int32>(0, 1, 2, 3) &- SIMD4(repeating: left) .>= SIMD4<Int32>()
        let own = sums.replacing(with: .max, where: isAfter)
        found = found .| PositionCursor.isAny(of: own, wanted)
        if position[0] >= last { return found }
        index &+= 4
      }
      if rest <= 0 { return found }
      try skipBlock(file)
      try decode(file)
      index = 0
    }
  }

  /// Which lanes of `wanted` are any of those of `positions`.
  @inline(__always)
  private static func isAny(
    of positions: SIMD4<UInt32>, _ wanted: SIMD4<UInt32>
  ) -> SIMDMask<SIMD4<Int32>> {
    let second = SIMD4(positions[1], positions[2], positions[3], positions[0])
    let third = SIMD4(positions[2], positions[3], positions[0], positions[1])
    let fourth = SIMD4(positions[3], positions[0], positions[1], positions[2])
    return ((positions .== wanted) .| (second .== wanted))
      .| ((third .== wanted) .| (fourth .== wanted))
  }

  /// Four gaps from `index` on, added up; after the block there are zeros.
  @inline(__always)
  private func sums(ofFourAt index: Int) -> SIMD4<UInt32> {
    let four = gaps.load(at: index &* 4, as: SIMD4<UInt32>.self)
    let pairs = four &+ SIMD4(0, four[0], four[1], four[2])
    return pairs &+ SIMD4(0, 0, pairs[0], pairs[1])
  }

  /// The positions of the document at `place`, of which there are up to four; then anything.
  @inline(__always)
  mutating func readFew(
    _ place: PostingPlace, _ file: VerifiedFile
  ) throws(IndexError) -> SIMD4<UInt32> {
    let index = try seek(to: place, file)
    if index &+ Int(place.frequency) > gapCount { return try readFewSlowly(place, file) }
    return sums(ofFourAt: index)
  }

  @inline(never)
  private mutating func readFewSlowly(
    _ place: PostingPlace, _ file: VerifiedFile
  ) throws(IndexError) -> SIMD4<UInt32> {
    var few = SIMD4<UInt32>()
    var written = 0
    try read(place, file) { position in
      few[written] = position
      written += 1
    }
    return few
  }

  /// Writes the positions of the document at `place` to `output`.
  mutating func read(
    _ place: PostingPlace, into output: ColumnView<UInt32>, _ file: VerifiedFile
  ) throws(IndexError) {
    var written = 0
    try read(place, file) { position in
      output[written] = position
      written &+= 1
    }
  }

  @inline(__always)
  private mutating func read(
    _ place: PostingPlace, _ file: VerifiedFile, _ body: (UInt32) -> Void
  ) throws(IndexError) {
    var index = try seek(to: place, file)
    var rest = Int(place.frequency)
    var position: UInt32 = 0
    while true {
      let end = min(index &+ rest, gapCount)
      rest &-= gapCount &- index
      while index < end {
        position &+= gaps[index]
        body(position)
        index &+= 1
      }
      if rest <= 0 { return }
      try skipBlock(file)
      try decode(file)
      index = 0
    }
  }

  /// Decodes the block that has the first position of a document; returns its place there.
  @inline(__always)
  private mutating func seek(
    to place: PostingPlace, _ file: VerifiedFile
  ) throws(IndexError) -> Int {
    if Int(place.block) != postingBlock { try enter(place, file) }
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
  @inline(__always)
  private mutating func enter(_ place: PostingPlace, _ file: VerifiedFile) throws(IndexError) {
    start = try list.start(ofBlock: Int(place.block), file)
    postingBlock = Int(place.block)
    ordinal = 0
    offset = start.offset
    touch((start.index &+ Int(place.before)) &>> 7)
  }

  /// Reads a byte of each cache line up to the end of about `count` blocks after the current one.
  ///
  /// Where a block ends is told by its first and last bytes, so that passing over many waits for
  /// one line after the other; like this they are fetched at the same time.
  @inline(__always)
  private mutating func touch(_ count: Int) {
    let end = min(offset &+ (count &+ 1) &* PositionCursor.usualBlockByteCount, list.bytes.count)
    var place = offset
    while place < end {
      touched |= list.bytes[place]
      place &+= 64
    }
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
      try list.verify(offset, PositionCursor.maxBlockByteCount, file)
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
      try list.verify(offset, PositionCursor.maxBlockByteCount, file)
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
