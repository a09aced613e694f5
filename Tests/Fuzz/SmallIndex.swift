internal import Index
internal import Synchronization
internal import SyntheticText
internal import Tokenizer

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An index of a few dozen made-up documents in three languages, in a folder of its own.
enum SmallIndex {
  /// Builds it, and gives the path of its folder.
  static func build() throws -> String {
    let path = "/tmp/search-fuzz-\(getpid())"
    let options = BuildOptions(analyzer: AnalyzerOptions(language: .french))
    _ = try IndexBuilder(options: options).build(from: Feed(), at: path)
    return path
  }

  /// Queries that touch every kind of structure.
  static let queries = ["de", "l'armée la", "\"de la\"", "Brussel 12 ba", "zo'n \"het een\" the"]

  private final class Feed: DocumentFeed {
    private let isTaken = Mutex(false)

    func nextPiece(byteLimit: Int) -> Int? {
      isTaken.withLock { isTaken in
        defer { isTaken = true }
        return isTaken ? nil : 60
      }
    }

    func forEachDocument(
      in piece: Int,
      _ body: (_ id: Span<UInt8>, _ title: Span<UInt8>, _ text: Span<UInt8>) throws(IndexError)
        -> Void
    ) throws(IndexError) {
      var generators = TextStyle.allCases.map {
        TextGenerator(seed: 3, style: $0, vocabularySize: 400)
      }
      for number in 0..<piece {
        let id = Array("document \(number)".utf8)
        let title = Array("Title \(number)".utf8)
        let text = Array(generators[number % 3].text(wordCount: 8 + number * 5).utf8)
        try body(id.span, title.span, text.span)
      }
    }
  }
}
