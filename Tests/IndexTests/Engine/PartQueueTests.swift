import Synchronization
import TestSupport
import Testing

@testable import Index

@Suite struct PartQueueTests {
  /// What threads did, in the order that they did it.
  private struct Record {
    var consumed: [Int] = []
    var atWork = 0
    var mostAtWork = 0
  }

  /// However unevenly threads work, parts come in order and there are never more than allowed.
  @Test(arguments: [(1, 1), (2, 2), (4, 3), (8, 10)])
  func partsComeInOrderAndAreFew(threadCount: Int, partLimit: Int) throws {
    let record = Mutex(Record())
    let queue = PartQueue(count: 200, partLimit: partLimit, keptByteCount: 1 << 20) {
      part, number in
      let bytes = part.postings.memory.bytes.copied()
      record.withLock {
        #expect(bytes == [UInt8(number)])
        $0.consumed.append(number)
        $0.atWork -= 1
      }
    }
    let seed = TestSeed.value
    try runConcurrently(count: threadCount) { worker throws(IndexError) in
      if worker == 0 { try queue.open { Self.idle(1_000) } }
      var random = SplitMix64(seed: seed &+ UInt64(worker))
      while let number = queue.nextNumber() {
        record.withLock {
          $0.atWork += 1
          $0.mostAtWork = max($0.mostAtWork, $0.atWork)
        }
        var part = queue.takeFreePart()
        #expect(part.memoryByteCount == 0)
        part.postings.memory.append(UInt8(number))
        // Now and then one takes so long that others would be far ahead.
        Self.idle(random.chance(0.05) ? 20_000 : random.below(200))
        try queue.add(part, number: number)
      }
    }
    record.withLock {
      #expect($0.consumed == Array(0..<200), "seed \(seed)")
      #expect($0.mostAtWork <= partLimit, "seed \(seed)")
    }
  }

  /// Threads that wait for a part that never comes go home when the queue is stopped.
  @Test func stoppingWakesThoseWhoWait() throws {
    let queue = PartQueue(count: 100, partLimit: 2, keptByteCount: 0) { _, _ in }
    let numbers = Mutex([Int]())
    try runConcurrently(count: 4) { worker throws(IndexError) in
      if worker == 0 {
        // Nothing is handed over: `open` was not called.
        while numbers.withLock({ $0.count }) < 2 { Self.idle(1_000) }
        queue.stop()
      }
      while let number = queue.nextNumber() { numbers.withLock { $0.append(number) } }
    }
    #expect(numbers.withLock { $0.sorted() } == [0, 1])
  }

  /// Goes round in circles.
  private static func idle(_ rounds: Int) {
    var random = SplitMix64(seed: 1)
    var sum: UInt64 = 0
    for _ in 0..<rounds { sum &+= random.next() }
    #expect(sum != 1)
  }
}
