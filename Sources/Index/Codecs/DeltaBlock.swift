import Tokenizer

/// 128 increasing document numbers as the gaps between them, in a `PatchedBlock`.
///
/// A gap is stored less one: the numbers are distinct. The first is counted from `previous`, the
/// last number of the block before (`UInt32.max`, that is -1, at the start of a list).
///
/// Number `i` stands in slot `4 * (i % 32) + i / 32`: each of the four lanes of a vector holds 32
/// consecutive numbers, so that gaps are added up by one addition a row. With numbers side by
/// side in a row, each row takes two shuffles and four additions, and decoding twice the time.
/// What goes with the numbers (frequencies) stands in the same slots.
enum DeltaBlock {
  /// The slot of number `index`.
  @inline(__always)
  static func slot(_ index: Int) -> Int { (index & 31) &<< 2 | index &>> 5 }

  /// The index of the number in `slot`.
  @inline(__always)
  static func index(_ slot: Int) -> Int { (slot & 3) &<< 5 | slot &>> 2 }

  /// Replaces the gaps in `values`, slot by slot, by the numbers they stand for.
  ///
  /// They are whole here, not less one, so that a row takes one addition.
  ///
  /// Wraps around on gaps that no encoder writes: whoever decodes a file compares the last
  /// number with the one the skip data gives, and checks that no gap is above 24 bits.
  @inline(__always)
  static func accumulate(_ values: ColumnView<UInt32>, previous: UInt32) {
    assert(values.count >= PatchedBlock.length)
    var totals = SIMD4<UInt32>()
    // Two sums, which do not wait for each other.
    var others = SIMD4<UInt32>()
    for row in 0..<16 {
      totals = totals &+ values.load(at: row &* 32, as: SIMD4<UInt32>.self)
      others = others &+ values.load(at: row &* 32 &+ 16, as: SIMD4<UInt32>.self)
    }
    totals = totals &+ others
    let second = previous &+ totals[0]
    let third = second &+ totals[1]
    var sums = SIMD4(previous, second, third, third &+ totals[2])
    for row in 0..<32 {
      sums = sums &+ values.load(at: row &* 16, as: SIMD4<UInt32>.self)
      values.store(sums, at: row &* 16)
    }
  }

  /// The place, 0...128, of the first number that is not below `target`.
  @inline(__always)
  static func firstIndex(in values: ColumnView<UInt32>, notBelow target: UInt32) -> Int {
    // The last numbers of the lanes tell the lane; five halvings, without a branch, the row.
    let lane =
      (values[124] < target ? 1 : 0) &+ (values[125] < target ? 1 : 0)
      &+ (values[126] < target ? 1 : 0)
    var row = values[60 &+ lane] < target ? 16 : 0
    row &+= values[(row &+ 7) &* 4 &+ lane] < target ? 8 : 0
    row &+= values[(row &+ 3) &* 4 &+ lane] < target ? 4 : 0
    row &+= values[(row &+ 1) &* 4 &+ lane] < target ? 2 : 0
    row &+= values[row &* 4 &+ lane] < target ? 1 : 0
    row &+= values[row &* 4 &+ lane] < target ? 1 : 0
    return lane &* 32 &+ row
  }

  /// Writes what stands in the slots of `values` to `output` in the order of the numbers.
  @inline(__always)
  static func copyInOrder(_ values: ColumnView<UInt32>, to output: ColumnView<UInt32>) {
    var row = 0
    while row < 32 {
      // Four rows of four slots become four neighbours of each lane.
      let first = values.load(at: row &* 16, as: SIMD4<UInt32>.self)
      let second = values.load(at: row &* 16 &+ 16, as: SIMD4<UInt32>.self)
      let third = values.load(at: row &* 16 &+ 32, as: SIMD4<UInt32>.self)
      let fourth = values.load(at: row &* 16 &+ 48, as: SIMD4<UInt32>.self)
      for lane in 0..<4 {
        output.store(
          SIMD4(first[lane], second[lane], third[lane], fourth[lane]),
          at: lane &* 128 &+ row &* 4)
      }
      row &+= 4
    }
  }

  /// Writes to each slot of `output` the sum of what stands in the slots of `values` for the
  /// numbers before; both may be the same memory.
  @inline(__always)
  static func sumBefore(_ values: ColumnView<UInt32>, into output: ColumnView<UInt32>) {
    var totals = SIMD4<UInt32>()
    for row in 0..<32 { totals = totals &+ values.load(at: row &* 16, as: SIMD4<UInt32>.self) }
    let second = totals[0]
    let third = second &+ totals[1]
    var sums = SIMD4(0, second, third, third &+ totals[2])
    for row in 0..<32 {
      let next = sums &+ values.load(at: row &* 16, as: SIMD4<UInt32>.self)
      output.store(sums, at: row &* 16)
      sums = next
    }
  }
}
