import Index

/// Prints answers in one format.
struct AnswerPrinter {
  /// What to print.
  enum Format: String { case text, tsv, json, trec, ids }

  let format: Format
  let style: TextStyle
  let runName: String
  let endsWithNUL: Bool
  let countsOnly: Bool
  let showsProfile: Bool
  /// Whether people see even what is for programs, which take ids as they are.
  let isForTerminal: Bool

  /// Whether the format has a place for pieces of text.
  var showsSnippets: Bool { format == .text || format == .json }

  /// Whether the format has a place for titles.
  var showsTitles: Bool { format != .trec && format != .ids }

  /// Prints one answer.
  func print(_ answer: Answer, to output: inout StandardOutput) {
    if countsOnly, format != .json {
      output.writeLine((answer.id.map { "\(printable($0))\t" } ?? "") + String(answer.total))
      return
    }
    switch format {
    case .text:
      if let id = answer.id { output.writeLine(printable("\(id): \(answer.text)")) }
      TextPrinter(style: style, width: Terminal.width()).print(answer, to: &output)
    case .tsv: printTabSeparated(answer, to: &output)
    case .json:
      output.writeLine(JSONPrinter.text(of: answer, showsProfile: showsProfile))
    case .trec: printTREC(answer, to: &output)
    case .ids:
      for hit in answer.hits {
        let id = isForTerminal ? printable(hit.id) : hit.id
        output.write(id + (endsWithNUL ? "\0" : "\n"))
      }
    }
  }

  /// Rank, score, id and title; in a batch, the id of the query comes first.
  private func printTabSeparated(_ answer: Answer, to output: inout StandardOutput) {
    for hit in answer.hits {
      if let id = answer.id { output.write(printable(id) + "\t") }
      let score = fixed(Double(hit.score), 4)
      output.writeLine("\(hit.rank)\t\(score)\t\(printable(hit.id))\t\(printable(hit.title))")
    }
  }

  /// The lines of a TREC run.
  ///
  /// Tools sort by score again, so equal scores are told apart by the smallest possible step.
  private func printTREC(_ answer: Answer, to output: inout StandardOutput) {
    var previous = Float.infinity
    for hit in answer.hits {
      let score = hit.score < previous ? hit.score : previous.nextDown
      previous = score
      let id = word(answer.id ?? "1")
      output.writeLine("\(id) Q0 \(word(hit.id)) \(hit.rank) \(score) \(word(runName))")
    }
  }

  /// Text without spaces, which separate the columns, and controls: they become percent signs with
  /// their code.
  private func word(_ text: String) -> String {
    // Ids are mostly this, and to ask for the properties of each scalar takes long.
    if text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return text }
    func isCoded(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isWhitespace || isControl(scalar)
    }
    guard text.unicodeScalars.contains(where: isCoded) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isCoded(scalar) {
        for byte in String(scalar).utf8 { result += "%" + hexadecimal(byte) }
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
