import TestSupport
import Testing

@testable import Index

/// Texts on one line: simple text is spared much, and must come out the same.
struct CollapsedTextTests {
  /// What is to come out, by asking for every scalar and every character.
  private struct Naive {
    var bytes: [UInt8] = []
    var origins: [Int] = []
    var characterStarts: [Int] = []
    var traits: [CharacterTraits] = []

    init(_ text: [UInt8], _ range: Range<Int>) {
      var paragraphEnds: [Int] = []
      var offset = range.lowerBound
      var lineEndCount = 0
      var isInSpace = false
      for scalar in String(decoding: text[range], as: UTF8.self).unicodeScalars {
        let own = Array(String(scalar).utf8)
        if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
          if !isInSpace {
            bytes.append(0x20)
            origins.append(offset)
            lineEndCount = 0
          }
          if scalar == "\n" { lineEndCount += 1 }
          if scalar == "\n", lineEndCount == 2 { paragraphEnds.append(bytes.count) }
          isInSpace = true
        } else {
          bytes += own
          origins += Array(offset..<offset + own.count)
          isInSpace = false
        }
        offset += own.count
      }
      origins.append(range.upperBound)
      findCharacters(paragraphEnds)
    }

    private mutating func findCharacters(_ paragraphEnds: [Int]) {
      var start = 0
      var paragraph = paragraphEnds.startIndex
      for character in String(decoding: bytes, as: UTF8.self) {
        characterStarts.append(start)
        var own = CharacterTraits(character)
        start += character.utf8.count
        if paragraph < paragraphEnds.endIndex, paragraphEnds[paragraph] <= start {
          if own.contains(.space) { own.insert(.endsParagraph) }
          paragraph += 1
        }
        traits.append(own)
      }
      characterStarts.append(start)
    }
  }

  private static let pieces = [
    "a", "b", " ", "  ", "\n", "\n\n", "\r\n", "\t", ".", "Kassim est", "é", "’", "\u{A0}",
    // White space and controls beyond ASCII.
    "\u{3000}", "\u{2028}", "\u{85}", "\u{0}", "\u{7F}", "\u{AD}", "\u{200B}",
    // Marks, joiners and what they join.
    "e\u{301}", "\u{301}", "\u{200D}", "\u{FE0F}", "👩‍👩‍👧", "👩", "\u{1F3FD}", "©", "🇧", "🇪",
    "\u{E0020}", "\u{3099}", "か", "ก", "ำ", "\u{915}", "\u{94D}",
    // What goes with the character that follows.
    "\u{600}", "\u{110BD}", "\u{D4E}",
    // Parts of a syllable, and whole ones without and with an end.
    "\u{1100}", "\u{1161}", "\u{11A8}", "가", "각", "日本", "ъ", "Ω", "…",
  ]

  @Test func simpleTextIsTheSameAsAnyOther() {
    let seed = TestSeed.value
    var random = SplitMix64(seed: seed)
    for round in 0..<8_000 {
      var text: [UInt8] = []
      for _ in 0..<random.below(30) {
        // Half of it from the first pieces, which are simple, or nearly.
        text += Array(Self.pieces[random.below(random.below(2) == 0 ? 13 : Self.pieces.count)].utf8)
      }
      let ends = text.indices.filter { text[$0] & 0xC0 != 0x80 } + [text.count]
      let (one, other) = (random.pick(ends), random.pick(ends))
      let range = min(one, other)..<max(one, other)
      let naive = Naive(text, range)
      let shown = String(decoding: text, as: UTF8.self).debugDescription
      let comment: Comment = "\(shown), \(range), seed \(seed), round \(round)"
      expect(CollapsedText(text.span, range), naive, comment)

      let limit = random.below(20)
      let beginning = CollapsedText(text.span, range, limit: limit)
      #expect((beginning.count > limit) == (naive.traits.count > limit), comment)
      if naive.traits.count <= limit { expect(beginning, naive, comment) }
    }
  }

  private func expect(_ collapsed: CollapsedText, _ naive: Naive, _ comment: Comment) {
    #expect(collapsed.bytes == naive.bytes, comment)
    #expect(collapsed.origins == naive.origins, comment)
    #expect(collapsed.characterStarts == naive.characterStarts, comment)
    #expect(collapsed.traits == naive.traits, comment)
  }

  @Test func noTwoSimpleScalarsMakeOneCharacter() {
    let others = ["a", "é", "Ω", "ъ", "’", "日", "か", "가", "각"]
    var simpleCount = 0
    for value in 0...0x10FFFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let own = String(scalar)
      let bytes = Array(own.utf8)
      let length = CollapsedText.simpleLength(bytes.span, at: 0)
      if length == 0 { continue }
      simpleCount += 1
      #expect(length == bytes.count && !scalar.properties.isWhitespace, "U+\(own)")
      let pairs = others.flatMap { [own + $0, $0 + own] } + [own + own]
      if pairs.contains(where: { $0.count != 2 }) { Issue.record("\(value)") }
      if CharacterTraits(scalar) != CharacterTraits(Character(scalar)) { Issue.record("\(value)") }
    }
    #expect(simpleCount > 40_000)
  }

  @Test func lettersAreInWordsAsTheirPropertiesSay() throws {
    for value in Array(0xAA...0xDFF as ClosedRange<UInt32>) + Array(0x2010...0x2027) {
      let scalar = try #require(Unicode.Scalar(value))
      let properties = scalar.properties
      let isInWord =
        properties.isAlphabetic || properties.numericType != nil
        || properties.generalCategory == .format
      #expect(CharacterTraits(scalar).contains(.endsInWord) == isInWord, "\(value)")
    }
  }
}
