/// What stands for ill-formed UTF-8.
let replacementScalar: UInt32 = 0xFFFD

extension TextView {
  /// The scalar that starts at `offset` and its length in bytes.
  ///
  /// Ill-formed bytes count as U+FFFD, one for each maximal subpart (The Unicode Standard 17,
  /// section 3.9, "U+FFFD Substitution of Maximal Subparts"), as in `String(decoding:as:)`.
  @inline(__always)
  func decodeScalar(at offset: Int) -> (scalar: UInt32, length: Int) {
    let lead = UInt32(self[offset])
    if lead < 0x80 { return (lead, 1) }
    if lead &- 0xC2 < 0x1E, offset + 1 < count {
      let second = UInt32(self[offset + 1]) ^ 0x80
      if second < 0x40 { return ((lead & 0x1F) << 6 | second, 2) }
    }
    return decodeLongScalar(at: offset, lead: lead)
  }

  /// Scalars of three and four bytes, and ill-formed ones.
  @inline(never)
  private func decodeLongScalar(at offset: Int, lead: UInt32) -> (scalar: UInt32, length: Int) {
    // The second byte is what excludes overlong forms, surrogates and values over U+10FFFF.
    var secondRange: ClosedRange<UInt32> = 0x80...0xBF
    switch lead {
    case 0xE0: secondRange = 0xA0...0xBF
    case 0xED: secondRange = 0x80...0x9F
    case 0xE1...0xEF: break
    case 0xF0: secondRange = 0x90...0xBF
    case 0xF4: secondRange = 0x80...0x8F
    case 0xF1...0xF3: break
    default: return (replacementScalar, 1)
    }
    guard offset + 1 < count else { return (replacementScalar, 1) }
    let second = UInt32(self[offset + 1])
    guard secondRange.contains(second) else { return (replacementScalar, 1) }
    guard offset + 2 < count, self[offset + 2] & 0xC0 == 0x80 else {
      return (replacementScalar, 2)
    }
    let third = UInt32(self[offset + 2]) & 0x3F
    if lead < 0xF0 { return ((lead & 0x0F) << 12 | (second & 0x3F) << 6 | third, 3) }
    guard offset + 3 < count, self[offset + 3] & 0xC0 == 0x80 else {
      return (replacementScalar, 3)
    }
    let fourth = UInt32(self[offset + 3]) & 0x3F
    return ((lead & 0x07) << 18 | (second & 0x3F) << 12 | third << 6 | fourth, 4)
  }

  /// Where the scalar that ends at `end` starts; only for a look at what precedes a word.
  func startOfScalar(endingAt end: Int) -> Int {
    var start = end - 1
    while start > 0, end - start < 4, self[start] & 0xC0 == 0x80 { start -= 1 }
    return start + decodeScalar(at: start).length == end ? start : end - 1
  }
}

extension ColumnView<UInt8> {
  /// Writes a scalar as UTF-8 at `offset` and returns its length; four bytes must be writable.
  @inline(__always)
  func encodeScalar(_ scalar: UInt32, at offset: Int) -> Int {
    if scalar < 0x80 {
      self[offset] = UInt8(truncatingIfNeeded: scalar)
      return 1
    }
    let last = UInt8(truncatingIfNeeded: scalar & 0x3F) | 0x80
    let third = UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F) | 0x80
    if scalar < 0x800 {
      self[offset] = UInt8(truncatingIfNeeded: scalar >> 6) | 0xC0
      self[offset + 1] = last
      return 2
    }
    let second = UInt8(truncatingIfNeeded: scalar >> 12 & 0x3F) | 0x80
    if scalar < 0x10000 {
      self[offset] = UInt8(truncatingIfNeeded: scalar >> 12) | 0xE0
      self[offset + 1] = third
      self[offset + 2] = last
      return 3
    }
    self[offset] = UInt8(truncatingIfNeeded: scalar >> 18) | 0xF0
    self[offset + 1] = second
    self[offset + 2] = third
    self[offset + 3] = last
    return 4
  }
}
