/// Searching by halving.
enum BinarySearch {
  /// The number of the first of `count` places that are not before what is wanted; `count` if all
  /// are.
  ///
  /// A processor that guesses how comparisons of far memory end is right half of the time, and then
  /// has fetched what comes next: halving without a branch took no less time.
  ///
  /// - Parameter isBefore: true for the first places, then false for all others.
  /// - Complexity: O(log `count`).
  @inline(__always)
  static func firstIndex(of count: Int, isBefore: (_ index: Int) -> Bool) -> Int {
    var first = 0
    var rest = count
    while rest > 0 {
      let half = rest &>> 1
      let goesOn = isBefore(first &+ half)
      first = goesOn ? first &+ half &+ 1 : first
      rest = goesOn ? rest &- half &- 1 : half
    }
    return first
  }
}
