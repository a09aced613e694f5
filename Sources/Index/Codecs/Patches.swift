import Tokenizer

/// The few values of a `PatchedBlock` that need more bits than the rest: where they stand, and what
/// is added to them.
///
///     Patches := head: u8, (code: 7 + size bits)^count, zeros to a whole byte        kind 0xC0
///              | head: u8, (index: u8)^count, (high: size + 1 bytes)^count            kind 0x80
///     head    := count (bits 0...4, 1...31), size (bits 5...7)
///     code    := index (bits 0...6), high - 1 (the bits after)
///
/// The first kind is for highs of up to 128, the second for all others. Indices increase. A code is
/// one load, where an index and a high apart from each other are two.
///
/// In format 3 highs of up to 8 bits are `(high: size + 1 bits)^count, zeros to a whole byte,
/// (index: u8)^count`, of kind 0xA0; before it all are of kind 0x80. `BytePatches` reads both.
enum Patches {
  /// The kind whose index and high are one code.
  static let codeKind: UInt8 = 0xC0
  /// The kind of high bytes.
  static let wideKind: UInt8 = 0x80
  /// The kind of format 3.
  static let narrowKind: UInt8 = 0xA0
  /// The bits of a header that tell the kind.
  static let kindMask: UInt8 = 0xE0
  /// The bits of an index in a code.
  static let indexBitCount = 7

  /// Adds the patches at `offset` to `output`; returns the offset after them.
  ///
  /// - Throws: if the bytes are no patches or end before them; `output` then holds anything.
  @inline(__always)
  static func add(
    _ input: Bytes, at offset: Int, header: UInt8, _ width: Int, to output: ColumnView<UInt32>
  ) throws(PatchedBlock.Malformed) -> Int {
    guard header & kindMask == codeKind else {
      return try BytePatches(input, at: offset, header: header).add(input, width, to: output)
    }
    return try addCodes(input, at: offset, width, to: output)
  }

  private static func addCodes(
    _ input: Bytes, at offset: Int, _ width: Int, to output: ColumnView<UInt32>
  ) throws(PatchedBlock.Malformed) -> Int {
    let codes = try PatchCodes(input, at: offset)
    for patch in 0..<codes.count {
      let (index, high) = codes.patch(patch, input)
      output[index] = output[index] &+ high &<< UInt32(truncatingIfNeeded: width)
    }
    return codes.end
  }

  /// What the patches at `offset` add to the value in `slot`.
  @inline(__always)
  static func value(
    _ slot: Int, of input: Bytes, at offset: Int, header: UInt8, _ width: Int
  ) throws(PatchedBlock.Malformed) -> UInt32 {
    guard header & kindMask == codeKind else {
      return try BytePatches(input, at: offset, header: header).value(slot, input, width)
    }
    return try codeValue(slot, of: input, at: offset, width)
  }

  private static func codeValue(
    _ slot: Int, of input: Bytes, at offset: Int, _ width: Int
  ) throws(PatchedBlock.Malformed) -> UInt32 {
    let codes = try PatchCodes(input, at: offset)
    for patch in 0..<codes.count {
      let (index, high) = codes.patch(patch, input)
      if index == slot { return high &<< UInt32(truncatingIfNeeded: width) }
    }
    return 0
  }

  /// The offset after the patches at `offset`, which may be beyond the end.
  @inline(__always)
  static func end(_ input: Bytes, at offset: Int, header: UInt8) -> Int {
    let (count, size) = headParts(input[offset])
    if header & kindMask == codeKind {
      return offset &+ 1 &+ (count &* (indexBitCount &+ size) &+ 7) &>> 3
    }
    let highs =
      header & kindMask == narrowKind
      ? (count &* (size &+ 1) &+ 7) &>> 3 : count &* (size &+ 1)
    return offset &+ 1 &+ count &+ highs
  }

  /// The most bits of the highs at `offset`, which were read before, but for what 1 more takes.
  @inline(__always)
  static func highBitCount(_ input: Bytes, at offset: Int, header: UInt8) -> Int {
    let size = headParts(input[offset]).size
    switch header & kindMask {
    case codeKind: return size
    case narrowKind: return size &+ 1
    default: return (size &+ 1) &* 8
    }
  }

  /// Whether patches of a block of `width` bits, which were read before, are as an encoder of a format
  /// writes them: see `PatchedBlock.isAsEncoded`.
  static func areAsEncoded(
    _ input: Bytes, at offset: Int, header: UInt8, _ width: Int, formatVersion: UInt32
  ) -> Bool {
    let isDense = SegmentVersion.isDense(formatVersion)
    let isCompact = SegmentVersion.isCompact(formatVersion)
    var maxHigh: UInt32?
    // Below it the greatest high makes them another kind.
    var least: UInt32 = 1
    switch header & kindMask {
    case codeKind where isDense:
      maxHigh = try? PatchCodes(input, at: offset).maxHighAsEncoded(input)
    case narrowKind where isCompact && !isDense:
      maxHigh = try? BytePatches(input, at: offset, header: header).maxHighAsEncoded(input)
    case wideKind:
      maxHigh = try? BytePatches(input, at: offset, header: header).maxHighAsEncoded(input)
      least = isDense ? PatchLayout.maxCodedHigh + 1 : isCompact ? 256 : 1
    default: break
    }
    guard let maxHigh else { return false }
    return maxHigh >= least && maxHigh <= UInt32.max >> UInt32(width)
  }

