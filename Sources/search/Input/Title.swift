import Tokenizer

/// How titles are made of what is at hand.
enum Title {
  /// The most bytes a title that is taken from the text may have.
  static let maxByteCount = 200

  /// The first line of `bytes` that is not blank, without what surrounds it, cut to size.
  static func firstLine(of bytes: ColumnView<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    while start < range.upperBound, isSpace(bytes[start]) { start += 1 }
    // No line needs to be read much further than a title can be long.
    let limit = min(range.upperBound, start + maxByteCount + 8)
    var end = start
    while end < limit, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
    return cut(bytes, start..<end)
  }

  /// The part of `range` that is short enough: cut at a space if there is one in its second half,
  /// and never within a character.
  static func cut(_ bytes: ColumnView<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var end = range.upperBound
    if range.count > maxByteCount {
      end = range.lowerBound + maxByteCount
      while end > range.lowerBound, bytes[end] & 0xC0 == 0x80 { end -= 1 }
      let space = (range.lowerBound + maxByteCount / 2..<end).last { bytes[$0] == 0x20 }
      end = space ?? end
    }
    while end > range.lowerBound, isSpace(bytes[end - 1]) { end -= 1 }
    return range.lowerBound..<end
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D ~= byte) }
}
