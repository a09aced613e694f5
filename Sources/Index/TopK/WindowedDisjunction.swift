import Tokenizer

/// The best documents that have at least one of several terms.
///
/// MaxScore (Turtle and Flood, "Query evaluation: strategies and optimizations", 1995) over windows
/// of document numbers, with bounds from the blocks under the window (Ding and Suel, "Faster top-k
/// document retrieval using block-max indexes", 2011). In each window the lists with the least
/// bounds, which together cannot lift a document into the results, are only asked about
/// documents that the others found. The others are added up in bulk, list by list, into one sum a
/// document: 1-2 ns a posting without a branch, where a merge of cursors document by document
/// mispredicts at nearly every step (15-20 ns).
///
/// Sums are whole numbers (`TermWeight`), so the order of adding does not show.
struct WindowedDisjunction: ~Copyable {
  /// Documents in a window.
  private let windowLength: Int
  private let cursors: ColumnView<ListCursor>
  /// Cursors by their bound in the current window, least first.
  private let order: ColumnView<Int>
  /// Cursors by their bound anywhere, least first.
  private let sortedByMax: ColumnView<Int>
  /// Each cursor's bound in the current window, by cursor.
  private let bounds: ColumnView<UInt32>
  /// The sum of the bounds of the first lists in `order`, by place.
  private let boundSums: ColumnView<UInt32>

  private var sums: WindowSums
  private var candidates: CandidateList
  private var profile = SearchProfile()

  /// A search of lists whose cursors stand on their starts, in a segment of `documentCount`.
  init(_ cursors: ColumnView<ListCursor>, documentCount: Int, _ memory: SearchMemory) {
    self.cursors = cursors
    windowLength = WindowedDisjunction.windowLength(cursors, documentCount)
    sums = WindowSums(length: windowLength, memory)
    candidates = CandidateList(capacity: windowLength, memory)
    order = memory.take(cursors.count)
    sortedByMax = memory.take(cursors.count)
    bounds = memory.take(cursors.count)
    boundSums = memory.take(cursors.count)
    for cursor in 0..<cursors.count {
      order[cursor] = cursor
      bounds[cursor] = cursors[cursor].maxShare
    }
    sortOrder()
    sortedByMax.copy(from: order, count: cursors.count)
  }

  /// Windows of 8,192 documents have sums that stay in the first-level cache; where postings are
  /// few, larger ones are visited less often.
  private static func windowLength(
    _ cursors: ColumnView<ListCursor>, _ documentCount: Int
  ) -> Int {
    var postings = 0
    for cursor in 0..<cursors.count { postings += cursors[cursor].list.documentFrequency }
    return postings < documentCount / 8 ? 16384 : 8192
  }

  /// Adds all matches that can matter to `sink`, in order.
  mutating func run(
    _ segment: borrowing SearchedSegment, _ sink: inout some MatchSink
  ) throws(IndexError) -> SearchProfile {
    let documentCount = UInt32(segment.documentCount)
    var base: UInt32 = 0
    while true {
      base = firstWindowStart(from: base, sink.minScore)
      if base >= documentCount { break }
      let end = min(base + UInt32(windowLength), documentCount)
      try search(base..<end, segment, &sink)
      base = end
    }
    profile.blocksRead = cursors.blocksRead
    return profile
  }

  /// The next document at or after `base` that may have one of the terms without which the least
  /// score is out of reach anywhere.
  private func firstWindowStart(from base: UInt32, _ minScore: UInt32) -> UInt32 {
    var next = UInt32.max
    var sum: UInt32 = 0
    for place in 0..<sortedByMax.count {
      let cursor = sortedByMax[place]
      sum &+= cursors[cursor].maxShare
      if sum < minScore { continue }
      cursors[cursor].seekBlock(to: base)
      if !cursors[cursor].isExhausted {
        next = min(next, max(base, cursors[cursor].firstPossibleDoc))
      }
    }
    return next
  }

