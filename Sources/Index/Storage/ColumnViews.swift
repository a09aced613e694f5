import Tokenizer

extension ColumnView where Element == UInt8 {
  /// A view of the bytes `offset ..< offset + count`.
  @inline(__always)
  func slice(at offset: Int, count: Int) -> ColumnView<UInt8> {
    assert(offset >= 0 && count >= 0 && offset <= self.count - count)
    // SAFETY: within this view, as the assertion says.
    return unsafe ColumnView(base: base + offset, count: count)
  }

  /// The first `count` bytes, for reading; valid as long as this view.
  @inline(__always)
  func bytes(count: Int) -> Bytes {
    assert(count >= 0 && count <= self.count)
    // SAFETY: within this view.
    return unsafe Bytes(base: UnsafeRawPointer(base), count: count)
  }

  /// Copies `bytes`, which may overlap this view, to its start.
  @inline(__always)
  func copy(from bytes: Bytes) {
    assert(bytes.count <= count)
    // SAFETY: this view has room for them.
    unsafe UnsafeMutableRawPointer(base).copyMemory(from: bytes.base, byteCount: bytes.count)
  }
}

extension ColumnView where Element == UInt32 {
  /// Makes all values zero.
  @inline(__always)
  func clear() {
    // SAFETY: the whole view.
    unsafe base.update(repeating: 0, count: count)
  }
}

extension ColumnView {
  /// A view of `count` values from `offset` on; both are checked.
  func part(at offset: Int, count: Int) -> ColumnView<Element> {
    precondition(offset >= 0 && count >= 0 && offset + count <= self.count)
    // SAFETY: within this view, as just checked.
    return unsafe ColumnView(base: base + offset, count: count)
  }
}

extension ColumnView where Element == UInt64 {
  /// The words from `offset` on as `count` values of another type.
  func values<Value: BitwiseCopyable>(at offset: Int, count: Int) -> ColumnView<Value> {
    let wordCount = (count * MemoryLayout<Value>.stride + 7) / 8
    precondition(offset >= 0 && count >= 0 && offset + wordCount <= self.count)
    precondition(MemoryLayout<Value>.alignment <= 8)
    // SAFETY: within this view and aligned, as just checked; any bits are a value of the type.
    let start = unsafe UnsafeMutableRawPointer(base + offset)
    return unsafe ColumnView<Value>(
      base: start.bindMemory(to: Value.self, capacity: count), count: count)
  }
}

extension Span<UInt8> {
  /// Calls `body` with the same bytes, which are valid during the call.
  @inline(__always)
  func withBytes<R, E: Error>(_ body: (Bytes) throws(E) -> R) throws(E) -> R {
    // SAFETY: the span is borrowed for the call.
    try unsafe withUnsafeBytes { buffer throws(E) -> R in
      guard let base = buffer.baseAddress else { return try body(.empty) }
      return try unsafe body(Bytes(base: base, count: buffer.count))
    }
  }
}
