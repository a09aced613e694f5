#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The parameters of BM25.
///
/// The formula is that of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
/// Beyond" (2009), as Lucene computes it, without the constant factor `k1 + 1`:
///
///     score = idf * tf / (tf + k1 * (1 - b + b * length / averageLength))
///     idf   = ln(1 + (N - df + 0.5) / (df + 0.5))
struct BM25: Hashable, Sendable {
  /// The saturation of term frequency, >= 0.
  var k1: Float
  /// The weight of the length, 0...1.
  var b: Float

  /// The parameters that impacts in an index are computed for.
  static let standard = BM25(k1: 1.2, b: 0.75)

  /// The average length, in tokens, of documents that are not empty; 0 if there are none.
  ///
  /// Of a segment and of an index alike, so that bounds and scores agree to the last bit.
  static func averageLength(tokenCount: Int, documentCount: Int) -> Float {
    documentCount == 0 ? 0 : Float(Double(tokenCount) / Double(documentCount))
  }

  /// The inverse document frequency of a term in `documentFrequency` of `documentCount`
  /// documents; positive.
  static func idf(documentFrequency: Int, documentCount: Int) -> Float {
    let df = Double(documentFrequency)
    let n = Double(max(documentCount, documentFrequency))
    return Float(log(1 + (n - df + 0.5) / (df + 0.5)))
  }
}
