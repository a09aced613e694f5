/// Counts scores by their high bits, and tells which score `capacity` of them reach.
///
/// The bound lags behind the least of the best by less than a part in some thousand; each insertion
/// takes the same few operations, however many are wanted.
struct ScoreHistogram {
  /// Scores are below 2^24; those that differ only in the low bits are counted together.
  private static let shift: UInt32 = 12
  private var counts: [UInt32] = Array(repeating: 0, count: 1 << 12)
  private let capacity: Int
  /// The bucket of the bound.
  private var floor = 0
  /// The number of scores from that bucket on.
  private var count = 0

  /// A histogram that looks for the best `capacity` scores.
  init(capacity: Int) {
    self.capacity = capacity
  }

  /// A score that at least `capacity` scores reach, or 0.
  var bound: UInt32 { UInt32(floor) << ScoreHistogram.shift }

  /// Counts a score; returns the bound.
  mutating func insert(_ score: UInt32) -> UInt32 {
    let bucket = Int(score >> ScoreHistogram.shift)
    counts[bucket] &+= 1
    if bucket >= floor { count &+= 1 }
    while count &- Int(counts[floor]) >= capacity {
      count &-= Int(counts[floor])
      floor &+= 1
    }
    return bound
  }
}
