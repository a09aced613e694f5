extension Bytes {
  /// The variable-length integer at `offset` and its length in bytes, without a branch.
  ///
  /// What has more than 8 bytes, which nothing below 2^56 takes, is a number that is too large.
  /// - Precondition: 8 bytes can be read at `offset` (the footer follows the last section); the
  ///   caller checks that the integer ends where its bytes do.
  @inline(__always)
  func loadVariable(at offset: Int) -> (value: UInt64, length: Int) {
    let word = UInt64(littleEndian: load(at: offset))
    let ends = ~word & 0x8080_8080_8080_8080
    // Up to and with the first byte without its high bit.
    let value = Bytes.joinedSevens(word & (ends ^ (ends &- 1)))
    if ends == 0 { return (.max, 8) }
    return (value, ends.trailingZeroBitCount &>> 3 &+ 1)
  }

  /// The low seven bits of each byte of `word`, side by side.
  @inline(__always)
  static func joinedSevens(_ word: UInt64) -> UInt64 {
    var value = word & 0x7F7F_7F7F_7F7F_7F7F
    value = (value & 0x007F_007F_007F_007F) | (value & 0x7F00_7F00_7F00_7F00) &>> 1
    value = (value & 0x0000_3FFF_0000_3FFF) | (value & 0x3FFF_0000_3FFF_0000) &>> 2
    return (value & 0x0FFF_FFFF) | (value & 0x0FFF_FFFF_0000_0000) &>> 4
  }

  /// The length in bytes of the variable-length integer at `offset`; 8 for what has more.
  ///
  /// - Precondition: as `loadVariable`.
  @inline(__always)
  func variableLength(at offset: Int) -> Int {
    let ends = ~UInt64(littleEndian: load(at: offset)) & 0x8080_8080_8080_8080
    return ends == 0 ? 8 : ends.trailingZeroBitCount &>> 3 &+ 1
  }
}
