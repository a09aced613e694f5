internal import Synchronization
import Tokenizer

/// A fixed number of bits that any thread may set and read at any time; none is ever cleared.
///
/// The memory comes zeroed from the system page by page as it is touched, so that making a table
/// costs the same whatever its size.
struct AtomicBits: ~Copyable, @unchecked Sendable {
  private let words: Column<UInt64>

  /// `count` bits, all clear.
  init(count: Int) {
    // One word more: masks of empty ranges look one word past the last bit.
    words = Column(capacity: count / 64 + 2)
  }

  /// Whether all bits of `mask` are set in word `index`, which holds bits `64 * index` on.
  ///
  /// Relaxed: a bit says something about memory that never changes, so nothing is ordered by it.
  @inline(__always)
  func contains(_ mask: UInt64, inWord index: Int) -> Bool {
    load(index) & mask == mask
  }

  /// Whether bit `index` is set.
  @inline(__always)
  func contains(_ index: Int) -> Bool {
    load(index >> 6) >> UInt64(index & 63) & 1 != 0
  }

  /// Sets bit `index`.
  func insert(_ index: Int) {
    assert(index >> 6 < words.capacity)
    // SAFETY: as in `load`.
    unsafe atomics[index >> 6].bitwiseOr(1 << UInt64(index & 63), ordering: .relaxed)
  }

  @inline(__always)
  private func load(_ index: Int) -> UInt64 {
    assert(index >= 0 && index < words.capacity)
    // SAFETY: the caller stays within the table, as the assertion says.
    return unsafe atomics[index].load(ordering: .relaxed)
  }

  /// The words as atomics, which have the same layout; nobody reads them in another way.
  @inline(__always)
  private var atomics: UnsafeMutablePointer<Atomic<UInt64>> {
    // SAFETY: the column is zeroed and lives as long as this value.
    unsafe UnsafeMutableRawPointer(words.view.base).assumingMemoryBound(
      to: Atomic<UInt64>.self)
  }
}
