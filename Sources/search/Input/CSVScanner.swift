import Tokenizer

/// Where records of CSV end: the state of the reading at one byte, carried from block to block.
///
/// A newline within quotes is text (RFC 4180). Quotes count only where a field starts, so a stray
/// one in the middle of a field does no harm.
///
/// Fields end at commas, or at semicolons if the first record has more of these: so does Excel write
/// them where the comma is in numbers, as in French and Dutch.
struct CSVCutter {
  private enum State { case fieldStart, unquoted, quoted, afterQuote }
  private var state = State.fieldStart
  /// The separators in the first record, while it is read.
  private var commaCount = 0
  private var semicolonCount = 0
  private var isInFirstRecord = true

  private static let comma = UInt8(ascii: ",")
  private static let semicolon = UInt8(ascii: ";")

  /// What fields end at, once the first record was read.
  var separator: UInt8 { semicolonCount > commaCount ? Self.semicolon : Self.comma }

  /// Reads `range` on from where the last call ended; returns the place after the last record
  /// that is complete, or nil.
  mutating func lastRecordEnd(in bytes: ColumnView<UInt8>, _ range: Range<Int>) -> Int? {
    var last: Int?
    var place = range.lowerBound
    var (separator, other) = isInFirstRecord ? (Self.comma, Self.semicolon) : (separator, separator)
    while place < range.upperBound {
      if state == .quoted {
        guard
          let quote = firstIndex(
            of: UInt8(ascii: "\""), in: bytes, from: place, to: range.upperBound)
        else { return last }
        place = quote + 1
        state = .afterQuote
        continue
      }
      switch bytes[place] {
      case 0x0A:
        last = place + 1
        state = .fieldStart
        isInFirstRecord = false
        (separator, other) = (self.separator, self.separator)
      case separator, other:
        if isInFirstRecord { count(bytes[place]) }
        state = .fieldStart
      case UInt8(ascii: "\"") where state != .unquoted: state = .quoted
      default: state = .unquoted
      }
      place += 1
    }
    return last
  }

  private mutating func count(_ separator: UInt8) {
    if separator == Self.comma { commaCount += 1 } else { semicolonCount += 1 }
  }
}

/// The fields of records of CSV (RFC 4180) or TSV, which knows no quotes.
struct RecordScanner {
  let bytes: ColumnView<UInt8>
  /// What fields end at; a tab only where there are no quotes.
  let separator: UInt8
  /// The fields of the last record, without quotes.
  private(set) var fields: [Range<Int>] = []
  /// Whether a quote of the last record was never closed.
  private(set) var isUnclosed = false
  /// How many lines the last record has.
  private(set) var lineCount = 0

  init(bytes: ColumnView<UInt8>, separator: UInt8) {
    self.bytes = bytes
    self.separator = separator
  }

  /// What fields of TSV end at.
  static let tab = UInt8(ascii: "\t")

  /// Scans the record at `start`, taking out quotes in place; returns the place after it.
  mutating func scan(at start: Int, end: Int) -> Int {
    fields.removeAll(keepingCapacity: true)
    isUnclosed = false
    lineCount = 1
    let hasQuotes = separator != Self.tab
    var place = start
    while true {
      let content: Range<Int>
      if hasQuotes, place < end, bytes[place] == UInt8(ascii: "\"") {
        (content, place) = scanQuoted(at: place, end: end)
      } else {
        let first = place
        while place < end, bytes[place] != separator, bytes[place] != 0x0A { place += 1 }
        content = first..<place
      }
      let endsRecord = place >= end || bytes[place] == 0x0A
      fields.append(endsRecord ? withoutCarriageReturn(content, before: place) : content)
      if endsRecord { return min(end, place + 1) }
      place += 1
    }
  }

  /// Scans a field that opens with a quote; what follows its closing quote is part of it.
  private mutating func scanQuoted(at start: Int, end: Int) -> (content: Range<Int>, next: Int) {
    var place = start + 1
    let first = place
    var target = first
    while let quote = firstIndex(of: UInt8(ascii: "\""), in: bytes, from: place, to: end) {
      move(place..<quote, to: &target)
      place = quote + 1
      if place < end, bytes[place] == UInt8(ascii: "\"") {
        bytes[target] = UInt8(ascii: "\"")
        target += 1
        place += 1
        continue
      }
      let rest = place
      while place < end, bytes[place] != separator, bytes[place] != 0x0A { place += 1 }
      let isLineEnd = place - rest == 1 && bytes[rest] == 0x0D
      if !isLineEnd { move(rest..<place, to: &target) }
      return (first..<target, place)
    }
    isUnclosed = true
    move(place..<end, to: &target)
    // The newline at the end of the file begins no line.
    if bytes[end - 1] == 0x0A { lineCount -= 1 }
    return (first..<target, end)
  }

  /// Moves a part of a quoted field, the only place for newlines in a record, to the left.
  private mutating func move(_ range: Range<Int>, to target: inout Int) {
    lineCount += newlineCount(bytes, range)
    defer { target += range.count }
    guard target != range.lowerBound else { return }
    copyBytes(bytes, at: range.lowerBound, count: range.count, to: bytes, at: target)
  }

  private func withoutCarriageReturn(_ range: Range<Int>, before place: Int) -> Range<Int> {
    guard range.upperBound == place, let last = range.last, bytes[last] == 0x0D else {
      return range
    }
    return range.lowerBound..<last
  }
}
