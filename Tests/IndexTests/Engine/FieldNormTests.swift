import Testing

@testable import Index

/// Lengths in one byte, against the description in Lucene's `SmallFloat.intToByte4`.
@Suite struct FieldNormTests {
  /// The code of a length by the definition: below 24 itself; else 24 more than a small float with
  /// three bits of mantissa, whose leading bit is left out where there is an exponent.
  private static func code(_ length: Int) -> Int {
    if length < 24 { return length }
    let rest = length - 24
    let bits = String(rest, radix: 2)
    if bits.count < 4 { return 24 + rest }
    let mantissa = Int(bits.prefix(4).dropFirst(), radix: 2) ?? 0
    return min(255, 24 + (bits.count - 3) * 8 + mantissa)
  }

  @Test func codesAreThoseOfTheDefinition() {
    for length in 0...10_000 {
      #expect(Int(FieldNorm(length: length).rawValue) == Self.code(length), "length \(length)")
    }
    for shift in 13..<62 {
      for length in [1 << shift - 1, 1 << shift, 1 << shift + 1, 3 << (shift - 1)] {
        #expect(Int(FieldNorm(length: length).rawValue) == Self.code(length), "length \(length)")
      }
    }
    #expect(FieldNorm(length: .max).rawValue == 255)
  }

  @Test func codesMeanTheGreatestLengthNotAbove() {
    for code in 0..<255 {
      let length = FieldNorm(rawValue: UInt8(code)).length
      let next = FieldNorm(rawValue: UInt8(code + 1)).length
      #expect(length < next)
      #expect(Int(FieldNorm(length: length).rawValue) == code)
      #expect(Int(FieldNorm(length: next - 1).rawValue) == code)
      if length < 40 { #expect(next == length + 1) }
      #expect(Double(next - 1 - length) < Double(length + 1) / 8)
    }
  }
}
