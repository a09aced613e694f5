import Tokenizer

/// 128 integers in few bytes: most at one bit width, the few that need more patched in.
///
///     PatchedBlock := header: u8, packed: 16 * width bytes, Patches?
///     header       := width (0...32)                        no patches
///                   | width (0...31) | kind                 patches of a kind (see `Patches`)
///
/// A patch adds `high << width` to the value at its index. The width is the one that makes the
/// block shortest (PForDelta: Zukowski, Héman, Nes, Boncz, "Super-scalar RAM-CPU cache
/// compression", 2006; "optimal" choice of the width: Yan, Ding, Suel, 2009), if a patch counts
/// for more bits than it takes, as it takes time as well.
enum PatchedBlock {
  /// The number of integers in a block.
  static let length = BitPacking.blockLength
  /// The longest a block can be, in bytes.
  static let maxByteCount = 1 + 512
  /// The bits that a patch counts for besides those it takes, as each takes a nanosecond.
  private static let patchPenalty = 1

  private static let patchMark: UInt8 = 0x80

  /// What decoding throws on bytes that no encoder writes.
  struct Malformed: Error {}

  /// How a block is laid out.
  struct Layout {
    fileprivate var width: Int
    fileprivate var patches: PatchLayout?

    /// The bytes of the block.
    var byteCount: Int { 1 + BitPacking.byteCount(width: width) + (patches?.byteCount ?? 0) }
  }

  /// Appends the block of the 128 `values`.
  static func encode(_ values: ColumnView<UInt32>, into writer: inout ByteWriter) {
    encode(values, layout(of: values), into: &writer)
  }

  /// Appends the block of the 128 `values`, whose layout is known.
  static func encode(
    _ values: ColumnView<UInt32>, _ layout: Layout, into writer: inout ByteWriter
  ) {
    writer.append(UInt8(truncatingIfNeeded: layout.width) | (layout.patches?.kind ?? 0))
    let packed = writer.append(uninitialized: BitPacking.byteCount(width: layout.width))
    BitPacking.pack(values, width: layout.width, into: packed)
    layout.patches?.encode(values, width: layout.width, into: &writer)
  }

  /// The layout that costs least.
  static func layout(of values: ColumnView<UInt32>) -> Layout {
    var maximum: UInt32 = 0
    // Four counts of each width, 64 apart, as one would wait for itself at every step.
    var counts = InlineArray<256, UInt8>(repeating: 0)
    var index = 0
    while index < length {
      let (value0, value1) = (values[index], values[index &+ 1])
      let (value2, value3) = (values[index &+ 2], values[index &+ 3])
      maximum = max(maximum, max(max(value0, value1), max(value2, value3)))
      counts[bitCount(value0)] &+= 1
      counts[bitCount(value1) &+ 64] &+= 1
      counts[bitCount(value2) &+ 128] &+= 1
      counts[bitCount(value3) &+ 192] &+= 1
      index &+= 4
    }
    let maxWidth = 32 - maximum.leadingZeroBitCount
    var best = Layout(width: maxWidth)
    var leastCost = BitPacking.byteCount(width: maxWidth) * 8
    var patchCount = 0
    var width = maxWidth - 1
    while width >= 0 {
      let place = width + 1
      patchCount += Int(counts[place] &+ counts[place + 64])
      patchCount += Int(counts[place + 128] &+ counts[place + 192])
      if patchCount > PatchLayout.maxCount { break }
      let patches = PatchLayout(highs(of: values, patchCount, maximum, width))
      let byteCount = BitPacking.byteCount(width: width) + patches.byteCount
      let cost = byteCount * 8 + patches.count * patchPenalty
      if cost < leastCost { (best, leastCost) = (Layout(width: width, patches: patches), cost) }
      width -= 1
    }
    return best
  }

