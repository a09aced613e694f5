internal import Synchronization

/// One figure of a benchmark.
struct Metric {
  /// What makes a metric better.
  enum Direction {
    /// A rate: more is better.
    case higher
    /// A time or a size: less is better.
    case lower
  }

  /// How a metric is compared with that of an earlier run.
  enum Comparison {
    /// Not at all: it follows from others, or wanders too much.
    case none
    /// By ratio, within a tolerance: times, and memory as the system counts it.
    case ratio
    /// To the last digit: counts and sizes do not vary.
    case exact
  }

  /// Its name, the head of its column.
  var name: String
  var value: Double
  /// What `value` counts.
  var unit: String
  var better: Direction = .lower
  var comparison: Comparison = .none
}

/// A benchmark: one question, answered by a few figures.
struct Benchmark: Sendable {
  /// `suite/case`.
  var name: String
  /// The question.
  var question: String
  /// Finds the answer; what it needs is prepared outside the timed part.
  var run: @Sendable (BenchmarkContext) throws -> [Metric]
}

/// What a benchmark found.
struct BenchmarkResult {
  var name: String
  var question: String
  var metrics: [Metric]
}

/// Times of one piece of work.
struct Timing {
  /// Nanoseconds of each repetition, ascending.
  let sorted: [Int]

  init(_ nanoseconds: [Int]) {
    sorted = nanoseconds.sorted()
  }

  /// The least: the time without what else the machine did.
  var minimum: Double { Double(sorted[0]) }
  /// The median.
  var median: Double { percentile(0.5) }
  /// The mean.
  var mean: Double { Double(sorted.reduce(0, +)) / Double(sorted.count) }

  /// The smallest time that is not exceeded by the share `share` of all.
  func percentile(_ share: Double) -> Double {
    let rank = (share * Double(sorted.count)).rounded(.up)
    return Double(sorted[min(max(Int(rank) - 1, 0), sorted.count - 1)])
  }
}

/// Where results go, so that no optimiser can find out that nobody needs them.
private let sink = Atomic<Int>(0)

/// Uses up a result.
func consume(_ value: Int) {
  sink.wrappingAdd(value, ordering: .relaxed)
}

/// Times `work`, which returns something that depends on all it did.
///
/// It runs once to warm up, then `repetitions` times or until `seconds` are over, but at least
/// `fewest` times.
func measure(
  repetitions: Int = 7, fewest: Int = 3, seconds: Double = 20, warmUp: Bool = true,
  _ work: () throws -> Int
) rethrows -> Timing {
  if warmUp { consume(try work()) }
  var times: [Int] = []
  let start = monotonicNanoseconds()
  while times.count < repetitions {
    let before = monotonicNanoseconds()
    let result = try work()
    let after = monotonicNanoseconds()
    consume(result)
    times.append(after - before)
    if times.count >= fewest, Double(after - start) > seconds * 1e9 { break }
  }
  return Timing(times)
}

/// The rates of a timing for `byteCount` bytes: at the least and at the median time.
func rates(_ timing: Timing, byteCount: Int) -> [Metric] {
  [
    Metric(
      name: "best", value: Double(byteCount) / timing.minimum * 1e3, unit: "MB/s",
      better: .higher, comparison: .ratio),
    Metric(
      name: "median", value: Double(byteCount) / timing.median * 1e3, unit: "MB/s",
      better: .higher),
  ]
}

/// The day that so many seconds after the start of 1970 lie in, as `2026-11-21`.
///
/// Hinnant: chrono-Compatible Low-Level Date Algorithms, `civil_from_days`.
func day(secondsSince1970 seconds: Int) -> String {
  let days = seconds / 86_400 + 719_468
  let (era, dayOfEra) = days.quotientAndRemainder(dividingBy: 146_097)
  let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let month = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * month + 2) / 5 + 1
  let civilMonth = month < 10 ? month + 3 : month - 9
  let year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0)
  func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
  return "\(year)-\(padded(civilMonth))-\(padded(day))"
}
