import Tokenizer

/// 128 integers in few bytes: most at one bit width, the few that need more patched in.
///
///     PatchedBlock := header: u8, packed: 16 * width bytes, Patches?
///     header       := width (bits 0...5, 0...32), bit 7 set if patches follow
///     Patches      := (count: bits 0...4, byteWidth - 1: bits 5...6): u8,
///                     index: u8 ^ count, high: byteWidth bytes ^ count
///
/// A patch adds `high << width` to the value at its index. The width is the one that makes the
/// block shortest (PForDelta: Zukowski, Héman, Nes, Boncz, "Super-scalar RAM-CPU cache
/// compression", 2006; "optimal" choice of the width: Yan, Ding, Suel, 2009).
enum PatchedBlock {
  /// The number of integers in a block.
  static let length = BitPacking.blockLength
  /// The longest a block can be, in bytes.
  static let maxByteCount = 1 + 512
  private static let maxPatchCount = 31

  /// What decoding throws on bytes that no encoder writes.
  struct Malformed: Error {}

  /// Appends the block of the 128 `values`.
  static func encode(_ values: ColumnView<UInt32>, into writer: inout ByteWriter) {
    let (width, patchCount, byteWidth) = layout(of: values)
    writer.append(UInt8(width) | (patchCount > 0 ? 0x80 : 0))
    let packed = writer.append(uninitialized: BitPacking.byteCount(width: width))
    BitPacking.pack(values, width: width, into: packed)
    guard patchCount > 0 else { return }
    writer.append(UInt8(patchCount | (byteWidth - 1) << 5))
    appendPatches(values, width, patchCount, byteWidth, to: &writer)
  }

  private static func appendPatches(
    _ values: ColumnView<UInt32>, _ width: Int, _ patchCount: Int, _ byteWidth: Int,
    to writer: inout ByteWriter
  ) {
    // No branch on whether a value has a patch: it is as hard to predict as anything.
    var indices = InlineArray<128, UInt8>(repeating: 0)
    var found = 0
    for index in 0..<length {
      indices[found & 127] = UInt8(truncatingIfNeeded: index)
      found &+= values[index] &>> UInt32(truncatingIfNeeded: width) != 0 ? 1 : 0
    }
    assert(found == patchCount)
    let room = writer.append(uninitialized: patchCount &* (1 &+ byteWidth))
    for patch in 0..<patchCount { room[patch] = indices[patch] }
    var place = patchCount
    for patch in 0..<patchCount {
      var high = values[Int(indices[patch])] &>> UInt32(truncatingIfNeeded: width)
      for _ in 0..<byteWidth {
        room[place] = UInt8(truncatingIfNeeded: high)
        high &>>= 8
        place &+= 1
      }
    }
  }

  /// The shortest layout: bit width, number of patches, bytes of each.
  private static func layout(
    of values: ColumnView<UInt32>
  ) -> (width: Int, patchCount: Int, byteWidth: Int) {
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
    var best = (width: maxWidth, patchCount: 0, byteWidth: 1)
    var bestByteCount = BitPacking.byteCount(width: maxWidth)
    var patchCount = 0
    var width = maxWidth - 1
    while width >= 0 {
      let place = width + 1
      patchCount += Int(counts[place] &+ counts[place + 64])
      patchCount += Int(counts[place + 128] &+ counts[place + 192])
      if patchCount > maxPatchCount { break }
      let byteWidth = (maxWidth - width + 7) / 8
      let byteCount = BitPacking.byteCount(width: width) + 1 + patchCount * (1 + byteWidth)
      if byteCount < bestByteCount {
        bestByteCount = byteCount
        best = (width, patchCount, byteWidth)
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
    let width = Int(header & 0x7F)
    let patches = offset &+ 1 &+ BitPacking.byteCount(width: width)
    guard width <= 32, patches <= input.count else { throw Malformed() }
    BitPacking.unpack(input, at: offset &+ 1, width: width, into: output)
    if header < 0x80 { return patches }
    return try patch(input, at: patches, width: width, output)
  }

  /// Whether no value of the block at `offset`, which was decoded before, has more than 24 bits.
  @inline(__always)
  static func isBelow24Bits(_ input: Bytes, at offset: Int) -> Bool {
    let header = input[offset]
    let width = Int(header & 0x7F)
    if header < 0x80 { return width <= 24 }
    let patches = offset &+ 1 &+ BitPacking.byteCount(width: width)
    // A patch is added, so that a value may take a bit more.
    return width &+ (Int(input[patches] >> 5) &+ 1) &* 8 < 24
  }

  /// The offset after the block at `offset`, without decoding it.
  @inline(__always)
  static func end(_ input: Bytes, at offset: Int) throws(Malformed) -> Int {
    guard offset < input.count else { throw Malformed() }
    let header = input[offset]
    let width = Int(header & 0x7F)
    var end = offset &+ 1 &+ BitPacking.byteCount(width: width)
    if header >= 0x80 {
      guard width <= 32, end < input.count else { throw Malformed() }
      let byte = Int(input[end])
      end = end &+ 1 &+ (byte & 31) &* (2 &+ (byte >> 5))
    }
    guard width <= 32, end <= input.count else { throw Malformed() }
    return end
  }

  /// One value of the block at `offset`, whose whole extent is readable.
  ///
  /// - Throws: if the bytes are no block.
  @inline(__always)
  static func value(
    _ slot: Int, of input: Bytes, at offset: Int
  ) throws(Malformed) -> UInt32 {
    let header = input[offset]
    let width = Int(header & 0x7F)
    let packed = offset &+ 1
    guard width <= 32, packed &+ BitPacking.byteCount(width: width) <= input.count else {
      throw Malformed()
    }
    let value = BitPacking.value(slot, of: input, at: packed, width: width)
    if header < 0x80 { return value }
    return try patched(value, slot, input, at: packed &+ BitPacking.byteCount(width: width), width)
  }

  private static func patched(
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

  private static func patch(
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
