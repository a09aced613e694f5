/// A read-only view of the bytes of a text, which must outlive it.
///
/// Debug builds check each access, release builds do not: callers keep within `0..<count`.
@safe
struct TextView {
  /// The address of the first byte.
  @unsafe let base: UnsafePointer<UInt8>
  /// The number of bytes.
  let count: Int

  /// Wraps memory that someone else owns.
  @unsafe
  init(base: UnsafePointer<UInt8>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// Calls `body` with a view of `text`, valid until it returns.
  @inline(__always)
  static func with<R: ~Copyable, E: Error>(
    _ text: Span<UInt8>, _ body: (TextView) throws(E) -> R
  ) throws(E) -> R {
    // SAFETY: the view is used only within this call; an empty span may have no address, and
    // then the address of a constant stands in, which is never read.
    try unsafe text.withUnsafeBufferPointer { (buffer) throws(E) -> R in
      let base = unsafe buffer.baseAddress ?? ("" as StaticString).utf8Start
      return try body(unsafe TextView(base: base, count: buffer.count))
    }
  }

  /// The byte at `offset`.
  @inline(__always)
  subscript(offset: Int) -> UInt8 {
    assert(offset >= 0 && offset < count)
    // SAFETY: the caller keeps `offset` within the text; the assertion shows where not.
    return unsafe base[offset]
  }

  /// Reads a value at `offset`, which need not be aligned.
  @inline(__always)
  func load<T: BitwiseCopyable>(at offset: Int, as type: T.Type = T.self) -> T {
    assert(offset >= 0 && offset <= count - MemoryLayout<T>.size)
    // SAFETY: within the text, as the assertion says.
    return unsafe UnsafeRawPointer(base).loadUnaligned(fromByteOffset: offset, as: T.self)
  }
}
