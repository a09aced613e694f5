/// Why a document has its score.
public struct Explanation: Hashable, Sendable {
  /// The part of one term or phrase.
  public struct Part: Hashable, Sendable {
    /// The term, the phrase in quotes, or the prefix with a star.
    public var term: String
    /// Its share of the score.
    public var score: Float
    /// Inverse document frequency (for a phrase the sum over its terms); 1 for a prefix.
    public var idf: Float
    /// The number of documents that have the term; for a phrase, its rarest term; for a prefix, any
    /// term that begins so.
    public var documentFrequency: Int
    /// The saturated, length-normalised frequency, 0...1; 1 for a prefix.
    public var tf: Float
    /// How often the document has the term, the phrase or terms with the prefix.
    public var frequency: Int
    /// Whether every match has the same score, as those of prefixes have.
    public var isConstant: Bool
  }

  /// The score: the sum over the parts.
  public var score: Float
  /// One part for each term, phrase or prefix of the query that the document matches, in query
  /// order.
  public var parts: [Part]
  /// The document's length in tokens, as the score sees it.
  public var length: Int
  /// The average length.
  public var averageLength: Float
  /// The number of documents of the index that are not empty.
  public var documentCount: Int
}
