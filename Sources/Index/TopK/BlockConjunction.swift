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
  private var phrases: PhraseMatcher
  private let needsPostings: Bool
  private let docs = Column<UInt32>(capacity: PostingsFormat.blockLength)
  private let scores = Column<UInt32>(capacity: PostingsFormat.blockLength)
  /// The place of each document that is left in the block it came from.
  private let slots = Column<UInt32>(capacity: PostingsFormat.blockLength)
  private var count = 0
  /// By list and slot: where the document stands in the list.
  private var postings: [PostingPlace]
  /// A bound on the sum of shares of the lists after each one, and of all phrases.
  private var rests: [UInt32]
  /// The part of those bounds that is for phrases.
  private var phraseBound: UInt32 = 0
  private var profile = SearchProfile()

  /// A search of lists whose cursors stand on their starts, shortest first.
  init(_ cursors: [ListCursor], scoresTerm: [Bool], phrases: [PhrasePattern]) {
    self.cursors = cursors
    self.scoresTerm = scoresTerm
    self.phrases = PhraseMatcher(phrases)
    needsPostings = !phrases.isEmpty
    postings = Array(
      repeating: PostingPlace(),
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
      if needsPostings {
        guard let phraseScore = try addPhrases(candidate, segment, sink.minScore) else { continue }
        score = phraseScore
      }
      sink.add(doc: docs[candidate], score: score)
    }
  }

  private mutating func loadDriver(
    _ segment: borrowing SearchedSegment, _ minScore: UInt32, needsScores: Bool
  ) throws(IndexError) {
    var cursor = cursors[0]
    try cursor.decodeDocs(segment)
    profile.blocksDecoded += 1
    profile.postingsDecoded += cursor.count
    let scores = needsScores && scoresTerm[0]
    if scores || needsPostings { try cursor.decodeFrequencies(segment) }
    cursors[0] = cursor
    count = 0
    let caps = capsPhrase(0) && minScore > 1
    if scores || caps { try segment.verifyNorms(cursor.docs[0], through: cursor.lastDoc) }
    for index in 0..<cursor.count {
      let slot = DeltaBlock.slot(index)
      let doc = cursor.docs[slot]
      var score: UInt32 = 0
      if scores {
        score = cursor.weight.share(
          frequency: cursor.frequencies[slot], norm: segment.verifiedNorm(doc))
      }
      if score &+ rests[0] < minScore { continue }
      if caps {
        let norm = segment.verifiedNorm(doc)
        if score &+ rest(0, frequency: cursor.frequencies[slot], norm) < minScore { continue }
      }
      keep(doc, score, slot: UInt32(index))
    }
    guard needsPostings else { return }
    for index in 0..<cursor.count {
      postings[index] = PostingPlace(
        block: cursor.block, index: index,
        frequency: cursor.frequencies[DeltaBlock.slot(index)])
    }
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
    _ index: Int, _ segment: borrowing SearchedSegment, _ minScore: UInt32, needsScores: Bool
  ) throws(IndexError) {
    // A copy on the stack: no check of the array at each step.
    var cursor = cursors[index]
    let candidateCount = count
    let docs = docs.view
    let scores = scores.view
    let slots = slots.view
    let scoresThis = needsScores && scoresTerm[index]
    let rest = rests[index]
    let caps = capsPhrase(index) && minScore > 1
    // Of a phrase of frequent words most documents in a block are wanted.
    let decodesFrequencies = needsPostings && candidateCount > 16
    var kept = 0
    for candidate in 0..<candidateCount {
      let doc = docs[candidate]
      var score = scores[candidate]
      cursor.seekBlock(to: doc)
      if cursor.isExhausted { break }
      if cursor.firstPossibleDoc > doc { continue }
      if scoresThis, minScore > 1 {
        if score &+ cursor.bound(ofBlock: cursor.block) &+ rest < minScore { continue }
      }
      let place = try cursor.place(of: doc, segment)
      if place < 0 { continue }
      if decodesFrequencies { try cursor.decodeFrequencies(segment) }
      if scoresThis {
        score &+= cursor.weight.share(
          frequency: try cursor.frequency(place, segment), norm: try segment.norm(doc))
        if score &+ rest < minScore { continue }
      }
      if needsPostings {
        let frequency = try cursor.frequency(place, segment)
        if caps, score &+ self.rest(index, frequency: frequency, try segment.norm(doc)) < minScore {
          continue
        }
        let slot = index &* PostingsFormat.blockLength &+ Int(slots[candidate])
        postings[slot] = PostingPlace(block: cursor.block, index: place, frequency: frequency)
      }
      docs[kept] = doc
      scores[kept] = score
      slots[kept] = slots[candidate]
      kept &+= 1
    }
    count = kept
    cursors[index] = cursor
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
