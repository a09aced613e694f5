import Tokenizer

/// The text of lines of Markdown without the marks within them.
///
/// What it remembers from line to line keeps the time linear: lines come in their order.
struct MarkdownInline: ~Copyable {
  /// The labels that have a definition, as `MarkdownSyntax.normalized` has them.
  var labels: Set<String> = []

  private let bytes: ColumnView<UInt8>
  private let end: Int
  /// The places where a bracket that opened a link closes, innermost last.
  private var closings: [(bracket: Int, next: Int)] = []
  /// For each length where the last run of so many backticks is, before `backtickLimit`.
  private var lastBackticks: [Int: Int] = [:]
  private var backtickLimit = -1
  /// Where the marks of emphasis in `emphasisRange` are that open or close some.
  private var pairedMarks: Set<Int> = []
  private var emphasisRange = 0..<0
  /// The first end of a comment that was found after the last place of search; `end` if none.
  private var commentEnd = -1

  init(_ bytes: ColumnView<UInt8>, end: Int) {
    self.bytes = bytes
    self.end = end
  }

  /// Appends the text of `range`, of one line, to `text`.
  ///
  /// Code may go on until `limit`, the end of the paragraph, and comments even further. Returns
  /// where the text after that starts, at least the end of `range`.
  mutating func append(_ range: Range<Int>, limit: Int, to text: inout ByteBuffer) -> Int {
    var place = range.lowerBound
    closings.removeAll(keepingCapacity: true)
    while place < range.upperBound {
      while let closing = closings.last, closing.bracket < place { closings.removeLast() }
      if let closing = closings.last, closing.bracket == place {
        place = closing.next
        closings.removeLast()
        continue
      }
      place = readByte(at: place, in: range, limit: limit, into: &text)
    }
    return max(place, range.upperBound)
  }

