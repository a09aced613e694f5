/// What an analyzer does; stored in every index, so that queries are analysed as documents were.
public struct AnalyzerOptions: Hashable, Sendable {
  /// The language of all documents, or nil to guess it for each document.
  public var language: Language?

  /// What becomes of stop words.
  public var stopWords: StopWordPolicy

  /// Creates options; by default languages are guessed and stop words are kept.
  public init(language: Language? = nil, stopWords: StopWordPolicy = .keep) {
    self.language = language
    self.stopWords = stopWords
  }
}

/// What becomes of stop words at indexing time.
public enum StopWordPolicy: Hashable, Sendable {
  /// Stop words are indexed like any word, and marked, so that queries may do without them.
  case keep
  /// Stop words are not indexed; the positions of the other words stay what they were.
  case drop
  /// As `keep`, but with these words (as typed; they are normalised here) in every language.
  case custom([String])
}
