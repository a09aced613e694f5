import Tokenizer

/// Checks all positions of a list, block of postings by block of postings.
protocol PositionChecks {
  /// Checks the positions of a block of postings of these frequencies, which stand in the slots of
  /// `DeltaBlock`; what the positions of each weigh together goes into the slots of `weights`.
  mutating func check(
    _ frequencies: ColumnView<UInt32>, count: Int, block: Int, weights: ColumnView<UInt64>
  ) throws(IndexError)

  /// Checks that nothing is left when all documents were.
  func checkEnd() throws(IndexError)
}

/// Reads all positions of one list from first to last, and checks all that is stored with them.
///
/// Written from the grammar in `PostingsFormat` alone: it shares no code with `PositionCursor`,
/// which looks up single documents.
struct PositionListVerifier: PositionChecks {
  private let file: VerifiedFile
  private let bytes: Bytes
  private let fileOffset: Int
  private let info: TermInfo
  private let hasSkipData: Bool
  private let offsetByteCount: Int
  /// Where the offsets of groups end.
  private let dataOffset: Int
  /// Where the next group starts.
  private var offset: Int

  /// A verifier of the list of `info` in the section at `section`.
  init(
    _ info: TermInfo, in section: Range<Int>, of file: VerifiedFile
  ) throws(IndexError) {
    self.file = file
    self.info = info
    fileOffset = section.lowerBound + info.positions.lowerBound
    bytes = file.bytes.slice(at: fileOffset, count: info.positions.count)
    hasSkipData = PostingsFormat.hasSkipData(documentFrequency: info.documentFrequency)
    (offsetByteCount, dataOffset) = PostingsFormat.positionSkip(
      of: info, listByteCount: bytes.count, formatVersion: file.formatVersion)
    offset = dataOffset
    guard dataOffset <= bytes.count else { throw damage("the list is too short") }
    try file.verify(fileOffset..<fileOffset + bytes.count)
  }

  mutating func check(
    _ frequencies: ColumnView<UInt32>, count: Int, block: Int, weights: ColumnView<UInt64>
  ) throws(IndexError) {
    if info.totalFrequency == 1 {
      weights[DeltaBlock.slot(0)] = PositionListVerifier.weight(UInt64(info.singlePosition))
      return
    }
    var occurrences = 0
    for index in 0..<count {
      let frequency = Int(frequencies[DeltaBlock.slot(index)])
      occurrences += frequency
      guard frequency > 0, occurrences <= info.totalFrequency else {
        throw damage("block \(block) has \(occurrences) positions of \(info.totalFrequency)")
      }
    }
    try checkStart(ofBlock: block)
    var group = try PositionGroupScan(self, at: offset, count, gapCount: occurrences - count)
    for index in 0..<count {
      let slot = DeltaBlock.slot(index)
      weights[slot] = group.nextSum(Int(frequencies[slot]))
      guard group.position < UInt64(UInt32.max) else { throw damage("position \(group.position)") }
    }
    offset = group.end
  }

  private func checkStart(ofBlock block: Int) throws(IndexError) {
    if block == 0 { return }
    let start = bytes.loadOffset(at: (block - 1) * offsetByteCount, offsetByteCount)
    guard dataOffset + start == offset else {
      throw damage("the positions of block \(block) start at \(dataOffset + start), not \(offset)")
    }
  }

  func checkEnd() throws(IndexError) {
    guard offset == bytes.count else {
      throw damage("\(info.totalFrequency) positions end at byte \(offset)")
    }
  }

  private func damage(_ detail: String) -> IndexError {
    file.damage(SegmentFormat.positions, fileOffset..<fileOffset + bytes.count, detail)
  }

  /// Reads a group from first to last, at three places at a time.
  private struct PositionGroupScan {
    private let bytes: Bytes
    private var firstLows: RiceReader
    private var firstQuotients: RiceReader
    private var gapQuotients: RiceReader
    private let firstParameter: Int
    private let gapParameter: Int
    /// The first bit of the lows of gaps that were read.
    private var gapLow = 0
    /// The position that was read last.
    private(set) var position: UInt64 = 0
    /// The byte after the group.
    let end: Int

    /// A scan of the group at `offset`, which has to have `count` first positions and `gapCount`
    /// gaps.
    init(
      _ list: borrowing PositionListVerifier, at offset: Int, _ count: Int, gapCount: Int
    ) throws(IndexError) {
      bytes = list.file.bytes
      let listEnd = list.fileOffset + list.bytes.count
      var header = RiceReader(list.file.bytes, at: list.fileOffset + offset..<listEnd)
      let bitCount = PositionGroup.parameterBitCount
      firstParameter = Int(header.bits(bitCount) ?? 0)
      let saysGaps = list.hasSkipData || gapCount > 0
      gapParameter = saysGaps ? Int(header.bits(bitCount) ?? 0) : 0
      firstLows = header
      firstQuotients = header
      firstQuotients.skip(count * firstParameter)
      gapQuotients = firstQuotients
      guard gapQuotients.skipUnaries(count) else { throw list.damage("positions end early") }
      var end = gapQuotients
      guard end.skipUnaries(gapCount) else { throw list.damage("positions end early") }
      let bits = end.position + gapCount * gapParameter
      let fileEnd = (bits + 7) / 8
      guard fileEnd <= listEnd, end.bits(fileEnd * 8 - bits) ?? 0 == 0,
        gapCount > 0 || gapParameter == 0
      else { throw list.damage("the positions at byte \(offset) are malformed") }
      self.end = fileEnd - list.fileOffset
      gapLow = fileEnd * 8
    }

    /// The weights of the positions of the next document, which has `frequency`, added up.
    mutating func nextSum(_ frequency: Int) -> UInt64 {
      let low = firstParameter == 0 ? 0 : firstLows.bits(firstParameter) ?? 0
      position = UInt64(firstQuotients.nextUnary() ?? 0) << UInt64(firstParameter) | low
      var sum = PositionListVerifier.weight(position)
      for _ in 1..<max(1, frequency) {
        gapLow -= gapParameter
        var lows = RiceReader(bytes, from: gapLow, to: gapLow + gapParameter)
        let low = lows.bits(gapParameter) ?? 0
        position += (UInt64(gapQuotients.nextUnary() ?? 0) << UInt64(gapParameter) | low) + 1
        sum &+= PositionListVerifier.weight(position)
      }
      return sum
    }
  }
}

extension PositionListVerifier {
  /// What a position counts in the sum of a document's: itself, and in the high half the sum of all
  /// up to it, so that positions which make up for each other in one sum do not in the other.
  @inline(__always)
  static func weight(_ position: UInt64) -> UInt64 {
    position &+ (position &* (position &+ 1) / 2) &<< 32
  }

  /// The weights of the positions 0 ..< `count`, below 2^31, added up.
  static func weight(ofAll count: UInt64) -> UInt64 {
    if count == 0 { return 0 }
    // (count - 1) * count * (count + 1) / 6, divided before it is too large.
    var (low, middle, high) = (count - 1, count, count + 1)
    if count % 2 == 0 { middle /= 2 } else { low /= 2 }
    switch count % 3 {
    case 0: middle /= 3
    case 1: low /= 3
    default: high /= 3
    }
    return count &* (count &- 1) / 2 &+ (low &* middle &* high) &<< 32
  }
}
