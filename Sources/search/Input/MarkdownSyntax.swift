import Tokenizer

/// The grammar of CommonMark (version 0.31) for links, definitions of their targets and tags.
///
/// What does not follow it is text, and text must not go. All functions look at one place, and
/// return the place behind what they found there, or nil.
enum MarkdownSyntax {
  /// Far longer than any link or tag: keeps hostile lines from costing a square.
  static let maxByteCount = 4096
  private static let maxDepth = 32

  // MARK: Links

  /// The label that `range` defines, if it is `[label]: destination "title"` and nothing more.
  static func definition(_ bytes: ColumnView<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    let end = range.upperBound
    guard let first = range.first, let label = label(bytes, at: first, end: end),
      !label.isEmpty, bytes[label.lowerBound] != UInt8(ascii: "^"),
      label.upperBound + 1 < end, bytes[label.upperBound + 1] == UInt8(ascii: ":")
    else { return nil }
    let start = bytes.placeAfterSpaces(from: label.upperBound + 2, to: end)
    guard let next = destination(bytes, at: start, end: end), isAddress(bytes, start..<next)
    else { return nil }
    let titleStart = bytes.placeAfterSpaces(from: next, to: end)
    if titleStart == end { return label }
    guard titleStart > next, let titleEnd = title(bytes, at: titleStart, end: end),
      bytes.placeAfterSpaces(from: titleEnd, to: end) == end
    else { return nil }
    return label
  }

  /// What stands within the brackets that open at `start`, if it can be the label of a definition.
  static func label(_ bytes: ColumnView<UInt8>, at start: Int, end: Int) -> Range<Int>? {
    guard start < end, bytes[start] == UInt8(ascii: "[") else { return nil }
    var place = start + 1
    let limit = min(end, start + 1001)
    while place < limit {
      switch bytes[place] {
      case UInt8(ascii: "]"): return start + 1..<place
      case UInt8(ascii: "["): return nil
      case UInt8(ascii: "\\"): place += 2
      default: place += 1
      }
    }
    return nil
  }

  /// A label as it is compared: without regard to case and the amount of white space.
  static func normalized(_ bytes: ColumnView<UInt8>, _ label: Range<Int>) -> String {
    String(decoding: label.map { bytes[$0] }, as: UTF8.self).lowercased()
      .split { $0.isWhitespace }.joined(separator: " ")
  }

  /// The place behind the target that opens with `(` at `start`: `(destination "title")`.
  static func target(_ bytes: ColumnView<UInt8>, at start: Int, end: Int) -> Int? {
    let limit = min(end, start + maxByteCount)
    let first = bytes.placeAfterSpaces(from: start + 1, to: limit)
    guard let next = destination(bytes, at: first, end: limit) else { return nil }
    var place = bytes.placeAfterSpaces(from: next, to: limit)
    if place > next, let titleEnd = title(bytes, at: place, end: limit) {
      place = bytes.placeAfterSpaces(from: titleEnd, to: limit)
    }
    guard place < limit, bytes[place] == UInt8(ascii: ")") else { return nil }
    return place + 1
  }

  private static func destination(_ bytes: ColumnView<UInt8>, at start: Int, end: Int) -> Int? {
    if start < end, bytes[start] == UInt8(ascii: "<") {
      return closing(UInt8(ascii: ">"), bytes, at: start, end: end)
    }
    var place = start
    var depth = 0
    scan: while place < end, bytes[place] > 0x20 {
      switch bytes[place] {
      case UInt8(ascii: "\\") where place + 1 < end && bytes[place + 1] > 0x20: place += 1
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"):
        if depth == 0 { break scan }
        depth -= 1
      default: break
      }
      guard depth <= maxDepth else { return nil }
      place += 1
    }
    return depth == 0 ? place : nil
  }

