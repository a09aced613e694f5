import Tokenizer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension ColumnView where Element == UInt8 {
  /// Calls `body` with a part of the column as a span, valid during the call.
  @inline(__always)
  func withSpan<R, E: Error>(_ range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R)
    throws(E) -> R
  {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the precondition keeps the span within the column, which the caller keeps.
    let part = unsafe UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    return try body(unsafe Span(_unsafeElements: part))
  }
}

/// The place of the first `byte` in `start ..< end`, or nil.
@inline(__always)
func firstIndex(of byte: UInt8, in bytes: ColumnView<UInt8>, from start: Int, to end: Int) -> Int? {
  precondition(start >= 0 && start <= end && end <= bytes.count)
  // SAFETY: the precondition keeps the search within the column.
  guard let found = unsafe memchr(bytes.base + start, Int32(byte), end - start) else { return nil }
  return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(bytes.base)
}

/// Copies `count` bytes at `offset` to `targetOffset` of `target`; the two may overlap.
@inline(__always)
func copyBytes(
  _ source: ColumnView<UInt8>, at offset: Int, count: Int,
  to target: ColumnView<UInt8>, at targetOffset: Int
) {
  precondition(offset >= 0 && count >= 0 && offset <= source.count - count)
  precondition(targetOffset >= 0 && targetOffset <= target.count - count)
  // SAFETY: the preconditions keep both sides within their columns.
  unsafe memmove(target.base + targetOffset, source.base + offset, count)
}
