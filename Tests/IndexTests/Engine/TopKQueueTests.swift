import TestSupport
import Testing

@testable import Index

/// The queue keeps what sorting all would put first.
@Suite struct TopKQueueTests {
  private let memory = SearchMemory()
  private let others = SearchMemory()

  @Test(arguments: [0, 1, 2, 3, 7, 10, 100, 200, 201, 1000, 5000])
  func theBestAreKept(capacity: Int) {
    var random = SplitMix64(seed: TestSeed.value)
    // Scores are from 1 to 2^24 - 1, the greatest that the engine gives; see `ScoreScale`.
    let greatest = (1 << 24) - 1
    for (count, scoreLimit) in [(0, 1), (1, 5), (50, 3), (900, 40), (3000, greatest), (3000, 1)] {
      var queue = TopKQueue(capacity: capacity, memory)
      var all: [(doc: UInt32, score: UInt32)] = []
      var doc: UInt32 = 0
      for _ in 0..<count {
        doc += UInt32(random.number(in: 1...3))
        let score = UInt32(random.chance(0.01) ? scoreLimit : random.number(in: 1...scoreLimit))
        all.append((doc, score))
        let before = queue.minScore
        queue.insert(doc: doc, score: score)
        #expect(queue.minScore >= before)
      }
      let expected = all.sorted { ($1.score, $0.doc) < ($0.score, $1.doc) }.prefix(capacity)
      let found = queue.sorted()
      let comment: Comment = "\(count) of \(scoreLimit) scores, seed \(TestSeed.value)"
      #expect(found.map(\.doc) == expected.map(\.doc), comment)
      #expect(found.map(\.score) == expected.map(\.score), comment)
      if capacity > 0, count > capacity, let last = expected.last {
        // Of many documents the least score is known to a bucket of 4,096.
        let lag: UInt32 = capacity > 200 ? 4_096 : 0
        #expect(queue.minScore <= last.score + 1, comment)
        #expect(queue.minScore + lag >= last.score + 1, comment)
      }
    }
  }

  /// Documents of a second pass find their place among those of the first.
  @Test func lateDocumentsWinTiesWithThoseAfterThem() {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<500 {
      let isLarge = round % 5 == 0
      let capacity = random.number(in: isLarge ? 195...230 : 0...20)
      // Of many documents scores are counted by buckets of 4,096.
      let unit = random.pick([1, 3_000, 4_096])
      let scores = (0..<random.below(isLarge ? 3_000 : 150)).map { _ in
        UInt32(random.number(in: 1...4) * unit)
      }
      let late = scores.map { _ in random.chance(0.4) }
      let best = scores.enumerated().sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(capacity)
      var queue = TopKQueue(capacity: capacity, memory)
      if let least = best.last?.element, best.count == capacity, random.chance(0.5) {
        queue.prime(least)
      }
      for (doc, score) in scores.enumerated() where !late[doc] {
        queue.insert(doc: UInt32(doc), score: score)
      }
      for (doc, score) in scores.enumerated() where late[doc] {
        let matters = queue.insertLate(doc: UInt32(doc), score: score)
        #expect(matters || best.count == capacity)
      }
      #expect(
        queue.sorted().map(\.doc) == best.map { UInt32($0.offset) },
        "round \(round), seed \(TestSeed.value)")
    }
  }

  /// A bound from elsewhere keeps documents out that could not stay, and no others.
  @Test func aPrimedQueueKeepsTheSame() {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<300 {
      let capacity = random.number(in: 1...20)
      let scores = (0..<random.number(in: capacity...200)).map { _ in
        UInt32(random.number(in: 1...30))
      }
      let bound = scores.sorted(by: >)[capacity - 1]
      var plain = TopKQueue(capacity: capacity, memory)
      var primed = TopKQueue(capacity: capacity, others)
      // Before the first document or later, and perhaps again with less.
      let start = random.chance(0.5) ? 0 : random.below(scores.count)
      for (doc, score) in scores.enumerated() {
        if doc == start { primed.prime(random.chance(0.5) ? bound : bound / 2) }
        if doc == start, random.chance(0.5) { primed.prime(bound / 3) }
        let before = primed.minScore
        plain.insert(doc: UInt32(doc), score: score)
        primed.insert(doc: UInt32(doc), score: score)
        #expect(primed.minScore >= before)
        #expect(primed.minScore >= plain.minScore || plain.minScore > bound)
      }
      let comment: Comment = "round \(round), seed \(TestSeed.value)"
      #expect(plain.sorted().map(\.doc) == primed.sorted().map(\.doc), comment)
    }
  }

  /// The bound is the start of the highest bucket that enough scores reach.
  @Test func boundsOfManyScoresAreThoseOfTheirBuckets() {
    var random = SplitMix64(seed: TestSeed.value)
    for capacity in [1, 2, 10, 300] {
      var histogram = ScoreHistogram(capacity: capacity)
      var scores: [UInt32] = []
      for _ in 0..<400 {
        scores.append(UInt32(random.number(in: 1...40_000)))
        let bound = histogram.insert(scores[scores.count - 1])
        let least = scores.count < capacity ? 0 : scores.sorted(by: >)[capacity - 1]
        #expect(bound == least / 4_096 * 4_096, "capacity \(capacity), seed \(TestSeed.value)")
        #expect(histogram.bound == bound)
      }
    }
  }

  /// Keys of documents that come in order are sorted as a whole, though only scores are looked at.
  @Test func scoresAreSorted() {
    var random = SplitMix64(seed: TestSeed.value)
    for count in [0, 1, 2, 63, 64, 65, 1_000, 5_000] {
      for greatest in [1, 300, (1 << 24) - 1] {
        var keys: [UInt64] = []
        for doc in 0..<count {
          let score = random.number(in: 1...greatest)
          keys.append(UInt64(score) << 32 | UInt64(~UInt32(doc)))
        }
        let expected = keys.sorted(by: >)
        ScoreSort.sort(&keys)
        #expect(keys == expected, "\(count) keys up to \(greatest), seed \(TestSeed.value)")
      }
    }
  }
}

extension TopKQueue {
  /// The documents and their scores, best first.
  fileprivate mutating func sorted() -> [(doc: UInt32, score: UInt32)] {
    (0..<sort()).map { self[$0] }
  }
}
