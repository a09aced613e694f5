/// Ranks as words have them: rank `r` (from 0) has a weight of `1 / (r + 2.7)`.
///
/// Mandelbrot's form of Zipf's law with exponent 1; the shift keeps the first few words from
/// taking everything.
public struct ZipfDistribution: Sendable {
  private let cumulative: [Double]

  /// A distribution over the ranks `0 ..< count`.
  ///
  /// - Precondition: `count > 0`.
  public init(count: Int) {
    precondition(count > 0)
    var sum = 0.0
    cumulative = (0..<count).map { rank in
      sum += 1 / (Double(rank) + 2.7)
      return sum
    }
  }

  /// A random rank.
  ///
  /// - Complexity: O(log `count`).
  public func sample(_ random: inout SplitMix64) -> Int {
    let target = random.fraction() * cumulative[cumulative.count - 1]
    var low = 0
    var high = cumulative.count - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
