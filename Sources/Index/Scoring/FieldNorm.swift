/// A document's length in tokens, rounded down to what one byte can tell.
///
/// Lengths up to 40 are exact; above, four significant bits are kept, so that a length is off by
/// less than an eighth. This is the code Lucene and Tantivy use, so that scores can be compared
/// with theirs.
///
///     norm < 24    length = norm
///     otherwise    norm - 24 is a small float of the rest, length - 24:
///                  below 8 itself, else 3 bits of mantissa (a leading 1 is implied) under
///                  5 bits of (exponent + 1)
struct FieldNorm: Hashable, Sendable {
  /// The code.
  var rawValue: UInt8

  /// Wraps a code.
  @inline(__always)
  init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The code of a length.
  init(length: Int) {
    assert(length >= 0)
    let rest = length - FieldNorm.exactCount
    if rest < 0 {
      rawValue = UInt8(length)
      return
    }
    let bitCount = Int.bitWidth - rest.leadingZeroBitCount
    if bitCount < 4 {
      rawValue = UInt8(FieldNorm.exactCount + rest)
      return
    }
    let shift = bitCount - 4
    let code = ((rest >> shift) & 7) | (shift + 1) << 3
    rawValue = UInt8(min(255, FieldNorm.exactCount + code))
  }

  /// The greatest length that is not above the document's and has a code.
  var length: Int {
    let code = Int(rawValue) - FieldNorm.exactCount
    if code < 0 { return Int(rawValue) }
    let shift = (code >> 3) - 1
    let mantissa = code & 7
    return FieldNorm.exactCount + (shift < 0 ? mantissa : (mantissa | 8) << shift)
  }

  private static let exactCount = 24
}
