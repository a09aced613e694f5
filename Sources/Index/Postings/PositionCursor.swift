import Tokenizer

/// Reads the positions of documents of one list, in the order of the documents.
struct PositionCursor {
  private let list: PositionList
  private var old: OldPositionCursor
  /// The positions of the block of postings at hand.
  private var group = PositionGroup()
  private var block = -1
  private var groupsRead = 0
  /// What reading lines ahead found, so that it is done at all.
  private(set) var touched: UInt8 = 0

  /// Values of memory that a cursor takes.
  static let memoryCount = PatchedBlock.length

  /// A cursor that works in `memory`, which has room for `memoryCount` values.
  init(_ list: PositionList, memory: ColumnView<UInt32>) {
    self.list = list
    old = OldPositionCursor(list, memory: memory)
  }

  /// Blocks of positions read so far.
  var blocksDecoded: Int { groupsRead &+ old.blocksDecoded }

  /// Throws if no document of the list can have `count` positions; each has one at least.
  @inline(__always)
  func validate(_ count: UInt32, _ file: VerifiedFile) throws(IndexError) {
    // One comparison: what is one less than nothing is more than there can be.
    guard UInt(bitPattern: Int(count) &- 1) < UInt(bitPattern: list.totalFrequency) else {
      throw list.damage(file, "a document with \(count) of \(list.totalFrequency) positions")
    }
  }

  /// Which of the four numbers of `wanted` are among the positions of the document at `place`.
  ///
  /// Positions from `last` on need not be looked at, but `last` itself.
  mutating func find(
    _ wanted: SIMD4<UInt32>, upTo last: UInt32, _ place: PostingPlace, _ file: VerifiedFile
  ) throws(IndexError) -> SIMDMask<SIMD4<Int32>> {
    var found = SIMDMask<SIMD4<Int32>>(repeating: false)
    try forEach(place, file) { position in
      found = found .| (SIMD4(repeating: position) .== wanted)
      return position >= last
    }
    return found
  }

  /// The positions of the document at `place`, of which there are up to four; then anything.
  @inline(__always)
  mutating func readFew(
    _ place: PostingPlace, _ file: VerifiedFile
  ) throws(IndexError) -> SIMD4<UInt32> {
    var few = SIMD4<UInt32>()
    var lane: UInt32 = 0
    try forEach(place, file) { position in
      few.replace(
        with: position, where: SIMD4(repeating: lane) .== SIMD4<UInt32>(0, 1, 2, 3))
      lane &+= 1
      return false
    }
    return few
  }

  /// Writes the positions of the document at `place` to `output`.
  mutating func read(
    _ place: PostingPlace, into output: ColumnView<UInt32>, _ file: VerifiedFile
  ) throws(IndexError) {
    var written = 0
    try forEach(place, file) { position in
      output[written] = position
      written &+= 1
      return false
    }
  }

  /// Calls `body` with the positions of the document at `place` until it says that this will do.
  @inline(__always)
  private mutating func forEach(
    _ place: PostingPlace, _ file: VerifiedFile, _ body: (UInt32) -> Bool
  ) throws(IndexError) {
    if let position = list.singlePosition {
      _ = body(position)
      return
    }
    if !list.isGrouped { return try old.forEach(place, file, body) }
    if place.block != block { try enter(place.block, file) }
    do throws(PositionGroup.Malformed) {
      var position = try group.firstPosition(place.index)
      if body(position) || place.frequency == 1 { return }
      try group.forEachGap(
        from: Int(place.before) &- place.index, count: Int(place.frequency) &- 1
      ) { gap in
        position &+= gap
        return body(position)
      }
    } catch {
      throw list.damage(file, "the positions of block \(block) are malformed")
    }
  }

  @inline(never)
  private mutating func enter(_ block: Int, _ file: VerifiedFile) throws(IndexError) {
    let range = try list.groupRange(block, file)
    touched |= list.bytes.touch(range)
    group = try list.group(ofBlock: block, in: range, file)
    self.block = block
    groupsRead &+= 1
  }
}
