import TestSupport
import Testing

@testable import Index

/// Threads that share out a loop come to what the loop would have.
@Suite struct SharedRangesTests {
  private static let threadCounts = [1, 2, 3, 16]

  @Test(arguments: threadCounts) func resultsAreThoseOfALoop(threadCount: Int) throws {
    for count in [0, 1, 2, 15, 16, 17, 100, 1_000] {
      for maxLength in [1, 7, 2_000] {
        let ranges = try mapRanges(of: count, maxLength: maxLength, threadCount: threadCount) {
          (range) throws(IndexError) in range
        }
        #expect(ranges.flatMap { Array($0) } == Array(0..<count))
        #expect(threadCount == 1 || ranges.allSatisfy { $0.count <= maxLength })
        #expect(ranges.count > 0 && (threadCount > 1 || ranges.count == 1))
      }
    }
  }

  @Test(arguments: threadCounts) func theErrorIsThatOfALoop(threadCount: Int) {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<200 {
      let failing = Set((0..<random.number(in: 1...9)).map { _ in random.below(300) })
      let error = thrownError {
        _ = try mapRanges(of: 300, maxLength: 4, threadCount: threadCount) {
          (range) throws(IndexError) in
          for index in range where failing.contains(index) { throw .invalidInput("\(index)") }
        }
      }
      #expect(error == failing.min().map { .invalidInput("\($0)") }, "seed \(TestSeed.value)")
    }
  }

  @Test func theFirstDamagesAreKept() throws {
    for limit in [0, 1, 10] {
      let found = FirstDamages(limit: limit)
      var random = SplitMix64(seed: TestSeed.value)
      var all: [(place: Int, damage: Damage)] = []
      // Places as threads come to them: each in turn has several, one after the other.
      for place in (0..<40).shuffled(using: &random) {
        for number in 0..<random.below(4) {
          let damage = Damage(path: "", section: "", byteRange: 0..<1, detail: "\(place) \(number)")
          all.append((place, damage))
          found.add(damage, at: place)
        }
      }
      let wanted = all.sorted { $0.place < $1.place }.map(\.damage).prefix(limit)
      #expect(found.damages == Array(wanted), "seed \(TestSeed.value)")
    }
  }
}
