internal import SyntheticText

/// Documents in memory, one after the other in one buffer, so that no benchmark times input.
struct Corpus: Sendable {
  /// The text of all documents.
  private(set) var text: [UInt8] = []
  /// Where each document ends in `text`.
  private(set) var ends: [Int] = []

  /// The number of documents.
  var count: Int { ends.count }

  /// The bytes of a document.
  func range(of document: Int) -> Range<Int> {
    (document == 0 ? 0 : ends[document - 1])..<ends[document]
  }

  /// Made-up English text with a long tail of words, 45 MB, or 1.5 MB for a quick run.
  static func synthetic(quick: Bool) -> Corpus {
    let documentCount = quick ? 1_000 : 30_000
    var corpus = Corpus()
    var generator = TextGenerator(seed: 42, vocabularySize: quick ? 20_000 : 100_000)
    for _ in 0..<documentCount {
      let wordCount = min(generator.length(median: 130), 20_000)
      generator.appendText(wordCount: wordCount, to: &corpus.text)
      corpus.ends.append(corpus.text.count)
    }
    return corpus
  }

  /// The `text` members of a file of JSON Lines.
  static func file(_ path: String) throws -> Corpus {
    var corpus = Corpus()
    try forEachLine(ofFile: path) { line in
      guard let text = try JSONValue(parsing: line)["text"]?.bytes else {
        throw BenchmarkFailure("no text")
      }
      corpus.text.append(contentsOf: text)
      corpus.ends.append(corpus.text.count)
    }
    return corpus
  }
}

/// Calls `body` with each line of the file at `path` that is not empty; its errors get the place.
func forEachLine(ofFile path: String, _ body: ([UInt8]) throws -> Void) throws {
  var line: [UInt8] = []
  var number = 0
  func finishLine() throws {
    number += 1
    defer { line.removeAll(keepingCapacity: true) }
    guard !line.isEmpty else { return }
    do { try body(line) } catch {
      throw BenchmarkFailure("\(path): line \(number): \(error)")
    }
  }
  try forEachPiece(ofFile: path) { piece in
    var start = 0
    for end in piece.indices where piece[end] == UInt8(ascii: "\n") {
      line.append(piece.extracting(start..<end))
      start = end + 1
      try finishLine()
    }
    line.append(piece.extracting(start..<piece.count))
  }
  try finishLine()
}

extension [UInt8] {
  /// Appends a copy of `bytes`.
  fileprivate mutating func append(_ bytes: Span<UInt8>) {
    // SAFETY: the bytes are copied while the span is borrowed.
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
