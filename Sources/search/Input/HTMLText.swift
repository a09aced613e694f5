import Tokenizer

/// The text of an HTML page: what a reader sees, one line for each block, without the head.
///
/// The title is a line of its own before the text, as a reader sees it above the page, unless the
/// first heading says the same.
///
/// Not a full HTML parser: it follows the tokenizer of the standard (WHATWG HTML, section 13.2.5)
/// as far as text needs it, takes any input, and passes over it once.
struct HTMLText: ~Copyable {
  private let bytes: ColumnView<UInt8>
  private let end: Int
  private var place: Int
  private var isInHead = false
  private var isInTitle = false
  private var isInFirstHeading = false
  private var isPreformatted = 0
  /// XHTML: any element may be empty, `<script/>`.
  private let isXML: Bool
  /// The elements whose end tag is nowhere in the rest of the page.
  private var neverClosed: Set<String> = []
  private var title = ByteBuffer(capacity: 256)
  private var heading = ByteBuffer(capacity: 256)

  private init(_ bytes: ColumnView<UInt8>, _ range: Range<Int>) {
    self.bytes = bytes
    place = range.lowerBound
    end = range.upperBound
    isXML = "<?xml".utf8.elementsEqual(range.prefix(5).map { bytes[$0] })
  }

  /// Appends the text of the page in `range` to `text`, and its title (`<title>`, else the first
  /// heading) to `title`.
  static func extract(
    _ bytes: ColumnView<UInt8>, _ range: Range<Int>, text: inout ByteBuffer,
    title: inout ByteBuffer
  ) {
    var page = HTMLText(bytes, range)
    page.run(into: &text)
    while let last = text.last, last == 0x20 || last == 0x0A { text.removeLast() }
    while page.title.last == 0x20 { page.title.removeLast() }
    let chosen = page.title.count > 0 ? page.title.view : page.heading.view
    let count = page.title.count > 0 ? page.title.count : page.heading.count
    title.append(chosen, Title.cut(chosen, 0..<count))
    let (named, headed) = (0..<page.title.count, 0..<page.heading.count)
    if !named.isEmpty, !Title.areSame(page.title.view, named, page.heading.view, headed) {
      text.prependLine(page.title.view, named)
    }
  }

  private mutating func run(into text: inout ByteBuffer) {
    while place < end {
      if bytes[place] == UInt8(ascii: "<"), readMarkup(into: &text) { continue }
      emitCharacter(into: &text)
    }
  }

  // MARK: Text

  /// Emits what is no markup until `limit`.
  private mutating func emitText(until limit: Int, into text: inout ByteBuffer) {
    while place < limit { emitCharacter(into: &text) }
  }

  private mutating func emitCharacter(into text: inout ByteBuffer) {
    let byte = bytes[place]
    if byte == UInt8(ascii: "&"),
      let (scalar, length) = HTMLEntities.reference(bytes, at: place, end: end)
    {
      emit(scalar, into: &text)
      place += length
      return
    }
    place += 1
    if byte >= 0x80 {
      append(byte, into: &text)
    } else {
      emit(Unicode.Scalar(byte), into: &text)
    }
  }

