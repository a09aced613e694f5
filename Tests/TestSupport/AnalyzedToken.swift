public import Tokenizer

/// One token of a text, copied out of the analyzer's buffer.
public struct AnalyzedToken: Hashable, Sendable {
  /// The term's bytes.
  public var term: [UInt8]
  /// The ordinal in the text.
  public var position: Int
  /// Where the token stands in the text, in bytes.
  public var source: Range<Int>
  /// Whether it is a stop word.
  public var isStopWord: Bool

  /// Creates a token.
  public init(term: [UInt8], position: Int, source: Range<Int>, isStopWord: Bool) {
    self.term = term
    self.position = position
    self.source = source
    self.isStopWord = isStopWord
  }

  /// The term as text.
  public var text: String { String(decoding: term, as: UTF8.self) }
}

extension Analyzer {
  /// All tokens of `text`, in order; slow, for tests.
  ///
  /// - Parameters:
  ///   - language: the language to use, or nil for the analyzer's own choice.
  ///   - batchSize: how many tokens the analyzer may hand over at a time.
  public func tokens(
    of text: [UInt8], language: Language? = nil, batchSize: Int = 512
  ) -> [AnalyzedToken] {
    var tokens: [AnalyzedToken] = []
    var buffer = TokenBuffer(tokenCapacity: batchSize)
    let language = language ?? self.language(of: text.span)
    analyze(text.span, language: language, into: &buffer) { batch in
      for row in 0..<batch.count {
        tokens.append(
          AnalyzedToken(
            term: batch.term(row), position: Int(batch.positions[row]),
            source: Int(batch.sourceStarts[row])..<Int(batch.sourceEnds[row]),
            isStopWord: batch.stopFlags[row] != 0))
      }
    }
    return tokens
  }

  /// All tokens of `text`, in order; slow, for tests.
  public func tokens(of text: String, language: Language? = nil) -> [AnalyzedToken] {
    tokens(of: Array(text.utf8), language: language)
  }
}
