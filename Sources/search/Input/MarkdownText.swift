import Tokenizer

/// The text of a Markdown document without its marks, line by line.
///
/// Links and images leave their text, code stays, HTML tags go. The aim is text that reads well in
/// a snippet and gives the words a reader sees; it is no full CommonMark parser.
struct MarkdownText: ~Copyable {
  private let bytes: ColumnView<UInt8>
  private let end: Int
  private var place: Int
  private var title: Range<Int>?
  /// The start and end, in the output, of the line before; for headings that are underlined.
  private var previousLine = 0..<0
  private var fence: (byte: UInt8, count: Int)?

  private init(_ bytes: ColumnView<UInt8>, _ range: Range<Int>) {
    self.bytes = bytes
    place = range.lowerBound
    end = range.upperBound
  }

  /// Appends the text of the document in `range` to `text`, and its title (the one of the front
  /// matter, else the first heading, else the first line) to `title`.
  ///
  /// A title of the front matter is a line of its own before the text, unless the first heading
  /// says the same.
  static func extract(
    _ bytes: ColumnView<UInt8>, _ range: Range<Int>, text: inout ByteBuffer,
    title: inout ByteBuffer
  ) {
    var document = MarkdownText(bytes, range)
    let start = text.count
    let frontTitle = document.readFrontMatter()
    while document.place < document.end { document.readLine(into: &text) }
    if let frontTitle {
      title.append(bytes, Title.cut(bytes, frontTitle))
      if !Title.areSame(bytes, frontTitle, text.view, document.title ?? 0..<0) {
        text.prependLine(bytes, frontTitle)
      }
    } else if let heading = document.title {
      title.append(text.view, Title.cut(text.view, heading))
    } else {
      title.append(text.view, Title.firstLine(of: text.view, start..<text.count))
    }
  }

  // MARK: Front matter

  /// Passes over YAML front matter; returns where its title is.
  private mutating func readFrontMatter() -> Range<Int>? {
    let first = lineRange(at: place)
    guard isRule(first, of: "---") else { return nil }
    var cursor = nextLine(after: first)
    var title: Range<Int>?
    while cursor < end {
      let line = lineRange(at: cursor)
      cursor = nextLine(after: line)
      if isRule(line, of: "---") || isRule(line, of: "...") {
        place = cursor
        return title
      }
      if title == nil, starts(line, with: "title:") {
        title = unquoted(trimmed(line.lowerBound + 6..<line.upperBound))
      }
    }
    return nil
  }

  private func isRule(_ line: Range<Int>, of text: String) -> Bool {
    let content = trimmed(line)
    return content.count == 3 && starts(content, with: text)
  }

  private func unquoted(_ range: Range<Int>) -> Range<Int>? {
    guard range.count >= 2, let last = range.last,
      bytes[range.lowerBound] == bytes[last],
      bytes[last] == UInt8(ascii: "\"") || bytes[last] == UInt8(ascii: "'")
    else { return range.isEmpty ? nil : range }
    return range.count == 2 ? nil : range.lowerBound + 1..<last
  }

  // MARK: Lines

  private func lineRange(at start: Int) -> Range<Int> {
    let newline = firstIndex(of: 0x0A, in: bytes, from: start, to: end) ?? end
    return start..<newline
  }

  private func nextLine(after line: Range<Int>) -> Int { min(end, line.upperBound + 1) }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high, isSpace(bytes[low]) { low += 1 }
    while high > low, isSpace(bytes[high - 1]) { high -= 1 }
    return low..<high
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  private func starts(_ range: Range<Int>, with text: String) -> Bool {
    guard range.count >= text.utf8.count else { return false }
    var cursor = range.lowerBound
    for byte in text.utf8 {
      if bytes[cursor] != byte { return false }
      cursor += 1
    }
    return true
  }

  private func count(of byte: UInt8, in range: Range<Int>) -> Int {
    range.prefix { bytes[$0] == byte }.count
  }

