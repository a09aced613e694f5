/// The answer to a query.
public struct SearchResult: Hashable, Sendable {
  /// The best hits: by score, then in collection order.
  public var hits: [Hit] = []
  /// The number of matching documents: exact, or nil where the search did not need to know.
  public var matchCount: Int?
  /// What the search did.
  public var profile = SearchProfile()

  /// An empty answer.
  public init() {}
}

/// A document that matches, with its score.
public struct Hit: Hashable, Sendable {
  /// Where the document is.
  public var address: DocAddress
  /// Its BM25 score, in multiples of about 2^-24 of the greatest that the query could give: what a
  /// small part of that matches, as one rare word beside thousands, is off by up to 0.5 percent.
  public var score: Float

  /// Creates a hit.
  public init(address: DocAddress, score: Float) {
    self.address = address
    self.score = score
  }
}
