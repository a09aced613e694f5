import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Sums of windows of documents against those in a dictionary.
@Suite struct WindowSumsTests {
  /// Windows of all lengths that searches have, anywhere, with few and with many documents, of which
  /// all, some or none reach what is needed; each starts from the zeros that the one before left.
  @Test(arguments: [4_096, 8_192, 16_384], [false, true])
  func documentsThatReachAScoreAreMovedInOrder(length: Int, listing: Bool) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let lists = try TermLists(TermLists.counts, &random)
    let memory = SearchMemory()
    let segment = try lists.segment()
    let cursors = try lists.makeCursors(memory, segment)
    try segment.verifyNorms(0, through: UInt32(TermLists.documentCount - 1))
    var sums = WindowSums(length: length, memory)
    var candidates = CandidateList(capacity: length, memory)
    var (fullCount, emptyCount) = (0, 0)
    var base = UInt32(random.below(200))
    while base < 130_000 {
      let window = base..<base + UInt32(random.chance(0.3) ? random.below(length) + 1 : length)
      var wanted: [UInt32: UInt32] = [:]
      for term in TermLists.counts.indices where random.chance(0.7) {
        try add(cursors[term], window, to: &sums, segment, listing: listing)
        for (doc, positions) in lists.terms[term] where window.contains(doc) {
          wanted[doc, default: 0] += cursors[term].weight.share(
            frequency: UInt32(positions.count), norm: lists.norms[Int(doc)])
        }
      }
      let scores = wanted.values.sorted()
      let needed = random.pick([1, scores.randomElement(using: &random) ?? 1, scores.last ?? 1])
      let least = random.chance(0.2) ? needed + 1 : needed
      if listing {
        sums.moveListed(reaching: least, from: window.lowerBound, to: &candidates)
      } else {
        sums.move(reaching: least, from: window, to: &candidates)
      }
      let expected = wanted.filter { $0.value >= least }.sorted { $0.key < $1.key }
      let comment: Comment = "\(window), seed \(TestSeed.value)"
      #expect((0..<candidates.count).map { candidates.docs[$0] } == expected.map(\.key), comment)
      #expect(
        (0..<candidates.count).map { candidates.scores[$0] } == expected.map(\.value), comment)
      if expected.count == wanted.count { fullCount += 1 }
      if expected.isEmpty { emptyCount += 1 }
      candidates.removeAll()
      base = window.upperBound + UInt32(random.chance(0.3) ? random.below(500) : 0)
    }
    #expect(fullCount > 0 && emptyCount > 0, "seed \(TestSeed.value)")
    // Fails if a sum or a bit is left.
    memory.reset()
    extendLifetime(lists)
  }

  /// Adds the postings of a list in `window`, block by block.
  private func add(
    _ start: ListCursor, _ window: Range<UInt32>, to sums: inout WindowSums,
    _ segment: SearchedSegment, listing: Bool
  ) throws {
    var cursor = start
    cursor.seekBlock(to: window.lowerBound)
    while !cursor.isExhausted, cursor.firstPossibleDoc < window.upperBound {
      try cursor.decodeDocs(segment)
      try cursor.decodeFrequencies(segment)
      let lower = cursor.firstIndex(notBefore: window.lowerBound)
      let upper = min(cursor.count, cursor.firstIndex(notBefore: window.upperBound))
      sums.add(lower..<upper, of: cursor, from: window.lowerBound, segment, listing: listing)
      cursor.nextBlock()
    }
  }
}
