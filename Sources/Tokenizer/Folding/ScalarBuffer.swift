/// The scalars of one word, each with where in the text it comes from.
///
/// It grows with the words it is given, up to a limit. Scalars past the limit are dropped: a word
/// is cut there rather than refused.
struct ScalarBuffer: ~Copyable {
  private var scalars: Column<UInt32>
  private var originColumn: Column<UInt32>
  /// The number of scalars.
  private(set) var count = 0
  private let limit: Int

  /// A buffer for up to `limit` scalars, with room for those of common words.
  init(limit: Int) {
    self.limit = limit
    // Few words are longer; a program that answers one query should not pay for all that might be.
    let capacity = min(limit, 256)
    scalars = Column(capacity: capacity)
    originColumn = Column(capacity: capacity)
  }

  /// Forgets all scalars from `newCount` on.
  @inline(__always)
  mutating func truncate(to newCount: Int = 0) {
    assert(newCount <= count)
    count = newCount
  }

  /// Adds a scalar, unless the buffer is full.
  @inline(__always)
  mutating func append(_ scalar: UInt32, origin: UInt32) {
    if count == scalars.capacity, !grow() { return }
    scalars[count] = scalar
    originColumn[count] = origin
    count &+= 1
  }

  /// Makes room for more; false at the limit.
  @inline(never)
  private mutating func grow() -> Bool {
    guard count < limit else { return false }
    let moreScalars = Column<UInt32>(capacity: min(limit, 4 * count))
    let moreOrigins = Column<UInt32>(capacity: min(limit, 4 * count))
    moreScalars.view.copy(from: scalars.view, count: count)
    moreOrigins.view.copy(from: originColumn.view, count: count)
    scalars = moreScalars
    originColumn = moreOrigins
    return true
  }

  /// The scalar at `index`.
  @inline(__always)
  subscript(index: Int) -> UInt32 {
    get { scalars[index] }
    set { scalars[index] = newValue }
  }

  /// Where the scalar at `index` comes from: an offset into the text.
  @inline(__always)
  func origin(_ index: Int) -> UInt32 { originColumn[index] }

  /// Copies the scalar at `source` of `other` to `index` here.
  @inline(__always)
  func copy(_ other: borrowing ScalarBuffer, _ source: Int, at index: Int) {
    scalars[index] = other.scalars[source]
    originColumn[index] = other.originColumn[source]
  }

  /// Copies the scalar at `source` to `index`.
  @inline(__always)
  func copy(_ source: Int, to index: Int) {
    scalars[index] = scalars[source]
    originColumn[index] = originColumn[source]
  }

  /// Puts a scalar at `index`.
  @inline(__always)
  func put(_ scalar: UInt32, origin: UInt32, at index: Int) {
    scalars[index] = scalar
    originColumn[index] = origin
  }
}
