internal import Tokenizer

/// Any bytes as text, in any language: tokens lie within the text, in order, and do not depend
/// on the size of the batches.
struct AnalyzerTarget: FuzzTarget {
  static let name = "analyzer"

  private struct Row: Equatable {
    var term: [UInt8]
    var position: UInt32
    var start: UInt32
    var end: UInt32
  }

  private let analyzers: [Analyzer]

  init() {
    let languages = Language.allCases.map { Optional($0) } + [nil]
    analyzers = languages.flatMap { language in
      [StopWordPolicy.keep, .drop].map {
        Analyzer(AnalyzerOptions(language: language, stopWords: $0))
      }
    }
  }

  func run(_ input: [UInt8]) throws {
    guard let choice = input.first else { return }
    let text = Array(input.dropFirst())
    let analyzer = analyzers[Int(choice) % analyzers.count]
    let rows = rows(of: text, analyzer, batchSize: 64)
    try check(rows, textByteCount: text.count)
    guard rows == self.rows(of: text, analyzer, batchSize: 3) else {
      throw BrokenLaw("tokens depend on the size of batches")
    }
  }

  private func rows(of text: [UInt8], _ analyzer: Analyzer, batchSize: Int) -> [Row] {
    var rows: [Row] = []
    var buffer = TokenBuffer(tokenCapacity: batchSize, byteCapacity: 1 << 13)
    let span = text.span
    analyzer.analyze(span, language: analyzer.language(of: span), into: &buffer) { batch in
      for row in 0..<batch.count {
        rows.append(
          Row(
            term: batch.term(row), position: batch.positions[row],
            start: batch.sourceStarts[row], end: batch.sourceEnds[row]))
      }
    }
    return rows
  }

  private func check(_ rows: [Row], textByteCount: Int) throws {
    for (index, row) in rows.enumerated() {
      guard !row.term.isEmpty else { throw BrokenLaw("an empty term") }
      guard String(validating: row.term, as: UTF8.self) != nil else {
        throw BrokenLaw("a term that is not UTF-8")
      }
      guard row.start < row.end, Int(row.end) <= textByteCount else {
        throw BrokenLaw("a token outside of the text")
      }
      guard index == 0 || rows[index - 1].position < row.position else {
        throw BrokenLaw("positions do not rise")
      }
    }
  }
}
