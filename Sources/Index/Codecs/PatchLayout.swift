import Tokenizer

/// How much some values of a block have above the packed bits.
struct Highs {
  /// The values that have anything there.
  var count = 0
  /// The most that one has.
  var maximum: UInt32 = 0
  /// What all have together.
  var sum = 0

  /// Counts what one value has, if anything.
  mutating func add(_ high: UInt32) {
    count += high > 0 ? 1 : 0
    maximum = max(maximum, high)
    sum += Int(high)
  }
}

/// How patches are to be written.
struct PatchLayout {
  /// The bytes they take.
  let byteCount: Int
  /// How many there are to be added.
  let count: Int
  /// What tells their kind in the header of the block.
  let kind: UInt8
  private let size: Int

  /// The most patches.
  static let maxCount = 31
  /// The most bits of a high less one in a code.
  private static let maxCodedBitCount = 7
  /// The greatest high in a code.
  static let maxCodedHigh: UInt32 = 1 << UInt32(maxCodedBitCount)

  /// The layout of patches that add `highs`, of at least one value and at most `maxCount`; the sum
  /// need not be right if it is above `Steps.maxCount`.
  @inline(__always)
  init(_ highs: Highs) {
    let bitCount = 32 &- (highs.maximum &- 1).leadingZeroBitCount
    let isWide = bitCount > PatchLayout.maxCodedBitCount
    let size = isWide ? (31 &- highs.maximum.leadingZeroBitCount) &>> 3 : bitCount
    let byteCount =
      isWide
      ? 1 &+ highs.count &* (size &+ 2)
      : 1 &+ (highs.count &* (Patches.indexBitCount &+ size) &+ 7) &>> 3
    self.size = size
    if highs.sum <= Steps.maxCount, Steps.byteCount(count: highs.sum) <= byteCount {
      (count, kind) = (highs.sum, Patches.stepKind)
      self.byteCount = Steps.byteCount(count: count)
    } else {
      (count, kind) = (highs.count, isWide ? Patches.wideKind : Patches.codeKind)
      self.byteCount = byteCount
    }
  }

  /// Appends the patches that `values` need besides `width` bits each.
  func encode(_ values: ColumnView<UInt32>, width: Int, into writer: inout ByteWriter) {
    let patched = PatchedValues(values, width: width)
    if kind == Patches.stepKind {
      Steps.encode(patched, of: values, count: count, into: &writer)
      return
    }
    assert(patched.count == count)
    writer.append(UInt8(truncatingIfNeeded: count | size << 5))
    if kind == Patches.wideKind {
      for patch in 0..<count { writer.append(UInt8(patched[patch, values].index)) }
      for patch in 0..<count { writer.append(patched[patch, values].high, byteCount: size + 1) }
      return
    }
    var codes = BitWriter()
    for patch in 0..<count {
      let (index, high) = patched[patch, values]
      codes.append(
        UInt64(index) | UInt64(high &- 1) &<< UInt64(Patches.indexBitCount),
        bitCount: Patches.indexBitCount &+ size, to: &writer)
    }
    codes.finish(&writer)
  }
}

/// The values of a block that need more than `width` bits.
struct PatchedValues {
  /// How many they are, at most 127.
  private(set) var count = 0
  private var indices = InlineArray<128, UInt8>(repeating: 0)
  private let width: UInt32

  init(_ values: ColumnView<UInt32>, width: Int) {
    self.width = UInt32(truncatingIfNeeded: width)
    // No branch on whether a value has a patch: it is as hard to predict as anything.
    for index in 0..<PatchedBlock.length {
      indices[count & 127] = UInt8(truncatingIfNeeded: index)
      count &+= Int(values[index] &>> self.width, reaches: 1)
    }
  }

  /// The index of one of them, and what it has above the packed bits.
  @inline(__always)
  subscript(number: Int, values: ColumnView<UInt32>) -> (index: Int, high: UInt32) {
    let index = Int(indices[number])
    return (index, values[index] &>> width)
  }
}
