import Tokenizer

/// The few values of a `PatchedBlock` that need more bits than the rest: where they stand, and what
/// is added to them.
///
///     Patches := Steps                                                                kind 0xE0
///              | head: u8, (code: 7 + size bits)^count, zeros to a whole byte        kind 0xC0
///              | head: u8, (index: u8)^count, (high: size + 1 bytes)^count            kind 0x80
///     head    := count (bits 0...4, 1...31), size (bits 5...7)
///     code    := index (bits 0...6), high - 1 (the bits after)
///
/// The second kind is for highs of up to 128, the third for all others; both only where there are no
/// such `Steps` or these are longer. Indices increase.
///
/// Before format 5 there are no steps. In format 3 highs of up to 8 bits are `(high: size + 1
/// bits)^count, zeros to a whole byte, (index: u8)^count`, of kind 0xA0; before it all are of kind
/// 0x80. `BytePatches` reads both.
enum Patches {
  /// The kind of `Steps`.
  static let stepKind: UInt8 = 0xE0
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
    if header >= stepKind { return try Steps.add(input, at: offset, width, to: output) }
    return try addOthers(input, at: offset, header: header, width, to: output)
  }

  @inline(never)
  private static func addOthers(
    _ input: Bytes, at offset: Int, header: UInt8, _ width: Int, to output: ColumnView<UInt32>
  ) throws(PatchedBlock.Malformed) -> Int {
    guard header & kindMask == codeKind else {
      return try BytePatches(input, at: offset, header: header).add(input, width, to: output)
    }
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
    if header >= stepKind { return try Steps.value(slot, of: input, at: offset, width) }
    return try otherValue(slot, of: input, at: offset, header: header, width)
  }

  @inline(never)
  private static func otherValue(
    _ slot: Int, of input: Bytes, at offset: Int, header: UInt8, _ width: Int
  ) throws(PatchedBlock.Malformed) -> UInt32 {
    guard header & kindMask == codeKind else {
      return try BytePatches(input, at: offset, header: header).value(slot, input, width)
    }
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
    if header >= stepKind { return Steps.end(input, at: offset) }
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
    case stepKind: return 5
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
    let kind = header & kindMask
    let highs: Highs?
    switch kind {
    case stepKind: highs = Steps.highsAsEncoded(input, at: offset)
    case codeKind: highs = try? PatchCodes(input, at: offset).highsAsEncoded(input)
    default: highs = try? BytePatches(input, at: offset, header: header).highsAsEncoded(input)
    }
    guard let highs, highs.maximum <= UInt32.max >> UInt32(width) else { return false }
    return kind == self.kind(of: highs, formatVersion: formatVersion)
  }

  /// The kind that an encoder of a format takes.
  private static func kind(of highs: Highs, formatVersion: UInt32) -> UInt8 {
    if SegmentVersion.isTight(formatVersion) { return PatchLayout(highs).kind }
    if SegmentVersion.isDense(formatVersion) {
      return highs.maximum > PatchLayout.maxCodedHigh ? wideKind : codeKind
    }
    return SegmentVersion.isCompact(formatVersion) && highs.maximum < 256 ? narrowKind : wideKind
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

  /// What they add up to; nil if other bytes mean the same.
  func highsAsEncoded(_ input: Bytes) -> Highs? {
    let bits = count * bitCount
    if bits & 7 != 0, input[end - 1] >> UInt8(bits & 7) != 0 { return nil }
    var last = -1
    var highs = Highs()
    for number in 0..<count {
      let (index, high) = patch(number, input)
      guard index > last else { return nil }
      last = index
      highs.add(high)
    }
    // A high less one that has no bits is 0.
    return count > 0 && (highMask == 0 || highs.maximum - 1 > highMask >> 1) ? highs : nil
  }
}
