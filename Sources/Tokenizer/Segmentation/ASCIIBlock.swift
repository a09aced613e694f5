/// 64 bytes of text, sorted into kinds: bit `i` of each mask stands for byte `i`.
///
/// Swift has no vector-to-bits instruction, and on integer vectors only `&+`, `&-` and comparisons
/// of two vectors are one instruction each; hence masks are combined as `SIMDMask`s and gathered
/// with a multiplication.
struct ASCIIBlock {
  static let byteCount = 64

  /// ASCII letters and digits.
  let alphanumerics: UInt64
  /// `'`, `.`, `,`, `;` and `"`: what may join its neighbours.
  let middles: UInt64
  /// Bytes that only the general rules understand: those of non-ASCII scalars and the low line.
  let others: UInt64

  typealias Bytes16 = SIMD16<UInt8>
  typealias Mask16 = SIMDMask<SIMD16<Int8>>

  /// Sorts the 64 bytes at `offset` of `text` and writes them in lower case to `image` at `place`.
  ///
  /// - Parameter lowLineIsOther: whether U+005F is among `others`; else it is a separator.
  @inline(__always)
  init(
    _ text: TextView, at offset: Int, image: ColumnView<UInt8>, at place: Int,
    lowLineIsOther: Bool
  ) {
    var alphanumerics: UInt64 = 0
    var middles: UInt64 = 0
    var isOther: (Mask16, Mask16, Mask16, Mask16)
    isOther = (Mask16(), Mask16(), Mask16(), Mask16())
    var anyOther = Mask16()
    let lowLine: UInt8 = lowLineIsOther ? 0x5F : 0xFF
    for part in 0..<4 {
      let bytes = text.load(at: offset &+ 16 &* part, as: Bytes16.self)
      let isUpper = Self.isIn(bytes, from: 0x41, count: 26)
      let isWord =
        isUpper .| Self.isIn(bytes, from: 0x61, count: 26)
        .| Self.isIn(bytes, from: 0x30, count: 10)
      let isMiddle =
        Self.equals(bytes, 0x27) .| Self.equals(bytes, 0x2E) .| Self.equals(bytes, 0x2C)
        .| Self.equals(bytes, 0x3B) .| Self.equals(bytes, 0x22)
      let other = Self.isIn(bytes, from: 0x80, count: 128) .| Self.equals(bytes, lowLine)
      image.store(bytes &+ Self.select(0x20, where: isUpper), at: place &+ 16 &* part)
      alphanumerics |= Self.bits(isWord) &<< UInt64(16 &* part)
      middles |= Self.bits(isMiddle) &<< UInt64(16 &* part)
      switch part {
      case 0: isOther.0 = other
      case 1: isOther.1 = other
      case 2: isOther.2 = other
      default: isOther.3 = other
      }
      anyOther = anyOther .| other
    }
    self.alphanumerics = alphanumerics
    self.middles = middles
    guard Self.isAny(anyOther) else {
      others = 0
      return
    }
    others =
      Self.bits(isOther.0) | Self.bits(isOther.1) &<< 16 | Self.bits(isOther.2) &<< 32
      | Self.bits(isOther.3) &<< 48
  }

  @inline(__always)
  private static func isIn(_ bytes: Bytes16, from first: UInt8, count: UInt8) -> Mask16 {
    (bytes &- Bytes16(repeating: first)) .< Bytes16(repeating: count)
  }

  @inline(__always)
  private static func equals(_ bytes: Bytes16, _ byte: UInt8) -> Mask16 {
    bytes .== Bytes16(repeating: byte)
  }

  /// `value` where the mask is set, else 0.
  @inline(__always)
  private static func select(_ value: UInt8, where mask: Mask16) -> Bytes16 {
    // SAFETY: masks and byte vectors are 16 bytes of any content; a lane of a mask that is no
    // longer all ones or zeros is only read back as a byte.
    let values = unsafe unsafeBitCast(Bytes16(repeating: value), to: Mask16.self)
    return unsafe unsafeBitCast(mask .& values, to: Bytes16.self)
  }

  @inline(__always)
  private static func isAny(_ mask: Mask16) -> Bool {
    // SAFETY: both are 16 bytes of any content.
    let words = unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self)
    return words[0] | words[1] != 0
  }

  /// One bit a lane: the multiplication moves the low bit of byte `i` to bit 56 + `i`.
  @inline(__always)
  private static func bits(_ mask: Mask16) -> UInt64 {
    // SAFETY: as above.
    let words = unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self)
    let low = ((words[0] & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080) &>> 56
    let high = ((words[1] & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080) &>> 56
    return low | high &<< 8
  }
}
