import Index

/// Hits for people: rank, id and score, the title, and a piece of the text, cut to the width.
struct TextPrinter {
  let style: TextStyle
  let width: Int

  private let indent = "    "
  private let maxSnippetLines = 3

  init(style: TextStyle, width: Int) {
    self.style = style
    self.width = max(20, width)
  }

  /// Prints the hits of an answer.
  func print(_ answer: Answer, to output: inout StandardOutput) {
    let rankWidth = max(2, String(answer.hits.last?.rank ?? 1).count)
    for hit in answer.hits {
      let rank = padded(String(hit.rank), to: rankWidth)
      let score = fixed(Double(hit.score), 2)
      output.writeLine("\(rank)  \(style.name(printable(hit.id)))  \(style.faint(score))")
      let title = cut(printable(hit.title), to: width - indent.count)
      if !title.isEmpty { output.writeLine(indent + style.strong(title)) }
      if let snippet = hit.snippet, !snippet.text.isEmpty {
        for line in lines(of: snippet) { output.writeLine(indent + line) }
      }
    }
  }

  private func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private func cut(_ text: String, to width: Int) -> String {
    guard displayWidth(text) > width else { return text }
    var result = ""
    var used = 0
    for character in text {
      used += displayWidth(String(character))
      if used > width - 2 { break }
      result.append(character)
    }
    return result + " …"
  }

  // MARK: Snippets

  /// A part of a snippet that is not broken: text up to a space, painted where it matches.
  private struct Word {
    var plain = ""
    var painted = ""
    var isFollowedBySpace = false
  }

  private func lines(of snippet: Snippet) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    var needsSpace = false
    for word in words(of: snippet) {
      let size = displayWidth(word.plain)
      if used > 0, used + (needsSpace ? 1 : 0) + size > width - indent.count {
        lines.append(line)
        (line, used, needsSpace) = ("", 0, false)
        if lines.count == maxSnippetLines { return lines }
      }
      line += (needsSpace ? " " : "") + word.painted
      used += (needsSpace ? 1 : 0) + size
      needsSpace = word.isFollowedBySpace
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  private func words(of snippet: Snippet) -> [Word] {
    let bytes = Array(snippet.text.utf8)
    var words: [Word] = []
    var word = Word()
    func add(_ range: Range<Int>, isMatch: Bool) {
      let text = String(decoding: bytes[range], as: UTF8.self)
      for (index, part) in text.split(separator: " ", omittingEmptySubsequences: false)
        .enumerated()
      {
        if index > 0 {
          word.isFollowedBySpace = true
          if !word.plain.isEmpty { words.append(word) }
          word = Word()
        }
        guard !part.isEmpty else { continue }
        let shown = printable(String(part))
        word.plain += isMatch && !style.isColored ? "«\(shown)»" : shown
        word.painted += isMatch ? style.match(shown) : shown
      }
    }
    var place = 0
    for highlight in snippet.highlights {
      guard highlight.lowerBound >= place, highlight.upperBound <= bytes.count else { continue }
      add(place..<highlight.lowerBound, isMatch: false)
      add(highlight, isMatch: true)
      place = highlight.upperBound
    }
    add(place..<bytes.count, isMatch: false)
    if !word.plain.isEmpty { words.append(word) }
    return words
  }
}

/// Text that can do a terminal no harm: controls become spaces.
func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
}

/// The beginning of a text for a message: a query may be as long as a book.
func excerpt(_ text: some StringProtocol, limit: Int = 200) -> String {
  let start = text.prefix(limit)
  return printable(String(start)) + (start.endIndex < text.endIndex ? " …" : "")
}

/// The number of columns a text takes at a terminal.
///
/// Wide are the scalars that Unicode Standard Annex #11 has as W or F, in blocks; marks take none.
func displayWidth(_ text: String) -> Int {
  var width = 0
  for scalar in text.unicodeScalars {
    let value = scalar.value
    if value < 0x300 {
      width += 1
      continue
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: continue
    default: break
    }
    let isWide =
      switch value {
      case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
        0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
        true
      default: false
      }
    width += isWide ? 2 : 1
  }
  return width
}