  /// What `count` values have above `width` bits, the greatest of which is `maximum`.
  private static func highs(
    of values: ColumnView<UInt32>, _ count: Int, _ maximum: UInt32, _ width: Int
  ) -> Highs {
    let maxHigh = maximum &>> UInt32(truncatingIfNeeded: width)
    var highs = Highs(count: count, maximum: maxHigh, sum: Steps.maxCount + 1)
    if count > Steps.maxCount || maxHigh > Steps.maxCount { return highs }
    let shift = SIMD4(repeating: UInt32(truncatingIfNeeded: width))
    var sums = SIMD4<UInt32>()
    for row in 0..<32 {
      sums = sums &+ values.load(at: row &* 16, as: SIMD4<UInt32>.self) &>> shift
    }
    highs.sum = Int(sums.wrappedSum())
    return highs
  }

  /// The bits of a value, without a question whether there are any.
  @inline(__always)
  private static func bitCount(_ value: UInt32) -> Int {
    63 &- (UInt64(value) &<< 1 | 1).leadingZeroBitCount
  }

  /// Decodes the block at `offset` into `output`, each value `base` more than is stored; returns the
  /// offset after it.
  ///
  /// - Throws: if the bytes are no block or end before it does; `output` then holds anything.
  @inline(__always)
  static func decode(
    _ input: Bytes, at offset: Int, plus base: UInt32 = 0, into output: ColumnView<UInt32>
  ) throws(Malformed) -> Int {
    guard offset < input.count else { throw Malformed() }
    let header = input[offset]
    let width = width(header)
    let patches = offset &+ 1 &+ BitPacking.byteCount(width: width)
    guard width <= 32, patches <= input.count else { throw Malformed() }
    BitPacking.unpack(input, at: offset &+ 1, width: width, plus: base, into: output)
    if header < patchMark { return patches }
    return try Patches.add(input, at: patches, header: header, width, to: output)
  }

  /// The bit width that a header has; above 32 in one that is none.
  @inline(__always)
  private static func width(_ header: UInt8) -> Int {
    Int(header & (0x7F ^ (header &>> 7) &* 0x60))
  }

  /// Whether no value of the block at `offset`, which was decoded before, has more than 24 bits.
  @inline(__always)
  static func isBelow24Bits(_ input: Bytes, at offset: Int) -> Bool {
    let header = input[offset]
    let width = width(header)
    if header < patchMark { return width <= 24 }
    let highBitCount = Patches.highBitCount(
      input, at: offset &+ 1 &+ BitPacking.byteCount(width: width), header: header)
    // Patches are added, so that a value may take a bit more.
    return width &+ highBitCount < 24
  }

  /// The offset after the block at `offset`, without decoding it.
  @inline(__always)
  static func end(_ input: Bytes, at offset: Int) throws(Malformed) -> Int {
    guard offset < input.count else { throw Malformed() }
    let header = input[offset]
    let width = width(header)
    var end = offset &+ 1 &+ BitPacking.byteCount(width: width)
    if header >= patchMark {
      guard end < input.count else { throw Malformed() }
      end = Patches.end(input, at: end, header: header)
    }
    guard width <= 32, end <= input.count else { throw Malformed() }
    return end
  }

  /// Whether the block at `offset`, which was decoded before, is as an encoder of a format writes it,
  /// so that no other bytes of its width mean the same: patches are of the kind for such highs,
  /// indices increase, each patch adds something, which stays within 32 bits, highs have no bits more
  /// than the longest needs, and bits that fill up are zero.
  static func isAsEncoded(_ input: Bytes, at offset: Int, formatVersion: UInt32) -> Bool {
    let header = input[offset]
    guard header >= patchMark else { return true }
    let width = width(header)
    return Patches.areAsEncoded(
      input, at: offset + 1 + BitPacking.byteCount(width: width), header: header, width,
      formatVersion: formatVersion)
  }

  /// One value of the block at `offset`, whose whole extent is readable.
  ///
  /// - Throws: if the bytes are no block.
  @inline(__always)
  static func value(
    _ slot: Int, of input: Bytes, at offset: Int
  ) throws(Malformed) -> UInt32 {
    let header = input[offset]
    let width = width(header)
    let patches = offset &+ 1 &+ BitPacking.byteCount(width: width)
    guard width <= 32, patches <= input.count else { throw Malformed() }
    let value = BitPacking.value(slot, of: input, at: offset &+ 1, width: width)
    if header < patchMark { return value }
    return try value &+ Patches.value(slot, of: input, at: patches, header: header, width)
  }
}
