/// A sequential reader of bytes that may be damaged: every read checks and throws.
struct ByteReader {
  /// What is read.
  let bytes: Bytes
  /// The offset of the next byte to read.
  private(set) var offset = 0

  /// Why a read failed; the caller says where in the file that is.
  enum Failure: Error, Hashable {
    /// The bytes end before the value does.
    case endOfBytes(offset: Int)
    /// A variable-length integer does not fit its type.
    case overflow(offset: Int)
    /// A value, or a byte after the last, that the format gives no meaning.
    case unknown(offset: Int)
  }

  /// Reads `bytes` from the start.
  init(_ bytes: Bytes) {
    self.bytes = bytes
  }

  /// The number of bytes not read yet.
  var remaining: Int { bytes.count - offset }

  /// Reads a fixed-width integer.
  mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type = T.self
  ) throws(Failure) -> T {
    guard remaining >= MemoryLayout<T>.size else { throw .endOfBytes(offset: offset) }
    let value = bytes.load(at: offset, as: T.self)
    offset += MemoryLayout<T>.size
    return T(littleEndian: value)
  }

  /// Reads an integer written by `ByteWriter.appendVariable`.
  @inline(__always)
  mutating func readVariable() throws(Failure) -> UInt64 {
    // Most are small.
    guard offset < bytes.count, bytes[offset] < 0x80 else { return try readLongVariable() }
    defer { offset &+= 1 }
    return UInt64(bytes[offset])
  }

  @inline(never)
  private mutating func readLongVariable() throws(Failure) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    let start = offset
    while true {
      guard remaining > 0 else { throw .endOfBytes(offset: start) }
      let byte = bytes[offset]
      offset += 1
      guard shift < 63 || byte <= 1 else { throw .overflow(offset: start) }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  /// Reads an integer written by `ByteWriter.appendVariable` that counts something, at most
  /// `limit`.
  @inline(__always)
  mutating func readCount(limit: Int) throws(Failure) -> Int {
    let start = offset
    let value = try readVariable()
    guard value <= UInt64(limit) else { throw .overflow(offset: start) }
    return Int(value)
  }

  /// Passes over `count` bytes, which must be there.
  @inline(__always)
  mutating func skip(_ count: Int) {
    assert(count >= 0 && count <= remaining)
    offset &+= count
  }

  /// Reads `count` bytes.
  mutating func readBytes(_ count: Int) throws(Failure) -> Bytes {
    guard count >= 0, count <= remaining else { throw .endOfBytes(offset: offset) }
    defer { offset += count }
    return bytes.slice(at: offset, count: count)
  }

  /// Reads a length and as many bytes.
  mutating func readLengthPrefixed() throws(Failure) -> Bytes {
    try readBytes(readCount(limit: remaining))
  }
}
