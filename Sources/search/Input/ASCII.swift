import Tokenizer

/// What the readers of Markdown and HTML ask of the bytes of their marks, which are all ASCII.
extension UInt8 {
  /// Whether this is a letter.
  var isASCIILetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }

  /// Whether this is a space, a tab or what ends a line.
  var isASCIISpace: Bool { self == 0x20 || 0x09...0x0D ~= self }
}

extension ColumnView where Element == UInt8 {
  /// Whether the bytes from `start` on, before `end`, begin with `text`.
  func begin(with text: String, at start: Int, end: Int) -> Bool {
    var place = start
    for byte in text.utf8 {
      guard place < end, self[place] == byte else { return false }
      place += 1
    }
    return true
  }

  /// The first place from `start` on, before `end`, with anything but white space; `end` if there is
  /// none.
  func placeAfterSpaces(from start: Int, to end: Int) -> Int {
    var place = start
    while place < end, self[place].isASCIISpace { place += 1 }
    return place
  }
}
