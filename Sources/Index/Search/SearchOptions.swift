/// How to search.
public struct SearchOptions: Hashable, Sendable {
  /// Which algorithm finds the best hits.
  ///
  /// All give the same hits with the same scores.
  public enum Algorithm: String, Sendable, CaseIterable {
    /// The one that should be fastest for the query.
    case automatic = "auto"
    /// Scores every match: the reference.
    case exhaustive
  }

  /// How many hits to return, 0...2^31 - 1; the greatest is more than an index has documents.
  public var limit: Int
  /// How many of the best hits to leave out first, 0...2^31 - 1.
  public var offset: Int
  /// Whether the exact number of matching documents is needed.
  public var countsMatches: Bool
  /// BM25's saturation of term frequency, 0...1000.
  public var k1: Float
  /// BM25's weight of the document length, 0...1.
  public var b: Float
  /// The algorithm.
  public var algorithm: Algorithm

  /// Creates options, each as it is by default or as given; a search refuses what is out of range.
  public init(
    limit: Int = 10, offset: Int = 0, countsMatches: Bool = false, k1: Float = 1.2,
    b: Float = 0.75, algorithm: Algorithm = .automatic
  ) {
    self.limit = limit
    self.offset = offset
    self.countsMatches = countsMatches
    self.k1 = k1
    self.b = b
    self.algorithm = algorithm
  }
}
