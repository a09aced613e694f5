/// Conditions as numbers, for loops that write first and count on after.
///
/// `count &+= condition ? 1 : 0` is compiled to a branch where the condition depends on what was
/// just loaded, and a branch on data is mispredicted as often as not; differences never are.
extension Int {
  /// 1 if `value` is `least` or more, else 0.
  @inline(__always)
  init(_ value: UInt32, reaches least: UInt32) {
    self = 1 &- Int(truncatingIfNeeded: (UInt64(value) &- UInt64(least)) &>> 63)
  }

  /// 1 if `value` is `other`, else 0.
  @inline(__always)
  init(_ value: UInt32, equals other: UInt32) {
    self = Int(truncatingIfNeeded: (UInt64(value ^ other) &- 1) &>> 63)
  }
}
