import Tokenizer

/// The text of one line of Markdown without the marks within it.
enum MarkdownInline {
  /// Appends the text of `range` to `text`.
  static func append(_ bytes: ColumnView<UInt8>, _ range: Range<Int>, to text: inout ByteBuffer) {
    var place = range.lowerBound
    /// The places where a bracket that opened a link closes, innermost last.
    var closings: [(bracket: Int, next: Int)] = []
    while place < range.upperBound {
      if let closing = closings.last, closing.bracket == place {
        place = closing.next
        closings.removeLast()
        continue
      }
      let byte = bytes[place]
      let next = place + 1 < range.upperBound ? bytes[place + 1] : 0
      switch byte {
      case UInt8(ascii: "\\") where isPunctuation(next):
        text.append(next)
        place += 2
      case UInt8(ascii: "!") where next == UInt8(ascii: "["):
        place += 1
      case UInt8(ascii: "["):
        if closings.count < 8, let link = link(bytes, at: place, end: range.upperBound) {
          closings.append(link)
        } else {
          text.append(byte)
        }
        place += 1
      case UInt8(ascii: "`"):
        place += 1
      case UInt8(ascii: "*"), UInt8(ascii: "~"):
        // A mark that stands by itself, as in `2 * 3`, is text.
        if isAlone(bytes, at: place, in: range) { text.append(byte) }
        place += 1
      case UInt8(ascii: "_"):
        if !isEmphasis(bytes, at: place, in: range) { text.append(byte) }
        place += 1
      case UInt8(ascii: "|"):
        text.append(0x20)
        place += 1
      case UInt8(ascii: "<"):
        place = readAngle(bytes, at: place, end: range.upperBound, into: &text)
      case UInt8(ascii: "&"):
        if let (scalar, length) = HTMLEntities.reference(
          bytes, at: place, end: range.upperBound)
        {
          text.append(scalar)
          place += length
        } else {
          text.append(byte)
          place += 1
        }
      default:
        text.append(byte)
        place += 1
      }
    }
  }

  /// If a link opens at `start`: where its bracket closes, and what follows its target.
  private static func link(_ bytes: ColumnView<UInt8>, at start: Int, end: Int)
    -> (bracket: Int, next: Int)?
  {
    // Far longer and deeper than any link: keeps hostile lines from costing a square.
    let limit = min(end, start + 4096)
    let maxDepth = 32
    var depth = 0
    for place in start..<limit {
      if bytes[place] == UInt8(ascii: "[") { depth += 1 }
      guard depth <= maxDepth else { return nil }
      guard bytes[place] == UInt8(ascii: "]") else { continue }
      depth -= 1
      guard depth == 0 else { continue }
      guard place + 1 < end else { return nil }
      let open = bytes[place + 1]
      let closes: UInt8
      switch open {
      case UInt8(ascii: "("): closes = UInt8(ascii: ")")
      case UInt8(ascii: "["): closes = UInt8(ascii: "]")
      default: return nil
      }
      var nested = 0
      for target in place + 1..<min(end, place + 4096) {
        if bytes[target] == open { nested += 1 }
        if bytes[target] == closes { nested -= 1 }
        if nested == 0 { return (place, target + 1) }
        guard nested <= maxDepth else { return nil }
      }
      return nil
    }
    return nil
  }

  /// Reads a tag, which goes, or an address in angle brackets, which stays.
  private static func readAngle(
    _ bytes: ColumnView<UInt8>, at start: Int, end: Int, into text: inout ByteBuffer
  ) -> Int {
    let next = start + 1 < end ? bytes[start + 1] : 0
    let isTag =
      (next | 0x20) &- UInt8(ascii: "a") < 26 || next == UInt8(ascii: "/")
      || next == UInt8(ascii: "!")
    guard isTag,
      let close = firstIndex(
        of: UInt8(ascii: ">"), in: bytes, from: start, to: min(end, start + 4096))
    else {
      text.append(bytes[start])
      return start + 1
    }
    let isAddress = (start + 1..<close).contains {
      bytes[$0] == UInt8(ascii: "@") || bytes[$0] == UInt8(ascii: ":")
    }
    let hasSpace = firstIndex(of: 0x20, in: bytes, from: start, to: close) != nil
    if isAddress, !hasSpace { text.append(bytes, start + 1..<close) }
    return close + 1
  }

  private static func isPunctuation(_ byte: UInt8) -> Bool {
    0x21...0x2F ~= byte || 0x3A...0x40 ~= byte || 0x5B...0x60 ~= byte || 0x7B...0x7E ~= byte
  }

  private static func isSpace(_ bytes: ColumnView<UInt8>, _ place: Int, _ range: Range<Int>) -> Bool
  {
    !range.contains(place) || bytes[place] == 0x20 || bytes[place] == 0x09
  }

  private static func isAlone(
    _ bytes: ColumnView<UInt8>, at place: Int, in range: Range<Int>
  ) -> Bool {
    isSpace(bytes, place - 1, range) && isSpace(bytes, place + 1, range)
  }

  /// Underscores within a word are part of it.
  private static func isEmphasis(
    _ bytes: ColumnView<UInt8>, at place: Int, in range: Range<Int>
  ) -> Bool {
    func isWord(_ place: Int) -> Bool {
      guard range.contains(place) else { return false }
      let byte = bytes[place]
      return byte >= 0x80 || (byte | 0x20) &- UInt8(ascii: "a") < 26
        || byte &- UInt8(ascii: "0") < 10
    }
    return !(isWord(place - 1) && isWord(place + 1)) && !isAlone(bytes, at: place, in: range)
  }
}
