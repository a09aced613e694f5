import Tokenizer

/// Documents of a window that may be among the best, in increasing order, with the part of their
/// scores that is known.
struct CandidateList: ~Copyable {
  /// The documents.
  let docs: ColumnView<UInt32>
  /// Their scores so far.
  let scores: ColumnView<UInt32>
  /// Which candidates a block is asked about, and then those it has (`FoundPosting`).
  private let found: ColumnView<UInt32>
  /// The number of candidates.
  private(set) var count = 0

  /// Room for `capacity` candidates.
  init(capacity: Int, _ memory: SearchMemory) {
    docs = memory.take(capacity)
    scores = memory.take(capacity)
    found = memory.take(capacity)
  }

  /// Forgets all.
  mutating func removeAll() { count = 0 }

  /// Adds a document after all others.
  @inline(__always)
  mutating func add(_ doc: UInt32, _ score: UInt32) {
    docs[count] = doc
    scores[count] = score
    count &+= 1
  }

  /// Adds the shares that a list has for candidates.
  ///
  /// - Parameters:
  ///   - bound: a bound on any of those shares.
  ///   - rest: a bound on what later lists add; who cannot reach `minScore` any more drops out.
  mutating func ask(
    _ list: inout ListCursor, bound: UInt32, rest: UInt32, _ minScore: UInt32,
    _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    // A copy on the stack: no check of an array at each step.
    var cursor = list
    var kept = 0
    var candidate = 0
    while candidate < count {
      if scores[candidate] &+ bound &+ rest < minScore {
        candidate &+= 1
        continue
      }
      cursor.seekBlock(to: docs[candidate])
      let last = cursor.isExhausted ? UInt32.max : cursor.lastDoc
      var end = candidate &+ 1
      while end < count, docs[end] <= last { end &+= 1 }
      kept = try askBlock(
        &cursor, candidate..<end, rest: rest, minScore, keptBefore: kept, segment)
      candidate = end
    }
    count = kept
    list = cursor
  }

  /// Asks the current block about the candidates that it may have; returns how many are kept.
  @inline(__always)
  private func askBlock(
    _ cursor: inout ListCursor, _ candidates: Range<Int>, rest: UInt32, _ minScore: UInt32,
    keptBefore: Int, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> Int {
    if !cursor.isExhausted {
      let bound = cursor.bound(ofBlock: cursor.block) &+ rest
      var wantedCount = 0
      for candidate in candidates {
        found[wantedCount] = UInt32(truncatingIfNeeded: candidate)
        wantedCount &+= scores[candidate] &+ bound >= minScore ? 1 : 0
      }
      if wantedCount > 0 {
        let count = try cursor.lookUp(found, wantedCount, of: docs, into: found, segment)
        for index in 0..<count {
          let posting = FoundPosting(bits: found[index])
          let share = cursor.weight.share(
            frequency: try cursor.frequency(posting.place, segment),
            norm: segment.verifiedNorm(docs[posting.candidate]))
          scores[posting.candidate] &+= share
        }
      }
    }
    var kept = keptBefore
    for candidate in candidates {
      let score = scores[candidate]
      docs[kept] = docs[candidate]
      scores[kept] = score
      kept &+= score &+ rest >= minScore ? 1 : 0
    }
    return kept
  }
}
