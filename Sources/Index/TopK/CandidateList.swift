import Tokenizer

/// Documents of a window that may be among the best, in increasing order, with the part of their
/// scores that is known.
struct CandidateList: ~Copyable {
  /// The documents.
  let docs: ColumnView<UInt32>
  /// Their scores so far.
  let scores: ColumnView<UInt32>
  /// Which candidates a list is asked about.
  private let wanted: ColumnView<UInt32>
  /// Which candidates a block is asked about, and then those it has (`FoundPosting`).
  private let found: ColumnView<UInt32>
  /// The number of candidates.
  private(set) var count = 0

  /// Room for `capacity` candidates.
  init(capacity: Int, _ memory: SearchMemory) {
    // One more may be written that does not count.
    docs = memory.take(capacity + 1)
    scores = memory.take(capacity + 1)
    wanted = memory.take(capacity)
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

  /// Adds a document after all others if its score reaches `least`, without a branch on that.
  @inline(__always)
  mutating func add(_ doc: UInt32, _ score: UInt32, ifReaches least: UInt32) {
    docs[count] = doc
    scores[count] = score
    count &+= Int(score, reaches: least)
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
    // Where there are loops over all candidates, they are three in all, not three a block: each
    // end of a loop is a misprediction.
    var wantedCount = 0
    for candidate in 0..<count {
      wanted[wantedCount] = UInt32(truncatingIfNeeded: candidate)
      wantedCount &+= Int(scores[candidate] &+ bound &+ rest, reaches: minScore)
    }
    var index = 0
    while index < wantedCount {
      list.seekBlock(to: docs[Int(wanted[index])])
      if list.isExhausted { break }
      index = try askBlock(&list, from: index, wantedCount, rest: rest, minScore, segment)
    }
    var kept = 0
    for candidate in 0..<count {
      let score = scores[candidate]
      docs[kept] = docs[candidate]
      scores[kept] = score
      kept &+= Int(score &+ rest, reaches: minScore)
    }
    count = kept
  }

  /// Asks the current block about the wanted candidates from `start` on that it may have; returns
  /// where the others begin.
  @inline(__always)
  private func askBlock(
    _ list: inout ListCursor, from start: Int, _ wantedCount: Int, rest: UInt32,
    _ minScore: UInt32, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> Int {
    let last = list.lastDoc
    let bound = list.bound(ofBlock: list.block) &+ rest
    var end = start
    var foundCount = 0
    while end < wantedCount {
      let candidate = wanted[end]
      if docs[Int(candidate)] > last { break }
      found[foundCount] = candidate
      foundCount &+= Int(scores[Int(candidate)] &+ bound, reaches: minScore)
      end &+= 1
    }
    if foundCount == 0 { return end }
    foundCount = try list.lookUp(found, foundCount, of: docs, into: found, segment)
    for index in 0..<foundCount {
      let posting = FoundPosting(bits: found[index])
      let share = list.weight.share(
        frequency: try list.frequency(posting.place, segment),
        norm: segment.verifiedNorm(docs[posting.candidate]))
      scores[posting.candidate] &+= share
    }
    return end
  }
}