  private mutating func readByte(
    at place: Int, in range: Range<Int>, limit: Int, into text: inout ByteBuffer
  ) -> Int {
    let byte = bytes[place]
    let next = place + 1 < range.upperBound ? bytes[place + 1] : 0
    switch byte {
    case UInt8(ascii: "\\") where isPunctuation(next):
      text.append(next)
      return place + 2
    case UInt8(ascii: "["),
      UInt8(ascii: "!") where next == UInt8(ascii: "["):
      let bracket = byte == UInt8(ascii: "[") ? place : place + 1
      if closings.count < 8, let link = link(at: bracket, end: range.upperBound, limit: limit) {
        closings.append(link)
        return bracket + 1
      }
    case UInt8(ascii: "`"):
      return readCode(at: place, limit: limit, into: &text)
    case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: "_"):
      return readEmphasis(at: place, in: range, limit: limit, into: &text)
    case UInt8(ascii: "|"):
      text.append(0x20)
      return place + 1
    case UInt8(ascii: "<"):
      return readAngle(at: place, in: range, limit: limit, into: &text)
    case UInt8(ascii: "&"):
      if let (scalar, length) = HTMLEntities.reference(
        bytes, at: place, end: range.upperBound, needsSemicolon: true)
      {
        text.append(scalar)
        return place + length
      }
    default: break
    }
    text.append(byte)
    return place + 1
  }

  // MARK: Code

  /// Reads code, which stays as it is, or backticks that enclose nothing.
  private mutating func readCode(at start: Int, limit: Int, into text: inout ByteBuffer) -> Int {
    let first = start + runLength(at: start, end: limit)
    guard let close = closeOfCode(at: start, limit: limit) else {
      text.append(bytes, start..<first)
      return first
    }
    text.append(bytes, first..<close)
    return close + first - start
  }

  /// Where the backticks are that close the code which opens at `start`.
  private mutating func closeOfCode(at start: Int, limit: Int) -> Int? {
    let length = runLength(at: start, end: limit)
    var cursor = start + length
    if backtickLimit != limit { countBackticks(from: cursor, to: limit) }
    // Without this each run that nothing closes would be sought until the end.
    guard let last = lastBackticks[length], last >= cursor else { return nil }
    while let found = firstIndex(of: UInt8(ascii: "`"), in: bytes, from: cursor, to: limit) {
      let count = runLength(at: found, end: limit)
      if count == length { return found }
      cursor = found + count
    }
    return nil
  }

  private mutating func countBackticks(from start: Int, to limit: Int) {
    lastBackticks.removeAll(keepingCapacity: true)
    backtickLimit = limit
    var cursor = start
    while let found = firstIndex(of: UInt8(ascii: "`"), in: bytes, from: cursor, to: limit) {
      let count = runLength(at: found, end: limit)
      lastBackticks[count] = found
      cursor = found + count
    }
  }

  private func runLength(at start: Int, end: Int) -> Int {
    var place = start
    while place < end, bytes[place] == bytes[start] { place += 1 }
    return place - start
  }

  // MARK: Links

  /// If a link opens at `start`: where its bracket closes, and what follows its target.
  private mutating func link(at start: Int, end: Int, limit: Int) -> (bracket: Int, next: Int)? {
    let last = min(end, start + MarkdownSyntax.maxByteCount)
    var depth = 0
    var place = start
    while place < last {
      switch bytes[place] {
      case UInt8(ascii: "\\"): place += 1
      case UInt8(ascii: "`"):
        let length = runLength(at: place, end: limit)
        place = (closeOfCode(at: place, limit: limit) ?? place) + length - 1
      case UInt8(ascii: "["):
        depth += 1
        guard depth <= 32 else { return nil }
      case UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return target(of: start + 1..<place, end: end).map { (place, $0) } }
      default: break
      }
      place += 1
    }
    return nil
  }

  /// What follows the target of the link with the text `content`; nil if it has no target.
  private func target(of content: Range<Int>, end: Int) -> Int? {
    let next = content.upperBound + 1
    guard next < end else { return nil }
    if bytes[next] == UInt8(ascii: "(") {
      return MarkdownSyntax.target(bytes, at: next, end: end)
    }
    // The second of two brackets is no text only if it names a target.
    guard !labels.isEmpty, let label = MarkdownSyntax.label(bytes, at: next, end: end),
      content.count < 1000 || !label.isEmpty,
      labels.contains(MarkdownSyntax.normalized(bytes, label.isEmpty ? content : label))
    else { return nil }
    return label.upperBound + 1
  }

  // MARK: Emphasis

  /// Reads marks of emphasis, which go, or marks that are text.
  private mutating func readEmphasis(
    at start: Int, in range: Range<Int>, limit: Int, into text: inout ByteBuffer
  ) -> Int {
    let next = start + runLength(at: start, end: range.upperBound)
    let isAlone = isSpace(start - 1, range) && isSpace(next, range)
    let isWithinWord = isWord(start - 1, range) && isWord(next, range)
    // Low lines within a word are part of it, other marks if they have no partner: `a*b`.
    if isAlone
      || isWithinWord
        && (bytes[start] == UInt8(ascii: "_") || !hasPartner(start, range, limit: limit))
    {
      text.append(bytes, start..<next)
    }
    return next
  }

  /// Whether the run of marks at `start` opens or closes emphasis in `range`.
  private mutating func hasPartner(_ start: Int, _ range: Range<Int>, limit: Int) -> Bool {
    if emphasisRange != range {
      emphasisRange = range
      pairMarks(range, limit: limit)
    }
    return pairedMarks.contains(start)
  }

  /// Finds the marks in `range` that open emphasis and those that close it.
  ///
  /// Each closes what such a mark opened last, as in CommonMark. Those after a backslash and in code
  /// are none.
  private mutating func pairMarks(_ range: Range<Int>, limit: Int) {
    pairedMarks.removeAll(keepingCapacity: true)
    // By length and byte: where such marks opened something that is not closed yet.
    var opened: [Int: [Int]] = [:]
    var place = range.lowerBound
    while place < range.upperBound {
      let length = runLength(at: place, end: range.upperBound)
      switch bytes[place] {
      case UInt8(ascii: "\\"):
        place += 2
        continue
      case UInt8(ascii: "`"):
        place = closeOfCode(at: place, limit: limit) ?? place
      case UInt8(ascii: "*"), UInt8(ascii: "~"):
        let kind = length << 8 | Int(bytes[place])
        let (canOpen, canClose) = flanks(place..<place + length, range)
        if canClose, let opening = opened[kind]?.popLast() {
          pairedMarks.formUnion([opening, place])
        } else if canOpen {
          opened[kind, default: []].append(place)
        }
      default: break
      }
      place += length
    }
  }

  /// Whether marks can open emphasis and whether they can close it: by what stands around them.
  private func flanks(
    _ marks: Range<Int>, _ range: Range<Int>
  ) -> (canOpen: Bool, canClose: Bool) {
    let (isAfterWord, isBeforeWord) = (
      isWord(marks.lowerBound - 1, range), isWord(marks.upperBound, range)
    )
    let isAfterSign = !isAfterWord && !isSpace(marks.lowerBound - 1, range)
    let isBeforeSign = !isBeforeWord && !isSpace(marks.upperBound, range)
    return (
      isBeforeWord || isBeforeSign && !isAfterWord, isAfterWord || isAfterSign && !isBeforeWord
    )
  }

  // MARK: Tags

  /// Reads a tag or a comment, which goes, or an address in angle brackets, which stays.
  private mutating func readAngle(
    at start: Int, in range: Range<Int>, limit: Int, into text: inout ByteBuffer
  ) -> Int {
    if let close = closeOfAddress(at: start, end: range.upperBound) {
      text.append(bytes, start + 1..<close)
      return close + 1
    }
    // Within a paragraph a comment ends before the paragraph, else wherever its end is.
    let commentLimit = start == range.lowerBound ? end : limit
    if let next = placeAfterComment(at: start), next <= commentLimit {
      text.append(0x20)
      return next
    }
    guard let next = MarkdownSyntax.tag(bytes, at: start, end: range.upperBound) else {
      text.append(bytes[start])
      return start + 1
    }
    let nameStart = bytes[start + 1] == UInt8(ascii: "/") ? start + 2 : start + 1
    if let name = MarkdownSyntax.tagName(bytes, at: nameStart, end: next),
      HTMLText.separatesWords(String(decoding: name.map { bytes[$0] | 0x20 }, as: UTF8.self))
    {
      text.append(0x20)
    }
    return next
  }

  /// Where an address in angle brackets ends: `<https://a.org>`, `<me@a.org>`.
  private func closeOfAddress(at start: Int, end: Int) -> Int? {
    var isAddress = false
    var place = start + 1
    let last = min(end, start + MarkdownSyntax.maxByteCount)
    while place < last, bytes[place] > 0x20, bytes[place] != UInt8(ascii: "<") {
      if bytes[place] == UInt8(ascii: ">") { return isAddress ? place : nil }
      if bytes[place] == UInt8(ascii: "@") || bytes[place] == UInt8(ascii: ":") { isAddress = true }
      place += 1
    }
    return nil
  }

  private mutating func placeAfterComment(at start: Int) -> Int? {
    guard bytes.begin(with: "<!--", at: start, end: end) else { return nil }
    if bytes.begin(with: ">", at: start + 4, end: end) { return start + 5 }
    if bytes.begin(with: "->", at: start + 4, end: end) { return start + 6 }
    if commentEnd < start + 4 {
      var cursor = start + 4
      commentEnd = end
      while let found = firstIndex(of: UInt8(ascii: ">"), in: bytes, from: cursor, to: end) {
        cursor = found + 1
        guard found >= start + 6, bytes.begin(with: "--", at: found - 2, end: end) else { continue }
        commentEnd = found - 2
        break
      }
    }
    return commentEnd < end ? commentEnd + 3 : nil
  }

  // MARK: Bytes

  private func isPunctuation(_ byte: UInt8) -> Bool {
    0x21...0x2F ~= byte || 0x3A...0x40 ~= byte || 0x5B...0x60 ~= byte || 0x7B...0x7E ~= byte
  }

  private func isSpace(_ place: Int, _ range: Range<Int>) -> Bool {
    !range.contains(place) || bytes[place] == 0x20 || bytes[place] == 0x09
  }

  private func isWord(_ place: Int, _ range: Range<Int>) -> Bool {
    guard range.contains(place) else { return false }
    let byte = bytes[place]
    return byte >= 0x80 || byte.isASCIILetter
      || byte &- UInt8(ascii: "0") < 10
  }
}
