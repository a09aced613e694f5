import Testing

@testable import Index

/// Bounds of a block in a byte.
struct LooseBoundsTests {
  @Test func boundsAreTheClosestThatHold() {
    let frequencies: [UInt8] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 255]
    for code in UInt8.min...UInt8.max {
      let bounds = LooseBounds(code: code)
      #expect(bounds.maxFrequency == frequencies[Int(code & 15)])
      #expect(bounds.minNorm == 8 * (code >> 4))
      #expect(bounds.code == code, "no two bytes mean the same")
    }
    for value in UInt8.min...UInt8.max {
      let bounds = LooseBounds(code: LooseBounds(maxFrequency: value, minNorm: value).code)
      #expect(bounds.maxFrequency == frequencies.first { $0 >= value })
      #expect(bounds.minNorm == min(120, value / 8 * 8))
    }
  }
}
