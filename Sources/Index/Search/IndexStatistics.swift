/// What an index holds.
public struct IndexStatistics: Hashable, Sendable {
  /// One part of the files.
  public struct Section: Hashable, Sendable {
    /// The name, such as `postings`.
    public var name: String
    /// The size over all segments.
    public var byteCount: Int
  }

  /// The documents analysed in one language.
  public struct LanguageShare: Hashable, Sendable {
    /// The code of the language.
    public var code: String
    /// The number of documents.
    public var documentCount: Int
  }

  /// Number of documents.
  public var documentCount = 0
  /// Number of tokens.
  public var tokenCount = 0
  /// Number of distinct terms (of the largest segment, where there are several).
  public var termCount = 0
  /// Number of postings: distinct terms summed over documents.
  public var postingCount = 0
  /// Number of segments.
  public var segmentCount = 0
  /// Whether there are positions.
  public var hasPositions = false
  /// Whether there is stored text.
  public var hasText = false
  /// The language of the documents: a code, or `auto`.
  public var language = ""
  /// Documents by the language they were analysed in, by code, most first.
  public var documentsByLanguage: [LanguageShare] = []
  /// The version of the format of the segments, the oldest if they differ.
  public var formatVersion = 0
  /// The Unicode version of the analysis.
  public var unicodeVersion = ""
  /// Bytes by section, in file order.
  public var sections: [Section] = []
  /// Bytes of all files.
  public var byteCount = 0

  /// Empty statistics.
  public init() {}
}
