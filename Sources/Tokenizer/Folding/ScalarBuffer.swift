/// The scalars of one word, each with where in the text it comes from.
///
/// Scalars past the capacity are dropped: a word is cut there rather than refused.
struct ScalarBuffer: ~Copyable {
  private let scalars: Column<UInt32>
  private let originColumn: Column<UInt32>
  /// The number of scalars.
  private(set) var count = 0

  /// Makes room for `capacity` scalars; memory is used as it is touched.
  init(capacity: Int) {
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
    guard count < scalars.capacity else { return }
    scalars[count] = scalar
    originColumn[count] = origin
    count &+= 1
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

  /// Moves the scalar at `source` of `other` here, to `index`.
  @inline(__always)
  func place(_ other: borrowing ScalarBuffer, _ source: Int, at index: Int) {
    scalars[index] = other.scalars[source]
    originColumn[index] = other.originColumn[source]
  }

  /// Moves the scalar at `source` to `index`.
  @inline(__always)
  func move(_ source: Int, to index: Int) {
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
