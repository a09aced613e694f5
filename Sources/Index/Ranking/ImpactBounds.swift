/// What an impact says of the saturated frequency that a query asks for.
///
/// An impact is `s = tf / (tf + K)` for the standard parameters, where `K = 1.2 (0.25 + 0.75 x)` and
/// `x` is the length of the document in average lengths of the segment. A query asks for
/// `tf / (tf + K')`, where `K' = k1 (1 - b + b r x)` and `r` is the average length of the segment in
/// those of the collection. As a ratio of two linear functions of `x`, `K' / K` lies, whatever the
/// length, between its values at 0 and at infinity:
///
///     k1 / 1.2 * 4 (1 - b)    and    k1 / 1.2 * 4/3 b r
///
/// `tf / K` is `s / (1 - s)`, so what the query asks for is `s / (s + K' / K (1 - s))`. For the
/// standard parameters and one segment both ends are 1, and it is the impact; for another k1 both are
/// the same, and the impact tells as much.
struct ImpactBounds {
  /// The least that `K' / K` can be.
  private let least: Float
  /// The greatest.
  private let greatest: Float
  /// Whether both are 1.
  private let areEqual: Bool

  /// Bounds for a segment of one average length in a collection of another.
  init(_ bm25: BM25, segmentAverage: Float, collectionAverage: Float) {
    let ratio =
      segmentAverage > 0 && collectionAverage > 0 ? segmentAverage / collectionAverage : 1
    let standard = BM25.standard
    let ofShortest = bm25.k1 * (1 - bm25.b) / (standard.k1 * (1 - standard.b))
    let ofLongest = bm25.k1 * bm25.b * ratio / (standard.k1 * standard.b)
    least = min(ofShortest, ofLongest)
    greatest = max(ofShortest, ofLongest)
    areEqual = least == 1 && greatest == 1
  }

  /// Whether the bounds are close to what they bound, as they are where b is about 0.75.
  var areTight: Bool { greatest <= 2 * least }

  /// What the saturated frequency of a posting with at most this impact is at most.
  @inline(__always)
  func upper(_ impact: UInt8) -> Float {
    // As good as always, and without a division.
    if areEqual { return Float(impact) * (ImpactBounds.margin(1) / PostingsFormat.impactScale) }
    return ImpactBounds.saturation(Float(impact), least) * ImpactBounds.margin(least)
  }

  /// What the saturated frequency of a posting with at least this impact is at least.
  func lower(_ impact: UInt8) -> Float {
    // Impacts are rounded up.
    if impact <= 1 { return 0 }
    return ImpactBounds.saturation(Float(impact) - 1, greatest) / ImpactBounds.margin(greatest)
  }

  private static func saturation(_ impact: Float, _ ratio: Float) -> Float {
    // No posting has none, but a forged file may say so, and the ratio can be 0, too.
    if impact == 0 { return 0 }
    return impact / (impact + ratio * (PostingsFormat.impactScale - impact))
  }

  /// More than all rounding: what is lost of an impact becomes up to `ratio` times as much, and not
  /// more than 255 times, as impacts are 255 steps.
  @inline(__always)
  private static func margin(_ ratio: Float) -> Float {
    1 + 0x1p-18 * min(max(1, ratio), PostingsFormat.impactScale)
  }
}
