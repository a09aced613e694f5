/// A part of a query's text in quotation marks.
///
/// Marks are `"`, `“`, `”`, `„`, `‟` and `＂`, of which any closes what any has opened (people
/// mix them), and `«` with `»`. Apostrophes and single quotation marks are none: `l'été`,
/// `'s avonds`, `’90`. A mark within a word is none either: Hebrew acronyms have one.
struct Quotation: Equatable {
  /// Where it stands, marks included, in bytes.
  var outer: Range<Int>
  /// What is between the marks.
  var inner: Range<Int>
  /// Whether it has a closing mark; else the text closes it.
  var isClosed: Bool

  /// The quotations of `text`, in order, and where there is a mark that has no pair and cannot
  /// open a quotation either, as in `27" monitor`; `words` are the words of the text.
  static func find(
    in text: Span<UInt8>, words: [QueryWord]
  ) -> (quotations: [Quotation], strayMark: Range<Int>?) {
    var quotations: [Quotation] = []
    var open: (mark: QuotationMark, range: Range<Int>)?
    var word = 0
    var offset = 0
    while offset < text.count {
      guard let mark = QuotationMark(text, at: offset) else {
        offset += 1
        continue
      }
      let range = offset..<offset + mark.byteCount
      offset = range.upperBound
      while word < words.count, words[word].byteRange.upperBound <= range.lowerBound { word += 1 }
      if word < words.count, words[word].byteRange.contains(range.lowerBound) { continue }
      if let (opening, start) = open {
        guard mark.closes(opening) else { continue }
        quotations.append(
          Quotation(
            outer: start.lowerBound..<range.upperBound, inner: start.upperBound..<range.lowerBound,
            isClosed: true))
        open = nil
      } else if mark.kind != .rightGuillemet {
        open = (mark, range)
      }
    }
    guard let (mark, range) = open else { return (quotations, nil) }
    if mark.kind != .leftGuillemet, isTrailing(range, in: text) {
      return (quotations, range)
    }
    quotations.append(
      Quotation(
        outer: range.lowerBound..<text.count, inner: range.upperBound..<text.count, isClosed: false)
    )
    return (quotations, nil)
  }

  /// Whether the mark at `range` ends something and starts nothing.
  private static func isTrailing(_ range: Range<Int>, in text: Span<UInt8>) -> Bool {
    guard range.lowerBound > 0, text[range.lowerBound - 1] > 0x20 else { return false }
    return range.upperBound == text.count || text[range.upperBound] <= 0x20
  }
}

/// A quotation mark.
private struct QuotationMark {
  enum Kind {
    /// Opens and closes.
    case plain
    /// Only opens: `„`.
    case low
    /// `«`
    case leftGuillemet
    /// `»`
    case rightGuillemet
  }

  let kind: Kind
  let byteCount: Int

  /// The mark at `offset`, if there is one.
  init?(_ text: Span<UInt8>, at offset: Int) {
    switch text[offset] {
    case 0x22:
      (kind, byteCount) = (.plain, 1)
    case 0xC2 where offset + 1 < text.count && text[offset + 1] == 0xAB:
      (kind, byteCount) = (.leftGuillemet, 2)
    case 0xC2 where offset + 1 < text.count && text[offset + 1] == 0xBB:
      (kind, byteCount) = (.rightGuillemet, 2)
    case 0xE2 where offset + 2 < text.count && text[offset + 1] == 0x80:
      // U+201C...U+201F are “ ” „ ‟.
      guard text[offset + 2] >= 0x9C, text[offset + 2] <= 0x9F else { return nil }
      (kind, byteCount) = (text[offset + 2] == 0x9E ? .low : .plain, 3)
    case 0xEF where offset + 2 < text.count && text[offset + 1] == 0xBC && text[offset + 2] == 0x82:
      (kind, byteCount) = (.plain, 3)
    default:
      return nil
    }
  }

  /// Whether it closes what `opening` opened.
  func closes(_ opening: QuotationMark) -> Bool {
    opening.kind == .leftGuillemet ? kind == .rightGuillemet : kind == .plain
  }
}