  private static func title(_ bytes: ColumnView<UInt8>, at start: Int, end: Int) -> Int? {
    guard start < end else { return nil }
    switch bytes[start] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      return closing(bytes[start], bytes, at: start, end: end)
    case UInt8(ascii: "("): return closing(UInt8(ascii: ")"), bytes, at: start, end: end)
    default: return nil
    }
  }

  /// The place behind the next `mark` after `start`, if what opens at `start` is not opened again.
  private static func closing(
    _ mark: UInt8, _ bytes: ColumnView<UInt8>, at start: Int, end: Int
  ) -> Int? {
    var place = start + 1
    while place < end {
      if bytes[place] == mark { return place + 1 }
      if bytes[place] == bytes[start] { return nil }
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// Whether a destination looks like an address or the name of a file.
  ///
  /// CommonMark takes any word for one; but `[John]: Hello` is what somebody said.
  private static func isAddress(_ bytes: ColumnView<UInt8>, _ range: Range<Int>) -> Bool {
    guard let first = range.first else { return false }
    let marks: [UInt8] = [UInt8(ascii: "<"), UInt8(ascii: "/"), UInt8(ascii: "#")]
    if marks.contains(bytes[first]) { return true }
    guard range.contains(where: { bytes[$0].isASCIILetter }) else { return false }
    return range.contains { place in
      switch bytes[place] {
      case UInt8(ascii: "/"), UInt8(ascii: "#"): true
      case UInt8(ascii: "."), UInt8(ascii: ":"):
        place + 1 < range.upperBound && bytes[place + 1].isASCIILetter
      default: false
      }
    }
  }

  // MARK: Tags

  /// The place behind the tag, declaration or instruction that opens with `<` at `start`.
  static func tag(_ bytes: ColumnView<UInt8>, at start: Int, end: Int) -> Int? {
    let limit = min(end, start + maxByteCount)
    guard start + 1 < limit else { return nil }
    switch bytes[start + 1] {
    case UInt8(ascii: "/"):
      guard let name = tagName(bytes, at: start + 2, end: limit) else { return nil }
      let place = bytes.placeAfterSpaces(from: name.upperBound, to: limit)
      return place < limit && bytes[place] == UInt8(ascii: ">") ? place + 1 : nil
    case UInt8(ascii: "!"):
      guard start + 2 < limit, bytes[start + 2].isASCIILetter else { return nil }
      return firstIndex(of: UInt8(ascii: ">"), in: bytes, from: start, to: limit).map { $0 + 1 }
    case UInt8(ascii: "?"):
      guard let close = firstIndex(of: UInt8(ascii: ">"), in: bytes, from: start, to: limit),
        close > start + 2, bytes[close - 1] == UInt8(ascii: "?")
      else { return nil }
      return close + 1
    default:
      guard let name = tagName(bytes, at: start + 1, end: limit) else { return nil }
      return attributes(bytes, from: name.upperBound, end: limit)
    }
  }

  /// The name of a tag that starts at `start`.
  static func tagName(_ bytes: ColumnView<UInt8>, at start: Int, end: Int) -> Range<Int>? {
    guard start < end, bytes[start].isASCIILetter else { return nil }
    var place = start
    while place < end, isNamePart(bytes[place]) { place += 1 }
    return start..<place
  }

  private static func attributes(_ bytes: ColumnView<UInt8>, from start: Int, end: Int) -> Int? {
    var place = start
    while true {
      let next = bytes.placeAfterSpaces(from: place, to: end)
      guard next < end else { return nil }
      if bytes[next] == UInt8(ascii: ">") { return next + 1 }
      if bytes[next] == UInt8(ascii: "/") {
        return next + 1 < end && bytes[next + 1] == UInt8(ascii: ">") ? next + 2 : nil
      }
      guard next > place, let after = attribute(bytes, at: next, end: end) else { return nil }
      place = after
    }
  }

  private static func attribute(_ bytes: ColumnView<UInt8>, at start: Int, end: Int) -> Int? {
    func isNameStart(_ byte: UInt8) -> Bool {
      byte.isASCIILetter || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
    }
    guard isNameStart(bytes[start]) else { return nil }
    var place = start
    while place < end,
      isNamePart(bytes[place]) || isNameStart(bytes[place]) || bytes[place] == UInt8(ascii: ".")
    { place += 1 }
    let equals = bytes.placeAfterSpaces(from: place, to: end)
    guard equals < end, bytes[equals] == UInt8(ascii: "=") else { return place }
    let value = bytes.placeAfterSpaces(from: equals + 1, to: end)
    guard value < end else { return nil }
    if bytes[value] == UInt8(ascii: "\"") || bytes[value] == UInt8(ascii: "'") {
      return firstIndex(of: bytes[value], in: bytes, from: value + 1, to: end).map { $0 + 1 }
    }
    let excluded = Array("\"'=<>`".utf8)
    var next = value
    while next < end, bytes[next] > 0x20, !excluded.contains(bytes[next]) { next += 1 }
    return next > value ? next : nil
  }

  // MARK: Bytes

  private static func isNamePart(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "-")
  }
}
