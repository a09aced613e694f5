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
