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
  private(set) var origins: [Int] = []
  /// What each character means.
  private(set) var traits: [CharacterTraits] = []

  /// The number of characters.
  var count: Int { traits.count }

  /// The text in `range`, whose ends are between scalars, of a well-formed text; of one with more
  /// than `limit` characters perhaps only a beginning that has more, too.
  ///
  /// To have the characters told by `String` takes hundreds of instructions each, of simple ones
  /// about fifty.
  init(_ text: Span<UInt8>, _ range: Range<Int>, limit: Int = .max) {
    bytes.reserveCapacity(range.count)
    origins.reserveCapacity(range.count + 1)
    characterStarts.reserveCapacity(range.count + 1)
    traits.reserveCapacity(range.count)
    var offset = range.lowerBound
    // Wherever a round begins, a character does.
    while offset < range.upperBound, count <= limit {
      let most = min(range.upperBound - offset - 1, limit - count) + 1
      let end = CollapsedText.simpleEnd(text, offset..<range.upperBound, most: most)
      if end > offset {
        appendSimple(text, offset..<end)
        offset = end
      } else {
        offset = append(text, offset..<range.upperBound)
      }
    }
    origins.append(offset)
    characterStarts.append(bytes.count)
  }

  // MARK: - Simple text

  /// The end of the simple scalars and single spaces that `range` begins with, after `most` bytes
  /// or little more: each is a character, and stays as it is.
  private static func simpleEnd(_ text: Span<UInt8>, _ range: Range<Int>, most: Int) -> Int {
    let farthest = min(range.upperBound, range.lowerBound + most)
    var (last, end) = (range.lowerBound, range.lowerBound)
    while end < farthest {
      let byte = text[end]
      var length = 1
      if byte >= 0x80 {
        length = simpleLength(text, at: end)
        if length == 0 { break }
      } else if byte <= 0x20 {
        if byte < 0x20 || end > range.lowerBound && text[last] == 0x20 { break }
      } else if byte == 0x7F {
        break
      }
      last = end
      end += length
    }
    guard end < range.upperBound else { return end }
    // What follows may be one character with the last, or one space.
    let isApart =
      simpleLength(text, at: end) > 0 || text[end] < 0x80 && text[last] != 0x20
    return isApart ? end : last
  }

  /// The length in bytes of the scalar at `offset` if it is simple, else 0.
  ///
  /// No two simple scalars make one character, and none is white space or a control.
  @inline(__always)
  static func simpleLength(_ text: Span<UInt8>, at offset: Int) -> Int {
    let byte = text[offset]
    if byte < 0x80 { return byte > 0x20 && byte < 0x7F ? 1 : 0 }
    return isSimple(scalar(text, at: offset)) ? byte < 0xE0 ? 2 : 3 : 0
  }

  /// Scripts without marks; ideographs; whole syllables of Hangul.
  private static func isSimple(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0xA9, 0xAD, 0xAE: false  // Some signs are part of emoji; a soft hyphen is a control.
    case 0xA1...0x2FF, 0x370...0x482, 0x48A...0x52F, 0x2010...0x2027: true
    case 0x3001...0x3029, 0x3041...0x3096, 0x309B...0x30FF: true
    case 0x3400...0x9FFF, 0xAC00...0xD7A3: true
    default: false
    }
  }

  /// The scalar of two or three bytes at `offset`; 0 for one of four.
  private static func scalar(_ text: Span<UInt8>, at offset: Int) -> UInt32 {
    let first = UInt32(text[offset])
    guard first < 0xF0 else { return 0 }
    let second = UInt32(text[offset + 1] & 0x3F)
    if first < 0xE0 { return (first & 0x1F) << 6 | second }
    return (first & 0x0F) << 12 | second << 6 | UInt32(text[offset + 2] & 0x3F)
  }

  /// Appends simple scalars and single spaces; column by column, as a loop over all four arrays
  /// takes three times as long.
  private mutating func appendSimple(_ text: Span<UInt8>, _ range: Range<Int>) {
    let shift = bytes.count - range.lowerBound
    bytes.append(addingCapacity: range.count) { added in
      for offset in range { added.append(text[offset]) }
    }
    origins.append(addingCapacity: range.count) { added in
      for offset in range { added.append(offset) }
    }
    characterStarts.append(addingCapacity: range.count) { added in
      for offset in range where text[offset] & 0xC0 != 0x80 { added.append(offset + shift) }
    }
    traits.append(addingCapacity: range.count) { added in
      let ascii = CharacterTraits.ascii
      for offset in range where text[offset] & 0xC0 != 0x80 {
        let byte = text[offset]
        if byte < 0x80 {
          added.append(ascii[Int(byte)])
        } else if let scalar = Unicode.Scalar(CollapsedText.scalar(text, at: offset)) {
          added.append(CharacterTraits(scalar))
        }
      }
    }
  }

  // MARK: - Other text

  /// Appends a beginning of `range`, up to where a character begins for certain: between two simple
  /// scalars; returns its end.
  private mutating func append(_ text: Span<UInt8>, _ range: Range<Int>) -> Int {
    let first = bytes.count
    var paragraphEnds: [Int] = []
    var offset = range.lowerBound
    var isSimple: Bool
    repeat {
      let end: Int
      if CollapsedText.spaceLength(text, at: offset) > 0 {
        let isParagraph: Bool
        (end, isParagraph) = CollapsedText.spaceEnd(text, offset..<range.upperBound)
        bytes.append(0x20)
        origins.append(offset)
        if isParagraph { paragraphEnds.append(bytes.count) }
        isSimple = true
      } else {
        isSimple = CollapsedText.simpleLength(text, at: offset) > 0
        var next = offset
        repeat {
          bytes.append(text[next])
          origins.append(next)
          next += 1
        } while next < range.upperBound && text[next] & 0xC0 == 0x80
        end = next
      }
      offset = end
    } while offset < range.upperBound
      && !(isSimple && CollapsedText.simpleLength(text, at: offset) > 0)
    findCharacters(from: first, paragraphEnds)
    return offset
  }

  /// Where the white space ends that `range` begins with, and whether it has an empty line.
  private static func spaceEnd(
    _ text: Span<UInt8>, _ range: Range<Int>
  ) -> (end: Int, isParagraph: Bool) {
    var offset = range.lowerBound
    var lineEndCount = 0
    while offset < range.upperBound {
      let length = spaceLength(text, at: offset)
      if length == 0 { break }
      if text[offset] == 0x0A { lineEndCount += 1 }
      offset += length
    }
    return (offset, lineEndCount > 1)
  }

  /// Finds the characters of `bytes` from `first` on, where one begins.
  private mutating func findCharacters(from first: Int, _ paragraphEnds: [Int]) {
    var start = first
    var paragraph = paragraphEnds.startIndex
    func add(_ own: CharacterTraits, byteCount: Int) {
      characterStarts.append(start)
      start += byteCount
      var own = own
      if paragraph < paragraphEnds.endIndex, paragraphEnds[paragraph] <= start {
        if own.contains(.space) { own.insert(.endsParagraph) }
        paragraph += 1
      }
      traits.append(own)
    }
    if bytes.count == first + 1 {
      // Mostly the end of a line.
      add(CharacterTraits.ascii[Int(bytes[first])], byteCount: 1)
      return
    }
    for character in String(decoding: bytes[first...], as: UTF8.self) {
      add(CharacterTraits(character), byteCount: character.utf8.count)
    }
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
