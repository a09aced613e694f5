/// The bytes of a generated table: a string literal whose characters are 7-bit bytes.
///
/// The literal lies in the read-only part of the program; making this value is an address.
@safe
struct SevenBitTable {
  @unsafe private let base: UnsafePointer<UInt8>
  #if DEBUG
    private let count: Int
  #endif

  /// Wraps a literal.
  @inline(__always)
  init(_ literal: StaticString) {
    // SAFETY: all tables are literals of more than one character, which have an address.
    unsafe base = literal.utf8Start
    #if DEBUG
      count = literal.utf8CodeUnitCount
    #endif
  }

  /// The byte at `index`.
  @inline(__always)
  subscript(index: Int) -> UInt32 {
    #if DEBUG
      assert(index >= 0 && index < count)
    #endif
    // SAFETY: indexes are computed from values the generator wrote; debug builds check them.
    return UInt32(unsafe base[index])
  }

  /// The 14-bit value number `index` of a table of such values.
  @inline(__always)
  func value14(_ index: Int) -> UInt32 {
    #if DEBUG
      assert(index >= 0 && 2 * index + 2 <= count)
    #endif
    // SAFETY: as above.
    let pair = unsafe UnsafeRawPointer(base).loadUnaligned(
      fromByteOffset: 2 &* index, as: UInt16.self)
    let bits = UInt32(UInt16(littleEndian: pair))
    return bits & 0x7F | bits >> 1 & 0x3F80
  }

  /// The 21-bit value at byte `offset`.
  @inline(__always)
  func value21(at offset: Int) -> UInt32 {
    self[offset] | self[offset &+ 1] << 7 | self[offset &+ 2] << 14
  }
}
