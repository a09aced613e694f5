import Tokenizer

/// Scores every document that matches a tree of conditions: the reference for the algorithms
/// that leave documents out, and the way for trees that those cannot do.
///
/// Windows of documents again: each node of the tree fills a frame, a bit and a sum for each
/// document of the window, and its parent joins the frames of its children.
struct ExhaustiveScan: ~Copyable {
  private static let windowLength = 4096
  private static let wordCount = windowLength / 64

  private let root: MatchTree
  private let cursors: ColumnView<ListCursor>
  private let phraseMatches: [MatchList]
  private var phrasePlaces: [Int]
  private let prefixMatches: PrefixMatches
  /// One frame after the other.
  private let bits: Column<UInt64>
  private let sums: Column<UInt32>
  private var needsScores = true
  private var profile = SearchProfile()

  /// A scan of `root` over lists whose cursors stand on their starts, and all matches of phrases
  /// and of prefixes.
  init(
    _ root: MatchTree, _ cursors: ColumnView<ListCursor>, phraseMatches: [MatchList],
    prefixMatches: PrefixMatches
  ) {
    self.root = root
    self.cursors = cursors
    self.phraseMatches = phraseMatches
    self.prefixMatches = prefixMatches
    phrasePlaces = Array(repeating: 0, count: phraseMatches.count)
    bits = Column(capacity: root.depth * ExhaustiveScan.wordCount)
    sums = Column(capacity: root.depth * ExhaustiveScan.windowLength)
  }

  /// Adds all matches to `sink`, in order.
  mutating func run<Sink: MatchSink>(
    _ segment: borrowing SearchedSegment, _ sink: inout Sink
  ) throws(IndexError) -> SearchProfile {
    needsScores = Sink.needsScores
    let documentCount = UInt32(segment.documentCount)
    var base: UInt32 = 0
    while true {
      base = nextDoc(from: base)
      if base >= documentCount { break }
      let window = base..<min(base + UInt32(ExhaustiveScan.windowLength), documentCount)
      try segment.verifyNorms(window.lowerBound, through: window.upperBound &- 1)
      try fill(0, with: root, window, segment)
      handOver(window, &sink)
      base = window.upperBound
    }
    profile.blocksRead = cursors.blocksRead
    return profile
  }

  /// The next document at or after `base` that any list may have.
  private mutating func nextDoc(from base: UInt32) -> UInt32 {
    let cursors = cursors
    var next = UInt32.max
    for index in 0..<cursors.count {
      cursors[index].seekBlock(to: base)
      if !cursors[index].isExhausted {
        next = min(next, max(base, cursors[index].firstPossibleDoc))
      }
    }
    for (index, matches) in phraseMatches.enumerated() {
      // Those that no node of this segment's tree asks for stay behind.
      var place = phrasePlaces[index]
      while place < matches.docs.count, matches.docs[place] < base { place += 1 }
      phrasePlaces[index] = place
      if place < matches.docs.count { next = min(next, matches.docs[place]) }
    }
    for prefix in 0..<prefixMatches.count where next > base {
      next = min(next, prefixMatches.nextDoc(from: base, ofPrefix: prefix))
    }
    return next
  }

  private mutating func handOver(_ window: Range<UInt32>, _ sink: inout some MatchSink) {
    for word in 0..<ExhaustiveScan.wordCount {
      var rest = bits[word]
      while rest != 0 {
        let place = word &* 64 &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        profile.documentsScored += 1
        sink.add(doc: window.lowerBound &+ UInt32(place), score: sums[place])
      }
    }
  }

  // MARK: - Frames

  private func clear(_ frame: Int) {
    for word in 0..<ExhaustiveScan.wordCount { bits[frame &* ExhaustiveScan.wordCount &+ word] = 0 }
    for place in 0..<ExhaustiveScan.windowLength {
      sums[frame &* ExhaustiveScan.windowLength &+ place] = 0
    }
  }

