/// What became of the text of a query.
public struct ParsedQuery: Hashable, Sendable {
  /// How the words of a query combine where the text does not say.
  public enum Mode: Sendable {
    /// A hit has at least one of the words.
    case any
    /// A hit has all of the words.
    case all
  }

  /// The tree.
  public var query: Query
  /// What was ignored or mended in the text.
  public var warnings: [QueryWarning]

  /// Creates a parsed query.
  public init(query: Query, warnings: [QueryWarning]) {
    self.query = query
    self.warnings = warnings
  }
}

/// Something in the text of a query that was ignored or mended.
public struct QueryWarning: Hashable, Sendable {
  /// What happened.
  public enum Code: String, Sendable {
    /// A quotation mark without its pair; the phrase ends with the text.
    case unclosedQuote = "unclosed-quote"
    /// Stop words were left out, as other words remain.
    case stopWordsIgnored = "stop-words-ignored"
    /// The text has no word to search for.
    case noTerms = "no-terms"
    /// The index has no positions: a phrase was searched as all of its words.
    case noPositions = "no-positions"
    /// A star in quotation marks: the word was searched as it stands.
    case starInPhrase = "star-in-phrase"
    /// A star that is not right after a word, as in `node.*`.
    case starIgnored = "star-ignored"
    /// More words than a query can have; the rest was ignored.
    case tooManyTerms = "too-many-terms"
  }

  /// What happened.
  public var code: Code
  /// Which bytes (UTF-8) of the query's text it concerns.
  public var byteRange: Range<Int>
  /// The same for a person to read.
  public var message: String

  /// Creates a warning.
  public init(code: Code, byteRange: Range<Int>, message: String) {
    self.code = code
    self.byteRange = byteRange
    self.message = message
  }
}
