/// Bytes that someone else keeps alive: a mapped file or a buffer, for as long as its owner lives.
///
/// Trivial to copy, so cursors may hold it. `load` and `slice` check bounds in debug builds only:
/// they are for offsets that a reader validated against `count`. What comes from a file and was
/// not validated is read with `ByteReader`, which throws.
@safe
struct Bytes: @unchecked Sendable {
  /// The address of the first byte.
  @unsafe let base: UnsafeRawPointer
  /// The number of bytes.
  let count: Int

  /// Wraps memory that someone else owns.
  @unsafe
  init(base: UnsafeRawPointer, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// No bytes.
  static var empty: Bytes {
    // SAFETY: nothing is read through it.
    unsafe Bytes(base: UnsafeRawPointer(bitPattern: 64).unsafelyUnwrapped, count: 0)
  }

  /// The byte at `offset`.
  @inline(__always)
  subscript(offset: Int) -> UInt8 { load(at: offset) }

  /// A little-endian value at `offset`, which need not be aligned.
  @inline(__always)
  func load<T: BitwiseCopyable>(at offset: Int, as type: T.Type = T.self) -> T {
    assert(offset >= 0 && offset <= count - MemoryLayout<T>.size)
    // SAFETY: the caller validated `offset`; the owner keeps the memory.
    return unsafe base.loadUnaligned(fromByteOffset: offset, as: T.self)
  }

  /// Four bytes at `offset`, little-endian, of which those after the end may be anything.
  ///
  /// - Precondition: they can be read, as in a file, where a footer follows whatever it is.
  @inline(__always)
  func loadWord(at offset: Int) -> UInt32 {
    assert(offset >= 0 && offset < count)
    // SAFETY: the caller validated `offset`; three bytes more can be read.
    return unsafe UInt32(
      littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// Eight bytes at `offset`, little-endian, of which those after the end may be anything.
  ///
  /// - Precondition: as for `loadWord`.
  @inline(__always)
  func loadLongWord(at offset: Int) -> UInt64 {
    assert(offset >= 0 && offset <= count)
    // SAFETY: the caller validated `offset`; eight bytes after the end can be read.
    return unsafe UInt64(
      littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// A number of `byteCount` bytes, 1 to 4; four can be read, as for `loadWord`.
  @inline(__always)
  func loadOffset(at offset: Int, _ byteCount: Int) -> Int {
    let excess = UInt32(truncatingIfNeeded: 32 &- byteCount &* 8)
    return Int((loadWord(at: offset) &<< excess) &>> excess)
  }

  /// The bytes `offset ..< offset + count`.
  @inline(__always)
  func slice(at offset: Int, count: Int) -> Bytes {
    assert(offset >= 0 && count >= 0 && offset <= self.count - count)
    // SAFETY: as above.
    return unsafe Bytes(base: base + offset, count: count)
  }

  /// How many bytes at their start both have in common.
  @inline(__always)
  func commonByteCount(with other: Bytes) -> Int {
    let limit = Swift.min(count, other.count)
    var common = 0
    while common &+ 8 <= limit {
      let difference = load(at: common, as: UInt64.self) ^ other.load(at: common)
      if difference != 0 {
        return common &+ UInt64(littleEndian: difference).trailingZeroBitCount &>> 3
      }
      common &+= 8
    }
    while common < limit, self[common] == other[common] { common &+= 1 }
    return common
  }

  /// Reads a byte of each cache line in a range, so that all are fetched at the same time.
  @inline(__always)
  func touch(_ range: Range<Int>) -> UInt8 {
    var touched: UInt8 = 0
    var offset = range.lowerBound
    while offset < range.upperBound {
      touched |= self[offset]
      offset &+= 64
    }
    return touched
  }

  /// The bytes as an array, copied.
  func copied() -> [UInt8] {
    // SAFETY: `count` bytes are readable.
    unsafe [UInt8](UnsafeRawBufferPointer(start: base, count: count))
  }

  /// Calls `body` with the bytes as a span.
  @inline(__always)
  func withSpan<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
    // SAFETY: the span does not outlive this call, the owner does.
    let buffer = unsafe UnsafeBufferPointer(
      start: base.assumingMemoryBound(to: UInt8.self), count: count)
    return try body(unsafe Span(_unsafeElements: buffer))
  }
}
