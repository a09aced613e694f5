/// Writes integers of any number of bits one after the other, filling each byte from its low end.
struct BitWriter {
  /// The bits that fill no byte yet.
  private var bits: UInt64 = 0
  /// How many they are.
  private(set) var count = 0

  /// Appends the low `bitCount` bits, at most 56, of a value that has no others.
  @inline(__always)
  mutating func append(_ value: UInt64, bitCount: Int, to writer: inout ByteWriter) {
    bits |= value &<< UInt64(truncatingIfNeeded: count)
    count &+= bitCount
    writer.append(bits)
    let byteCount = count &>> 3
    writer.removeLast(8 &- byteCount)
    // At most 63 bits were there.
    bits = bits &>> UInt64(truncatingIfNeeded: byteCount &<< 3)
    count &= 7
  }

  /// Fills the last byte up with zeros.
  mutating func finish(_ writer: inout ByteWriter) {
    if count > 0 { writer.append(UInt8(truncatingIfNeeded: bits)) }
    bits = 0
    count = 0
  }
}
