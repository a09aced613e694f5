import Tokenizer

/// The best documents that have all of several terms and phrases.
///
/// The shortest list drives, block by block. A block is passed over if another list has nothing
/// under it, or if the bounds of all lists under it are too low together (block-max pruning as in
/// Ding and Suel 2011). The documents of a block that is left are looked up in the other lists,
/// list by list: the same blocks stay decoded, and documents drop out as soon as what is still to
/// come cannot lift them into the results.
struct BlockConjunction: ~Copyable {
  private var cursors: [ListCursor]
  /// Whether the term of each list counts for itself, not only as part of a phrase.
  private let scoresTerm: [Bool]
  private var phrases: [PhraseMatcher]
  private let needsPostings: Bool
  private let docs = Column<UInt32>(capacity: PostingsFormat.blockLength)
  private let scores = Column<UInt32>(capacity: PostingsFormat.blockLength)
  /// The place of each document that is left in the block it came from.
  private let slots = Column<UInt32>(capacity: PostingsFormat.blockLength)
  private var count = 0
  /// By list and slot: where the document stands in the list.
  private var postings: [PhraseMatcher.Posting]
  /// A bound on the sum of shares of the lists after each one, and of all phrases.
  private var rests: [UInt32]
  private var profile = SearchProfile()

  /// A search of lists whose cursors stand on their starts, shortest first.
  init(_ cursors: [ListCursor], scoresTerm: [Bool], phrases: [PhraseMatcher]) {
    self.cursors = cursors
    self.scoresTerm = scoresTerm
    self.phrases = phrases
    needsPostings = !phrases.isEmpty
    postings = Array(
      repeating: PhraseMatcher.Posting(),
      count: phrases.isEmpty ? 0 : cursors.count * PostingsFormat.blockLength)
    rests = Array(repeating: 0, count: cursors.count)
  }

  /// Adds all matches that can matter to `sink`, in order.
  mutating func run<Sink: MatchSink>(
    _ segment: borrowing SearchedSegment, _ sink: inout Sink
  ) throws(IndexError) -> SearchProfile {
    while !cursors[0].isExhausted {
      guard align() else { break }
      if cursors[0].isExhausted { break }
      let bound = computeRests()
      if bound < sink.minScore {
        profile.blocksSkipped += 1
      } else {
        try searchBlock(segment, &sink)
      }
      cursors[0].nextBlock()
    }
    profile.positionBlocksDecoded = phrases.reduce(0) { $0 + $1.blocksDecoded }
    return profile
  }

  /// Moves all lists to the first block of the driver that all may have documents under; false
  /// if there is none.
  private mutating func align() -> Bool {
    while !cursors[0].isExhausted {
      let first = cursors[0].firstPossibleDoc
      let last = cursors[0].lastDoc
      var farthest = first
      for index in 1..<max(1, cursors.count) {
        cursors[index].seekBlock(to: first)
        if cursors[index].isExhausted { return false }
        farthest = max(farthest, cursors[index].firstPossibleDoc)
      }
      if farthest <= last { return true }
      cursors[0].seekBlock(to: farthest)
    }
    return false
  }

  /// Bounds the shares under the driver's block; returns the bound on the whole score.
  private mutating func computeRests() -> UInt32 {
    let last = cursors[0].lastDoc
    var sum: UInt32 = 0
    for phrase in phrases {
      var impact = UInt8.max
      for place in phrase.places { impact = min(impact, cursors[place.cursor].maxImpact(upTo: last)) }
      sum &+= phrase.weight.usesImpacts
        ? phrase.weight.bound(impact: impact) : phrase.weight.maxShare
    }
    for index in cursors.indices.reversed() {
      rests[index] = sum
      if scoresTerm[index] { sum &+= cursors[index].bound(upTo: last) }
    }
    return sum
  }

  private mutating func searchBlock<Sink: MatchSink>(
    _ segment: borrowing SearchedSegment, _ sink: inout Sink
  ) throws(IndexError) {
    try loadDriver(segment, sink.minScore, needsScores: Sink.needsScores)
    for index in 1..<max(1, cursors.count) where count > 0 {
      try intersect(index, segment, sink.minScore, needsScores: Sink.needsScores)
    }
    profile.documentsScored += count
    for candidate in 0..<count {
      var score = scores[candidate]
      if !phrases.isEmpty {
        guard let phraseScore = try addPhrases(candidate, segment, sink.minScore) else { continue }
        score = phraseScore
      }
      sink.add(doc: docs[candidate], score: score)
    }
  }

