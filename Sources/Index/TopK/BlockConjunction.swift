import Tokenizer

/// The best documents that have all of several terms and phrases.
///
/// The shortest list drives, block by block. A block is passed over if another list has nothing
/// under it, or if the bounds of all lists under it are too low together (block-max pruning as in
/// Ding and Suel 2011). The documents of a block that is left are looked up in the other lists,
/// list by list: the same blocks stay decoded, and documents drop out as soon as what is still to
/// come cannot lift them into the results.
struct BlockConjunction: ~Copyable {
  private let cursors: ColumnView<ListCursor>
  /// Whether the term of each list counts for itself, not only as part of a phrase.
  private let scoresTerm: ColumnView<Bool>
  private var phrases: PhraseMatcher
  private let needsPostings: Bool
  private let docs: ColumnView<UInt32>
  private let scores: ColumnView<UInt32>
  /// The place of each document that is left in the block it came from.
  private let slots: ColumnView<UInt32>
  /// Which candidates a block is asked about, and then those it has (`FoundPosting`).
  private let found: ColumnView<UInt32>
  private var count = 0
  /// By list and slot: where the document stands in the list.
  private let postings: ColumnView<PostingPlace>
  /// A bound on the sum of shares of the lists after each one, and of all phrases.
  private let rests: ColumnView<UInt32>
  /// The part of those bounds that is for phrases.
  private var phraseBound: UInt32 = 0
  private var profile = SearchProfile()

  /// A search of lists whose cursors stand on their starts, shortest first.
  init(
    _ cursors: ColumnView<ListCursor>, scoresTerm: ColumnView<Bool>, phrases: [PhrasePattern],
    _ memory: SearchMemory
  ) {
    self.cursors = cursors
    self.scoresTerm = scoresTerm
    self.phrases = PhraseMatcher(phrases, memory)
    needsPostings = !phrases.isEmpty
    docs = memory.take(PostingsFormat.blockLength)
    scores = memory.take(PostingsFormat.blockLength)
    slots = memory.take(PostingsFormat.blockLength)
    found = memory.take(PostingsFormat.blockLength)
    postings = memory.take(phrases.isEmpty ? 0 : cursors.count * PostingsFormat.blockLength)
    rests = memory.take(cursors.count)
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
    profile.positionBlocksDecoded = phrases.blocksDecoded
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
    for phrase in 0..<phrases.count {
      // A phrase stands in a document at most as often as any of its words.
      let weight = phrases.weights[phrase]
      let impact = phrases.least(phrase) { cursors[$0].maxImpact(upTo: last) }
      sum &+= weight.usesImpacts ? weight.bound(impact: impact) : weight.maxShare
    }
    phraseBound = sum
    for index in (0..<cursors.count).reversed() {
      rests[index] = sum
      if scoresTerm[index] { sum &+= cursors[index].bound(upTo: last) }
    }
    return sum
  }

  private mutating func searchBlock<Sink: MatchSink>(
    _ segment: borrowing SearchedSegment, _ sink: inout Sink
  ) throws(IndexError) {
    let scoresDriver = Sink.needsScores && scoresTerm[0]
    try loadDriver(segment)
    let ratesFirst = ratesDriverFirst(segment)
    if ratesFirst { try rateDriver(segment, sink.minScore, scores: scoresDriver) }
    for index in 1..<max(1, cursors.count) where count > 0 {
      try intersect(
        index, segment, sink.minScore, needsScores: Sink.needsScores,
        ratesDriver: index == 1 && !ratesFirst)
    }
    profile.documentsScored += count
    for candidate in 0..<count {
      var score = scores[candidate]
      if needsPostings {
        guard let phraseScore = try addPhrases(candidate, segment, sink.minScore) else { continue }
        score = phraseScore
      }
      sink.add(doc: docs[candidate], score: score)
    }
  }

