import Tokenizer

/// Reads all positions of one list as they were before format 6, and checks all that is stored with
/// them.
///
/// Written from the grammar in `FileFormat.md` alone: it shares no code with `OldPositionCursor`,
/// which looks up single documents.
struct OldPositionListVerifier: PositionChecks {
  private let file: VerifiedFile
  private let bytes: Bytes
  private let fileOffset: Int
  private let totalFrequency: Int
  private let singlePosition: UInt32
  /// Where the position skip data ends, 0 if there is none.
  private let dataOffset: Int
  private let blockCount: Int
  private let offsetByteCount: Int

  // The block of positions at hand.
  private let gaps: ColumnView<UInt32>
  private var offset: Int
  private var nextOffset: Int
  private var gapCount = 0
  private var index = 0
  private var decodedCount = 0

  /// A verifier of the list of `info` in the section at `section` that decodes into `memory`,
  /// which has room for one block.
  init(
    _ info: TermInfo, in section: Range<Int>, of file: VerifiedFile, memory: ColumnView<UInt32>
  ) throws(IndexError) {
    self.file = file
    fileOffset = section.lowerBound + info.positions.lowerBound
    bytes = file.bytes.slice(at: fileOffset, count: info.positions.count)
    totalFrequency = info.totalFrequency
    singlePosition = info.singlePosition
    gaps = memory
    blockCount = PostingsFormat.blockCount(documentFrequency: info.documentFrequency)
    (offsetByteCount, dataOffset) = PostingsFormat.positionSkip(
      of: info, listByteCount: bytes.count, formatVersion: file.formatVersion)
    offset = dataOffset
    nextOffset = dataOffset
    guard dataOffset <= bytes.count else { throw damage("the list is too short") }
    try file.verify(fileOffset..<fileOffset + bytes.count)
  }

  mutating func check(
    _ frequencies: ColumnView<UInt32>, count: Int, block: Int, weights: ColumnView<UInt64>
  ) throws(IndexError) {
    if dataOffset > 0 { try checkStart(ofBlock: block) }
    for posting in 0..<count {
      let slot = DeltaBlock.slot(posting)
      weights[slot] = try positionSum(Int(frequencies[slot]))
    }
  }

  func checkEnd() throws(IndexError) {
    let hasTail = totalFrequency & (PatchedBlock.length - 1) != 0
    guard index == gapCount, decodedCount == totalFrequency, nextOffset == bytes.count else {
      throw damage("\(decodedCount) of \(totalFrequency) positions end at byte \(nextOffset)")
    }
    if !hasTail, dataOffset > 0 { try checkTailStart(nextOffset) }
  }

  private func checkStart(ofBlock block: Int) throws(IndexError) {
    let isBetween = index == gapCount
    let start = bytes.loadOffset(at: (1 + block) * offsetByteCount, offsetByteCount)
    let startIndex = Int(bytes[(1 + blockCount) * offsetByteCount + block])
    guard dataOffset + start == (isBetween ? nextOffset : offset),
      startIndex == (isBetween ? 0 : index)
    else { throw damage("position skip data of block \(block) is wrong") }
  }

  private func checkTailStart(_ offset: Int) throws(IndexError) {
    guard dataOffset + bytes.loadOffset(at: 0, offsetByteCount) == offset else {
      throw damage("position skip data has another start of the last positions")
    }
  }

  /// The sum of the positions of the next document, which has `frequency` of them.
  @inline(__always)
  private mutating func positionSum(_ frequency: Int) throws(IndexError) -> UInt64 {
    var left = frequency
    var position: UInt64 = 0
    var sum: UInt64 = 0
    var isFirst = true
    while left > 0 {
      if index == gapCount { try decodeNext() }
      let end = min(index &+ left, gapCount)
      left &-= end &- index
      while index < end {
        let gap = gaps[index]
        guard gap > 0 || isFirst else { throw damage("positions do not increase") }
        isFirst = false
        position &+= UInt64(gap)
        sum &+= PositionListVerifier.weight(position)
        index &+= 1
      }
    }
    guard position < UInt64(UInt32.max) else { throw damage("position \(position)") }
    return sum
  }

  @inline(never)
  private mutating func decodeNext() throws(IndexError) {
    offset = nextOffset
    index = 0
    if totalFrequency - decodedCount >= PatchedBlock.length {
      do {
        nextOffset = try PatchedBlock.decode(bytes, at: offset, into: gaps)
        guard PatchedBlock.isAsEncoded(bytes, at: offset, formatVersion: file.formatVersion) else {
          throw PatchedBlock.Malformed()
        }
      } catch {
        throw damage("the block of positions at byte \(offset) is malformed")
      }
      gapCount = PatchedBlock.length
    } else {
      try decodeTail()
    }
    decodedCount += gapCount
  }

  private mutating func decodeTail() throws(IndexError) {
    if dataOffset > 0 { try checkTailStart(offset) }
    gapCount = totalFrequency - decodedCount
    guard gapCount > 0 else { throw damage("documents have more positions than there are") }
    if SegmentVersion.isCompact(file.formatVersion) { return try decodeCodes() }
    var reader = ByteReader(bytes.slice(at: offset, count: bytes.count - offset))
    do {
      for index in 0..<gapCount { gaps[index] = UInt32(try reader.readCount(limit: 0xFFFF_FFFF)) }
    } catch {
      throw damage("the last \(gapCount) positions are malformed (\(error))")
    }
    nextOffset = offset + reader.offset
  }

  private mutating func decodeCodes() throws(IndexError) {
    if totalFrequency == 1 {
      gaps[0] = singlePosition
      nextOffset = offset
      return
    }
    var codes = RiceReader(file.bytes, at: fileOffset + offset..<fileOffset + bytes.count)
    let parameter = Int(codes.bits(PostingsFormat.positionParameterBitCount) ?? 0)
    for index in 0..<gapCount {
      guard let gap = codes.next(parameter), gap <= UInt64(UInt32.max) else {
        throw damage("the last \(gapCount) positions are malformed")
      }
      gaps[index] = UInt32(gap)
    }
    guard codes.isAtEnd else { throw damage("the last \(gapCount) positions end elsewhere") }
    nextOffset = bytes.count
  }

  private func damage(_ detail: String) -> IndexError {
    file.damage(SegmentFormat.positions, fileOffset..<fileOffset + bytes.count, detail)
  }
}
