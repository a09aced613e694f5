import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Conditions as numbers are those that comparisons give, also at the ends of the range.
@Suite struct ConditionTests {
  @Test func numbersAreWhatComparisonsSay() {
    var random = SplitMix64(seed: TestSeed.value)
    let ends: [UInt32] = [0, 1, 2, 1 << 31 - 1, 1 << 31, 1 << 31 + 1, .max - 1, .max]
    let values = ends + (0..<50).map { _ in UInt32(truncatingIfNeeded: random.next()) }
    for left in values {
      for right in values {
        #expect(Int(left, reaches: right) == (left >= right ? 1 : 0), "\(left), \(right)")
        #expect(Int(left, equals: right) == (left == right ? 1 : 0), "\(left), \(right)")
      }
    }
  }
}
