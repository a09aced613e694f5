internal import Synchronization

/// Calls `body` for ranges that make up `0 ..< count`, on `threadCount` threads at most, and returns
/// what it gave, in the order of the ranges.
///
/// - Parameter maxLength: the most that a range has, unless one thread takes all.
/// - Throws: the error of the first range, in their order, whose `body` threw: that which a loop
///   over them would have thrown.
func mapRanges<Result: Sendable>(
  of count: Int, maxLength: Int, threadCount: Int,
  _ body: @escaping @Sendable (Range<Int>) throws(IndexError) -> Result
) throws(IndexError) -> [Result] {
  let ranges = SharedRanges<Result>(of: count, maxLength: maxLength, threadCount: threadCount)
  try runConcurrently(count: ranges.workerCount) { (_) throws(IndexError) in ranges.run(body) }
  return try ranges.results()
}

/// The ranges that make up `0 ..< count`, which threads take in turn, and what came of them.
///
/// Whichever thread takes what, the outcome is that of one loop over all: the results in order, or the
/// first error in the order of the ranges.
final class SharedRanges<Result: Sendable>: Sendable {
  /// How many threads can take part.
  let workerCount: Int
  private let count: Int
  private let length: Int
  private let rangeCount: Int
  private let next = Atomic<Int>(0)
  private let outcome = Mutex(Outcome())

  private struct Outcome {
    var results: [(start: Int, result: Result)] = []
    var failure: (start: Int, error: IndexError)?
  }

  /// Ranges of at most `maxLength` for `threadCount` threads; one of all if that is 1 or `count` 0.
  ///
  /// There are several for each thread, so that none is waited for long.
  init(of count: Int, maxLength: Int, threadCount: Int) {
    let threadCount = max(1, threadCount)
    self.count = count
    length = threadCount == 1 ? max(1, count) : max(1, min(maxLength, count / (16 * threadCount)))
    rangeCount = max(1, (count + length - 1) / length)
    workerCount = min(threadCount, rangeCount)
  }

  /// Calls `body` for one range after the other until all are taken or it throws.
  ///
  /// Once it threw, no further range is handed out; those before that one all were.
  func run(_ body: (Range<Int>) throws(IndexError) -> Result) {
    while let range = take() {
      do throws(IndexError) {
        let result = try body(range)
        outcome.withLock { $0.results.append((range.lowerBound, result)) }
      } catch {
        next.store(rangeCount, ordering: .relaxed)
        outcome.withLock { outcome in
          if range.lowerBound < outcome.failure?.start ?? .max {
            outcome.failure = (range.lowerBound, error)
          }
        }
        return
      }
    }
  }

  private func take() -> Range<Int>? {
    let index = next.add(1, ordering: .relaxed).oldValue
    if index >= rangeCount { return nil }
    return index * length..<min(count, (index + 1) * length)
  }

  /// The results in the order of the ranges, once all threads are done.
  func results() throws(IndexError) -> [Result] {
    let (results, failure) = outcome.withLock { ($0.results, $0.failure) }
    if let failure { throw failure.error }
    return results.sorted { $0.start < $1.start }.map(\.result)
  }
}

/// The first damages in the order of their places, whichever order threads find them in.
final class FirstDamages: Sendable {
  private let limit: Int
  private let found = Mutex<[(place: Int, damage: Damage)]>([])

  /// None yet, and never more than `limit`.
  init(limit: Int) {
    self.limit = limit
  }

  /// Adds one; those of one place are added in their order.
  ///
  /// - Complexity: amortised O(log `limit`); memory for twice `limit` of them.
  func add(_ damage: Damage, at place: Int) {
    found.withLock { found in
      found.append((place, damage))
      if found.count >= 2 * limit { found = firstOnes(found) }
    }
  }

  /// The first `limit` of those added.
  var damages: [Damage] { found.withLock { firstOnes($0).map(\.damage) } }

  private func firstOnes(_ found: [(place: Int, damage: Damage)]) -> [(place: Int, damage: Damage)]
  {
    // Sorting is stable.
    Array(found.sorted { $0.place < $1.place }.prefix(limit))
  }
}
