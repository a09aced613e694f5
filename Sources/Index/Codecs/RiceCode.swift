/// Integers bit by bit, each with as many as it needs: for lists too short to be packed in blocks.
///
///     RiceCode(k) := low: k bits, (0)^quotient, 1                        quotient < 12
///                  | low: k bits, (0)^12, quotient: 32 bits              otherwise
///
/// A value is `quotient << k | low`. Bits are filled in from the low end of each byte. With `k`
/// near the logarithm of the mean this is the shortest code for gaps between things that lie
/// scattered evenly, to a few hundredths of a bit (Golomb, "Run-length encodings", 1966; Rice,
/// "Some practical universal noiseless coding techniques", 1979). A code is read with one load and
/// no loop; with low bits first, where the quotient starts is known at once.
enum RiceCode {
  /// Quotients from here on are written as numbers.
  static let escapeQuotient = 12
  /// The greatest parameter.
  static let maxParameter = 30

  /// The parameter for `count` values, at least one, whose sum is `sum`, below 2^60: the logarithm
  /// of ln 2, about 11 / 16, times their mean, rounded down, but at least 0.
  @inline(__always)
  static func parameter(sum: UInt64, count: Int) -> Int {
    let numerator = sum &* 11
    let denominator = UInt64(truncatingIfNeeded: count) &* 16
    // Without a division, which takes as long as decoding two values.
    let guess = denominator.leadingZeroBitCount &- numerator.leadingZeroBitCount
    if guess <= 0 { return 0 }
    let isTooLarge = denominator &<< UInt64(truncatingIfNeeded: guess) > numerator
    return min(maxParameter, guess &- (isTooLarge ? 1 : 0))
  }
}

/// Reads codes that may be anything, from memory of which 8 bytes after the end can be read.
struct RiceReader {
  private let bytes: Bytes
  /// The next bit, counted from the start of `bytes`.
  private(set) var position: Int
  private let endPosition: Int

  /// A reader of the bytes in `range`.
  @inline(__always)
  init(_ bytes: Bytes, at range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound &<< 3
    endPosition = range.upperBound &<< 3
  }

  /// A reader of the bits from `position` up to `end`.
  @inline(__always)
  init(_ bytes: Bytes, from position: Int, to end: Int) {
    self.bytes = bytes
    self.position = position
    endPosition = end
  }

  /// Whether the bytes end here: nothing is left but the unused bits of the last, all zero.
  var isAtEnd: Bool {
    guard position <= endPosition, endPosition - position < 8 else { return false }
    return position == endPosition || window & (1 &<< UInt64(endPosition &- position) &- 1) == 0
  }

  /// The next 57 bits, or more.
  @inline(__always)
  private var window: UInt64 {
    UInt64(littleEndian: bytes.load(at: position &>> 3)) &>> UInt64(position & 7)
  }

  /// The next 57 bits, or more, of which those after the end may be anything; nil at the end.
  @inline(__always)
  func peek() -> UInt64? { position < endPosition ? window : nil }

  /// Moves on by `count` bits.
  @inline(__always)
  mutating func skip(_ count: Int) { position &+= count }

  /// Reads `count` bits, at most 57; nil at the end.
  @inline(__always)
  mutating func bits(_ count: Int) -> UInt64? {
    guard position < endPosition else { return nil }
    let value = window & (1 &<< UInt64(count) &- 1)
    position &+= count
    return value
  }

  /// Reads zeros up to a one, however many they are; nil if there is none.
  @inline(__always)
  mutating func nextUnary() -> Int? {
    let start = position
    while position < endPosition {
      let zeros = window.trailingZeroBitCount
      if zeros < 57 {
        position &+= zeros &+ 1
        return position <= endPosition ? position &- start &- 1 : nil
      }
      position &+= 57
    }
    return nil
  }

  /// Moves over what `count` calls of `nextUnary` read; false if one of them gives nil.
  mutating func skipUnaries(_ count: Int) -> Bool {
    var left = count
    while left > 0 {
      guard position < endPosition else { return false }
      var ones = window & (1 &<< 57 &- 1)
      let oneCount = ones.nonzeroBitCount
      if oneCount >= left {
        for _ in 1..<left { ones &= ones &- 1 }
        position &+= ones.trailingZeroBitCount &+ 1
        break
      }
      left &-= oneCount
      position &+= 57
    }
    return position <= endPosition
  }

  /// Reads a code; nil at the end.
  ///
  /// What ends beyond the end is not noticed here but by `isAtEnd`.
  @inline(__always)
  mutating func next(_ parameter: Int) -> UInt64? {
    guard position < endPosition else { return nil }
    let word = window
    let quotient = (word &>> UInt64(parameter)).trailingZeroBitCount
    if quotient >= RiceCode.escapeQuotient { return nextEscaped(parameter) }
    position &+= parameter &+ quotient &+ 1
    return UInt64(quotient) &<< UInt64(parameter) | word & (1 &<< UInt64(parameter) &- 1)
  }

  /// Reads two codes, the second without low bits; nil at the end.
  @inline(__always)
  mutating func nextPair(_ parameter: Int) -> (first: UInt64, second: UInt64)? {
    guard position < endPosition else { return nil }
    let word = window
    let rest = word &>> UInt64(parameter)
    let quotient = rest.trailingZeroBitCount
    // Also if it is 64; then it is not used.
    let more = (rest &>> UInt64(quotient & 63)) &>> 1
    let second = more.trailingZeroBitCount
    if max(quotient, second) >= RiceCode.escapeQuotient { return nextLongPair(parameter) }
    position &+= parameter &+ quotient &+ second &+ 2
    return (
      UInt64(quotient) &<< UInt64(parameter) | word & (1 &<< UInt64(parameter) &- 1),
      UInt64(second)
    )
  }

  @inline(never)
  private mutating func nextLongPair(_ parameter: Int) -> (first: UInt64, second: UInt64)? {
    guard let first = next(parameter), let second = next(0) else { return nil }
    return (first, second)
  }

  /// Reads a variable-length integer, which starts with a byte; nil at the end.
  mutating func nextVariable() -> UInt64? {
    guard position < endPosition else { return nil }
    let (value, length) = bytes.loadVariable(at: position &>> 3)
    position &+= length &<< 3
    return value
  }

  @inline(never)
  private mutating func nextEscaped(_ parameter: Int) -> UInt64? {
    let low = window & (1 &<< UInt64(parameter) &- 1)
    position &+= parameter &+ RiceCode.escapeQuotient
    guard let quotient = bits(32) else { return nil }
    return quotient &<< UInt64(parameter) | low
  }
}

extension BitWriter {
  /// Appends the Rice code of `value`, whose quotient is below 2^32.
  @inline(__always)
  mutating func append(rice value: UInt64, parameter: Int, to writer: inout ByteWriter) {
    let low = value & (1 &<< UInt64(truncatingIfNeeded: parameter) &- 1)
    let quotient = value &>> UInt64(truncatingIfNeeded: parameter)
    if quotient < UInt64(RiceCode.escapeQuotient) {
      let length = parameter &+ Int(truncatingIfNeeded: quotient)
      append(
        low | 1 &<< UInt64(truncatingIfNeeded: length), bitCount: length &+ 1, to: &writer)
    } else {
      append(low, bitCount: parameter &+ RiceCode.escapeQuotient, to: &writer)
      append(quotient, bitCount: 32, to: &writer)
    }
  }
}
