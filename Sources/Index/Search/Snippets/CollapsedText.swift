/// A stretch of a text on one line: each run of white space and control characters is a space.
///
/// It knows where its characters (grapheme clusters) begin, where words and sentences do, and
/// where every byte comes from.
struct CollapsedText {
  /// The text, as UTF-8.
  private(set) var bytes: [UInt8] = []
  /// Where each character starts in `bytes`, and at last the number of bytes.
  private(set) var characterStarts: [Int] = []

  /// The byte of the whole text that each of `bytes` is, or starts at; and at last the end.
  private var origins: [Int] = []
  private var traits: [CharacterTraits] = []

  /// The number of characters.
  var count: Int { traits.count }

  /// The text in `range`, whose ends are between scalars, of a well-formed text.
  init(_ text: Span<UInt8>, _ range: Range<Int>) {
    bytes.reserveCapacity(range.count)
    origins.reserveCapacity(range.count + 1)
    var paragraphEnds: [Int] = []
    var offset = range.lowerBound
    var lineEndCount = 0
    var isInSpace = false
    while offset < range.upperBound {
      let spaceLength = CollapsedText.spaceLength(text, at: offset)
      if spaceLength == 0 {
        isInSpace = false
        bytes.append(text[offset])
        origins.append(offset)
        offset += 1
        continue
      }
      if !isInSpace {
        bytes.append(0x20)
        origins.append(offset)
        lineEndCount = 0
        isInSpace = true
      }
      if text[offset] == 0x0A {
        lineEndCount += 1
        if lineEndCount == 2 { paragraphEnds.append(bytes.count) }
      }
      offset += spaceLength
    }
    origins.append(range.upperBound)
    findCharacters(paragraphEnds)
  }

  private mutating func findCharacters(_ paragraphEnds: [Int]) {
    let string = String(decoding: bytes, as: UTF8.self)
    characterStarts.reserveCapacity(bytes.count + 1)
    traits.reserveCapacity(bytes.count)
    var start = 0
    var paragraph = paragraphEnds.startIndex
    for character in string {
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

  /// The length in bytes of the white space or control character at `offset`, or 0.
  static func spaceLength(_ text: Span<UInt8>, at offset: Int) -> Int {
    let byte = text[offset]
    if byte < 0x80 { return byte <= 0x20 || byte == 0x7F ? 1 : 0 }
    guard byte == 0xC2 || byte >= 0xE1 && byte <= 0xE3, offset + 1 < text.count else { return 0 }
    // U+0080...U+009F are controls, U+00A0 is a space.
    if byte == 0xC2 { return text[offset + 1] <= 0xA0 ? 2 : 0 }
    guard offset + 2 < text.count else { return 0 }
    switch (byte, text[offset + 1], text[offset + 2]) {
    case (0xE1, 0x9A, 0x80): return 3  // U+1680
    case (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9): return 3
    case (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80): return 3
    default: return 0
    }
  }

  /// Lets none of `words`, in bytes of the whole text, be cut.
  ///
  /// What a word is to an analyzer need not be one to the eye: a run of Thai, say.
  mutating func keepWhole(_ words: [Range<Int>]) {
    for word in words {
      for index in characters(ofOrigin: word).dropFirst() { traits[index].insert(.continuesMatch) }
    }
  }

  // MARK: - Places between characters

  /// Whether a sentence or paragraph starts with the character at `index`.
  func startsSentence(_ index: Int) -> Bool {
    guard index > 0, index < count else { return index == 0 }
    if traits[index].contains(.continuesMatch) { return false }
    if traits[index - 1].contains(.endsWideSentence) { return true }
    guard traits[index - 1].contains(.space), !traits[index].contains(.space) else { return false }
    if traits[index - 1].contains(.endsParagraph) { return true }
    var last = index - 2
    while last >= 0, traits[last].contains(.closing) { last -= 1 }
    guard last >= 0, traits[last].contains(.endsSentence) else { return false }
    // An initial, as in "M. Dupont", ends none.
    return last < 2 || !isInitial(last - 1)
  }

  /// Whether the character at `index`, not the first, is a word of one letter.
  private func isInitial(_ index: Int) -> Bool {
    traits[index].contains(.startsInWord) && !traits[index - 1].contains(.endsInWord)
  }

  /// Whether there is white space at the place before the character at `index`.
  func isBetweenSpaces(_ index: Int) -> Bool {
    guard index > 0, index < count else { return true }
    if traits[index].contains(.continuesMatch) { return false }
    return traits[index - 1].contains(.space) || traits[index].contains(.space)
  }

  /// Whether the place before the character at `index` is not within a word.
  func isBetweenWords(_ index: Int) -> Bool {
    guard index > 0, index < count else { return true }
    let (left, right) = (traits[index - 1], traits[index])
    if right.contains(.continuesMatch) { return false }
    if left.contains(.endsInWord), right.contains(.startsInWord) { return false }
    // An apostrophe, a full stop or a comma may join: aujourd’hui, node.js, 3,14.
    if left.contains(.endsInWord), right.contains(.joining), index + 1 < count,
      traits[index + 1].contains(.startsInWord)
    {
      return false
    }
    if left.contains(.joining), right.contains(.startsInWord), index > 1,
      traits[index - 2].contains(.endsInWord)
    {
      return false
    }
    return true
  }

  /// `range`, in characters, without white space at its ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (first, last) = (range.lowerBound, range.upperBound)
    while first < last, traits[first].contains(.space) { first += 1 }
    while last > first, traits[last - 1].contains(.space) { last -= 1 }
    return first..<last
  }

  // MARK: - To and from the whole text

  /// The bytes of `range`, in characters, within `bytes`.
  func byteRange(_ range: Range<Int>) -> Range<Int> {
    characterStarts[range.lowerBound]..<characterStarts[range.upperBound]
  }

  /// The bytes of the whole text that the characters of `range` are.
  func origin(_ range: Range<Int>) -> Range<Int> {
    let bytes = byteRange(range)
    return origins[bytes.lowerBound]..<origins[bytes.upperBound]
  }

  /// The offset in `bytes` of a byte of the whole text, or of the next that is here.
  func byteOffset(ofOrigin origin: Int) -> Int {
    BinarySearch.firstIndex(of: bytes.count) { origins[$0] < origin }
  }

  /// The characters that the bytes `range` of the whole text touch.
  func characters(ofOrigin range: Range<Int>) -> Range<Int> {
    let (start, end) = (
      byteOffset(ofOrigin: range.lowerBound), byteOffset(ofOrigin: range.upperBound)
    )
    let last = BinarySearch.firstIndex(of: count) { characterStarts[$0] < end }
    var first = BinarySearch.firstIndex(of: count) { characterStarts[$0] < start }
    if first > 0, characterStarts[first] > start { first -= 1 }
    return min(first, last)..<last
  }
}
