/// What the dictionary knows of a term.
struct TermInfo: Hashable, Sendable {
  /// The number of documents with the term, >= 1.
  var documentFrequency = 0
  /// How often it stands in all of them, >= `documentFrequency`.
  var totalFrequency = 0
  /// The only document, if `documentFrequency` is 1.
  var singleDoc: UInt32 = 0
  /// The only position, if `totalFrequency` is 1 and there are positions; then `positions` is
  /// empty.
  var singlePosition: UInt32 = 0
  /// Where its postings lie in the section `postings`.
  var postings = 0..<0
  /// Where its positions lie in the section `positions`.
  var positions = 0..<0
}
