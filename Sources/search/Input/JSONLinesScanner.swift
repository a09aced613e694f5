import Tokenizer

/// Why a line is not a JSON object that can be used, and where in it.
struct JSONFault: Error, Hashable {
  enum Reason: String, Sendable {
    case notAnObject = "not a JSON object"
    case unfinished = "the object does not end on the line"
    case badMember = "a member's name in quotes is expected"
    case missingColon = "a colon is expected"
    case missingComma = "a comma or the end of the object is expected"
    case badValue = "a value is expected"
    case badNumber = "a number is malformed"
    case badEscape = "an escape in a string is malformed"
    case unclosedString = "a string is not closed"
    case tooDeep = "nested too deep"
    case trailing = "something follows the object"
  }

  let reason: Reason
  /// The place, in bytes from the start of what was scanned.
  let offset: Int
}

/// A value of a member that was asked for.
struct JSONMember {
  enum Kind: Sendable {
    /// The member is missing, or null.
    case absent
    /// The text of a string, of a number as written, or `true` or `false`.
    case scalar
    /// An array or an object.
    case compound
  }

  var kind = Kind.absent
  /// The bytes of the value; those of a string are without quotes and escapes.
  var range = 0..<0
}

/// Finds the values of a few members of one JSON object (RFC 8259) to a line.
///
/// Everything is checked on the way, wanted or not. Escapes of wanted strings are undone in
/// place, so no second buffer is needed; a string without escapes is not even touched. More
/// lenient than the standard in one thing: control characters within strings are taken as they
/// are. Of members with the same name the last one counts.
///
/// Strings are searched for their end eight bytes at a time with the zero-byte test of
/// H. S. Warren, Hacker's Delight, 2nd ed., section 6-1.
struct JSONLinesScanner {
  /// How deep arrays and objects may be nested.
  static let maxDepth = 512

  /// The names of the members to find.
  let names: [[UInt8]]
  /// What the last scan found, in the order of `names`.
  private(set) var members: [JSONMember]

  private let bytes: ColumnView<UInt8>
  private var end = 0

  /// A scanner of lines in `bytes`, after whose last line eight more bytes can be read.
  init(names: [[UInt8]], bytes: ColumnView<UInt8>) {
    self.names = names
    self.bytes = bytes
    members = Array(repeating: JSONMember(), count: names.count)
  }

