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
  /// The open block of code, and the number of quotations that it stands in.
  private var fence: (byte: UInt8, count: Int, quoteCount: Int)?
  private var isInParagraph = false
  /// Whether what is indented may go on with an item of a list.
  private var isInList = false
  /// The end of the paragraph that was looked at last.
  private var paragraphEnd = 0
  private var inline: MarkdownInline

  private init(_ bytes: ColumnView<UInt8>, _ range: Range<Int>) {
    self.bytes = bytes
    place = range.lowerBound
    end = range.upperBound
    inline = MarkdownInline(bytes, end: range.upperBound)
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
    document.collectLabels()
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
  ///
  /// What stands between two rules and does not look like YAML is text.
  private mutating func readFrontMatter() -> Range<Int>? {
    let first = lineRange(at: place)
    guard isRule(first, of: "---") else { return nil }
    var cursor = nextLine(after: first)
    var title: Range<Int>?
    var hasKey = false
    while cursor < end {
      let line = lineRange(at: cursor)
      cursor = nextLine(after: line)
      if isRule(line, of: "---") || isRule(line, of: "...") {
        if hasKey { place = cursor }
        return hasKey ? title : nil
      }
      let content = trimmed(line)
      guard let first = content.first, bytes[first] != UInt8(ascii: "#") else { continue }
      if startsWithKey(line, mayHaveSpaces: hasKey) {
        hasKey = true
      } else if !hasKey || !continuesValue(line) {
        return nil
      }
      if title == nil, starts(line, with: "title:") {
        title = unquoted(trimmed(line.lowerBound + 6..<line.upperBound))
      }
    }
    return nil
  }

  /// Whether a line is `key:` or `key: value`.
  private func startsWithKey(_ line: Range<Int>, mayHaveSpaces: Bool) -> Bool {
    for place in line {
      let byte = bytes[place]
      switch byte {
      case UInt8(ascii: ":"):
        if place + 1 == line.upperBound || isSpace(bytes[place + 1]) {
          return place > line.lowerBound
        }
      case 0x80..., UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "\""), UInt8(ascii: "'"):
        break
      default:
        guard mayHaveSpaces, byte == 0x20, place > line.lowerBound else { return false }
      }
    }
    return false
  }

  /// Whether a line may go on with the value of the key before it.
  private func continuesValue(_ line: Range<Int>) -> Bool {
    guard let first = line.first else { return true }
    let marks: [UInt8] = [UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "-")]
    return isSpace(bytes[first]) || marks.contains(bytes[first])
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
    bytes.begin(with: text, at: range.lowerBound, end: range.upperBound)
  }

  private func count(of byte: UInt8, in range: Range<Int>) -> Int {
    range.prefix { bytes[$0] == byte }.count
  }

  private mutating func readLine(into text: inout ByteBuffer) {
    let line = lineRange(at: place)
    place = nextLine(after: line)
    let content = trimmed(line)
    if readCode(line, content, into: &text) { return }
    if content.isEmpty || isUnderline(content) {
      if !content.isEmpty, title == nil, !previousLine.isEmpty { title = previousLine }
      if content.isEmpty { text.append(0x0A) }
      previousLine = 0..<0
      isInParagraph = false
      return
    }
    if isIndentedCode(line) {
      text.append(bytes, line.lowerBound..<content.upperBound)
      text.append(0x0A)
      return
    }
    let marks = blockMarks(content)
    isInList = marks.isItem || isInList && line.lowerBound < content.lowerBound
    // Readers see the numbers of lists; and in `born in` / `1984. Then` it is no list.
    for number in marks.numbers {
      text.append(bytes, number)
      text.append(0x20)
    }
    if marks.isItem { isInParagraph = false }
    readContent(marks, of: line, into: &text)
    if let last = text.last, last != 0x0A { text.append(0x0A) }
  }

  /// Whether a line is code as it is four columns from the margin, and nothing that goes on.
  private func isIndentedCode(_ line: Range<Int>) -> Bool {
    guard !isInParagraph, !isInList else { return false }
    return starts(line, with: "    ")
      || line.prefix(4).first { bytes[$0] != 0x20 }.map { bytes[$0] == 0x09 } ?? false
  }

  /// Reads what follows the marks of a line.
  private mutating func readContent(
    _ marks: BlockMarks, of line: Range<Int>, into text: inout ByteBuffer
  ) {
    let content = marks.content
    if opensFence(content, quoteCount: marks.quoteCount) || isTableRule(content)
      || !isInParagraph && MarkdownSyntax.definition(bytes, content) != nil
    {
      isInParagraph = false
      return
    }
    let heading = headingText(content)
    isInParagraph = heading == nil && !content.isEmpty
    let start = text.count
    let limit = heading?.upperBound ?? paragraphLimit(from: line)
    // Code and comments may have gone on into other lines.
    place = max(place, inline.append(heading ?? content, limit: limit, to: &text))
    previousLine = start..<text.count
    if heading != nil, title == nil, !previousLine.isEmpty { title = previousLine }
  }

  /// The text of a heading: `# text #`.
  private func headingText(_ content: Range<Int>) -> Range<Int>? {
    let mark = UInt8(ascii: "#")
    let level = count(of: mark, in: content)
    guard 1...6 ~= level,
      content.count == level || isSpace(bytes[content.lowerBound + level])
    else { return nil }
    let text = trimmed(content.lowerBound + level..<content.upperBound)
    var last = text.upperBound
    while last > text.lowerBound, bytes[last - 1] == mark { last -= 1 }
    // Closing marks stand by themselves; those of `C#` are text.
    let isClosed = last == text.lowerBound || isSpace(bytes[last - 1])
    return isClosed ? trimmed(text.lowerBound..<last) : text
  }

  /// The end of the paragraph that `line` belongs to: the next line is blank or begins otherwise.
  private mutating func paragraphLimit(from line: Range<Int>) -> Int {
    // Each line is looked at once for all lines of its paragraph.
    if line.upperBound <= paragraphEnd { return paragraphEnd }
    let others = Array("#>|~".utf8)
    paragraphEnd = line.upperBound
    while paragraphEnd < end {
      let next = lineRange(at: paragraphEnd + 1)
      let content = trimmed(next)
      guard let first = content.first, !others.contains(bytes[first]),
        !starts(content, with: "```"), !isUnderline(content), !blockMarks(content).isItem
      else { break }
      paragraphEnd = next.upperBound
    }
    return paragraphEnd
  }

  /// Reads a line of a block of code, or its end; false if the line is outside.
  private mutating func readCode(
    _ line: Range<Int>, _ content: Range<Int>, into text: inout ByteBuffer
  ) -> Bool {
    guard let open = fence else { return false }
    var inner = line
    for _ in 0..<open.quoteCount {
      let rest = trimmed(inner)
      guard let mark = rest.first, bytes[mark] == UInt8(ascii: ">") else {
        // Code in a quotation ends with it.
        fence = nil
        return false
      }
      inner = mark + 1..<line.upperBound
    }
    let code = trimmed(inner)
    let length = count(of: open.byte, in: code)
    if length >= open.count, length == code.count {
      fence = nil
    } else {
      text.append(bytes, inner.lowerBound..<max(inner.lowerBound, code.upperBound))
      text.append(0x0A)
    }
    return true
  }

  /// Opens a block of code, if this is such a line, which is no text.
  private mutating func opensFence(_ content: Range<Int>, quoteCount: Int) -> Bool {
    guard let first = content.first else { return false }
    let byte = bytes[first]
    guard byte == UInt8(ascii: "`") || byte == UInt8(ascii: "~") else { return false }
    let length = count(of: byte, in: content)
    guard length >= 3 else { return false }
    // A line with more backticks is code within the line.
    if byte == UInt8(ascii: "`"),
      firstIndex(of: byte, in: bytes, from: first + length, to: content.upperBound) != nil
    {
      return false
    }
    fence = (byte, length, quoteCount)
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

  /// The marks of quotations and lists at the start of a line, and what follows them.
  private struct BlockMarks {
    var content: Range<Int>
    var quoteCount = 0
    var isItem = false
    var numbers: [Range<Int>] = []
  }

  private func blockMarks(_ line: Range<Int>) -> BlockMarks {
    var marks = BlockMarks(content: line)
    while let first = marks.content.first {
      let end = marks.content.upperBound
      if bytes[first] == UInt8(ascii: ">") {
        marks.content = trimmed(first + 1..<end)
        marks.quoteCount += 1
        continue
      }
      let digits = marks.content.prefix { 0x30...0x39 ~= bytes[$0] }.count
      let mark = first + digits
      guard mark + 1 < end, isSpace(bytes[mark + 1]) else { break }
      let known: [UInt8] =
        digits == 0
        ? [UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+")]
        : [UInt8(ascii: "."), UInt8(ascii: ")")]
      guard known.contains(bytes[mark]), digits <= 9 else { break }
      marks.isItem = true
      if digits > 0 { marks.numbers.append(first..<mark + 1) }
      marks.content = withoutTaskBox(trimmed(mark + 1..<end))
    }
    return marks
  }

  private func withoutTaskBox(_ content: Range<Int>) -> Range<Int> {
    guard content.count > 3, isSpace(bytes[content.lowerBound + 3]),
      starts(content, with: "[ ]") || starts(content, with: "[x]") || starts(content, with: "[X]")
    else { return content }
    return trimmed(content.lowerBound + 3..<content.upperBound)
  }

  /// Finds the labels that have a definition anywhere, before they are used.
  private mutating func collectLabels() {
    var cursor = place
    while let found = firstIndex(of: UInt8(ascii: "["), in: bytes, from: cursor, to: end) {
      var start = found
      while start > cursor, bytes[start - 1] != 0x0A { start -= 1 }
      let line = lineRange(at: start)
      cursor = nextLine(after: line)
      let content = blockMarks(trimmed(line)).content
      if let label = MarkdownSyntax.definition(bytes, content) {
        inline.labels.insert(MarkdownSyntax.normalized(bytes, label))
      }
    }
  }

  /// Whether a line is the rule below the head of a table: `|---|:--:|`.
  private func isTableRule(_ content: Range<Int>) -> Bool {
    let marks: [UInt8] = [UInt8(ascii: "|"), UInt8(ascii: "-"), UInt8(ascii: ":"), 0x20]
    return content.count >= 3 && content.allSatisfy { marks.contains(bytes[$0]) }
      && content.contains { bytes[$0] == UInt8(ascii: "-") }
  }
}
