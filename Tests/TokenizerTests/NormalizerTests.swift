import Foundation
import TestSupport
import Testing

@testable import Tokenizer

struct NormalizerTests {
  /// Letters and marks of many classes, with precomposed ones and some that never are.
  private static let scalars: [UInt32] = [
    0x61, 0x65, 0x41, 0xE9, 0xC5, 0x1E69, 0x3B1, 0x1F80, 0x212B, 0x374, 0x300, 0x301, 0x302, 0x304,
    0x307, 0x308, 0x323, 0x327, 0x328, 0x338, 0x345, 0x5D0, 0x5B0, 0x5BC, 0x915, 0x93C, 0x94D,
    0x9C7, 0x9BE,
  ]

  @Test func formsAreThoseOfFoundation() throws {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<4_000 {
      // Some with more marks in a row than are sorted by insertion.
      let marks = Self.scalars.filter { Normalizer.combiningClass($0) != 0 }
      let isLong = round % 20 == 0
      let source = (0..<(isLong ? 40 : random.number(in: 1...7))).map { index in
        isLong && index > 0 ? random.pick(marks) : random.pick(Self.scalars)
      }
      var text = ""
      for scalar in source { text.unicodeScalars.append(try #require(UnicodeScalar(scalar))) }
      let comment: Comment = "\(source.map { String($0, radix: 16) }), seed \(TestSeed.value)"
      let composed = text.precomposedStringWithCanonicalMapping.unicodeScalars.map(\.value)
      #expect(normalized(source, .composed) == composed, comment)
      let decomposed = text.decomposedStringWithCanonicalMapping.unicodeScalars.map(\.value)
      #expect(normalized(source, .decomposed) == decomposed, comment)
    }
  }

  /// Jamo at the ends of their ranges, and what is next to those; Foundation composes some that the
  /// standard (section 3.12) does not.
  @Test(
    arguments: [
      ([0x1100, 0x1161], [0xAC00]), ([0x1112, 0x1175], [0xD788]), ([0x1113, 0x1161], nil),
      ([0x1100, 0x1160], nil), ([0x1100, 0x1176], nil), ([0xAC00, 0x11A7], nil),
      ([0xAC00, 0x11A8], [0xAC01]), ([0xAC00, 0x11C2], [0xAC1B]), ([0xAC00, 0x11C3], nil),
      ([0xAC01, 0x11A8], nil), ([0xD788, 0x11C2], [0xD7A3]),
      ([0x1112, 0x1175, 0x11C2, 0x11C2], [0xD7A3, 0x11C2]),
    ] as [([UInt32], [UInt32]?)])
  func jamoBecomeSyllables(_ source: [UInt32], _ composed: [UInt32]?) {
    #expect(normalized(source, .composed) == composed ?? source)
    #expect(normalized(composed ?? source, .composed) == composed ?? source)
  }

  @Test func nothingButASyllableTakesATail() {
    for first in (0x20...0x3000 as ClosedRange<UInt32>).filter({ !(0x1100..<0x1113).contains($0) })
    {
      #expect(Normalizer.composition(first, 0x11A8) == nil)
    }
  }

  /// What is beyond the limit is dropped; the rest stays as it was while the buffer grew.
  @Test(arguments: [1, 256, 257, 1_024, 1_500]) func aBufferKeepsWhatItHasRoomFor(limit: Int) {
    var buffer = ScalarBuffer(limit: limit)
    for index in 0..<UInt32(limit + 5) { buffer.append(index + 7, origin: 3 * index) }
    #expect(buffer.count == limit)
    for index in 0..<buffer.count {
      #expect(buffer[index] == UInt32(index) + 7 && buffer.origin(index) == 3 * UInt32(index))
    }
  }
}