  /// Whether documents of the driver are rated before they are looked up in the next list.
  ///
  /// If that list has few of them, it costs less to rate only those it has; if it has many, or for
  /// a phrase, which is bounded by the frequency of each word, documents that are out of reach
  /// are better known first.
  private func ratesDriverFirst(_ segment: borrowing SearchedSegment) -> Bool {
    needsPostings || cursors.count == 1
      || cursors[1].list.documentFrequency > segment.documentCount / 16
  }

  /// Rates all candidates by the driver's list, and keeps those that can be lifted to `minScore`.
  private mutating func rateDriver(
    _ segment: borrowing SearchedSegment, _ minScore: UInt32, scores: Bool
  ) throws(IndexError) {
    guard scores || needsPostings else { return }
    try cursors[0].decodeFrequencies(segment)
    let (frequencies, weight) = (cursors[0].frequencies, cursors[0].weight)
    let block = cursors[0].block
    let caps = capsPhrase(0) && minScore > 1
    if scores || caps { try segment.verifyNorms(docs[0], through: cursors[0].lastDoc) }
    let rest = rests[0]
    let candidateCount = count
    var kept = 0
    // Nothing branches on whether a document is kept, which is as hard to predict as anything.
    for index in 0..<candidateCount {
      let doc = docs[index]
      let frequency = frequencies[DeltaBlock.slot(index)]
      let norm = scores || caps ? segment.verifiedNorm(doc) : 0
      let score = scores ? weight.share(frequency: frequency, norm: norm) : 0
      let bound = score &+ (caps ? self.rest(0, frequency: frequency, norm) : rest)
      docs[kept] = doc
      self.scores[kept] = score
      slots[kept] = UInt32(truncatingIfNeeded: index)
      if needsPostings {
        postings[index] = PostingPlace(block: block, index: index, frequency: frequency)
      }
      kept &+= bound >= minScore ? 1 : 0
    }
    count = kept
  }

  /// Makes all documents of the driver's block candidates.
  private mutating func loadDriver(_ segment: borrowing SearchedSegment) throws(IndexError) {
    try cursors[0].decodeDocs(segment)
    count = cursors[0].count
    profile.blocksDecoded += 1
    profile.postingsDecoded += count
    if count == PostingsFormat.blockLength {
      DeltaBlock.copyInOrder(cursors[0].docs, to: docs)
    } else {
      for index in 0..<count { docs[index] = cursors[0].doc(index) }
    }
    for index in 0..<count { slots[index] = UInt32(truncatingIfNeeded: index) }
  }

