import Tokenizer

/// Patches whose indices are bytes: those with high bytes, which are rare, and those of format 3.
struct BytePatches {
  /// The offset after them.
  private let end: Int
  private let count: Int
  private let indices: Int
  private let highs: Int
  /// The bits of each high, and what they are a multiple of.
  private let bitCount: Int
  private let unitBitCount: Int

  /// The patches at `offset` of a block with this header; throws if there are none of their kind or
  /// if they end beyond the input.
  init(_ input: Bytes, at offset: Int, header: UInt8) throws(PatchedBlock.Malformed) {
    guard offset < input.count else { throw PatchedBlock.Malformed() }
    let head = Patches.headParts(input[offset])
    count = head.count
    let size = head.size + 1
    end = Patches.end(input, at: offset, header: header)
    switch header & Patches.kindMask {
    case Patches.narrowKind:
      (bitCount, unitBitCount) = (size, 1)
      highs = offset + 1
      indices = end - count
    case Patches.wideKind where size <= 4:
      (bitCount, unitBitCount) = (8 * size, 8)
      indices = offset + 1
      highs = indices + count
    default: throw PatchedBlock.Malformed()
    }
    guard end <= input.count else { throw PatchedBlock.Malformed() }
  }

  /// Adds the patches to `output`; returns the offset after them.
  func add(
    _ input: Bytes, _ width: Int, to output: ColumnView<UInt32>
  ) throws(PatchedBlock.Malformed) -> Int {
    for patch in 0..<count {
      let index = Int(input[indices + patch])
      guard index < PatchedBlock.length else { throw PatchedBlock.Malformed() }
      output[index] = output[index] &+ high(patch, input) &<< UInt32(truncatingIfNeeded: width)
    }
    return end
  }

  /// What the patches add to the value in `slot`.
  func value(_ slot: Int, _ input: Bytes, _ width: Int) -> UInt32 {
    for patch in 0..<count where Int(input[indices + patch]) == slot {
      return high(patch, input) &<< UInt32(truncatingIfNeeded: width)
    }
    return 0
  }

  /// What they add up to; nil if other bytes mean the same.
  func highsAsEncoded(_ input: Bytes) -> Highs? {
    let filled = count * bitCount & 7
    if filled != 0, input[highs + (count * bitCount) >> 3] >> UInt8(filled) != 0 { return nil }
    var last = -1
    var sums = Highs()
    for patch in 0..<count {
      let (index, high) = (Int(input[indices + patch]), high(patch, input))
      guard index > last, high > 0 else { return nil }
      last = index
      sums.add(high)
    }
    return sums.maximum >> UInt32(bitCount - unitBitCount) > 0 ? sums : nil
  }

  private func high(_ patch: Int, _ input: Bytes) -> UInt32 {
    let bit = patch * bitCount
    let first = highs + bit >> 3
    var word: UInt64 = 0
    for byte in first...highs + (bit + bitCount - 1) >> 3 {
      word |= UInt64(input[byte]) << UInt64(8 * (byte - first))
    }
    return UInt32(truncatingIfNeeded: word >> UInt64(bit & 7) & (1 << UInt64(bitCount) - 1))
  }
}
