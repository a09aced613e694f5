internal import Synchronization
import Tokenizer

/// The memory that one search works in.
///
/// Parts are handed out one after the other and end together, with the search of a segment; the
/// memory itself is kept for the next one (`SearchMemoryPool`). So a search neither asks the system
/// for memory nor clears any, and works in lines that the caches still have.
final class SearchMemory {
  /// Keys of the best documents so far, which stay from segment to segment.
  let best = Column<UInt64>(capacity: bestCount)
  /// The number of keys there is room for.
  private static let bestCount = 256
  private let rest = Region { Column(uninitializedCapacity: $0) }
  private let zeros = Region { Column(capacity: $0) }

  /// Room for `count` values, which are anything until they are written.
  func take<Value: BitwiseCopyable>(
    _ count: Int, of type: Value.Type = Value.self
  ) -> ColumnView<Value> {
    rest.take(count)
  }

  /// Room for `count` values whose bits are zero.
  ///
  /// Whoever takes it leaves it so, unless the search throws.
  func takeZeros<Value: BitwiseCopyable>(
    _ count: Int, of type: Value.Type = Value.self
  ) -> ColumnView<Value> {
    zeros.take(count)
  }

  /// Takes all parts back, which nobody uses any more.
  func reset() {
    assert(zeros.isZero, "a search has left something in memory that is to be zero")
    rest.reset()
    zeros.reset()
  }

  /// Bytes in use and ready.
  var byteCount: Int { rest.byteCount + zeros.byteCount }
}

/// Blocks of memory, of which parts are handed out from the front of the last.
///
/// A class, whose variables are read and written one by one: taking from a structure inside another
/// class counts as a long access to it, which is looked for in a table each time.
private final class Region {
  private final class Block {
    let words: Column<UInt64>

    init(_ words: consuming Column<UInt64>) { self.words = words }
  }

  private var blocks: [Block] = []
  /// The words of the last block.
  private var words: ColumnView<UInt64>
  private var used = 0
  private let make: (Int) -> Column<UInt64>

  /// Words of the first block.
  private static let leastCount = 4096
  /// Parts start at a multiple of a cache line.
  private static let alignment = 8

  init(_ make: @escaping (Int) -> Column<UInt64>) {
    self.make = make
    blocks = [Block(make(Region.leastCount))]
    words = blocks[0].words.view
  }

  @inline(__always)
  func take<Value: BitwiseCopyable>(_ count: Int) -> ColumnView<Value> {
    let byteCount = count * MemoryLayout<Value>.stride
    return takeBytes(byteCount).values(at: 0, count: count)
  }

  /// Words for `byteCount` bytes.
  @inline(never)
  private func takeBytes(_ byteCount: Int) -> ColumnView<UInt64> {
    let lineByteCount = 8 * Region.alignment
    let wordCount = (byteCount + lineByteCount - 1) / lineByteCount * Region.alignment
    if words.count - used < wordCount { addBlock(wordCount) }
    let start = used
    used = start + wordCount
    return words.part(at: start, count: wordCount)
  }

  /// Adds a block larger than all others together.
  private func addBlock(_ wordCount: Int) {
    let block = Block(make(max(2 * byteCount / 8, wordCount)))
    blocks.append(block)
    words = block.words.view
    used = 0
  }

  /// Takes all parts back; of several blocks only the last stays.
  func reset() {
    if blocks.count > 1 { blocks.removeFirst(blocks.count - 1) }
    used = 0
  }

  var byteCount: Int { blocks.reduce(0) { $0 + $1.words.capacity * 8 } }

  var isZero: Bool {
    blocks.allSatisfy { block in
      (0..<block.words.capacity).allSatisfy { block.words[$0] == 0 }
    }
  }
}

/// The memory of searches that have ended, for those to come; as many as ran at the same time.
final class SearchMemoryPool: Sendable {
  /// More than this is not kept.
  private static let keptByteCount = 1 << 20

  /// Memory that is with no search.
  private struct Idle: @unchecked Sendable { var memories: [SearchMemory] = [] }
  private let idle = Mutex(Idle())

  /// Memory that nobody else uses.
  func take() -> SearchMemory {
    idle.withLock { $0.memories.popLast() } ?? SearchMemory()
  }

  /// Takes memory back whose search has ended; that of one that threw is not used again.
  func putBack(_ memory: SearchMemory) {
    memory.reset()
    if memory.byteCount > SearchMemoryPool.keptByteCount { return }
    idle.withLock { $0.memories.append(memory) }
  }
}
