/// Ways to damage bytes, as disks and bugs do.
public enum Corrupter {
  /// `bytes` with bit `bit` (0...7) of the byte at `offset` flipped.
  public static func flipping(bit: Int, at offset: Int, of bytes: [UInt8]) -> [UInt8] {
    var damaged = bytes
    damaged[offset] ^= 1 << UInt8(bit)
    return damaged
  }

  /// The first `count` of `bytes`.
  public static func truncating(_ bytes: [UInt8], to count: Int) -> [UInt8] {
    Array(bytes.prefix(count))
  }

  /// `bytes` with zeros in `hole`, as far as it lies within.
  public static func zeroing(_ hole: Range<Int>, of bytes: [UInt8]) -> [UInt8] {
    var damaged = bytes
    for offset in hole.clamped(to: 0..<bytes.count) { damaged[offset] = 0 }
    return damaged
  }

  /// `bytes` with one to three random changes: a flipped bit, a random byte, a number with an
  /// extreme value, a run copied from elsewhere.
  public static func mutating(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var damaged = bytes
    guard !bytes.isEmpty else { return damaged }
    for _ in 0..<random.number(in: 1...3) {
      let offset = random.below(damaged.count)
      switch random.below(4) {
      case 0: damaged[offset] ^= 1 << UInt8(random.below(8))
      case 1: damaged[offset] = UInt8(truncatingIfNeeded: random.next())
      case 2:
        let extreme: UInt8 = random.pick([0x00, 0x7F, 0x80, 0xFF])
        for place in offset..<min(offset + random.pick([1, 2, 4, 8]), damaged.count) {
          damaged[place] = extreme
        }
      default:
        let count = random.number(in: 1...16)
        let source = random.below(damaged.count)
        for step in 0..<min(count, damaged.count - max(offset, source)) {
          damaged[offset + step] = bytes[source + step]
        }
      }
    }
    return damaged
  }
}
