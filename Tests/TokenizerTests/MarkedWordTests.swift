import TestSupport
import Testing

@testable import Tokenizer

/// Words with combining marks take short ways; here they are held against the steps as specified.
struct MarkedWordTests {
  private static let marks: [UInt32] =
    [0x300...0x36F, 0x483...0x487, 0x591...0x5BD, 0x610...0x61A, 0x64B...0x65F, 0x6D6...0x6DC]
    .flatMap(Array.init) + [
      0x670, 0x93C, 0x94D, 0x9BC, 0x9BE, 0x9D7, 0xB3E, 0xB57, 0xBBE, 0xCD5, 0xD3E, 0xDCA, 0xDCF,
      0xE38, 0x102E, 0x1AB0, 0x1DC0, 0x1DCE, 0x20D0, 0x3099, 0x309A, 0x110BA, 0x1D165, 0x1D16D,
    ]
  private static let letters: [UInt32] =
    [0x61...0x7A, 0x41...0x5A, 0xC0...0xD6, 0xD8...0xF6, 0x100...0x148, 0x386...0x3CE].flatMap(
      Array.init)
    + [0x1EA0...0x1EF9, 0x1F00...0x1F15, 0x400...0x45F, 0x5D0...0x5EA, 0x620...0x64A].flatMap(
      Array.init)
  /// What is special in one way or another: expansions, jamo, spaces in compatibility decompositions,
  /// ignorables, exclusions from composition, composites that join what is before them.
  private static let oddities: [UInt32] = [
    0xDF, 0x13F, 0x140, 0x1F0, 0x345, 0x37A, 0x390, 0x3B0, 0x587, 0x958, 0x928, 0x929, 0x9C7, 0x9CB,
    0x9DC, 0xB47, 0xB92, 0xBC6, 0xCBF, 0xCC6, 0xD46, 0xDD9, 0xDDC, 0x1025, 0x1100, 0x1112, 0x1161,
    0x1175, 0x11A8, 0x11C2, 0xAC00, 0xAC01, 0xD7A3, 0x115F, 0x1E9E, 0x200C, 0x200D, 0x212B, 0x34F,
    0xAD, 0xFE0F, 0x304B, 0x30CF, 0xFB01, 0xFB2A, 0xFC5E, 0xFEFB, 0xFF21, 0xFF76, 0xFF9E, 0x31,
    0x4E00,
    0x1109A, 0x11099, 0x1D157, 0x1D15E, 0x16D63, 0x16D67, 0x16D68, 0x16D69, 0x16D6A, 0x2F800,
    0x10FFFF,
  ]

  @Test func shortWaysGiveWhatTheStepsGive() throws {
    var random = SplitMix64(seed: TestSeed.value)
    var folder = WordFolder()
    let pools = [Self.marks, Self.letters, Self.oddities]
    for round in 0..<10_000 {
      let length = round % 50 == 0 ? 40 : random.number(in: 1...8)
      let source = (0..<length).map { _ in
        let any = UInt32(random.number(in: 0x80...0xD7FF))
        return random.number(in: 0...40) == 0 ? any : random.pick(random.pick(pools))
      }.filter(isInWords)
      let expected = stepwiseTerm(source)
      #expect(
        try folder.markedTerm(source) == expected,
        "\(source.map { String($0, radix: 16) }), seed \(TestSeed.value)")
    }
  }

  /// All but most of the ideographs and syllables.
  @Test(
    arguments: [
      0x80..<0x3400, 0xA4D0..<0xAC20, 0xD788..<0xD800, 0xE000..<0x17000, 0x1AFF0..<0x20000,
      0x2F800..<0x2FA20,
    ] as [Range<UInt32>])
  func everyScalarAmongMarksIsFoldedAsBySteps(codes: Range<UInt32>) throws {
    var folder = WordFolder()
    for code in codes where isInWords(code) {
      let source = [0x62, code, 0x301, 0x627, 0x64E, code, 0x323, 0x653]
      let expected = stepwiseTerm(source)
      #expect(try folder.markedTerm(source) == expected, "U+\(String(code, radix: 16))")
    }
  }

  /// The quick check is what normalization does to a scalar that stands alone, or is the last of those
  /// that a composite is made of.
  @Test func theQuickCheckAgreesWithNormalization() {
    for code in UInt32(0)..<0x2FA20 where UnicodeScalar(code) != nil {
      let isChanged = normalized([code], .composed) != [code]
      if isChanged != QuickCheck(code).isNo, code < 0x2F800 {
        Issue.record("U+\(String(code, radix: 16))")
      }
      let parts = normalized([code], .decomposed)
      guard parts.count > 1, !isChanged, let last = parts.last else { continue }
      #expect(QuickCheck(last).isMaybe && last >= 0x300, "U+\(String(code, radix: 16))")
    }
  }

  /// The steps 3, 4 and 7 of the documentation, each on the whole word.
  private func stepwiseTerm(_ source: [UInt32]) -> [UInt8] {
    let word = normalized(source, .composed).flatMap { scalar in
      ScalarProperties(scalar).has(ScalarProperties.ignorable)
        ? [] : scalars(ScalarMapping.caseFolding(scalar))
    }
    var folded: [UInt32] = []
    var strips = false
    for scalar in normalized(word, .compatibilityDecomposed) {
      if Normalizer.combiningClass(scalar) == 0 {
        strips = ScalarProperties(scalar).has(ScalarProperties.latinOrGreek)
      } else if strips, (0x300...0x36F).contains(scalar) {
        continue
      }
      if scalar == 0x20 || ScalarProperties(scalar).has(ScalarProperties.ignorable) { continue }
      for part in scalars(ScalarMapping.caseFolding(scalar)) {
        folded += scalars(ScalarMapping.accents(part))
      }
    }
    let text = String(
      String.UnicodeScalarView(normalized(folded, .composed).compactMap(UnicodeScalar.init)))
    return Array(text.utf8)
  }

  /// Whether a word may have a scalar within it; ends of words, where apostrophes go, are not tested
  /// here.
  private func isInWords(_ scalar: UInt32) -> Bool {
    let properties = ScalarProperties(scalar)
    let isApostrophe = Elision.isApostrophe(scalar) || scalar == 0x149
    return !isApostrophe
      && (properties.has(ScalarProperties.alphanumeric)
        || properties.wordBreakClass != WordBreakClass.other)
  }

  private func scalars(_ mapping: ScalarMapping) -> [UInt32] {
    (0..<mapping.count).map { mapping[$0] }
  }
}

extension WordFolder {
  /// The term of a word of `scalars`, taken for one with marks whatever is in it.
  fileprivate mutating func markedTerm(_ scalars: [UInt32]) throws -> [UInt8] {
    var text = String.UnicodeScalarView()
    for scalar in scalars { text.append(try #require(UnicodeScalar(scalar))) }
    let bytes = Array(String(text).utf8)
    let output = Column<UInt8>(capacity: maxTermByteCount + 64)
    let length = TextView.with(bytes.span) { view in
      fold(
        view, from: 0, to: bytes.count, bits: ScalarProperties.complex, language: .undetermined,
        stopWords: nil, into: output.view, at: 0)?.length ?? 0
    }
    return (0..<length).map { output[$0] }
  }
}