  private mutating func search(
    _ window: Range<UInt32>, _ segment: borrowing SearchedSegment, _ sink: inout some MatchSink
  ) throws(IndexError) {
    computeBounds(window)
    let minScore = sink.minScore
    sortOrder()
    var sum: UInt32 = 0
    var firstEssential = order.count
    for place in 0..<order.count {
      sum &+= bounds[order[place]]
      boundSums[place] = sum
      if sum >= minScore && firstEssential == order.count { firstEssential = place }
    }
    if firstEssential == order.count { return }
    firstEssential = absorbLists(before: firstEssential)
    try segment.verifyNorms(window.lowerBound, through: window.upperBound &- 1)
    let rest = firstEssential == 0 ? 0 : boundSums[firstEssential - 1]
    let needed = max(1, minScore > rest ? minScore - rest : 1)
    candidates.removeAll()
    if firstEssential == order.count - 1 {
      try collect(order[firstEssential], window, segment, needed: needed)
    } else if expectedCount(firstEssential, segment) < windowLength / 8 {
      for place in firstEssential..<order.count {
        try addUp(order[place], window, segment, listing: true)
      }
      sums.moveListed(reaching: needed, from: window.lowerBound, to: &candidates)
    } else {
      for place in firstEssential..<order.count {
        try addUp(order[place], window, segment, listing: false)
      }
      sums.move(reaching: needed, from: window, to: &candidates)
    }
    try complete(firstEssential, minScore, segment)
    profile.documentsScored += candidates.count
    for candidate in 0..<candidates.count {
      sink.add(doc: candidates.docs[candidate], score: candidates.scores[candidate])
    }
  }

  // MARK: - Bounds

  private func computeBounds(_ window: Range<UInt32>) {
    for index in 0..<cursors.count {
      cursors[index].seekBlock(to: window.lowerBound)
      var bound: UInt32 = 0
      if !cursors[index].isExhausted {
        bound = WindowedDisjunction.bound(cursors[index], upTo: window.upperBound)
      }
      bounds[index] = bound
    }
  }

  /// A bound on the share of postings from the current block on, below `end`.
  @inline(__always)
  private static func bound(_ cursor: ListCursor, upTo end: UInt32) -> UInt32 {
    if cursor.firstPossibleDoc >= end { return 0 }
    guard cursor.list.hasSkipData else { return cursor.maxShare }
    if cursor.weight.impactsSuffice {
      return cursor.weight.bound(impact: cursor.maxImpact(upTo: end &- 1, many: true))
    }
    let list = cursor.list
    var block = cursor.block
    var bound = cursor.bound(ofBlock: block)
    while list.lastDoc(block) &+ 1 < end, block &+ 1 < list.blockCount {
      block &+= 1
      bound = max(bound, cursor.bound(ofBlock: block))
    }
    return bound
  }

  private func sortOrder() {
    if order.count > 32 {
      let sorted = (0..<order.count).map { order[$0] }.sorted { bounds[$0] < bounds[$1] }
      for place in 0..<order.count { order[place] = sorted[place] }
      return
    }
    var place = 1
    while place < order.count {
      let cursor = order[place]
      let bound = bounds[cursor]
      var hole = place
      while hole > 0, bounds[order[hole &- 1]] > bound {
        order[hole] = order[hole &- 1]
        hole &-= 1
      }
      order[hole] = cursor
      place &+= 1
    }
  }

  // MARK: - Lists that matter

  /// Where the lists start that are added up in bulk: those that matter, and before them those
  /// with about as few postings.
  ///
  /// Most documents found would be looked up in such a list in vain, at some ten times the cost
  /// of adding a posting, only because its bound is high; with it in the sum they are seen to be
  /// out of reach. What was absorbed counts against what may be: else dense lists, whose bounds
  /// are low, would follow each other in.
  private func absorbLists(before firstEssential: Int) -> Int {
    var rest = 0
    for place in firstEssential..<order.count {
      rest += cursors[order[place]].list.documentFrequency
    }
    var first = firstEssential
    while first > 0 {
      let count = cursors[order[first - 1]].list.documentFrequency
      if count > 2 * rest { break }
      rest -= count
      first -= 1
    }
    return first
  }

