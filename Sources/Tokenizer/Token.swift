/// One token of a text: a term and where it comes from.
public struct Token: Hashable, Sendable {
  /// What is indexed: the normalised, folded word.
  public let term: String
  /// The ordinal of the word in the text, from 0; dropped stop words are counted.
  public let position: Int
  /// The bytes of the text, as UTF-8, that the term is made of: without an elided article, a
  /// possessive ending or quotes.
  public let byteRange: Range<Int>
  /// Whether the word is on the stop list.
  public let isStopWord: Bool

  /// Creates a token.
  public init(term: String, position: Int, byteRange: Range<Int>, isStopWord: Bool) {
    self.term = term
    self.position = position
    self.byteRange = byteRange
    self.isStopWord = isStopWord
  }
}

extension Analyzer {
  /// The tokens of `text`, in order: for looking at an analysis or for small texts.
  ///
  ///     let analyzer = Analyzer(AnalyzerOptions(language: .french))
  ///     for token in analyzer.tokens(in: "L'été, aujourd’hui") {
  ///       print(token.position, token.term, token.byteRange)
  ///     }
  ///     // 0 ete 2..<7
  ///     // 1 aujourd'hui 9..<22
  ///
  /// - Parameters:
  ///   - text: the text; as for `analyze`, shorter than 4 GiB.
  ///   - language: the language to use; nil for that of the options, or a guess.
  public func tokens(in text: String, language: Language? = nil) -> [Token] {
    tokens(in: text.utf8Span.span, language: language)
  }

  /// The tokens of a text given as UTF-8.
  public func tokens(in text: Span<UInt8>, language: Language? = nil) -> [Token] {
    var buffer = TokenBuffer(tokenCapacity: 1024, byteCapacity: 0)
    var tokens: [Token] = []
    analyze(text, language: language ?? self.language(of: text), into: &buffer) { batch in
      for token in 0..<batch.count {
        tokens.append(
          Token(
            term: String(decoding: batch.term(token), as: UTF8.self),
            position: Int(batch.positions[token]),
            byteRange: Int(batch.sourceStarts[token])..<Int(batch.sourceEnds[token]),
            isStopWord: batch.stopFlags[token] != 0))
      }
    }
    return tokens
  }
}