  /// The driver's share of a candidate's score.
  @inline(__always)
  private mutating func driverShare(
    _ candidate: Int, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> UInt32 {
    try cursors[0].decodeFrequencies(segment)
    return cursors[0].weight.share(
      frequency: cursors[0].frequencies[DeltaBlock.slot(Int(slots[candidate]))],
      norm: try segment.norm(docs[candidate]))
  }

  /// Whether the frequency in a list bounds the score of the only phrase.
  private func capsPhrase(_ list: Int) -> Bool {
    phrases.count == 1 && phrases.contains(list: list)
  }

  /// A bound on the shares after a list, where the document has its term `frequency` times: the
  /// phrase stands in it at most as often.
  @inline(__always)
  private func rest(_ list: Int, frequency: UInt32, _ norm: UInt8) -> UInt32 {
    let cap = phrases.weights[0].share(frequency: frequency, norm: norm)
    return cap < phraseBound ? rests[list] &- phraseBound &+ cap : rests[list]
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
    _ index: Int, _ segment: borrowing SearchedSegment, _ minScore: UInt32, needsScores: Bool,
    ratesDriver: Bool
  ) throws(IndexError) {
    let cursors = cursors
    let candidateCount = count
    let scoresThis = needsScores && scoresTerm[index]
    count = 0
    var candidate = 0
    while candidate < candidateCount {
      cursors[index].seekBlock(to: docs[candidate])
      if cursors[index].isExhausted { break }
      candidate = try intersectBlock(
        &cursors[index], index, from: candidate, candidateCount, segment, minScore,
        scoresThis: scoresThis, ratesDriver: ratesDriver)
    }
  }

  /// Keeps those of the candidates from `start` on that the current block has; returns where those
  /// after the block begin.
  @inline(__always)
  private mutating func intersectBlock(
    _ cursor: inout ListCursor, _ index: Int, from start: Int, _ candidateCount: Int,
    _ segment: borrowing SearchedSegment, _ minScore: UInt32, scoresThis: Bool,
    ratesDriver: Bool
  ) throws(IndexError) -> Int {
    let rest = rests[index]
    let caps = capsPhrase(index) && minScore > 1
    var bound = UInt32.max / 2
    if scoresThis && minScore > 1 { bound = cursor.bound(ofBlock: cursor.block) &+ rest }
    // What the driver adds to each document may not be known yet, but for its block it is.
    let driverBound = ratesDriver ? cursors[0].bound(ofBlock: cursors[0].block) : 0
    let last = cursor.lastDoc
    var end = candidateCount
    if docs[end &- 1] > last {
      // One misprediction, where halving has some.
      end = start
      while docs[end] <= last { end &+= 1 }
    }
    let foundCount: Int
    if ratesDriver {
      if driverBound &+ bound < minScore { return end }
      foundCount = try cursor.lookUp(start..<end, of: docs, into: found, segment)
    } else {
      var wantedCount = 0
      for candidate in start..<end {
        found[wantedCount] = UInt32(truncatingIfNeeded: candidate)
        wantedCount &+= scores[candidate] &+ bound >= minScore ? 1 : 0
      }
      if wantedCount == 0 { return end }
      foundCount = try cursor.lookUp(found, wantedCount, of: docs, into: found, segment)
    }
    // Of a phrase of frequent words most documents in a block are wanted.
    if needsPostings && foundCount > 16 { try cursor.decodeFrequencies(segment) }
    for place in 0..<foundCount {
      let posting = FoundPosting(bits: found[place])
      let candidate = posting.candidate
      let doc = docs[candidate]
      var score = ratesDriver ? 0 : scores[candidate]
      if ratesDriver, scoresThis {
        score = try driverShare(candidate, segment)
        if score &+ rests[0] < minScore { continue }
      }
      if scoresThis {
        score &+= cursor.weight.share(
          frequency: try cursor.frequency(posting.place, segment), norm: try segment.norm(doc))
        if score &+ rest < minScore { continue }
      }
      if needsPostings {
        let frequency = try cursor.frequency(posting.place, segment)
        if caps, score &+ self.rest(index, frequency: frequency, try segment.norm(doc)) < minScore {
          continue
        }
        let slot = index &* PostingsFormat.blockLength &+ Int(slots[candidate])
        postings[slot] = PostingPlace(
          block: cursor.block, index: posting.place, frequency: frequency)
      }
      keep(doc, score, slot: slots[candidate])
    }
    return end
  }

  /// The score of a document with those of its phrases; nil if one does not stand in it, or if
  /// the score is too low.
  private mutating func addPhrases(
    _ candidate: Int, _ segment: borrowing SearchedSegment, _ minScore: UInt32
  ) throws(IndexError) -> UInt32? {
    let slot = Int(slots[candidate])
    let norm = try segment.norm(docs[candidate])
    var score = scores[candidate]
    if minScore > 1 {
      var bound = score
      for phrase in 0..<phrases.count {
        let frequency = phrases.least(phrase) {
          postings[$0 &* PostingsFormat.blockLength &+ slot].frequency
        }
        bound &+= phrases.weights[phrase].share(frequency: frequency, norm: norm)
      }
      if bound < minScore { return nil }
    }
    for phrase in 0..<phrases.count {
      let frequency = try phrases.matchCount(phrase, cursors, segment) {
        postings[$0 &* PostingsFormat.blockLength &+ slot]
      }
      if frequency == 0 { return nil }
      score &+= phrases.weights[phrase].share(frequency: UInt32(frequency), norm: norm)
    }
    return score
  }
}
