import Tokenizer

/// Finds documents in a decoded block by their high bits: for blocks that many are looked up in.
///
/// One byte for each of some 1,000 equal parts of the block's range: the slot of its last document,
/// and a mark. Most lookups are in vain and end at an empty byte, without the six dependent steps
/// of a binary search. Two documents in one part are rare; whoever looks up compares with the last
/// and the one before, and searches if it may be one before that.
struct SlotTable {
  /// The fewest lookups in a block that pay for a table: filling it takes some 60 ns, a lookup in
  /// it some 6 ns less than a search.
  static let leastLookupCount = 12
  /// Values of memory that a table takes.
  static let memoryCount = partCount / 4

  private static let partCount = 1024
  private static let mark: UInt8 = 0x80

  private let parts: ColumnView<UInt32>
  private var first: UInt32 = 0
  private var shift: UInt32 = 0

  /// A table in `memory`, not filled.
  init(_ memory: ColumnView<UInt32>) {
    assert(memory.count >= SlotTable.memoryCount)
    parts = memory
  }

  /// Fills the table with a block of 128 documents between `first` and `last`.
  mutating func fill(_ docs: ColumnView<UInt32>, first: UInt32, last: UInt32) {
    self.first = first
    let width = UInt32(truncatingIfNeeded: 32 &- (last &- first).leadingZeroBitCount)
    shift = width > 10 ? width &- 10 : 0
    parts.clear()
    // Lane by lane: that is the order of the documents, so that the last one of a part stays.
    for lane in 0..<4 {
      var slot = lane
      while slot < PostingsFormat.blockLength {
        store(docs[slot], slot)
        store(docs[slot &+ 4], slot &+ 4)
        store(docs[slot &+ 8], slot &+ 8)
        store(docs[slot &+ 12], slot &+ 12)
        slot &+= 16
      }
    }
  }

  @inline(__always)
  private func store(_ doc: UInt32, _ slot: Int) {
    parts.store(
      SlotTable.mark | UInt8(truncatingIfNeeded: slot), at: Int((doc &- first) &>> shift))
  }

  /// What the table says of `doc`, which lies in the range of the block.
  @inline(__always)
  func entry(of doc: UInt32) -> Int {
    Int(parts.load(at: Int((doc &- first) &>> shift), as: UInt8.self))
  }

  /// 1 if an entry names a slot, else 0, and the block does not have the document.
  @inline(__always)
  static func isUsed(_ entry: Int) -> Int { entry &>> 7 }

  /// The slot that the document of an entry would be in.
  @inline(__always)
  static func slot(_ entry: Int) -> Int { entry & Int(~mark) }
}
