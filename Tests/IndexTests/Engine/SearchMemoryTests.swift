import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Memory that searches hand on to each other.
@Suite struct SearchMemoryTests {
  /// Parts of any sizes and types do not overlap, and zeros are zero.
  @Test func partsAreApart() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let pool = SearchMemoryPool()
    for _ in 0..<20 {
      try pool.withMemory { memory in
        var words: [(part: ColumnView<UInt64>, mark: UInt64)] = []
        var bytes: [(part: ColumnView<UInt8>, mark: UInt8)] = []
        for mark in 1...UInt8(random.number(in: 1...60)) {
          let zeros = memory.takeZeros(random.below(300), of: UInt16.self)
          #expect((0..<zeros.count).allSatisfy { zeros[$0] == 0 }, "seed \(TestSeed.value)")
          words.append((memory.take(random.below(2_000)), UInt64(mark)))
          bytes.append((memory.take(random.below(2_000)), mark))
          fill(words[words.count - 1].part, UInt64(mark))
          fill(bytes[bytes.count - 1].part, mark)
        }
        for (part, mark) in words {
          #expect((0..<part.count).allSatisfy { part[$0] == mark }, "seed \(TestSeed.value)")
        }
        for (part, mark) in bytes {
          #expect((0..<part.count).allSatisfy { part[$0] == mark }, "seed \(TestSeed.value)")
        }
      }
    }
  }

  private func fill<Value: BitwiseCopyable>(_ part: ColumnView<Value>, _ value: Value) {
    for index in 0..<part.count { part[index] = value }
  }

  /// What was taken once is there the next time; two searches at a time have memory each; what
  /// a search that failed has left behind is not used again.
  @Test func memoryIsKept() throws {
    let pool = SearchMemoryPool()
    var first: SearchMemory?
    try pool.withMemory { memory in
      _ = memory.take(100_000, of: UInt32.self)
      first = memory
    }
    try pool.withMemory { (memory) throws(IndexError) in
      #expect(memory === first)
      let byteCount = memory.byteCount
      _ = memory.take(100_000, of: UInt32.self)
      #expect(memory.byteCount == byteCount)
      try pool.withMemory { #expect($0 !== memory) }
    }
    var failed: [SearchMemory] = []
    for _ in 0..<2 {
      #expect(throws: IndexError.self) {
        try pool.withMemory { (memory) throws(IndexError) in
          memory.takeZeros(1, of: UInt8.self)[0] = 1
          failed.append(memory)
          throw .invalidInput("on purpose")
        }
      }
    }
    try pool.withMemory { memory in #expect(!failed.contains { $0 === memory }) }
  }

  /// Of the blocks of a search that asked for more and more, only the last stays.
  @Test func oneBlockIsKept() throws {
    let memory = SearchMemory()
    for count in [10_000, 100_000] { _ = memory.take(count, of: UInt64.self) }
    let grown = memory.byteCount
    memory.reset()
    #expect(memory.byteCount <= grown - 10_000 * 8)
    let kept = memory.byteCount
    _ = memory.take(100_000, of: UInt64.self)
    #expect(memory.byteCount == kept)
  }

  /// A search that took much does not keep it.
  @Test func muchMemoryIsGivenBack() throws {
    let pool = SearchMemoryPool()
    try pool.withMemory { _ = $0.take(2 << 20, of: UInt8.self) }
    try pool.withMemory { #expect($0.byteCount < 1 << 20) }
  }
}

extension SearchMemoryPool {
  /// Calls `body` as a search would be; memory of one that throws is not put back.
  fileprivate func withMemory(_ body: (SearchMemory) throws(IndexError) -> Void) throws(IndexError)
  {
    let memory = take()
    try body(memory)
    putBack(memory)
  }
}
