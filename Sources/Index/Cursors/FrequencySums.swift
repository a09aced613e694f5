import Tokenizer

/// How often the terms of several lists stand in the documents before each one of a block: where
/// the positions of that document start.
///
/// Of each list the sums of one block are kept. Documents come in order, so that those of dense
/// lists share a block for some time.
struct FrequencySums {
  private let sums: ColumnView<UInt32>
  /// The number of the block that the sums of each list are of, or -1.
  private let blocks: ColumnView<Int>

  /// Sums for `listCount` lists.
  init(listCount: Int, _ memory: SearchMemory) {
    sums = memory.take(listCount * PostingsFormat.blockLength)
    blocks = memory.take(listCount)
    for list in 0..<listCount { blocks[list] = -1 }
  }

  /// By slot, the sums of the frequencies before each posting of the current block of list number
  /// `list`, whose frequencies are decoded.
  @inline(__always)
  func sums(_ list: Int, _ cursor: ListCursor) -> ColumnView<UInt32> {
    let sums = sums.part(
      at: list &* PostingsFormat.blockLength, count: PostingsFormat.blockLength)
    if blocks[list] != cursor.block {
      DeltaBlock.sumBefore(cursor.frequencies, into: sums)
      blocks[list] = cursor.block
    }
    return sums
  }
}
