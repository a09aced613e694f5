/// Chooses the passages of a text that show most of a query.
///
/// A passage is worth the weights of the distinct leaves in it that no passage chosen before has;
/// among equals the one wins in which leaves recur most, then the first. One choice after the
/// other takes the best: greedy maximum coverage.
struct PassageSelector {
  private let matches: [SnippetMatches.Match]
  private let weights: [Int]

  /// A selector among the occurrences found, which are in order of their starts.
  init(_ matches: [SnippetMatches.Match], weights: [Int]) {
    self.matches = matches
    self.weights = weights
  }

  /// What all leaves that occur are worth.
  var totalWeight: Int {
    var isSeen = [Bool](repeating: false, count: weights.count)
    var total = 0
    for match in matches where !isSeen[match.leaf] {
      isSeen[match.leaf] = true
      total += weights[match.leaf]
    }
    return total
  }

  /// Up to `count` passages of up to `length` bytes (or of one match, if that is longer), in the
  /// order of the text, and what they are worth together.
  ///
  /// - Complexity: O(`count` · number of matches).
  func passages(count: Int, length: Int) -> (ranges: [Range<Int>], weight: Int) {
    var isCovered = [Bool](repeating: false, count: weights.count)
    var ranges: [Range<Int>] = []
    var total = 0
    while ranges.count < count, let best = best(length: length, isCovered: isCovered) {
      var end = 0
      for match in matches[best.matches] {
        isCovered[match.leaf] = true
        end = max(end, match.end)
      }
      ranges.append(matches[best.matches.lowerBound].start..<end)
      total += best.weight
    }
    ranges.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    return (ranges, total)
  }

  /// The best window over the matches, or nil if there is nothing new to show.
  private func best(
    length: Int, isCovered: [Bool]
  ) -> (matches: Range<Int>, weight: Int)? {
    var occurrences = [Int](repeating: 0, count: weights.count)
    var (weight, recurrence) = (0, 0)
    var best: (matches: Range<Int>, weight: Int, recurrence: Int)?
    var first = 0
    var end = 0
    for (index, match) in matches.enumerated() {
      if !isCovered[match.leaf], occurrences[match.leaf] == 0 {
        weight += weights[match.leaf]
      } else {
        recurrence += weights[match.leaf]
      }
      occurrences[match.leaf] += 1
      end = max(end, match.end)
      while first < index, end - matches[first].start > length {
        let leaf = matches[first].leaf
        occurrences[leaf] -= 1
        if !isCovered[leaf], occurrences[leaf] == 0 {
          weight -= weights[leaf]
        } else {
          recurrence -= weights[leaf]
        }
        first += 1
      }
      if weight > 0, (weight, recurrence) > (best?.weight ?? 0, best?.recurrence ?? 0) {
        best = (first..<index + 1, weight, recurrence)
      }
    }
    return best.map { ($0.matches, $0.weight) }
  }
}
