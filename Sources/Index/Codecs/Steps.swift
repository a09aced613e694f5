import Tokenizer

/// The few values of a `PatchedBlock` that need more bits than the rest, as a list of their indices:
/// each time that an index stands there adds 1 to what is above the packed bits.
///
///     Steps := count: 5 bits (1...28), upper: count + (128 >> l) - 1 bits, (low: l bits)^count,
///              zeros to a whole byte
///     l     = 7 - the bits of count - 1
///
/// Indices do not decrease. The low `l` bits of each stand in `low`; what is above them in `upper` in
/// unary: a one for each index, after as many zeros as it says (Elias, 1974; Fano, 1971). Most highs
/// are 1, so that an index takes fewer bits twice than a high would take that goes with it once. The
/// ones are found one by one without a branch, and all bits are two loads.
struct Steps {
  /// The most of them: so `upper` and all low bits are in one load each.
  static let maxCount = 28
  /// The bits of their number.
  private static let countBitCount = 5

  /// The offset after them.
  let end: Int
  private let lowBitCount: UInt64
  private var upper: UInt64
  private var lows: UInt64
  /// The index of the next one.
  private var number: UInt64 = 0

  /// The steps at `offset`; throws if there are none such or if they end beyond the input.
  ///
  /// - Precondition: 8 bytes after the end can be read.
  @inline(__always)
  init(_ input: Bytes, at offset: Int) throws(PatchedBlock.Malformed) {
    guard offset < input.count else { throw PatchedBlock.Malformed() }
    let word = input.loadLongWord(at: offset)
    let count = Steps.count(UInt8(truncatingIfNeeded: word))
    let lowBitCount = Steps.lowBitCount(count: count)
    let upperBitCount = Steps.upperBitCount(count: count)
    let lowStart = Steps.countBitCount &+ upperBitCount
    end = offset &+ (lowStart &+ count &* lowBitCount &+ 7) &>> 3
    guard count > 0, count <= Steps.maxCount, end <= input.count else {
      throw PatchedBlock.Malformed()
    }
    self.lowBitCount = UInt64(truncatingIfNeeded: lowBitCount)
    upper =
      word &>> UInt64(Steps.countBitCount)
      & (1 &<< UInt64(truncatingIfNeeded: upperBitCount) &- 1)
    lows =
      input.loadLongWord(at: offset &+ lowStart &>> 3)
      &>> UInt64(truncatingIfNeeded: lowStart & 7)
  }

  /// The index of the next step, below 128 whatever the bytes are; nil after the last.
  @inline(__always)
  private mutating func next() -> Int? {
    if upper == 0 { return nil }
    let zeros = UInt64(truncatingIfNeeded: upper.trailingZeroBitCount) &- number
    let low = lows & (1 &<< lowBitCount &- 1)
    upper &= upper &- 1
    lows = lows &>> lowBitCount
    number &+= 1
    return Int(truncatingIfNeeded: (zeros &<< lowBitCount | low) & 127)
  }

  /// Adds the steps at `offset` to `output`; returns the offset after them.
  @inline(__always)
  static func add(
    _ input: Bytes, at offset: Int, _ width: Int, to output: ColumnView<UInt32>
  ) throws(PatchedBlock.Malformed) -> Int {
    var steps = try Steps(input, at: offset)
    let step: UInt32 = 1 &<< UInt32(truncatingIfNeeded: width)
    while let index = steps.next() { output[index] = output[index] &+ step }
    return steps.end
  }

  /// What the steps at `offset` add to the value in `slot`.
  @inline(never)
  static func value(
    _ slot: Int, of input: Bytes, at offset: Int, _ width: Int
  ) throws(PatchedBlock.Malformed) -> UInt32 {
    let steps = try Steps(input, at: offset)
    let part = UInt64(slot) &>> steps.lowBitCount
    let low = UInt64(slot) & (1 &<< steps.lowBitCount &- 1)
    // The zero that ends the indices of the same high bits: they are the ones right before it.
    var zeros = ~steps.upper
    for _ in 0..<part { zeros &= zeros &- 1 }
    var place = UInt64(zeros.trailingZeroBitCount) &- 1
    var high: UInt32 = 0
    while steps.upper &>> place & 1 == 1, place >= part {
      let other = steps.lows &>> ((place &- part) &* steps.lowBitCount)
      high &+= other & (1 &<< steps.lowBitCount &- 1) == low ? 1 : 0
      place &-= 1
    }
    return high &<< UInt32(truncatingIfNeeded: width)
  }

  /// The offset after the steps at `offset`, which may be beyond the end.
  @inline(__always)
  static func end(_ input: Bytes, at offset: Int) -> Int {
    offset &+ byteCount(count: count(input[offset]))
  }

  /// The bytes of `count` steps.
  @inline(__always)
  static func byteCount(count: Int) -> Int {
    let bitCount = upperBitCount(count: count) &+ count &* lowBitCount(count: count)
    return (countBitCount &+ bitCount &+ 7) &>> 3
  }

  @inline(__always)
  private static func count(_ head: UInt8) -> Int { Int(head & 31) }

  /// Any number for a count that there is not.
  @inline(__always)
  private static func lowBitCount(count: Int) -> Int {
    (UInt32(truncatingIfNeeded: count &- 1) &<< 1 | 1).leadingZeroBitCount &- 24
  }

  @inline(__always)
  private static func upperBitCount(count: Int) -> Int {
    count &+ 128 &>> lowBitCount(count: count) &- 1
  }

  /// Appends the steps of `patched`, `count` in all.
  static func encode(
    _ patched: PatchedValues, of values: ColumnView<UInt32>, count: Int,
    into writer: inout ByteWriter
  ) {
    let lowBitCount = UInt64(lowBitCount(count: count))
    var (upper, lows): (UInt64, UInt64) = (0, 0)
    var number: UInt64 = 0
    for patch in 0..<patched.count {
      let (index, high) = patched[patch, values]
      for _ in 0..<high {
        upper |= 1 &<< (UInt64(index) &>> lowBitCount &+ number)
        lows |= (UInt64(index) & (1 &<< lowBitCount &- 1)) &<< (number &* lowBitCount)
        number &+= 1
      }
    }
    assert(number == count)
    let lowStart = countBitCount + upperBitCount(count: count)
    writer.append(
      UInt64(count) | upper << countBitCount | lows << lowStart, lows >> (64 - lowStart),
      byteCount: byteCount(count: count))
  }

  /// What the steps at `offset`, which were read before, add up to; nil if other bytes mean the same.
  static func highsAsEncoded(_ input: Bytes, at offset: Int) -> Highs? {
    guard var steps = try? Steps(input, at: offset) else { return nil }
    let count = count(input[offset])
    let bitCount = countBitCount + upperBitCount(count: count) + count * Int(steps.lowBitCount)
    let padding = bitCount & 7 == 0 ? 0 : input[steps.end - 1] >> UInt8(bitCount & 7)
    guard steps.upper.nonzeroBitCount == count, padding == 0 else { return nil }
    var highs = Highs()
    var (last, high) = (-1, 0 as UInt32)
    while let index = steps.next() {
      guard index >= last else { return nil }
      if index > last { highs.add(high) }
      (last, high) = (index, index > last ? 1 : high + 1)
    }
    highs.add(high)
    return highs
  }
}