  /// Scans the line at `range`, which must not include its end of line.
  mutating func scan(_ range: Range<Int>) throws(JSONFault) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count - 8)
    for index in members.indices { members[index] = JSONMember() }
    end = range.upperBound
    var place = skipSpace(range.lowerBound)
    guard place < end, bytes[place] == UInt8(ascii: "{") else {
      throw fault(.notAnObject, place)
    }
    place = try scanMembers(of: place, depth: 1, wanted: true)
    place = skipSpace(place)
    guard place == end else { throw fault(.trailing, place) }
  }

  // MARK: Structure

  /// Scans the object that opens at `start`; returns the place after it.
  private mutating func scanMembers(of start: Int, depth: Int, wanted: Bool)
    throws(JSONFault) -> Int
  {
    guard depth <= Self.maxDepth else { throw fault(.tooDeep, start) }
    var place = skipSpace(start + 1)
    if place < end, bytes[place] == UInt8(ascii: "}") { return place + 1 }
    while true {
      guard place < end else { throw fault(.unfinished, place) }
      guard bytes[place] == UInt8(ascii: "\"") else { throw fault(.badMember, place) }
      let name = try scanString(at: place, decoding: wanted)
      place = skipSpace(name.next)
      guard place < end else { throw fault(.unfinished, place) }
      guard bytes[place] == UInt8(ascii: ":") else { throw fault(.missingColon, place) }
      place = skipSpace(place + 1)
      if wanted, let index = nameIndex(name.content) {
        place = try scanWanted(at: place, index: index)
      } else {
        place = try skipValue(at: place, depth: depth)
      }
      place = skipSpace(place)
      guard place < end else { throw fault(.unfinished, place) }
      if bytes[place] == UInt8(ascii: "}") { return place + 1 }
      guard bytes[place] == UInt8(ascii: ",") else { throw fault(.missingComma, place) }
      place = skipSpace(place + 1)
    }
  }

  private mutating func scanWanted(at start: Int, index: Int) throws(JSONFault) -> Int {
    guard start < end else { throw fault(.unfinished, start) }
    switch bytes[start] {
    case UInt8(ascii: "\""):
      let string = try scanString(at: start, decoding: true)
      members[index] = JSONMember(kind: .scalar, range: string.content)
      return string.next
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      members[index] = JSONMember(kind: .compound)
      return try skipValue(at: start, depth: 1)
    default:
      let next = try skipValue(at: start, depth: 1)
      let isNull = bytes[start] == UInt8(ascii: "n")
      members[index] =
        isNull ? JSONMember() : JSONMember(kind: .scalar, range: start..<next)
      return next
    }
  }

  /// Checks the value at `start`; returns the place after it.
  private mutating func skipValue(at start: Int, depth: Int) throws(JSONFault) -> Int {
    guard start < end else { throw fault(.unfinished, start) }
    switch bytes[start] {
    case UInt8(ascii: "\""): return try scanString(at: start, decoding: false).next
    case UInt8(ascii: "{"): return try scanMembers(of: start, depth: depth + 1, wanted: false)
    case UInt8(ascii: "["): return try skipArray(at: start, depth: depth + 1)
    case UInt8(ascii: "t"): return try skipWord("true", at: start)
    case UInt8(ascii: "f"): return try skipWord("false", at: start)
    case UInt8(ascii: "n"): return try skipWord("null", at: start)
    default: return try skipNumber(at: start)
    }
  }

  private mutating func skipArray(at start: Int, depth: Int) throws(JSONFault) -> Int {
    guard depth <= Self.maxDepth else { throw fault(.tooDeep, start) }
    var place = skipSpace(start + 1)
    if place < end, bytes[place] == UInt8(ascii: "]") { return place + 1 }
    while true {
      place = skipSpace(try skipValue(at: place, depth: depth))
      guard place < end else { throw fault(.unfinished, place) }
      if bytes[place] == UInt8(ascii: "]") { return place + 1 }
      guard bytes[place] == UInt8(ascii: ",") else { throw fault(.missingComma, place) }
      place = skipSpace(place + 1)
    }
  }

  private func skipWord(_ word: String, at start: Int) throws(JSONFault) -> Int {
    var place = start
    for wanted in word.utf8 {
      guard byte(at: place) == wanted else { throw fault(.badValue, start) }
      place += 1
    }
    return place
  }

  private func skipNumber(at start: Int) throws(JSONFault) -> Int {
    var place = start
    if byte(at: place) == UInt8(ascii: "-") { place += 1 }
    guard isDigit(byte(at: place)) else {
      throw fault(place == start ? .badValue : .badNumber, start)
    }
    let hasLeadingZero = byte(at: place) == UInt8(ascii: "0")
    let integerStart = place
    while isDigit(byte(at: place)) { place += 1 }
    if hasLeadingZero, place - integerStart > 1 { throw fault(.badNumber, start) }
    if byte(at: place) == UInt8(ascii: ".") {
      place += 1
      guard isDigit(byte(at: place)) else { throw fault(.badNumber, start) }
      while isDigit(byte(at: place)) { place += 1 }
    }
    if byte(at: place) | 0x20 == UInt8(ascii: "e") {
      place += 1
      if [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(byte(at: place)) { place += 1 }
      guard isDigit(byte(at: place)) else { throw fault(.badNumber, start) }
      while isDigit(byte(at: place)) { place += 1 }
    }
    return place
  }

  /// The byte at `place`; 0 at the end of the line.
  private func byte(at place: Int) -> UInt8 { place < end ? bytes[place] : 0 }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  @inline(__always)
  private func skipSpace(_ start: Int) -> Int {
    var place = start
    while place < end {
      let byte = bytes[place]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A else { break }
      place += 1
    }
    return place
  }

  private func nameIndex(_ range: Range<Int>) -> Int? {
    search: for index in names.indices where names[index].count == range.count {
      for offset in 0..<range.count
      where names[index][offset] != bytes[range.lowerBound + offset] {
        continue search
      }
      return index
    }
    return nil
  }

  private func fault(_ reason: JSONFault.Reason, _ offset: Int) -> JSONFault {
    JSONFault(reason: reason, offset: offset)
  }

  // MARK: Strings

  /// Scans the string that opens at `start`.
  ///
  /// If `decoding`, its escapes are undone in place and `content` is what it says; otherwise
  /// `content` is as written.
  @inline(__always)
  private func scanString(at start: Int, decoding: Bool)
    throws(JSONFault) -> (content: Range<Int>, next: Int)
  {
    let first = start + 1
    let place = findQuoteOrBackslash(from: first)
    guard place < end else { throw fault(.unclosedString, start) }
    if bytes[place] == UInt8(ascii: "\"") { return (first..<place, place + 1) }
    return try decoding
      ? decodeString(first, escapeAt: place) : skipString(first, escapeAt: place)
  }

  /// The first quote or backslash at or after `start`; at least `end` if the line has none.
  @inline(__always)
  private func findQuoteOrBackslash(from start: Int) -> Int {
    var place = start
    while place < end {
      let found = quotesAndBackslashes(in: bytes.load(at: place, as: UInt64.self))
      if found != 0 { return place + found.trailingZeroBitCount / 8 }
      place += 8
    }
    return end
  }

  private func skipString(_ first: Int, escapeAt: Int)
    throws(JSONFault) -> (content: Range<Int>, next: Int)
  {
    var place = escapeAt
    while place < end {
      if bytes[place] == UInt8(ascii: "\"") { return (first..<place, place + 1) }
      place = findQuoteOrBackslash(from: try readEscape(at: place).next)
    }
    throw fault(.unclosedString, first - 1)
  }

  /// Undoes the escapes of a string, moving what follows the first one to the left.
  private func decodeString(_ first: Int, escapeAt: Int)
    throws(JSONFault) -> (content: Range<Int>, next: Int)
  {
    var place = escapeAt
    var target = escapeAt
    while place < end {
      if bytes[place] == UInt8(ascii: "\"") { return (first..<target, place + 1) }
      let simple = place + 1 < end ? unescaped(bytes[place + 1]) : 0
      if simple != 0 {
        bytes[target] = simple
        target += 1
        place += 2
      } else {
        let escape = try readEscape(at: place)
        // An escape is never shorter than the UTF-8 of its character.
        for byte in UTF8.encode(escape.scalar) ?? UTF8.encodedReplacementCharacter {
          bytes[target] = byte
          target += 1
        }
        place = escape.next
      }
      while true {
        let word = bytes.load(at: place, as: UInt64.self)
        let found = quotesAndBackslashes(in: word)
        guard found == 0, place + 8 <= end else {
          let run = min(found == 0 ? 8 : found.trailingZeroBitCount / 8, end - place)
          if place - target >= 8 {
            // The bytes that are too many lie before all that is still to be read.
            bytes.store(word, at: target)
          } else {
            for offset in 0..<run { bytes[target + offset] = bytes[place + offset] }
          }
          place += run
          target += run
          break
        }
        bytes.store(word, at: target)
        place += 8
        target += 8
      }
    }
    throw fault(.unclosedString, first - 1)
  }

  /// Reads the escape whose backslash is at `start`.
  ///
  /// A surrogate without its pair is U+FFFD.
  private func readEscape(at start: Int)
    throws(JSONFault) -> (scalar: Unicode.Scalar, next: Int)
  {
    let letter = byte(at: start + 1)
    let simple = unescaped(letter)
    if simple != 0 { return (Unicode.Scalar(simple), start + 2) }
    guard letter == UInt8(ascii: "u") else {
      throw fault(start + 1 < end ? .badEscape : .unclosedString, start)
    }
    guard let unit = hexUnit(at: start + 2) else { throw fault(.badEscape, start) }
    if let scalar = Unicode.Scalar(unit) { return (scalar, start + 6) }
    if unit < 0xDC00, byte(at: start + 6) == UInt8(ascii: "\\"),
      byte(at: start + 7) == UInt8(ascii: "u"), let low = hexUnit(at: start + 8),
      0xDC00...0xDFFF ~= low,
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    {
      return (scalar, start + 12)
    }
    return ("\u{FFFD}", start + 6)
  }

  /// What a backslash and `letter` stand for, or 0.
  @inline(__always)
  private func unescaped(_ letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    default: 0
    }
  }

  /// The value of four hexadecimal digits, or nil.
  private func hexUnit(at start: Int) -> UInt32? {
    guard start + 4 <= end else { return nil }
    var value: UInt32 = 0
    for offset in 0..<4 {
      let byte = bytes[start + offset]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}

/// The high bit of each byte of `word` that is a quote or a backslash; the lowest one is exact,
/// those above it need not be.
@inline(__always)
private func quotesAndBackslashes(in word: UInt64) -> UInt64 {
  let ones: UInt64 = 0x0101_0101_0101_0101
  let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
  let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
  let zeros = ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
  return zeros & (ones &* 0x80)
}
