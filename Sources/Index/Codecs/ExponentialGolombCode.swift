/// Integers of which small ones are common and no size is out of the question, bit by bit.
///
///     ExponentialGolombCode(k) := (0)^n, 1, low: n + k bits             n < 16
///                               | (0)^16, value: 56 bits               otherwise
///
/// where `value + 2^k = 1 << (n + k) | low`: twice as many bits as the value has, less `k` of those
/// that say how many these are. For numbers whose sizes are spread by a power law, as frequencies
/// of terms are, this is near the best (Teuhola, "A compression method for clustered bit-vectors",
/// 1978; with `k = 0` the gamma code of Elias, 1975). A code is read with one load and no loop.
enum ExponentialGolombCode {
  /// After so many zeros the number follows in plain binary.
  static let escapeZeroCount = 16
  /// The bits of such a number.
  static let escapedBitCount = 56
  /// The greatest parameter with which a code that is not escaped can be read at once.
  static let maxParameter = 24

  /// The bits of the code of `value`.
  static func bitCount(_ value: UInt64, parameter: Int) -> Int {
    let zeros = zeroCount(value, parameter)
    return zeros < escapeZeroCount ? 2 * zeros + parameter + 1 : escapeZeroCount + escapedBitCount
  }

  fileprivate static func zeroCount(_ value: UInt64, _ parameter: Int) -> Int {
    63 - (value + 1 << UInt64(parameter)).leadingZeroBitCount - parameter
  }

  /// Numbers around zero as numbers from zero on: 0, -1, 1, -2, 2...
  static func zigzag(_ value: Int) -> UInt64 {
    UInt64(bitPattern: Int64(value << 1 ^ value >> 63))
  }

  /// What `zigzag` made a number of.
  @inline(__always)
  static func unzigzag(_ value: UInt64) -> Int {
    Int(truncatingIfNeeded: value &>> 1) ^ (0 &- Int(truncatingIfNeeded: value & 1))
  }
}

/// Several codes in a row out of the bits at hand; as long as these are enough, nothing branches on
/// the sizes of numbers.
struct ExponentialBits {
  private var word: UInt64
  /// The bits of all codes so far.
  private(set) var count = 0
  /// The zeros at the start of the last code.
  private(set) var zeros = 0
  private var allZeros = 0

  /// Begins with the lowest of 57 bits.
  @inline(__always)
  init(_ word: UInt64) { self.word = word }

  /// Whether what was read is nothing, as it has more bits or is escaped.
  @inline(__always)
  var isLong: Bool { allZeros >= ExponentialGolombCode.escapeZeroCount || count > 57 }

  /// The next code, of parameter 14 at most.
  @inline(__always)
  mutating func next(_ parameter: Int) -> Int {
    Int(truncatingIfNeeded: nextSum(parameter)) &- 1 &<< parameter
  }

  /// The next code of parameter 0, whose value is that of `zigzag`.
  @inline(__always)
  mutating func nextSigned() -> Int {
    let sum = Int(truncatingIfNeeded: nextSum(0))
    let sign = (sum & 1) &- 1
    return (sum &>> 1 ^ sign) &- sign
  }

  /// The next `bitCount` bits.
  @inline(__always)
  mutating func next(bitCount: Int) -> UInt64 {
    let value = word & (1 &<< UInt64(bitCount) &- 1)
    word = word &>> UInt64(bitCount)
    count &+= bitCount
    return value
  }

  /// The value of the next code and that of the first with as many zeros, 1 more.
  @inline(__always)
  private mutating func nextSum(_ parameter: Int) -> UInt64 {
    zeros = word.trailingZeroBitCount
    allZeros |= zeros
    let rest = word &>> UInt64(truncatingIfNeeded: zeros)
    let lowBitCount = zeros &+ parameter
    // The 1 and the bits after it.
    let mask = 2 &<< UInt64(truncatingIfNeeded: lowBitCount) &- 1
    word = (rest &>> 1) &>> UInt64(truncatingIfNeeded: lowBitCount)
    count &+= zeros &+ lowBitCount &+ 1
    return ((rest & mask) &+ mask) &>> 1
  }
}

extension RiceReader {
  /// Reads an exponential Golomb code; nil at the end.
  ///
  /// What ends beyond the end is not noticed here but by `isAtEnd`.
  @inline(__always)
  mutating func nextExponential(_ parameter: Int) -> UInt64? {
    guard let word = peek() else { return nil }
    let zeros = word.trailingZeroBitCount
    if zeros >= ExponentialGolombCode.escapeZeroCount { return nextEscapedExponential() }
    let lowBitCount = UInt64(truncatingIfNeeded: zeros &+ parameter)
    skip(zeros &+ zeros &+ parameter &+ 1)
    let low = (word &>> UInt64(truncatingIfNeeded: zeros &+ 1)) & (1 &<< lowBitCount &- 1)
    return (low | 1 &<< lowBitCount) &- 1 &<< UInt64(truncatingIfNeeded: parameter)
  }

  @inline(never)
  private mutating func nextEscapedExponential() -> UInt64? {
    skip(ExponentialGolombCode.escapeZeroCount)
    return bits(ExponentialGolombCode.escapedBitCount)
  }
}

extension BitWriter {
  /// Appends the exponential Golomb code of `value`, which is below 2^56.
  mutating func append(exponential value: UInt64, parameter: Int, to writer: inout ByteWriter) {
    let zeros = ExponentialGolombCode.zeroCount(value, parameter)
    if zeros < ExponentialGolombCode.escapeZeroCount {
      let lowBitCount = UInt64(zeros + parameter)
      let low = (value + 1 << UInt64(parameter)) & (1 << lowBitCount - 1)
      append(1 << UInt64(zeros), bitCount: zeros + 1, to: &writer)
      append(low, bitCount: zeros + parameter, to: &writer)
    } else {
      precondition(value >> UInt64(ExponentialGolombCode.escapedBitCount) == 0)
      append(0, bitCount: ExponentialGolombCode.escapeZeroCount, to: &writer)
      append(value, bitCount: ExponentialGolombCode.escapedBitCount, to: &writer)
    }
  }
}
