internal import Index
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
    _ = try IndexBuilder(options: options).build(from: documents(), at: path)
    return path
  }

  /// Queries that touch every kind of structure; every document has some of these words.
  static let queries: [Query] = [
    term("de"), term("le"), .any(["de", "la", "the", "het", "12"].map(term)),
    .all(["de", "la"].map(term)), .all(["the", "of", "and"].map(term)),
    .prefix([]), .prefix(Array("d".utf8)), .all([term("de"), .prefix(Array("l".utf8))]),
    .any([term("la"), .prefix(Array("1".utf8)), .prefix(Array("t".utf8))]),
    phrase("de", "la"), phrase("of", "the"), .any([phrase("van", "de"), .all([term("la")])]),
    // Words so often that their positions are looked at as bits.
    repeated("de", count: 8), repeated("the", count: 9),
  ]

  private static func term(_ word: String) -> Query { .term(Array(word.utf8)) }

  private static func phrase(_ words: String...) -> Query {
    .phrase(
      words.enumerated().map { PhrasePlace(offset: $0.offset, terms: [Array($0.element.utf8)]) })
  }

  private static func repeated(_ word: String, count: Int) -> Query {
    .phrase((0..<count).map { PhrasePlace(offset: $0, terms: [Array(word.utf8)]) })
  }

  private static func documents() -> [Document] {
    var generators = TextStyle.allCases.map {
      TextGenerator(seed: 3, style: $0, vocabularySize: 400)
    }
    return (0..<60).map { number in
      var text = generators[number % 3].text(wordCount: 8 + number * 5)
      if number % 7 == 0 { text += String(repeating: " de", count: 12) }
      return Document(id: "document \(number)", title: "Title \(number)", text: text)
    }
  }
}
