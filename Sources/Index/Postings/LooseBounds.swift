/// What the postings of a block have at most and at least, for parameters that impacts say little of.
///
/// They are kept in a byte, rounded to where they still hold:
///
///     frequency := 0 (up to 1) ... 15 (any): 1, 2, 3, 4, 6, 8, 12, 16 and so on      bits 0...3
///     norm      := norm / 8, but at most 15                                           bits 4...7
///
/// Before format 5 a byte each.
struct LooseBounds: Equatable {
  /// No frequency is greater; 255 stands for all from there.
  var maxFrequency: UInt8 = 0
  /// The norm of no document is less.
  var minNorm: UInt8 = 255

  /// The bounds that a byte stands for.
  init(code: UInt8) {
    let exponent = (Int(code & 15) + 1) >> 1
    // 2 or 3 halves of a power of two.
    let frequency = ((2 | Int(code & 1 ^ 1)) << exponent) >> 1
    maxFrequency = UInt8(code & 15 == 0 ? 1 : min(255, frequency))
    minNorm = (code >> 4) * 8
  }

  /// Given bounds.
  init(maxFrequency: UInt8 = 0, minNorm: UInt8 = 255) {
    self.maxFrequency = maxFrequency
    self.minNorm = minNorm
  }

  /// The byte whose bounds are the closest ones that hold.
  var code: UInt8 {
    var code: UInt8 = 0
    while code < 15, LooseBounds(code: code).maxFrequency < maxFrequency { code += 1 }
    return code | min(15, minNorm >> 3) << 4
  }
}
