import Tokenizer

/// A growing buffer of bytes, reused from document to document.
///
/// At least `padding` readable bytes follow the content, so that it can be read eight bytes at a
/// time up to its end.
struct ByteBuffer: ~Copyable {
  /// The number of bytes that may be read, but mean nothing, after the content.
  static let padding = 16

  private var column: Column<UInt8>
  /// The number of bytes of content.
  private(set) var count = 0

  /// An empty buffer with room for `capacity` bytes.
  init(capacity: Int = 1 << 12) {
    column = Column(capacity: capacity + Self.padding)
  }

  /// The content and the padding; valid until the buffer grows.
  var view: ColumnView<UInt8> { column.view }

  /// The number of bytes there is room for without growing.
  var capacity: Int { column.capacity - Self.padding }

  /// Sees to it that `additional` bytes fit after the content.
  mutating func reserve(_ additional: Int) {
    if count + additional > capacity {
      column.grow(to: count + additional + Self.padding, keeping: count)
    }
  }

  /// Declares the first `count` bytes, written through `view`, to be the content.
  mutating func setCount(_ count: Int) {
    precondition(count >= 0 && count <= capacity)
    self.count = count
  }

  mutating func removeAll() { count = 0 }

  mutating func append(_ byte: UInt8) {
    reserve(1)
    column[count] = byte
    count += 1
  }

  mutating func append(_ source: ColumnView<UInt8>, _ range: Range<Int>) {
    reserve(range.count)
    copyBytes(source, at: range.lowerBound, count: range.count, to: column.view, at: count)
    count += range.count
  }

  mutating func append(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { append(byte) }
  }

  /// Puts a line with part of another buffer before the content.
  mutating func prependLine(_ source: ColumnView<UInt8>, _ range: Range<Int>) {
    reserve(range.count + 1)
    copyBytes(column.view, at: 0, count: count, to: column.view, at: range.count + 1)
    copyBytes(source, at: range.lowerBound, count: range.count, to: column.view, at: 0)
    column[range.count] = 0x0A
    count += range.count + 1
  }

  /// Adds a scalar as UTF-8.
  mutating func append(_ scalar: Unicode.Scalar) {
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
  }

  /// The last byte, or nil.
  var last: UInt8? { count == 0 ? nil : column[count - 1] }

  /// Drops the last byte.
  mutating func removeLast() { count -= 1 }

  /// Calls `body` with the content as a span, valid during the call.
  func withSpan<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
    try column.view.withSpan(0..<count, body)
  }
}