  private mutating func fill(
    _ frame: Int, with node: MatchTree, _ window: Range<UInt32>,
    _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    clear(frame)
    switch node {
    case .term(let index): try add(list: index, to: frame, window, segment)
    case .phrase(let index): add(phrase: index, to: frame, window)
    case .prefix(let index): add(prefix: index, to: frame, window)
    case .any(let nodes):
      for node in nodes { try join(node, to: frame, window, segment) }
    case .all(let nodes):
      for (number, node) in nodes.enumerated() {
        if number == 0 {
          try join(node, to: frame, window, segment)
        } else {
          try fill(frame + 1, with: node, window, segment)
          intersect(frame, with: frame + 1)
        }
      }
    }
  }

  /// Adds the matches of a node to a frame.
  private mutating func join(
    _ node: MatchTree, to frame: Int, _ window: Range<UInt32>, _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    switch node {
    case .term(let index): try add(list: index, to: frame, window, segment)
    case .phrase(let index): add(phrase: index, to: frame, window)
    case .prefix(let index): add(prefix: index, to: frame, window)
    case .any, .all:
      try fill(frame + 1, with: node, window, segment)
      for word in 0..<ExhaustiveScan.wordCount {
        var rest = bits[(frame + 1) * ExhaustiveScan.wordCount + word]
        while rest != 0 {
          let place = word &* 64 &+ rest.trailingZeroBitCount
          rest &= rest &- 1
          add(place, sums[(frame + 1) * ExhaustiveScan.windowLength + place], to: frame)
        }
      }
    }
  }

  /// Keeps what both frames have, with the sum of both.
  private func intersect(_ frame: Int, with other: Int) {
    for word in 0..<ExhaustiveScan.wordCount {
      let both =
        bits[frame &* ExhaustiveScan.wordCount &+ word]
        & bits[other &* ExhaustiveScan.wordCount &+ word]
      bits[frame &* ExhaustiveScan.wordCount &+ word] = both
      var rest = both
      while rest != 0 {
        let place = word &* 64 &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        sums[frame &* ExhaustiveScan.windowLength &+ place] &+=
          sums[
            other &* ExhaustiveScan.windowLength &+ place]
      }
    }
  }

  @inline(__always)
  private func add(_ place: Int, _ share: UInt32, to frame: Int) {
    bits[frame &* ExhaustiveScan.wordCount &+ place >> 6] |= 1 &<< UInt64(place & 63)
    sums[frame &* ExhaustiveScan.windowLength &+ place] &+= share
  }

  // MARK: - Leaves

  private mutating func add(phrase index: Int, to frame: Int, _ window: Range<UInt32>) {
    let matches = phraseMatches[index]
    var place = phrasePlaces[index]
    while place < matches.docs.count, matches.docs[place] < window.upperBound {
      add(Int(matches.docs[place] - window.lowerBound), matches.scores[place], to: frame)
      place += 1
    }
    phrasePlaces[index] = place
  }

  private func add(prefix index: Int, to frame: Int, _ window: Range<UInt32>) {
    var doc = prefixMatches.nextDoc(from: window.lowerBound, ofPrefix: index)
    while doc < window.upperBound {
      add(Int(doc &- window.lowerBound), prefixMatches.share, to: frame)
      doc = prefixMatches.nextDoc(from: doc &+ 1, ofPrefix: index)
    }
  }

  private mutating func add(
    list index: Int, to frame: Int, _ window: Range<UInt32>, _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    let cursors = cursors
    while !cursors[index].isExhausted, cursors[index].firstPossibleDoc < window.upperBound {
      try cursors[index].decodeDocs(segment)
      if needsScores { try cursors[index].decodeFrequencies(segment) }
      profile.blocksDecoded += 1
      let docs = cursors[index].docs
      let frequencies = cursors[index].frequencies
      let weight = cursors[index].weight
      let lower = cursors[index].firstIndex(notBefore: window.lowerBound)
      let upper = cursors[index].firstIndex(notBefore: window.upperBound)
      profile.postingsDecoded += upper - lower
      for posting in lower..<upper {
        let slot = DeltaBlock.slot(posting)
        let doc = docs[slot]
        var share: UInt32 = 0
        if needsScores {
          share = weight.share(
            frequency: frequencies[slot], norm: segment.verifiedNorm(doc))
        }
        add(Int(doc &- window.lowerBound), share, to: frame)
      }
      if upper < cursors[index].count { return }
      cursors[index].nextBlock()
    }
  }
}
