import Tokenizer

/// Documents of a window that may be among the best, in increasing order, with the part of their
/// scores that is known.
struct CandidateList: ~Copyable {
  /// The documents.
  let docs: ColumnView<UInt32>
  /// Their scores so far.
  let scores: ColumnView<UInt32>
  /// Those that the block asked has (`FoundPosting`).
  private let found: ColumnView<UInt32>
  /// The number of candidates.
  private(set) var count = 0

  /// Room for `capacity` candidates.
  init(capacity: Int, _ memory: SearchMemory) {
    // One more may be written that does not count; end marks follow those that do.
    docs = memory.take(capacity + ListCursor.endMarkCount)
    scores = memory.take(capacity + 1)
    found = memory.take(capacity)
  }

  /// Forgets all.
  mutating func removeAll() { count = 0 }

  /// Takes the first `count` places as candidates, which were written there.
  mutating func take(first count: Int) { self.count = count }

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
  /// All are looked up: each may reach `minScore`, or it would not be here, and the bounds of single
  /// blocks rule out too few to pay for asking them.
  ///
  /// - Parameter rest: a bound on what later lists add; who cannot reach `minScore` any more drops
  ///   out.
  mutating func ask(
    _ list: inout ListCursor, rest: UInt32, _ minScore: UInt32,
    _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    ListCursor.markEnd(of: docs, count: count)
    var index = 0
    while index < count {
      list.seekBlock(to: docs[index])
      if list.isExhausted { break }
      index = try askBlock(&list, from: index, segment)
    }
    keep(reaching: minScore, with: rest)
  }

  /// Keeps the candidates that `rest` more can lift to `minScore`.
  @inline(__always)
  mutating func keep(reaching minScore: UInt32, with rest: UInt32) {
    var kept = 0
    for candidate in 0..<count {
      let score = scores[candidate]
      docs[kept] = docs[candidate]
      scores[kept] = score
      kept &+= Int(score &+ rest, reaches: minScore)
    }
    count = kept
  }

  /// Asks the current block about the candidates from `start` on that it may have; returns where
  /// the others begin.
  @inline(__always)
  private func askBlock(
    _ list: inout ListCursor, from start: Int, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> Int {
    let (foundCount, end) = try list.lookUp(from: start, of: docs, into: found, segment)
    try list.decodeFrequencies(toRead: foundCount, segment)
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
