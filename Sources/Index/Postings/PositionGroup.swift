import Tokenizer

/// The positions of a block of postings, of which those of one document are read without the rest.
///
///     PositionGroup := a: 4 bits, b: 4 bits, (low: a bits)^n, (0^quotient, 1)^(n + m),
///                      zeros to a whole byte in all, (low: b bits)^m
///
/// Of `n` documents the first positions come first, then the `m` gaps, less 1, between positions of
/// a document: Rice codes with the parameters `a` and `b`, low bits and quotients apart. The lows of
/// gaps are counted from the end, the first one last, so that nobody needs to know how many there
/// are. In a list without skip data there is no `b` if `m` is 0.
///
/// Gaps are shorter than first positions; a parameter for each makes all a fiftieth shorter. A code
/// takes longer to read than what is packed, but only those of the documents in question are read.
struct PositionGroup {
  /// The bits of a parameter.
  static let parameterBitCount = 4

  private let bytes: Bytes
  private let count: Int
  private let firstParameter: Int
  private let gapParameter: Int
  /// The first bit of the lows of first positions, of all quotients, and the one after the group.
  private let lowsStart: Int
  private let quotientsStart: Int
  private let end: Int

  /// A place among the quotients: the number of one, and its first bit.
  private struct Place {
    var number: Int
    var bit: Int
  }

  /// Where the quotients after those that were read last begin: of a first position, of gaps.
  private var first: Place
  private var gap: Place

  /// What reading beyond the group throws, and groups that are none.
  struct Malformed: Error {}

  /// A group of no documents.
  init() {
    bytes = .empty
    (count, firstParameter, gapParameter) = (0, 0, 0)
    (lowsStart, quotientsStart, end) = (0, 0, 0)
    first = Place(number: 0, bit: 0)
    gap = first
  }

  /// The group of `count` documents in `range` of `bytes`, which may be anything.
  ///
  /// - Precondition: 8 bytes after the range can be read.
  @inline(__always)
  init(
    _ bytes: Bytes, _ range: Range<Int>, count: Int, hasGaps: Bool
  ) throws(Malformed) {
    guard !range.isEmpty else { throw Malformed() }
    let parameters = Int(bytes[range.lowerBound])
    self.bytes = bytes
    self.count = count
    firstParameter = parameters & 15
    gapParameter = parameters &>> 4
    end = range.upperBound &<< 3
    lowsStart = range.lowerBound &<< 3 &+ PositionGroup.parameterBitCount &<< (hasGaps ? 1 : 0)
    quotientsStart = lowsStart &+ count &* firstParameter
    first = Place(number: 0, bit: quotientsStart)
    gap = first
    guard quotientsStart < end else { throw Malformed() }
  }

  /// The first position of document `index` of the group.
  @inline(__always)
  mutating func firstPosition(_ index: Int) throws(Malformed) -> UInt32 {
    if index < first.number { first = Place(number: 0, bit: quotientsStart) }
    try pass(&first, to: index)
    let quotient = try nextQuotient(&first)
    let low = low(at: lowsStart &+ index &* firstParameter, firstParameter)
    return UInt32(truncatingIfNeeded: quotient &<< firstParameter | low)
  }

  /// Calls `body` with `gapCount` gaps from number `index` on, until it says that this will do.
  @inline(__always)
  mutating func forEachGap(
    from index: Int, count gapCount: Int, _ body: (UInt32) -> Bool
  ) throws(Malformed) {
    let target = count &+ index
    // What lies before is passed over once.
    if gap.number < first.number || target < gap.number { gap = first }
    try pass(&gap, to: target)
    var lowBit = end &- index &* gapParameter
    guard index >= 0, lowBit &- gapCount &* gapParameter >= quotientsStart else {
      throw Malformed()
    }
    var left = gapCount
    var before = gap.bit &- 1
    var window = gap.bit
    search: while left > 0 {
      var ones = PositionGroup.window(bytes, window)
      while ones != 0, left > 0 {
        let one = window &+ ones.trailingZeroBitCount
        let quotient = one &- before &- 1
        before = one
        ones &= ones &- 1
        left &-= 1
        lowBit &-= gapParameter
        let more = quotient &<< gapParameter | low(at: lowBit, gapParameter)
        if body(UInt32(truncatingIfNeeded: more) &+ 1) { break search }
      }
      window &+= PositionGroup.windowBitCount
      guard window < end || left == 0 else { throw Malformed() }
    }
    guard before < end else { throw Malformed() }
    gap = Place(number: target &+ gapCount &- left, bit: before &+ 1)
  }

