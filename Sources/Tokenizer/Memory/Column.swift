#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A block of memory for `capacity` values of one trivial type: what hot loops read and write.
///
/// `Array` checks every index, may move, and counts references; a column does none of that.
/// Debug builds check each index, release builds do not, so an index that comes from outside
/// (a file, a caller) is checked before it gets here. That is why columns are of this package alone.
/// A column of at least 2 MB lies on its own pages, which go back to the system when it is dropped.
///
/// `@usableFromInline` stands at every declaration: without it, what is `package` is not inlined
/// into another module, and building an index takes nine times as many instructions.
@safe
@usableFromInline
package struct Column<Element: BitwiseCopyable>: ~Copyable {
  /// A copyable, non-owning view of the memory, valid while the column lives.
  @usableFromInline
  package let view: ColumnView<Element>

  /// The number of values there is room for.
  @inlinable package var capacity: Int { view.count }

  /// Allocates zeroed memory for `capacity` values.
  @usableFromInline
  package init(capacity: Int) {
    precondition(capacity >= 0)
    let byteCount = max(64, capacity * MemoryLayout<Element>.stride)
    // SAFETY: the allocation has room for `capacity` values and is zeroed.
    let base = unsafe allocateZeroed(byteCount: byteCount)
    view = unsafe ColumnView(
      base: base.bindMemory(to: Element.self, capacity: max(1, capacity)), count: capacity)
  }

  /// Allocates memory for `capacity` values that hold anything until they are written.
  @usableFromInline
  package init(uninitializedCapacity capacity: Int) {
    precondition(capacity >= 0)
    let byteCount = max(64, capacity * MemoryLayout<Element>.stride)
    // SAFETY: either call gives room for `capacity` values, or ends the program.
    let base =
      unsafe byteCount < ownPagesByteCount
      ? allocate(byteCount: byteCount) : allocateZeroed(byteCount: byteCount)
    view = unsafe ColumnView(
      base: base.bindMemory(to: Element.self, capacity: max(1, capacity)), count: capacity)
  }

  deinit {
    let byteCount = max(64, view.count * MemoryLayout<Element>.stride)
    // SAFETY: `base` was allocated with the same size; views end with the column.
    unsafe deallocate(UnsafeMutableRawPointer(view.base), byteCount: byteCount)
  }

  /// The value at `index`, which debug builds check.
  @inlinable
  package subscript(index: Int) -> Element {
    get { view[index] }
    nonmutating _modify { yield &view[index] }
  }

  /// Gives the memory of the first `count` values back to the system, which may be less than all
  /// of it; what they are afterwards nobody knows.
  @usableFromInline
  package func discard(first count: Int) {
    precondition(count >= 0 && count <= capacity)
    let byteCount = count * MemoryLayout<Element>.stride & ~(discardedByteCount - 1)
    guard byteCount > 0, capacity * MemoryLayout<Element>.stride >= ownPagesByteCount else {
      return
    }
    #if canImport(Glibc)
      // SAFETY: whole pages of this column alone, which were mapped for it.
      _ = unsafe madvise(view.base, byteCount, MADV_DONTNEED)
    #endif
  }

  /// Replaces this column by one of at least `capacity` values that begins with the first
  /// `count` values of this one.
  ///
  /// - Complexity: O(`count`). Growth is by half, so appending is amortised O(1).
  @usableFromInline
  package mutating func grow(to capacity: Int, keeping count: Int) {
    guard capacity > self.capacity else { return }
    let larger = Column(capacity: max(capacity, self.capacity + self.capacity / 2))
    larger.view.copy(from: view, count: count)
    self = larger
  }
}

// SAFETY: a column owns plain memory; whoever holds it decides which thread writes.
extension Column: @unchecked Sendable {}

/// A copyable view of a `Column`'s memory; whoever uses it sees to it that the column lives.
@safe
@usableFromInline
package struct ColumnView<Element: BitwiseCopyable>: BitwiseCopyable, @unchecked Sendable {
  /// The address of the first value.
  @usableFromInline
  @unsafe package let base: UnsafeMutablePointer<Element>
  /// The number of values.
  @usableFromInline
  package let count: Int

  /// Wraps memory that someone else owns.
  @unsafe
  @inlinable
  package init(base: UnsafeMutablePointer<Element>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// The value at `index`, which debug builds check.
  @inlinable
  package subscript(index: Int) -> Element {
    _read {
      assert(index >= 0 && index < count)
      // SAFETY: the caller keeps `index` within `0..<count`; the assertion shows where not.
      yield unsafe base[index]
    }
    nonmutating _modify {
      assert(index >= 0 && index < count)
      // SAFETY: as above. In place, so that a field of a large value is not changed by a copy.
      yield unsafe &base[index]
    }
  }

  /// Reads a value of another type at `byteOffset`, which need not be aligned.
  @inlinable
  package func load<T: BitwiseCopyable>(at byteOffset: Int, as type: T.Type = T.self) -> T {
    assert(byteOffset >= 0)
    assert(byteOffset + MemoryLayout<T>.size <= count * MemoryLayout<Element>.stride)
    // SAFETY: within the column, as the assertions say.
    return unsafe UnsafeRawPointer(base).loadUnaligned(fromByteOffset: byteOffset, as: T.self)
  }

  /// Writes a value of another type at `byteOffset`, which need not be aligned.
  @inlinable
  package func store<T: BitwiseCopyable>(_ value: T, at byteOffset: Int) {
    assert(byteOffset >= 0)
    assert(byteOffset + MemoryLayout<T>.size <= count * MemoryLayout<Element>.stride)
    // SAFETY: within the column, as the assertions say.
    unsafe UnsafeMutableRawPointer(base).storeBytes(
      of: value, toByteOffset: byteOffset, as: T.self)
  }

  /// Copies the first `count` values of `other` to the start of this view.
  @inlinable
  package func copy(from other: ColumnView<Element>, count: Int) {
    precondition(count <= self.count && count <= other.count)
    // SAFETY: both views hold `count` values.
    unsafe base.update(from: other.base, count: count)
  }
}

private let ownPagesByteCount = 2 << 20

/// What is given back is a multiple of this: some calls, not one for each page.
private let discardedByteCount = 256 << 10

private func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
  // SAFETY: whatever the size, the call gives that much or nil.
  guard let base = unsafe malloc(byteCount) else { OutOfMemory.fail() }
  return unsafe base
}

private func allocateZeroed(byteCount: Int) -> UnsafeMutableRawPointer {
  guard byteCount >= ownPagesByteCount else {
    // SAFETY: whatever the size, the call gives that much or nil.
    guard let base = unsafe calloc(byteCount, 1) else { OutOfMemory.fail() }
    return unsafe base
  }
  // SAFETY: the system chooses an address at which nothing lies yet.
  let base = unsafe mmap(
    nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  guard let base = unsafe base, unsafe base != MAP_FAILED else { OutOfMemory.fail() }
  return unsafe base
}

/// Gives back what `allocate` or `allocateZeroed` gave for the same `byteCount`.
private func deallocate(_ base: UnsafeMutableRawPointer, byteCount: Int) {
  // SAFETY: the size says whether the memory was mapped or is of the heap.
  if byteCount >= ownPagesByteCount {
    unsafe munmap(base, byteCount)
  } else {
    unsafe free(base)
  }
}
