/// The numbers about all documents that scores depend on.
struct CollectionStatistics: Hashable, Sendable {
  /// The number of documents that are not empty.
  var documentCount = 0
  /// The number of tokens of all documents.
  var tokenCount = 0

  /// The average length in tokens.
  var averageLength: Float {
    BM25.averageLength(tokenCount: tokenCount, documentCount: documentCount)
  }
}