  private mutating func loadDriver(
    _ segment: borrowing SearchedSegment, _ minScore: UInt32, needsScores: Bool
  ) throws(IndexError) {
    try cursors[0].decodeDocs(segment)
    profile.blocksDecoded += 1
    profile.postingsDecoded += cursors[0].count
    let scores = needsScores && scoresTerm[0]
    if scores || needsPostings { try cursors[0].decodeFrequencies(segment) }
    count = 0
    var before = 0
    for index in 0..<cursors[0].count {
      let slot = DeltaBlock.slot(index)
      let doc = cursors[0].docs[slot]
      var score: UInt32 = 0
      if scores {
        score = cursors[0].weight.share(
          frequency: cursors[0].frequencies[slot], norm: try segment.norm(doc))
      }
      if needsPostings {
        let frequency = Int(cursors[0].frequencies[slot])
        postings[index] = PhraseMatcher.Posting(
          block: cursors[0].block, before: before, frequency: frequency)
        before += frequency
      }
      if score &+ rests[0] < minScore { continue }
      keep(doc, score, slot: UInt32(index))
    }
  }

  @inline(__always)
  private mutating func keep(_ doc: UInt32, _ score: UInt32, slot: UInt32) {
    docs[count] = doc
    scores[count] = score
    slots[count] = slot
    count &+= 1
  }

  /// Keeps the documents that list `index` has, with its share.
  private mutating func intersect(
    _ index: Int, _ segment: borrowing SearchedSegment, _ minScore: UInt32, needsScores: Bool
  ) throws(IndexError) {
    let candidateCount = count
    let scoresThis = needsScores && scoresTerm[index]
    let needsFrequency = scoresThis || needsPostings
    count = 0
    for candidate in 0..<candidateCount {
      let doc = docs[candidate]
      var score = scores[candidate]
      cursors[index].seekBlock(to: doc)
      if cursors[index].isExhausted { return }
      if cursors[index].firstPossibleDoc > doc { continue }
      if scoresThis {
        let bound = cursors[index].bound(ofBlock: cursors[index].block)
        if score &+ bound &+ rests[index] < minScore { continue }
      }
      try cursors[index].decodeDocs(segment)
      let place = cursors[index].firstIndex(notBefore: doc)
      cursors[index].index = place
      if place == cursors[index].count || cursors[index].doc(place) != doc { continue }
      if needsFrequency {
        if needsPostings { try cursors[index].decodeFrequencies(segment) }
        let frequency = try cursors[index].frequency(place, segment)
        if scoresThis {
          score &+= cursors[index].weight.share(frequency: frequency, norm: try segment.norm(doc))
        }
        if needsPostings {
          let slot = index * PostingsFormat.blockLength + Int(slots[candidate])
          postings[slot] = PhraseMatcher.Posting(
            block: cursors[index].block, before: cursors[index].frequencySum(before: place),
            frequency: Int(frequency))
        }
      }
      if score &+ rests[index] < minScore { continue }
      keep(doc, score, slot: slots[candidate])
    }
  }

  /// The score of a document with those of its phrases; nil if one does not stand in it, or if
  /// the score is too low.
  private mutating func addPhrases(
    _ candidate: Int, _ segment: borrowing SearchedSegment, _ minScore: UInt32
  ) throws(IndexError) -> UInt32? {
    let slot = Int(slots[candidate])
    let norm = try segment.norm(docs[candidate])
    var score = scores[candidate]
    // A phrase stands in a document at most as often as any of its words.
    var bound = score
    for phrase in phrases {
      var frequency = Int.max
      for place in phrase.places {
        frequency = min(
          frequency, postings[place.cursor * PostingsFormat.blockLength + slot].frequency)
      }
      bound &+= phrase.weight.share(frequency: UInt32(frequency), norm: norm)
    }
    if bound < minScore { return nil }
    for index in phrases.indices {
      let frequency = try phrases[index].count(segment.file) { cursor in
        postings[cursor * PostingsFormat.blockLength + slot]
      }
      if frequency == 0 { return nil }
      score &+= phrases[index].weight.share(frequency: UInt32(frequency), norm: norm)
    }
    return score
  }
}