  private mutating func readLine(into text: inout ByteBuffer) {
    let line = lineRange(at: place)
    place = nextLine(after: line)
    var content = trimmed(line)
    if readFence(content) { return }
    if fence != nil {
      text.append(bytes, line.lowerBound..<content.upperBound)
      text.append(0x0A)
      return
    }
    if isUnderline(content) {
      if title == nil, !previousLine.isEmpty { title = previousLine }
      return
    }
    content = withoutBlockMarks(content)
    if isDefinition(content) || isTableRule(content) { return }
    let level = count(of: UInt8(ascii: "#"), in: content)
    let isHeading =
      1...6 ~= level
      && (content.count == level || isSpace(bytes[content.lowerBound + level]))
    if isHeading {
      content = trimmed(content.lowerBound + level..<content.upperBound)
      var last = content.upperBound
      while last > content.lowerBound, bytes[last - 1] == UInt8(ascii: "#") { last -= 1 }
      content = trimmed(content.lowerBound..<last)
    }
    let start = text.count
    MarkdownInline.append(bytes, content, to: &text)
    previousLine = start..<text.count
    if isHeading, title == nil, !previousLine.isEmpty { title = previousLine }
    text.append(0x0A)
  }

  /// Opens or closes a block of code; such lines are no text.
  private mutating func readFence(_ content: Range<Int>) -> Bool {
    guard let first = content.first else { return false }
    let byte = bytes[first]
    guard byte == UInt8(ascii: "`") || byte == UInt8(ascii: "~") else { return false }
    let length = count(of: byte, in: content)
    guard length >= 3 else { return false }
    if let open = fence {
      guard open.byte == byte, length >= open.count, length == content.count else { return false }
      fence = nil
    } else {
      fence = (byte, length)
    }
    return true
  }

  /// Whether a line is only a rule or the underline of a heading.
  private func isUnderline(_ content: Range<Int>) -> Bool {
    guard content.count >= 2, let first = content.first else { return false }
    let mark = bytes[first]
    guard
      [UInt8(ascii: "="), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "_")]
        .contains(mark)
    else { return false }
    return content.allSatisfy { bytes[$0] == mark || isSpace(bytes[$0]) }
  }

  /// Without the marks of quotations and lists.
  private func withoutBlockMarks(_ content: Range<Int>) -> Range<Int> {
    var content = content
    while let first = content.first {
      if bytes[first] == UInt8(ascii: ">") {
        content = trimmed(first + 1..<content.upperBound)
        continue
      }
      let digits = content.prefix { 0x30...0x39 ~= bytes[$0] }.count
      let mark = first + digits
      guard mark + 1 < content.upperBound, isSpace(bytes[mark + 1]) else { break }
      let marks: [UInt8] =
        digits == 0
        ? [UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+")]
        : [UInt8(ascii: "."), UInt8(ascii: ")")]
      guard marks.contains(bytes[mark]), digits <= 9 else { break }
      content = trimmed(mark + 1..<content.upperBound)
      if starts(content, with: "[ ]") || starts(content, with: "[x]") {
        content = trimmed(content.lowerBound + 3..<content.upperBound)
      }
    }
    return content
  }

  /// Whether a line defines the target of a link: `[name]: target`.
  private func isDefinition(_ content: Range<Int>) -> Bool {
    guard let first = content.first, bytes[first] == UInt8(ascii: "["),
      let close = firstIndex(
        of: UInt8(ascii: "]"), in: bytes, from: first, to: content.upperBound)
    else { return false }
    return close + 1 < content.upperBound && bytes[close + 1] == UInt8(ascii: ":")
      && bytes[first + 1] != UInt8(ascii: "^")
  }

  /// Whether a line is the rule below the head of a table: `|---|:--:|`.
  private func isTableRule(_ content: Range<Int>) -> Bool {
    let marks: [UInt8] = [UInt8(ascii: "|"), UInt8(ascii: "-"), UInt8(ascii: ":"), 0x20]
    return content.count >= 3 && content.allSatisfy { marks.contains(bytes[$0]) }
      && content.contains { bytes[$0] == UInt8(ascii: "-") }
  }
}