  private mutating func emit(_ scalar: Unicode.Scalar, into text: inout ByteBuffer) {
    let isSpace = scalar == " " || (0x09...0x0D ~= scalar.value)
    if isSpace {
      if isPreformatted > 0, scalar == "\n", !isInHead {
        breakLine(&text)
      } else {
        appendSpace(into: &text)
      }
    } else {
      for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
        append(byte, into: &text)
      }
    }
  }

  private mutating func append(_ byte: UInt8, into text: inout ByteBuffer) {
    guard !isInTitle else { return title.append(byte) }
    // Text cannot be in the head, even where the end tag of the head is missing.
    isInHead = false
    text.append(byte)
    if isInFirstHeading { heading.append(byte) }
  }

  private mutating func appendSpace(into text: inout ByteBuffer) {
    if isInTitle, let last = title.last, last != 0x20 { title.append(0x20) }
    guard !isInHead, !isInTitle else { return }
    if let last = text.last, last != 0x20, last != 0x0A { text.append(0x20) }
    if isInFirstHeading, let last = heading.last, last != 0x20 { heading.append(0x20) }
  }

  private func breakLine(_ text: inout ByteBuffer) {
    guard !isInHead else { return }
    if text.last == 0x20 { text.removeLast() }
    if let last = text.last, last != 0x0A { text.append(0x0A) }
  }

  // MARK: Markup

  /// Reads a tag, comment or declaration; false if `<` is just a character here.
  private mutating func readMarkup(into text: inout ByteBuffer) -> Bool {
    guard place + 1 < end else { return false }
    switch bytes[place + 1] {
    case UInt8(ascii: "!"):
      if bytes.begin(with: "!--", at: place + 1, end: end) {
        place = placeAfterComment() ?? end
      } else if bytes.begin(with: "![CDATA[", at: place + 1, end: end) {
        place += 9
      } else {
        place = placeAfter(">", from: place + 2) ?? end
      }
      return true
    case UInt8(ascii: "?"):
      place = placeAfter(">", from: place + 2) ?? end
      return true
    case UInt8(ascii: "/"):
      guard place + 2 < end, bytes[place + 2].isASCIILetter else { return false }
      let name = readTag(from: place + 2).name
      close(name, &text)
      return true
    default:
      guard bytes[place + 1].isASCIILetter else { return false }
      let tag = readTag(from: place + 1)
      open(tag.name, isSelfClosing: tag.isSelfClosing, &text)
      return true
    }
  }

  /// Reads a tag whose name starts at `start`, and goes behind it.
  private mutating func readTag(from start: Int) -> (name: String, isSelfClosing: Bool) {
    var cursor = start
    var name: [UInt8] = []
    while cursor < end, !isSpaceOrTagEnd(bytes[cursor]) {
      // No longer name is asked for.
      if name.count < 16 { name.append(lowercase(bytes[cursor])) }
      cursor += 1
    }
    var isSelfClosing = false
    while cursor < end, bytes[cursor] != UInt8(ascii: ">") {
      isSelfClosing = bytes[cursor] == UInt8(ascii: "/")
      cursor = isSpaceOrTagEnd(bytes[cursor]) ? cursor + 1 : placeAfterAttribute(at: cursor)
    }
    place = min(end, cursor + 1)
    return (String(decoding: name, as: UTF8.self), isSelfClosing)
  }

  private func placeAfterAttribute(at start: Int) -> Int {
    // An equals sign at the start is part of the name.
    var cursor = start + 1
    while cursor < end, !isSpaceOrTagEnd(bytes[cursor]), bytes[cursor] != UInt8(ascii: "=") {
      cursor += 1
    }
    let equals = bytes.placeAfterSpaces(from: cursor, to: end)
    guard equals < end, bytes[equals] == UInt8(ascii: "=") else { return cursor }
    cursor = bytes.placeAfterSpaces(from: equals + 1, to: end)
    guard cursor < end else { return end }
    if bytes[cursor] == UInt8(ascii: "\"") || bytes[cursor] == UInt8(ascii: "'") {
      return firstIndex(of: bytes[cursor], in: bytes, from: cursor + 1, to: end).map { $0 + 1 }
        ?? end
    }
    // A slash is part of such a value.
    while cursor < end, !bytes[cursor].isASCIISpace, bytes[cursor] != UInt8(ascii: ">") {
      cursor += 1
    }
    return cursor
  }

  private mutating func open(_ name: String, isSelfClosing: Bool, _ text: inout ByteBuffer) {
    if !Self.ofHead.contains(name) { isInHead = false }
    if Self.blocks.contains(name) { breakLine(&text) }
    if Self.spaced.contains(name) { appendSpace(into: &text) }
    switch name {
    case "script", "style", "noscript", "iframe":
      skip(name, isSelfClosing && isXML, orElse: end, &text)
    case "template": skip(name, isSelfClosing && isXML, orElse: place, &text)
    // Of formulas the signs are shown, not what they were made of.
    case "svg", "annotation", "annotation-xml": skip(name, isSelfClosing, orElse: place, &text)
    case "head": isInHead = true
    case "title", "textarea":
      guard !isSelfClosing || !isXML else { return }
      isInTitle = name == "title" && title.count == 0
      // These hold no tags; where the end is missing, at least the page is not in the title.
      let next = firstIndex(of: UInt8(ascii: "<"), in: bytes, from: place, to: end) ?? end
      emitText(until: endTag(name)?.lowerBound ?? next, into: &text)
      isInTitle = false
    case "pre": isPreformatted += 1
    case "h1", "h2", "h3": isInFirstHeading = heading.count == 0
    default: break
    }
  }

  /// Passes over what an element holds that is no text, until the first end tag of its name.
  private mutating func skip(
    _ name: String, _ isEmpty: Bool, orElse other: Int, _ text: inout ByteBuffer
  ) {
    appendSpace(into: &text)
    if !isEmpty { place = endTag(name)?.upperBound ?? other }
  }

  private mutating func close(_ name: String, _ text: inout ByteBuffer) {
    switch name {
    case "head", "body", "html", "br": isInHead = false
    case "pre": isPreformatted = max(0, isPreformatted - 1)
    case "h1", "h2", "h3": isInFirstHeading = false
    default: break
    }
    if Self.blocks.contains(name) { breakLine(&text) }
    if Self.spaced.contains(name) { appendSpace(into: &text) }
  }

  /// Elements that may be in the head; any other ends it.
  private static let ofHead: Set<String> = [
    "base", "basefont", "bgsound", "head", "html", "link", "meta", "noframes", "noscript", "script",
    "style", "template", "title",
  ]

  /// Elements that begin and end a line.
  private static let blocks: Set<String> = [
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "li",
    "listing", "main", "menu", "nav", "ol", "optgroup", "p", "pre", "search", "section",
    "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "xmp",
  ]

  /// Elements that stand in a line, apart from what is beside them.
  private static let spaced: Set<String> = [
    "audio", "button", "canvas", "img", "input", "meter", "object", "option", "progress",
    "select", "td", "textarea", "th", "video",
  ]

  /// Whether the words before and after a tag are not one word.
  static func separatesWords(_ name: String) -> Bool {
    blocks.contains(name) || spaced.contains(name)
  }

  // MARK: Search

  private func placeAfter(_ text: String, from start: Int) -> Int? {
    guard let first = text.utf8.first else { return nil }
    var cursor = min(start, end)
    while let found = firstIndex(of: first, in: bytes, from: cursor, to: end) {
      if bytes.begin(with: text, at: found, end: end) { return found + text.utf8.count }
      cursor = found + 1
    }
    return nil
  }

  /// Where the comment that starts at `place` is over: also after `<!-->`, `<!--->` and `--!>`.
  private func placeAfterComment() -> Int? {
    var cursor = place + 4
    while let found = firstIndex(of: UInt8(ascii: ">"), in: bytes, from: cursor, to: end) {
      cursor = found + 1
      if bytes.begin(with: "--", at: found - 2, end: end) { return cursor }
      if found >= place + 7, bytes.begin(with: "--!", at: found - 3, end: end) { return cursor }
    }
    return nil
  }

  /// The first end tag of an element, from `place` on.
  private mutating func endTag(_ name: String) -> Range<Int>? {
    if neverClosed.contains(name) { return nil }
    var cursor = place
    search: while let found = firstIndex(of: UInt8(ascii: "<"), in: bytes, from: cursor, to: end) {
      cursor = found + 1
      guard cursor < end, bytes[cursor] == UInt8(ascii: "/") else { continue }
      var letter = cursor + 1
      for byte in name.utf8 {
        guard letter < end, lowercase(bytes[letter]) == byte else { continue search }
        letter += 1
      }
      guard letter < end, isSpaceOrTagEnd(bytes[letter]) else { continue }
      let close = firstIndex(of: UInt8(ascii: ">"), in: bytes, from: letter, to: end)
      return found..<(close.map { $0 + 1 } ?? end)
    }
    // It need not be sought again, for each start tag.
    neverClosed.insert(name)
    return nil
  }

  private func isSpaceOrTagEnd(_ byte: UInt8) -> Bool {
    byte.isASCIISpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
  }

  private func lowercase(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }
}
