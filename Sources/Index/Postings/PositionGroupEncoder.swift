import Tokenizer

/// Gathers positions, and writes those of a block of postings as a `PositionGroup`.
struct PositionGroupEncoder: ~Copyable {
  /// First positions of documents, in order.
  private let firsts = Column<UInt32>(capacity: 2 * PostingsFormat.blockLength)
  /// Gaps less 1 between the positions of each document, in order.
  private var gaps = Column<UInt32>(capacity: 4 * PostingsFormat.blockLength)
  private(set) var firstCount = 0
  private(set) var gapCount = 0

  /// The most positions that are added at a time.
  static let pieceLength = PostingsFormat.blockLength

  /// The first position of all.
  var firstPosition: UInt32 { firsts[0] }

  /// Where positions go that are added in a loop.
  struct Target {
    fileprivate let firsts: ColumnView<UInt32>
    fileprivate let gaps: ColumnView<UInt32>
    fileprivate var firstCount: Int
    fileprivate var gapCount: Int

    /// Adds a position: the first of a document, or so many after the one before.
    ///
    /// No branch on which it is: that is as hard to predict as anything.
    @inline(__always)
    mutating func append(isFirst: Bool, _ position: UInt32, gap: UInt32) {
      firsts[firstCount] = position
      gaps[gapCount] = gap &- 1
      firstCount &+= isFirst ? 1 : 0
      gapCount &+= isFirst ? 0 : 1
    }
  }

  /// Calls `body` with room for `pieceLength` positions.
  ///
  /// - Precondition: no more than a block's first positions wait to be written.
  @inline(__always)
  mutating func append(_ body: (inout Target) -> Void) {
    if gapCount &+ PositionGroupEncoder.pieceLength >= gaps.capacity {
      gaps.grow(to: gapCount + 2 * PositionGroupEncoder.pieceLength, keeping: gapCount)
    }
    var target = Target(
      firsts: firsts.view, gaps: gaps.view, firstCount: firstCount, gapCount: gapCount)
    body(&target)
    (firstCount, gapCount) = (target.firstCount, target.gapCount)
  }

  /// Forgets everything.
  mutating func removeAll() {
    (firstCount, gapCount) = (0, 0)
  }

  /// Appends the first `count` documents, which have `groupGapCount` gaps, to `writer`, and forgets
  /// them; says of gaps only if there are any or `saysGaps`.
  mutating func write(
    count: Int, gapCount groupGapCount: Int, saysGaps: Bool, to writer: inout ByteWriter
  ) {
    let first = RiceCoded(firsts.view, count)
    let gap = RiceCoded(gaps.view, groupGapCount)
    let headerBitCount =
      PositionGroup.parameterBitCount * (saysGaps || groupGapCount > 0 ? 2 : 1)
    let byteCount = (headerBitCount + first.bitCount + gap.bitCount + 7) / 8
    var bits = BitFiller(
      writer.append(uninitialized: byteCount + BitFiller.spareByteCount))
    bits.append(
      UInt64(first.parameter | gap.parameter << PositionGroup.parameterBitCount),
      bitCount: headerBitCount)
    first.writeLows(to: &bits)
    first.writeQuotients(to: &bits)
    gap.writeQuotients(to: &bits)
    // The lows of gaps end with a byte.
    bits.append(0, bitCount: byteCount * 8 - gap.count * gap.parameter - bits.bitCount)
    gap.writeLowsInReverse(to: &bits)
    writer.removeLast(BitFiller.spareByteCount)
    firstCount = PositionGroupEncoder.removeFirst(count, of: firsts.view, firstCount)
    gapCount = PositionGroupEncoder.removeFirst(groupGapCount, of: gaps.view, gapCount)
  }

  /// Moves what is behind the first values to the front; says how many these are.
  private static func removeFirst(_ count: Int, of values: ColumnView<UInt32>, _ all: Int) -> Int {
    for index in count..<max(count, all) { values[index &- count] = values[index] }
    return all - count
  }
}

/// Values as Rice codes whose low bits and quotients lie apart.
private struct RiceCoded {
  let values: ColumnView<UInt32>
  let count: Int
  /// The number of low bits.
  let parameter: Int
  /// The bits of all codes.
  let bitCount: Int

  /// The first `count` of `values` with the parameter with which their codes take least, as far as
  /// the mean tells, or one more.
  init(_ values: ColumnView<UInt32>, _ count: Int) {
    self.values = values
    self.count = count
    var sum: UInt64 = 0
    for index in 0..<count { sum &+= UInt64(values[index]) }
    let guess = count == 0 ? 0 : RiceCode.parameter(sum: sum, count: count)
    let greatest = 1 << PositionGroup.parameterBitCount - 1
    let low = UInt32(truncatingIfNeeded: min(greatest, guess))
    var (quotients, halves): (UInt64, UInt64) = (0, 0)
    for index in 0..<count {
      quotients &+= UInt64(values[index] &>> low)
      halves &+= UInt64(values[index] &>> (low &+ 1))
    }
    let takesMore = guess < greatest && quotients > halves &+ UInt64(count)
    parameter = Int(low) + (takesMore ? 1 : 0)
    bitCount = count * (parameter + 1) + Int(takesMore ? halves : quotients)
  }

  private var mask: UInt32 { 1 &<< UInt32(truncatingIfNeeded: parameter) &- 1 }

  func writeLows(to bits: inout BitFiller) {
    for index in 0..<count { bits.append(UInt64(values[index] & mask), bitCount: parameter) }
  }

  func writeLowsInReverse(to bits: inout BitFiller) {
    var index = count
    while index > 0 {
      index &-= 1
      bits.append(UInt64(values[index] & mask), bitCount: parameter)
    }
  }

  /// Writes what values have above their low bits, in unary.
  func writeQuotients(to bits: inout BitFiller) {
    let shift = UInt32(truncatingIfNeeded: parameter)
    for index in 0..<count {
      var quotient = Int(values[index] &>> shift)
      while quotient >= BitFiller.greatestBitCount {
        bits.append(0, bitCount: BitFiller.greatestBitCount)
        quotient &-= BitFiller.greatestBitCount
      }
      bits.append(1 &<< UInt64(truncatingIfNeeded: quotient), bitCount: quotient &+ 1)
    }
  }
}

/// Fills memory with bits, each byte from its low end.
private struct BitFiller {
  private let bytes: ColumnView<UInt8>
  private var offset = 0
  private var bits: UInt64 = 0
  private var count = 0

  /// The most bits at a time.
  static let greatestBitCount = 56
  /// The bytes after the last that are written, too.
  static let spareByteCount = 8

  init(_ bytes: ColumnView<UInt8>) { self.bytes = bytes }

  /// How many were appended.
  var bitCount: Int { offset &* 8 &+ count }

  /// Appends the low bits of a value that has no others.
  @inline(__always)
  mutating func append(_ value: UInt64, bitCount: Int) {
    bits |= value &<< UInt64(truncatingIfNeeded: count)
    count &+= bitCount
    bytes.store(bits.littleEndian, at: offset)
    let byteCount = count &>> 3
    offset &+= byteCount
    // At most 63 bits were there.
    bits = bits &>> UInt64(truncatingIfNeeded: byteCount &<< 3)
    count &= 7
  }
}
