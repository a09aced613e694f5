import Tokenizer

/// A growing buffer of little-endian values, the inverse of `ByteReader`.
struct ByteWriter: ~Copyable {
  private var column: Column<UInt8>
  /// The number of bytes written.
  private(set) var count = 0

  /// The number of bytes there is room for.
  var capacity: Int { column.capacity }

  /// An empty buffer.
  init(capacity: Int = 256) {
    column = Column(capacity: capacity)
  }

  /// A buffer with the UTF-8 of `text`.
  init(text: String) {
    self.init(capacity: text.utf8.count)
    append([UInt8](text.utf8).span)
  }

  /// The bytes written so far, valid until the next write.
  var bytes: Bytes {
    // SAFETY: the column outlives the borrow that reads this; `count` bytes are written.
    unsafe Bytes(base: UnsafeRawPointer(column.view.base), count: count)
  }

  /// Forgets what was written, keeps the memory.
  mutating func removeAll() {
    count = 0
  }

  /// Hands over what was written, with its memory, and is empty.
  mutating func take() -> ByteWriter {
    let taken = self
    self = ByteWriter()
    return taken
  }

  /// Makes room for `byteCount` more bytes.
  @inline(__always)
  mutating func reserve(_ byteCount: Int) {
    if count + byteCount > column.capacity { grow(byteCount) }
  }

  @inline(never)
  private mutating func grow(_ byteCount: Int) {
    column.grow(to: count + byteCount, keeping: count)
  }

  /// Room for `byteCount` bytes at the end, which the caller fills at once.
  @inline(__always)
  mutating func append(uninitialized byteCount: Int) -> ColumnView<UInt8> {
    reserve(byteCount)
    // SAFETY: just reserved.
    let view = unsafe ColumnView(base: column.view.base + count, count: byteCount)
    count += byteCount
    return view
  }

  /// Takes the last bytes back.
  @inline(__always)
  mutating func removeLast(_ byteCount: Int) {
    assert(byteCount <= count)
    count -= byteCount
  }

  /// The memory from the first byte on, `byteCount` bytes or more of it; valid until the next write.
  ///
  /// For loops that write much and say at the end, by `setCount`, how much it is.
  mutating func memory(atLeast byteCount: Int) -> ColumnView<UInt8> {
    if byteCount > column.capacity { column.grow(to: byteCount, keeping: count) }
    return column.view
  }

  /// Says that the first `count` bytes are written.
  mutating func setCount(_ count: Int) {
    assert(count >= 0 && count <= column.capacity)
    self.count = count
  }

  /// Replaces the byte at `offset`.
  @inline(__always)
  mutating func replace(at offset: Int, with byte: UInt8) {
    assert(offset < count)
    column[offset] = byte
  }

  /// Appends a fixed-width value, little-endian.
  @inline(__always)
  mutating func append<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
    reserve(MemoryLayout<T>.size)
    column.view.store(value.littleEndian, at: count)
    count += MemoryLayout<T>.size
  }

  /// Appends the first `byteCount` bytes, 1 to 4, of a value, little-endian.
  @inline(__always)
  mutating func append(_ value: UInt32, byteCount: Int) {
    append(value)
    removeLast(4 - byteCount)
  }

  /// Appends the first `byteCount` bytes, at most 16, of two values, little-endian.
  ///
  /// How many they are costs nothing: all are written, and what is too much is written over.
  @inline(__always)
  mutating func append(_ first: UInt64, _ second: UInt64, byteCount: Int) {
    assert(byteCount >= 0 && byteCount <= 16)
    reserve(16)
    column.view.store(first.littleEndian, at: count)
    column.view.store(second.littleEndian, at: count + 8)
    count += byteCount
  }

  /// Appends an unsigned integer in 1 to 10 bytes: 7 bits a byte, low bits first, the high bit
  /// set in all bytes but the last.
  @inline(__always)
  mutating func appendVariable(_ value: UInt64) {
    reserve(10)
    var rest = value
    while rest >= 0x80 {
      column[count] = UInt8(truncatingIfNeeded: rest) | 0x80
      count += 1
      rest >>= 7
    }
    column[count] = UInt8(truncatingIfNeeded: rest)
    count += 1
  }

  /// Appends an unsigned integer as `appendVariable` for `UInt64` does.
  @inline(__always)
  mutating func appendVariable(_ value: Int) {
    appendVariable(UInt64(value))
  }

  /// Appends bytes.
  mutating func append(_ bytes: Bytes) {
    reserve(bytes.count)
    // SAFETY: room was made; the two do not overlap.
    unsafe UnsafeMutableRawPointer(column.view.base + count).copyMemory(
      from: bytes.base, byteCount: bytes.count)
    count += bytes.count
  }

  /// Appends bytes.
  mutating func append(_ bytes: Span<UInt8>) {
    bytes.withBytes { append($0) }
  }

  /// Appends a length and as many bytes.
  mutating func appendLengthPrefixed(_ bytes: Span<UInt8>) {
    appendVariable(bytes.count)
    append(bytes)
  }
}
