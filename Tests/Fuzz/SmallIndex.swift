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
    // SAFETY: the environment is only read, before any thread is started.
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    let path = parent + "/search-fuzz-\(getpid())"
    let options = BuildOptions(analyzer: AnalyzerOptions(language: .french))
    _ = try IndexBuilder(options: options).build(from: Feed(), at: path)
    return path
  }

  /// Queries that touch every kind of structure; every document has some of these words.
  static let queries: [Query] = [
    term("de"), term("le"), .any(["de", "la", "the", "het", "12"].map(term)),
    .all(["de", "la"].map(term)), .all(["the", "of", "and"].map(term)),
    .prefix([]), .prefix(Array("d".utf8)), .all([term("de"), .prefix(Array("l".utf8))]),
    .any([term("la"), .prefix(Array("1".utf8)), .prefix(Array("t".utf8))]),
    phrase("de", "la"), phrase("of", "the"), .any([phrase("van", "de"), .all([term("la")])]),
  ]

  private static func term(_ word: String) -> Query { .term(Array(word.utf8)) }

  private static func phrase(_ words: String...) -> Query {
    .phrase(
      words.enumerated().map { PhrasePlace(offset: $0.offset, terms: [Array($0.element.utf8)]) })
  }

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
