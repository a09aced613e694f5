import Tokenizer

/// 128 integers in few bytes: most at one bit width, the few that need more patched in.
///
///     PatchedBlock := header: u8, packed: 16 * width bytes, (Patches | WidePatches)?
///     header       := width (0...32)                        no patches
///                   | width (0...31) | 128 | 32             patches
///                   | width (0...31) | 128                  wide patches
///     Patches      := (count: bits 0...4, bitWidth - 1: bits 5...7): u8,
///                     high: bitWidth bits ^ count, zeros to a whole byte, index: u8 ^ count
///     WidePatches  := (count: bits 0...4, byteWidth - 1: bits 5...6): u8,
///                     index: u8 ^ count, high: byteWidth bytes ^ count
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
  private static let maxPatchCount = 31
  /// The most bits of a high that is not wide.
  private static let maxHighBitCount = 8
  /// The bits that a patch counts for besides those it takes: so there are hardly more than a
  /// twenty-fifth of all values, each of which costs a nanosecond.
  private static let patchPenalty = 5

  private static let patchMark: UInt8 = 0x80
  private static let narrowMark: UInt8 = 0x20

  /// What decoding throws on bytes that no encoder writes.
  struct Malformed: Error {}

  /// How a block is laid out.
  private struct Layout {
    var width: Int
    var patchCount = 0
    /// The bits of the longest high.
    var highBitCount = 0
    /// What it costs, in bits.
    var cost: Int

    var isWide: Bool { highBitCount > maxHighBitCount }

    /// The bytes that highs and indices take.
    @inline(__always)
    static func patchByteCount(_ count: Int, highBitCount: Int) -> Int {
      count
        &+ (highBitCount > maxHighBitCount
          ? count &* ((highBitCount &+ 7) &>> 3) : (count &* highBitCount &+ 7) &>> 3)
    }
  }

  /// Appends the block of the 128 `values`.
  static func encode(_ values: ColumnView<UInt32>, into writer: inout ByteWriter) {
    let layout = layout(of: values)
    let width = UInt8(truncatingIfNeeded: layout.width)
    let hasPatches = layout.patchCount > 0
    writer.append(width | (hasPatches ? patchMark | (layout.isWide ? 0 : narrowMark) : 0))
    let packed = writer.append(uninitialized: BitPacking.byteCount(width: layout.width))
    BitPacking.pack(values, width: layout.width, into: packed)
    if hasPatches { appendPatches(values, layout, to: &writer) }
  }

  private static func appendPatches(
    _ values: ColumnView<UInt32>, _ layout: Layout, to writer: inout ByteWriter
  ) {
    let (width, patchCount) = (layout.width, layout.patchCount)
    // No branch on whether a value has a patch: it is as hard to predict as anything.
    var indices = InlineArray<128, UInt8>(repeating: 0)
    var found = 0
    for index in 0..<length {
      indices[found & 127] = UInt8(truncatingIfNeeded: index)
      found &+= values[index] &>> UInt32(truncatingIfNeeded: width) != 0 ? 1 : 0
    }
    assert(found == patchCount)
    if layout.isWide {
      let byteWidth = (layout.highBitCount + 7) >> 3
      writer.append(UInt8(patchCount | (byteWidth - 1) << 5))
      for patch in 0..<patchCount { writer.append(indices[patch]) }
      for patch in 0..<patchCount {
        writer.append(values[Int(indices[patch])] &>> UInt32(truncatingIfNeeded: width))
        writer.removeLast(4 - byteWidth)
      }
    } else {
      writer.append(UInt8(patchCount | (layout.highBitCount - 1) << 5))
      var highs = BitWriter()
      for patch in 0..<patchCount {
        let high = values[Int(indices[patch])] &>> UInt32(truncatingIfNeeded: width)
        highs.append(UInt64(high), bitCount: layout.highBitCount, to: &writer)
      }
      highs.finish(&writer)
      for patch in 0..<patchCount { writer.append(indices[patch]) }
    }
  }

  /// The layout that costs least.
  private static func layout(of values: ColumnView<UInt32>) -> Layout {
    var union: UInt32 = 0
    // Four counts of each width, 64 apart, as one would wait for itself at every step.
    var counts = InlineArray<256, UInt8>(repeating: 0)
    var index = 0
    while index < length {
      let (value0, value1) = (values[index], values[index &+ 1])
      let (value2, value3) = (values[index &+ 2], values[index &+ 3])
      union |= (value0 | value1) | (value2 | value3)
      counts[32 &- value0.leadingZeroBitCount] &+= 1
      counts[96 &- value1.leadingZeroBitCount] &+= 1
      counts[160 &- value2.leadingZeroBitCount] &+= 1
      counts[224 &- value3.leadingZeroBitCount] &+= 1
      index &+= 4
    }
    let maxWidth = 32 - union.leadingZeroBitCount
    var best = Layout(width: maxWidth, cost: BitPacking.byteCount(width: maxWidth) * 8)
    var patchCount = 0
    var width = maxWidth - 1
    while width >= 0 {
      let place = width + 1
      patchCount += Int(counts[place] &+ counts[place + 64])
      patchCount += Int(counts[place + 128] &+ counts[place + 192])
      if patchCount > maxPatchCount { break }
      let highBitCount = maxWidth - width
      let byteCount =
        BitPacking.byteCount(width: width) + 1
        + Layout.patchByteCount(patchCount, highBitCount: highBitCount)
      let cost = byteCount * 8 + patchCount * patchPenalty
      if cost < best.cost {
        best = Layout(
          width: width, patchCount: patchCount, highBitCount: highBitCount, cost: cost)
      }
      width -= 1
    }
    return best
  }

  /// Decodes the block at `offset` into `output`; returns the offset after it.
  ///
  /// - Throws: if the bytes are no block or end before it does; `output` then holds anything.
  @inline(__always)
  static func decode(
    _ input: Bytes, at offset: Int, into output: ColumnView<UInt32>
  ) throws(Malformed) -> Int {
    guard offset < input.count else { throw Malformed() }
    let header = input[offset]
    let width = width(header)
    let patches = offset &+ 1 &+ BitPacking.byteCount(width: width)
    guard width <= 32, patches <= input.count else { throw Malformed() }
    BitPacking.unpack(input, at: offset &+ 1, width: width, into: output)
    if header < patchMark { return patches }
    if header & narrowMark == 0 { return try patchWide(input, at: patches, width: width, output) }
    return try patch(input, at: patches, width: width, output)
  }

  /// The bit width that a header has; above 32 in one that is none.
  @inline(__always)
  private static func width(_ header: UInt8) -> Int {
    Int(header & (0x7F ^ (header &>> 7) &<< 5))
  }

  /// The number of bytes that patches take after their first, which is `head`.
  @inline(__always)
  private static func patchByteCount(_ head: UInt8, header: UInt8) -> Int {
    let count = Int(head & 31)
    let highWidth = Int(head &>> 5) &+ 1
    return count
      &+ (header & narrowMark == 0 ? count &* highWidth : (count &* highWidth &+ 7) &>> 3)
  }

  /// Whether no value of the block at `offset`, which was decoded before, has more than 24 bits.
  @inline(__always)
  static func isBelow24Bits(_ input: Bytes, at offset: Int) -> Bool {
    let header = input[offset]
    let width = width(header)
    if header < patchMark { return width <= 24 }
    let highWidth = Int(input[offset &+ 1 &+ BitPacking.byteCount(width: width)] &>> 5) &+ 1
    // Patches are added, so that a value may take a bit more.
    return width &+ (header & narrowMark == 0 ? highWidth &* 8 : highWidth) < 24
  }

  /// The offset after the block at `offset`, without decoding it.
  @inline(__always)
  static func end(_ input: Bytes, at offset: Int) throws(Malformed) -> Int {
    guard offset < input.count else { throw Malformed() }
    let header = input[offset]
    let width = width(header)
    var end = offset &+ 1 &+ BitPacking.byteCount(width: width)
    if header >= patchMark {
      guard width <= 32, end < input.count else { throw Malformed() }
      end = end &+ 1 &+ patchByteCount(input[end], header: header)
    }
    guard width <= 32, end <= input.count else { throw Malformed() }
    return end
  }

  /// Whether the block at `offset`, which was decoded before, is as an encoder writes it, so that
  /// no other bytes mean the same: highs have no bits more than the longest needs, and bits that
  /// fill up are zero.
  static func isAsEncoded(_ input: Bytes, at offset: Int) -> Bool {
    let header = input[offset]
    guard header >= patchMark else { return true }
    let head = offset + 1 + BitPacking.byteCount(width: width(header))
    if header & narrowMark == 0 {
      let count = Int(input[head] & 31)
      let byteWidth = Int(input[head] >> 5) + 1
      let highs = head + 1 + count
      return (0..<count).contains { input[highs + $0 * byteWidth + byteWidth - 1] != 0 }
    }
    return (try? Patches(input, at: head))?.areAsEncoded(input) ?? false
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
    if header & narrowMark == 0 {
      return try patchedWide(value, slot, input, at: patches, width)
    }
    return try patched(value, slot, input, at: patches, width)
  }

  private static func patched(
    _ value: UInt32, _ slot: Int, _ input: Bytes, at offset: Int, _ width: Int
  ) throws(Malformed) -> UInt32 {
    let patches = try Patches(input, at: offset)
    for patch in 0..<patches.count where patches.index(patch, input) == slot {
      return value &+ patches.high(patch, input) &<< UInt32(truncatingIfNeeded: width)
    }
    return value
  }

  private static func patch(
    _ input: Bytes, at offset: Int, width: Int, _ output: ColumnView<UInt32>
  ) throws(Malformed) -> Int {
    let patches = try Patches(input, at: offset)
    for patch in 0..<patches.count {
      let index = patches.index(patch, input)
      guard index < length else { throw Malformed() }
      output[index] =
        output[index] &+ patches.high(patch, input) &<< UInt32(truncatingIfNeeded: width)
    }
    return patches.end
  }

  /// Patches whose highs have up to 8 bits each.
  private struct Patches {
    let count: Int
    private let highs: Int
    private let indices: Int
    private let bitWidth: Int
    private let mask: UInt32

    /// The patches at `offset`; throws if they end beyond the input.
    @inline(__always)
    init(_ input: Bytes, at offset: Int) throws(Malformed) {
      guard offset < input.count else { throw Malformed() }
      let head = input[offset]
      count = Int(head & 31)
      bitWidth = Int(head &>> 5) &+ 1
      highs = offset &+ 1
      indices = highs &+ (count &* bitWidth &+ 7) &>> 3
      mask = 1 &<< UInt32(truncatingIfNeeded: bitWidth) &- 1
      guard indices &+ count <= input.count else { throw Malformed() }
    }

    var end: Int { indices &+ count }

    /// See `isAsEncoded`.
    func areAsEncoded(_ input: Bytes) -> Bool {
      let bitCount = count * bitWidth
      let isFilledUp = bitCount & 7 != 0
      if isFilledUp, input[highs + bitCount >> 3] >> UInt8(bitCount & 7) != 0 { return false }
      return (0..<count).contains { high($0, input) >> UInt32(bitWidth - 1) != 0 }
    }

    @inline(__always)
    func index(_ patch: Int, _ input: Bytes) -> Int { Int(input[indices &+ patch]) }

    @inline(__always)
    func high(_ patch: Int, _ input: Bytes) -> UInt32 {
      let bit = patch &* bitWidth
      // Two bytes can be read, as indices follow.
      let word = UInt16(littleEndian: input.load(at: highs &+ bit &>> 3))
      return UInt32(word &>> UInt16(truncatingIfNeeded: bit & 7)) & mask
    }
  }

  private static func patchedWide(
    _ value: UInt32, _ slot: Int, _ input: Bytes, at offset: Int, _ width: Int
  ) throws(Malformed) -> UInt32 {
    guard offset < input.count, width < 32 else { throw Malformed() }
    let count = Int(input[offset] & 31)
    let byteWidth = Int(input[offset] >> 5) &+ 1
    let highs = offset &+ 1 &+ count
    guard byteWidth <= 4, highs &+ count &* byteWidth <= input.count else { throw Malformed() }
    for patch in 0..<count where Int(input[offset &+ 1 &+ patch]) == slot {
      var high: UInt32 = 0
      for byte in 0..<byteWidth {
        high |= UInt32(input[highs &+ patch &* byteWidth &+ byte]) &<< UInt32(byte &* 8)
      }
      return value &+ high &<< UInt32(width)
    }
    return value
  }

  private static func patchWide(
    _ input: Bytes, at offset: Int, width: Int, _ output: ColumnView<UInt32>
  ) throws(Malformed) -> Int {
    guard offset < input.count, width < 32 else { throw Malformed() }
    let count = Int(input[offset] & 31)
    let byteWidth = Int(input[offset] >> 5) &+ 1
    let highs = offset &+ 1 &+ count
    let end = highs &+ count &* byteWidth
    guard byteWidth <= 4, end <= input.count else { throw Malformed() }
    for patch in 0..<count {
      let index = Int(input[offset &+ 1 &+ patch])
      guard index < length else { throw Malformed() }
      var high: UInt32 = 0
      for byte in 0..<byteWidth {
        high |= UInt32(input[highs &+ patch &* byteWidth &+ byte]) &<< UInt32(byte &* 8)
      }
      output[index] = output[index] &+ high &<< UInt32(width)
    }
    return end
  }
}
