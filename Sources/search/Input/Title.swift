import Tokenizer

/// How titles are made of what is at hand.
enum Title {
  /// The most bytes a title that is taken from the text may have.
  static let maxByteCount = 200

  /// The first line of `bytes` that is not blank, without what surrounds it, cut to size.
  static func firstLine(of bytes: ColumnView<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    while start < range.upperBound, bytes[start].isASCIISpace { start += 1 }
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
    while end > range.lowerBound, bytes[end - 1].isASCIISpace { end -= 1 }
    return range.lowerBound..<end
  }

  /// Whether two titles are the same but for white space, a no-break space included.
  static func areSame(
    _ first: ColumnView<UInt8>, _ firstRange: Range<Int>, _ second: ColumnView<UInt8>,
    _ secondRange: Range<Int>
  ) -> Bool {
    var (left, right) = (firstRange.lowerBound, secondRange.lowerBound)
    while true {
      left = placeAfterSpaces(first, left..<firstRange.upperBound)
      right = placeAfterSpaces(second, right..<secondRange.upperBound)
      guard left < firstRange.upperBound, right < secondRange.upperBound else { break }
      guard first[left] == second[right] else { return false }
      (left, right) = (left + 1, right + 1)
    }
    return left == firstRange.upperBound && right == secondRange.upperBound
  }

  private static func placeAfterSpaces(_ bytes: ColumnView<UInt8>, _ range: Range<Int>) -> Int {
    var place = range.lowerBound
    while place < range.upperBound {
      if bytes[place].isASCIISpace {
        place += 1
      } else if place + 1 < range.upperBound, bytes[place] == 0xC2, bytes[place + 1] == 0xA0 {
        place += 2
      } else {
        break
      }
    }
    return place
  }
}
