import TestSupport
import Testing

@testable import Tokenizer

/// UTF-8 is read as the standard library reads it, ill-formed bytes included.
struct ScalarDecoderTests {
  /// Bytes near the limits of what may follow what.
  private static let bytes: [UInt8] = [
    0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xC3, 0xDF, 0xE0, 0xE1,
    0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
  ]

  @Test func scalarsAreThoseOfAString() {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<20_000 {
      let text = (0..<random.number(in: 1...8)).map { _ in
        random.chance(0.5) ? random.number(in: 0x80...0xBF) : Int(random.pick(Self.bytes))
      }.map { UInt8($0) }
      let expected = String(decoding: text, as: UTF8.self).unicodeScalars.map(\.value)
      TextView.with(text.span) { view in
        var scalars: [UInt32] = []
        var offset = 0
        while offset < view.count {
          let (scalar, length) = view.decodeScalar(at: offset)
          #expect(view.startOfScalar(endingAt: offset + length) == offset, "\(text)")
          scalars.append(scalar)
          offset += length
        }
        #expect(scalars == expected && offset == view.count, "\(text), seed \(TestSeed.value)")
      }
    }
  }
}
