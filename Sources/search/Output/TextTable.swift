/// Rows of text in columns that are as wide as they need to be, two spaces apart.
struct TextTable {
  enum Alignment { case left, right }

  private let alignments: [Alignment]
  private var rows: [[String]]

  /// A table with a line of headings.
  init(columns: [(heading: String, alignment: Alignment)]) {
    alignments = columns.map { $0.alignment }
    rows = [columns.map { $0.heading }]
  }

  /// A table without headings.
  init(alignments: [Alignment]) {
    self.alignments = alignments
    rows = []
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// The lines, without spaces at their ends.
  var text: String {
    let widths = alignments.indices.map { column in
      rows.map { displayWidth($0[column]) }.max() ?? 0
    }
    var text = ""
    for row in rows {
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - displayWidth(cell))
        line += column > 0 ? "  " : ""
        line += alignments[column] == .left ? cell + space : space + cell
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text
  }
}