  /// What a head says.
  @inline(__always)
  static func headParts(_ head: UInt8) -> (count: Int, size: Int) {
    (Int(head & 31), Int(head &>> 5))
  }
}

/// Patches whose index and high are one code.
private struct PatchCodes {
  let count: Int
  /// The offset after them.
  let end: Int
  private let start: Int
  private let bitCount: Int
  private let highMask: UInt32

  /// The patches at `offset`; throws if they end beyond the input.
  @inline(__always)
  init(_ input: Bytes, at offset: Int) throws(PatchedBlock.Malformed) {
    guard offset < input.count else { throw PatchedBlock.Malformed() }
    let (count, size) = Patches.headParts(input[offset])
    self.count = count
    start = offset &+ 1
    bitCount = Patches.indexBitCount &+ size
    highMask = 1 &<< UInt32(truncatingIfNeeded: size) &- 1
    end = start &+ (count &* bitCount &+ 7) &>> 3
    guard end <= input.count else { throw PatchedBlock.Malformed() }
  }

  @inline(__always)
  func patch(_ number: Int, _ input: Bytes) -> (index: Int, high: UInt32) {
    let bit = number &* bitCount
    let word = input.loadWord(at: start &+ bit &>> 3) &>> UInt32(truncatingIfNeeded: bit & 7)
    return (Int(word & 127), word &>> UInt32(Patches.indexBitCount) & highMask &+ 1)
  }

  /// The greatest high; nil if other bytes mean the same.
  func maxHighAsEncoded(_ input: Bytes) -> UInt32? {
    let bits = count * bitCount
    if bits & 7 != 0, input[end - 1] >> UInt8(bits & 7) != 0 { return nil }
    var (last, maxHigh) = (-1, 0 as UInt32)
    for number in 0..<count {
      let (index, high) = patch(number, input)
      guard index > last else { return nil }
      (last, maxHigh) = (index, max(maxHigh, high))
    }
    // A high less one that has no bits is 0.
    return count > 0 && (highMask == 0 || maxHigh - 1 > highMask >> 1) ? maxHigh : nil
  }
}

/// How patches are to be written.
struct PatchLayout {
  /// The bytes they take.
  let byteCount: Int
  private let count: Int
  private let isWide: Bool
  private let size: Int

  /// The most patches.
  static let maxCount = 31
  /// The most bits of a high less one in a code.
  private static let maxCodedBitCount = 7
  /// The greatest high in a code.
  static let maxCodedHigh: UInt32 = 1 << UInt32(maxCodedBitCount)

  /// The layout of `count` patches, at least one, whose greatest high is `maxHigh`.
  @inline(__always)
  init(_ count: Int, maxHigh: UInt32) {
    self.count = count
    let bitCount = 32 &- (maxHigh &- 1).leadingZeroBitCount
    isWide = bitCount > PatchLayout.maxCodedBitCount
    if isWide {
      size = (31 &- maxHigh.leadingZeroBitCount) &>> 3
      byteCount = 1 &+ count &* (size &+ 2)
    } else {
      size = bitCount
      byteCount = 1 &+ (count &* (Patches.indexBitCount &+ size) &+ 7) &>> 3
    }
  }

  /// What tells their kind in the header of the block.
  var kind: UInt8 { isWide ? Patches.wideKind : Patches.codeKind }

  /// Appends the patches that `values` need besides `width` bits each.
  func encode(_ values: ColumnView<UInt32>, width: Int, into writer: inout ByteWriter) {
    // No branch on whether a value has a patch: it is as hard to predict as anything.
    var indices = InlineArray<128, UInt8>(repeating: 0)
    var found = 0
    let shift = UInt32(truncatingIfNeeded: width)
    for index in 0..<PatchedBlock.length {
      indices[found & 127] = UInt8(truncatingIfNeeded: index)
      found &+= Int(values[index] &>> shift, reaches: 1)
    }
    assert(found == count)
    writer.append(UInt8(truncatingIfNeeded: count | size << 5))
    if isWide {
      for patch in 0..<count { writer.append(indices[patch]) }
      for patch in 0..<count {
        writer.append(values[Int(indices[patch])] &>> shift, byteCount: size + 1)
      }
      return
    }
    var codes = BitWriter()
    for patch in 0..<count {
      let index = UInt64(indices[patch])
      let high = UInt64(values[Int(index)] &>> shift)
      codes.append(
        index | (high &- 1) &<< UInt64(Patches.indexBitCount),
        bitCount: Patches.indexBitCount &+ size, to: &writer)
    }
    codes.finish(&writer)
  }
}
