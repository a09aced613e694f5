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

  /// The sums before each posting of a block, kept for as long as a list stays there.
  @Test func frequenciesAddUp() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let frequencies = (0..<128).map { _ in UInt32(random.number(in: 1...1_000)) }
    let slots = Column<UInt32>(capacity: 128)
    for (index, frequency) in frequencies.enumerated() {
      slots[DeltaBlock.slot(index)] = frequency
    }
    let sums = Column<UInt32>(capacity: 128)
    DeltaBlock.sumBefore(slots.view, into: sums.view)
    for index in frequencies.indices {
      #expect(
        sums[DeltaBlock.slot(index)] == frequencies[..<index].reduce(0, +),
        "posting \(index), seed \(TestSeed.value)")
    }
  }
}
