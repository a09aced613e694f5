import Tokenizer

/// 128 increasing document numbers as the gaps between them, in a `PatchedBlock`.
///
/// A gap is stored less one: the numbers are distinct. The first is counted from `previous`, the
/// last number of the block before (`UInt32.max`, that is -1, at the start of a list).
enum DeltaBlock {
  /// Replaces the gaps in `values` by the numbers they stand for.
  ///
  /// Wraps around on gaps that no encoder writes: whoever decodes a file compares the last
  /// number with the one the skip data gives, and checks that no gap is above `maxSafeGap`.
  @inline(__always)
  static func accumulate(_ values: ColumnView<UInt32>, previous: UInt32) {
    assert(values.count >= PatchedBlock.length)
    var carry = SIMD4<UInt32>(repeating: previous)
    let steps = SIMD4<UInt32>(1, 2, 3, 4)
    for row in 0..<32 {
      var value = values.load(at: row &* 16, as: SIMD4<UInt32>.self)
      value = value &+ SIMD4(0, value[0], value[1], value[2])
      value = value &+ SIMD4(0, 0, value[0], value[1])
      value = value &+ carry &+ steps
      values.store(value, at: row &* 16)
      carry = SIMD4(repeating: value[3])
    }
  }
}