  /// Moves over quotients up to number `target`.
  @inline(__always)
  private func pass(_ place: inout Place, to target: Int) throws(Malformed) {
    var left = target &- place.number
    var bit = place.bit
    while left > 0 {
      let ones = PositionGroup.window(bytes, bit)
      let sums = ByteSums(ones)
      if left <= sums.total {
        bit &+= sums.place(ofOne: left &- 1, in: ones) &+ 1
        break
      }
      left &-= sums.total
      bit &+= PositionGroup.windowBitCount
      guard bit < end else { throw Malformed() }
    }
    guard bit <= end else { throw Malformed() }
    place = Place(number: target, bit: bit)
  }

  /// The quotient at `place`, which is moved over it.
  @inline(__always)
  private func nextQuotient(_ place: inout Place) throws(Malformed) -> Int {
    var ones = PositionGroup.window(bytes, place.bit)
    var bit = place.bit
    while ones == 0 {
      bit &+= PositionGroup.windowBitCount
      guard bit < end else { throw Malformed() }
      ones = PositionGroup.window(bytes, bit)
    }
    bit &+= ones.trailingZeroBitCount
    let quotient = bit &- place.bit
    guard bit < end else { throw Malformed() }
    place = Place(number: place.number &+ 1, bit: bit &+ 1)
    return quotient
  }

  @inline(__always)
  private func low(at bit: Int, _ parameter: Int) -> Int {
    // With a parameter of 0 that may be the byte after the group.
    let word = bytes.loadLongWord(at: bit &>> 3) &>> UInt64(truncatingIfNeeded: bit & 7)
    return Int(truncatingIfNeeded: word & (1 &<< UInt64(truncatingIfNeeded: parameter) &- 1))
  }

  /// So many bits are at hand from any on.
  private static let windowBitCount = 56

  @inline(__always)
  private static func window(_ bytes: Bytes, _ bit: Int) -> UInt64 {
    bytes.loadLongWord(at: bit &>> 3) &>> UInt64(truncatingIfNeeded: bit & 7)
      & (1 &<< UInt64(windowBitCount) &- 1)
  }
}

/// How many ones the bytes of a word have, each together with those below it.
private struct ByteSums {
  private let sums: UInt64

  @inline(__always)
  init(_ word: UInt64) {
    let pairs = word &- (word &>> 1 & 0x5555_5555_5555_5555)
    let fours = (pairs & 0x3333_3333_3333_3333) &+ (pairs &>> 2 & 0x3333_3333_3333_3333)
    let bytes = (fours &+ fours &>> 4) & 0x0F0F_0F0F_0F0F_0F0F
    sums = bytes &* 0x0101_0101_0101_0101
  }

  /// The ones of the word.
  @inline(__always)
  var total: Int { Int(truncatingIfNeeded: sums &>> 56) }

  /// The place of a one in `word`, whose sums these are, by its number among the ones.
  ///
  /// Broadword selection (Vigna, "Broadword implementation of rank/select queries", 2008).
  @inline(__always)
  func place(ofOne number: Int, in word: UInt64) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    // The first byte whose sum is above the number.
    let above = ((sums | highs) &- (UInt64(truncatingIfNeeded: number) &+ 1) &* ones) & highs
    let shift = UInt64(truncatingIfNeeded: above.trailingZeroBitCount &- 7)
    let before = (sums &<< 8) &>> shift & 0xFF
    let rest = UInt64(truncatingIfNeeded: number) &- before
    // Its bits, a byte each, added up.
    let bits = (word &>> shift & 0xFF) &* ones & 0x8040_2010_0804_0201
    let counts = ((bits &+ (highs &- ones)) &>> 7 & ones) &* ones
    let place = ((counts | highs) &- (rest &+ 1) &* ones) & highs
    return Int(truncatingIfNeeded: shift) &+ (place.trailingZeroBitCount &- 7) &>> 3
  }
}
