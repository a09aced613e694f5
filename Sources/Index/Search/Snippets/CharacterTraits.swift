/// What a character means for where a text may be cut.
struct CharacterTraits: OptionSet {
  let rawValue: UInt16

  static let space = CharacterTraits(rawValue: 1)
  /// Its first scalar belongs to a word with what precedes it.
  static let startsInWord = CharacterTraits(rawValue: 2)
  /// Its last scalar belongs to a word with what follows it.
  static let endsInWord = CharacterTraits(rawValue: 4)
  /// May join two parts of a word.
  static let joining = CharacterTraits(rawValue: 8)
  /// Ends a sentence if white space follows.
  static let endsSentence = CharacterTraits(rawValue: 16)
  /// Ends a sentence.
  static let endsWideSentence = CharacterTraits(rawValue: 32)
  /// May stand between the end of a sentence and the white space.
  static let closing = CharacterTraits(rawValue: 64)
  /// White space with an empty line.
  static let endsParagraph = CharacterTraits(rawValue: 128)
  /// Continues a word that the query asks for: the text says nothing of this.
  static let continuesMatch = CharacterTraits(rawValue: 256)

  init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  init(_ character: Character) {
    let scalars = character.unicodeScalars
    guard let first = scalars.first, let last = scalars.last else {
      self = []
      return
    }
    self = CharacterTraits(punctuation: first)
    if CharacterTraits.isInWord(first) {
      // Marks that follow a letter are part of its word; the space after U+0600, one character
      // with it, is not.
      insert(last == " " ? .startsInWord : [.startsInWord, .endsInWord])
    } else if scalars.count > 1, CharacterTraits.isInWord(last) {
      insert(.endsInWord)
    }
  }

  /// Those of a character of one scalar.
  init(_ scalar: Unicode.Scalar) {
    self = CharacterTraits(punctuation: scalar)
    if CharacterTraits.isInWord(scalar) { insert([.startsInWord, .endsInWord]) }
  }

  /// Those of the characters of ASCII, by byte.
  static let ascii = (0..<0x80 as Range<UInt8>).map { CharacterTraits(Unicode.Scalar($0)) }

  private init(punctuation scalar: Unicode.Scalar) {
    switch scalar {
    case " ": self = .space
    case ".", "…": self = [.endsSentence, .joining]
    case "!", "?": self = .endsSentence
    case "。", "！", "？", "｡": self = .endsWideSentence
    case "'", "’", ",", "_", "·", "‧", "・": self = [.joining, .closing]
    case "\"", "”", "»", "›", ")", "]", "}": self = .closing
    default: self = []
    }
  }

  /// Whether words of more than one scalar have this one: not where each character is a word, or
  /// words are not told apart.
  private static func isInWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
    case 0..<0xAA: return false
    // Latin and Cyrillic letters, and most marks between words: asking for properties takes long.
    case 0xC0...0x24F, 0x400...0x481, 0x48A...0x52F: return scalar != "×" && scalar != "÷"
    case 0x2010...0x2027: return false
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF: return false  // Thai ... Khmer
    case 0x3040...0x309F, 0x3400...0x9FFF, 0xF900...0xFAFF: return false  // Hiragana, Han
    case 0x20000...0x3FFFF: return false
    case 0x200B: return false  // The zero-width space is there to be cut at.
    default: return isInWordByProperties(scalar)
    }
  }

  private static func isInWordByProperties(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    // A soft hyphen and other format characters are no part of a word, nor do they end it.
    return properties.isAlphabetic || properties.numericType != nil
      || properties.generalCategory == .format
  }
}
