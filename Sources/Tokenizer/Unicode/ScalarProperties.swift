/// The Word_Break property values of UAX #29, with four of them split.
///
/// `pictographic` is Other with Extended_Pictographic, `pictographicLetter` ALetter with it;
/// `colon` (MidLetter) and `narrowSpace` (U+202F, ExtendNumLet) are what the analysis tailors.
enum WordBreakClass {
  static let other: UInt32 = 0
  static let carriageReturn: UInt32 = 1
  static let lineFeed: UInt32 = 2
  static let newline: UInt32 = 3
  static let extend: UInt32 = 4
  static let zeroWidthJoiner: UInt32 = 5
  static let format: UInt32 = 6
  static let katakana: UInt32 = 7
  static let hebrewLetter: UInt32 = 8
  static let letter: UInt32 = 9
  static let singleQuote: UInt32 = 10
  static let doubleQuote: UInt32 = 11
  static let midNumLet: UInt32 = 12
  static let midLetter: UInt32 = 13
  static let midNum: UInt32 = 14
  static let numeric: UInt32 = 15
  static let extendNumLet: UInt32 = 16
  static let regionalIndicator: UInt32 = 17
  static let space: UInt32 = 18
  static let pictographic: UInt32 = 19
  static let pictographicLetter: UInt32 = 20
  static let colon: UInt32 = 21
  static let narrowSpace: UInt32 = 22
}

/// What the analysis needs to know of one scalar: 14 bits from the property table.
struct ScalarProperties {
  /// The word break class in the low 5 bits, flags above.
  let bits: UInt32

  /// A letter, a digit, a letter-like number or an emoji: makes a segment a word.
  static let word: UInt32 = 1 << 5
  /// Alphabetic or a number of any kind: part of a plain token.
  static let alphanumeric: UInt32 = 1 << 6
  /// Default_Ignorable_Code_Point.
  static let ignorable: UInt32 = 1 << 7
  /// May change under normalization, or change its neighbours.
  static let complex: UInt32 = 1 << 8
  /// Of the Latin or Greek script: accents on it are folded away.
  static let latinOrGreek: UInt32 = 1 << 9
  /// Changed by case folding, or an apostrophe other than U+0027.
  static let hasCaseFolding: UInt32 = 1 << 10
  /// Changed by accent folding.
  static let hasAccentFolding: UInt32 = 1 << 11
  /// Has a simple lower case.
  static let hasLowercase: UInt32 = 1 << 12
  /// General category L.
  static let letter: UInt32 = 1 << 13

  /// The properties of `scalar`, at most U+10FFFF; of what is not assigned, the defaults.
  @inline(__always)
  init(_ scalar: UInt32) {
    let shift = PropertyTable.propertiesShift
    var block = scalar >> shift
    // The table holds U+0000..U+33FFF and then U+E0000..U+E0FFF; all else has the defaults.
    if scalar >= 0x34000 {
      guard scalar &- 0xE0000 < 0x1000 else {
        bits = 0
        return
      }
      block = (scalar &- 0xE0000 &+ 0x34000) >> shift
    }
    let start = SevenBitTable(PropertyTable.propertiesStage1).value14(Int(block)) << shift
    let index = start | scalar & (1 << shift &- 1)
    bits = SevenBitTable(PropertyTable.propertiesStage2).value14(Int(index))
  }

  /// The `WordBreakClass`.
  @inline(__always)
  var wordBreakClass: UInt32 { bits & 31 }

  /// Whether any of `flags` is set.
  @inline(__always)
  func has(_ flags: UInt32) -> Bool { bits & flags != 0 }
}