  /// About how many postings of the lists from `firstEssential` on are in a window.
  private func expectedCount(_ firstEssential: Int, _ segment: borrowing SearchedSegment) -> Int {
    var count = 0
    for place in firstEssential..<order.count {
      count += cursors[order[place]].list.documentFrequency
    }
    return count * windowLength / max(1, segment.documentCount)
  }

  /// The postings of the current block within the window, decoded.
  @inline(__always)
  private mutating func decodedRange(
    _ cursor: inout ListCursor, _ window: Range<UInt32>, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> Range<Int> {
    try cursor.decodeDocs(segment)
    try cursor.decodeFrequencies(segment)
    let lower =
      cursor.docs[0] >= window.lowerBound ? 0 : cursor.firstIndex(notBefore: window.lowerBound)
    let upper =
      cursor.lastDoc < window.upperBound
      ? cursor.count : cursor.firstIndex(notBefore: window.upperBound)
    profile.blocksDecoded += 1
    profile.postingsDecoded += upper - lower
    return lower..<upper
  }

  /// Adds the shares of a list to the sums.
  private mutating func addUp(
    _ index: Int, _ window: Range<UInt32>, _ segment: borrowing SearchedSegment, listing: Bool
  ) throws(IndexError) {
    let cursors = cursors
    while !cursors[index].isExhausted, cursors[index].firstPossibleDoc < window.upperBound {
      let range = try decodedRange(&cursors[index], window, segment)
      // Two loops, so that neither asks at each posting.
      if listing {
        sums.add(range, of: cursors[index], from: window.lowerBound, segment, listing: true)
      } else {
        sums.add(range, of: cursors[index], from: window.lowerBound, segment, listing: false)
      }
      if range.upperBound < cursors[index].count { break }
      cursors[index].nextBlock()
    }
  }

  /// Makes the postings of a list candidates, if it is the only one that matters.
  private mutating func collect(
    _ index: Int, _ window: Range<UInt32>, _ segment: borrowing SearchedSegment, needed: UInt32
  ) throws(IndexError) {
    let cursors = cursors
    let docs = cursors[index].docs
    let frequencies = cursors[index].frequencies
    let weight = cursors[index].weight
    while !cursors[index].isExhausted, cursors[index].firstPossibleDoc < window.upperBound {
      if cursors[index].bound(ofBlock: cursors[index].block) < needed {
        profile.blocksSkipped += 1
        if cursors[index].lastDoc >= window.upperBound { break }
        cursors[index].nextBlock()
        continue
      }
      let range = try decodedRange(&cursors[index], window, segment)
      for posting in range {
        let slot = DeltaBlock.slot(posting)
        let doc = docs[slot]
        let share = weight.share(frequency: frequencies[slot], norm: segment.verifiedNorm(doc))
        candidates.add(doc, share, ifReaches: needed)
      }
      if range.upperBound < cursors[index].count { break }
      cursors[index].nextBlock()
    }
  }

  // MARK: - Lists that are only asked

  /// Adds what the lists before `firstEssential` have for the candidates, greatest bound first;
  /// candidates that cannot reach `minScore` any more drop out.
  private mutating func complete(
    _ firstEssential: Int, _ minScore: UInt32, _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    let cursors = cursors
    var place = firstEssential - 1
    while place >= 0, candidates.count > 0, boundSums[place] > 0 {
      let rest = place == 0 ? 0 : boundSums[place - 1]
      try candidates.ask(&cursors[order[place]], rest: rest, minScore, segment)
      place -= 1
    }
  }
}
