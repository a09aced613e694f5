import Tokenizer

/// The best documents that have all of several terms and phrases.
///
/// The shortest list drives, block by block. A block is passed over if another list has nothing
/// under it, or if the bounds of all lists under it are too low together (block-max pruning as in
/// Ding and Suel 2011). The documents of a block that is left are looked up in the other lists,
/// list by list: the same blocks stay decoded, and documents drop out as soon as what is still to
/// come cannot lift them into the results.
struct BlockConjunction: ~Copyable {
  let cursors: ColumnView<ListCursor>
  /// Whether the term of each list counts for itself, not only as part of a phrase.
  let scoresTerm: ColumnView<Bool>
  var phrases: PhraseMatcher
  private let needsPostings: Bool
  /// Whether documents are scored once all lists have been asked: every match is wanted, and most
  /// documents drop out on the way.
  private var scoresLast = false
  /// Whether the frequency in each list bounds the score of the only phrase.
  let capsPhrase: ColumnView<Bool>
  /// The documents that are left of the driver's block.
  let docs: ColumnView<UInt32>
  let scores: ColumnView<UInt32>
  /// The place of each document that is left in the block it came from.
  let slots: ColumnView<UInt32>
  /// Those of the documents that the block asked has (`FoundPosting`).
  let found: ColumnView<UInt32>
  var count = 0
  /// By slot and list: where the document stands in the list.
  let postings: ColumnView<PostingPlace>
  /// By slot and list: where the frequency of the document stands, if documents are scored last.
  private let frequencyPlaces: ColumnView<FrequencyPlace>
  let frequencySums: FrequencySums
  /// A bound on the sum of shares of the lists after each one, and of all phrases.
  let rests: ColumnView<UInt32>
  /// The part of those bounds that is for phrases.
  var phraseBound: UInt32 = 0
  var profile = SearchProfile()

  /// A search of lists whose cursors stand on their starts, shortest first.
  init(
    _ cursors: ColumnView<ListCursor>, scoresTerm: ColumnView<Bool>, phrases: [PhrasePattern],
    _ memory: SearchMemory
  ) {
    self.cursors = cursors
    self.scoresTerm = scoresTerm
    self.phrases = PhraseMatcher(phrases, memory)
    needsPostings = !phrases.isEmpty
    capsPhrase = memory.take(cursors.count)
    for list in 0..<cursors.count {
      capsPhrase[list] = phrases.count == 1 && phrases[0].words.contains { $0.list == list }
    }
    docs = memory.take(PostingsFormat.blockLength + ListCursor.endMarkCount)
    scores = memory.take(PostingsFormat.blockLength)
    slots = memory.take(PostingsFormat.blockLength)
    found = memory.take(PostingsFormat.blockLength)
    let placedCount = phrases.isEmpty ? 0 : cursors.count
    postings = memory.take(placedCount * PostingsFormat.blockLength)
    frequencyPlaces = memory.take(
      phrases.isEmpty && cursors.count > 2 ? cursors.count * PostingsFormat.blockLength : 0)
    frequencySums = FrequencySums(listCount: placedCount, memory)
    rests = memory.take(cursors.count)
    // Enough for every match, as long as they are not computed.
    for list in 0..<cursors.count { rests[list] = 1 }
  }

  /// Adds all matches that can matter to `sink`, in order.
  mutating func run<Sink: MatchSink>(
    _ segment: borrowing SearchedSegment, _ sink: inout Sink
  ) throws(IndexError) -> SearchProfile {
    while !cursors[0].isExhausted {
      guard align() else { break }
      if cursors[0].isExhausted { break }
      // As long as every match is wanted, no bound is too low.
      if sink.minScore > 1, computeRests() < sink.minScore {
        profile.blocksSkipped += 1
      } else {
        try searchBlock(segment, &sink)
      }
      cursors[0].nextBlock()
    }
    profile.blocksRead = cursors.blocksRead
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
      sum &+= weight.bound(impact: impact)
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
    if needsPostings {
      return try searchPhrases(segment, &sink, scoresDriver: scoresDriver)
    }
    scoresLast = Sink.needsScores && sink.minScore <= 1 && cursors.count > 2
    if scoresLast { return try searchWithoutBounds(segment, &sink) }
    let ratesFirst = ratesDriverFirst(segment, sink.minScore)
    if ratesFirst && scoresDriver { try rateDriver(segment, sink.minScore) }
    for index in 1..<max(1, cursors.count) where count > 0 {
      try intersect(
        index, segment, sink.minScore, needsScores: Sink.needsScores,
        ratesDriver: index == 1 && !ratesFirst)
    }
    profile.documentsScored += count
    for candidate in 0..<count { sink.add(doc: docs[candidate], score: scores[candidate]) }
  }

  /// Searches the driver's block, which is loaded, if every match is wanted: frequencies are read
  /// of documents that all lists have.
  private mutating func searchWithoutBounds<Sink: MatchSink>(
    _ segment: borrowing SearchedSegment, _ sink: inout Sink
  ) throws(IndexError) {
    for index in 1..<cursors.count where count > 0 {
      try intersect(index, segment, sink.minScore, needsScores: true, ratesDriver: false)
    }
    profile.documentsScored += count
    if count == 0 { return }
    try cursors[0].decodeFrequencies(toRead: count, segment)
    for candidate in 0..<count {
      let slot = Int(slots[candidate])
      let norm = try segment.norm(docs[candidate])
      var score = cursors[0].weight.share(
        frequency: try cursors[0].frequency(slot, segment), norm: norm)
      for index in 1..<cursors.count {
        let place = frequencyPlaces[slot &* cursors.count &+ index]
        score &+= cursors[index].weight.share(
          frequency: try cursors[index].frequency(at: place, segment), norm: norm)
      }
      sink.add(doc: docs[candidate], score: score)
    }
  }

  /// Keeps the documents just found in a block of list `index`, and where their frequencies stand.
  private mutating func keepUnscored(_ index: Int, _ foundCount: Int) {
    let cursor = cursors[index]
    for place in 0..<foundCount {
      let posting = FoundPosting(bits: found[place])
      let slot = slots[posting.candidate]
      docs[count] = docs[posting.candidate]
      slots[count] = slot
      frequencyPlaces[Int(slot) &* cursors.count &+ index] = cursor.frequencyPlace(posting.place)
      count &+= 1
    }
  }

  /// Whether documents of the driver are rated before they are looked up in the next list.
  ///
  /// If that list has few of them, or if every match is wanted, it costs less to rate only those it
  /// has; if it has many, documents that are out of reach are better known first.
  private func ratesDriverFirst(
    _ segment: borrowing SearchedSegment, _ minScore: UInt32
  ) -> Bool {
    if cursors.count == 1 { return true }
    return minScore > 1 && cursors[1].list.documentFrequency > segment.documentCount / 16
  }

  /// Rates all candidates by the driver's list, and keeps those that can be lifted to `minScore`.
  mutating func rateDriver(
    _ segment: borrowing SearchedSegment, _ minScore: UInt32
  ) throws(IndexError) {
    try cursors[0].decodeFrequencies(segment)
    let (frequencies, weight) = (cursors[0].frequencies, cursors[0].weight)
    let caps = capsPhrase[0] && minScore > 1
    try cursors[0].verifyNorms(segment)
    let rest = rests[0]
    let candidateCount = count
    var kept = 0
    // Nothing branches on whether a document is kept, which is as hard to predict as anything.
    for index in 0..<candidateCount {
      let doc = docs[index]
      let frequency = frequencies[DeltaBlock.slot(index)]
      let norm = segment.verifiedNorm(doc)
      let score = weight.share(frequency: frequency, norm: norm)
      let bound = score &+ (caps ? self.rest(0, frequency: frequency, norm) : rest)
      docs[kept] = doc
      self.scores[kept] = score
      slots[kept] = UInt32(truncatingIfNeeded: index)
      kept &+= Int(bound, reaches: minScore)
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

  /// Keeps the documents that list `index` has, with its share.
  mutating func intersect(
    _ index: Int, _ segment: borrowing SearchedSegment, _ minScore: UInt32, needsScores: Bool,
    ratesDriver: Bool
  ) throws(IndexError) {
    let cursors = cursors
    let candidateCount = count
    let scoresThis = needsScores && scoresTerm[index]
    count = 0
    ListCursor.markEnd(of: docs, count: candidateCount)
    var candidate = 0
    while candidate < candidateCount {
      cursors[index].seekBlock(to: docs[candidate])
      if cursors[index].isExhausted { break }
      candidate = try intersectBlock(
        &cursors[index], index, from: candidate, segment, minScore, scoresThis: scoresThis,
        ratesDriver: ratesDriver)
    }
  }

  /// Keeps those of the candidates from `start` on that the current block has; returns where those
  /// after the block begin.
  @inline(__always)
  private mutating func intersectBlock(
    _ cursor: inout ListCursor, _ index: Int, from start: Int,
    _ segment: borrowing SearchedSegment, _ minScore: UInt32, scoresThis: Bool,
    ratesDriver: Bool
  ) throws(IndexError) -> Int {
    let (foundCount, end) = try cursor.lookUp(from: start, of: docs, into: found, segment)
    if foundCount == 0 { return end }
    if needsPostings {
      try keepPlaced(index, foundCount, segment, minScore, scores: scoresThis)
    } else if scoresLast {
      keepUnscored(index, foundCount)
    } else if scoresThis {
      try keepScored(index, foundCount, segment, minScore, ratesDriver: ratesDriver)
    } else {
      // Only matches are counted: nobody looks at scores.
      for place in 0..<foundCount {
        let candidate = FoundPosting(bits: found[place]).candidate
        docs[count] = docs[candidate]
        count &+= 1
      }
    }
    return end
  }

  /// Makes sure that the norms of the documents just found in a block may be read unchecked.
  @inline(__always)
  func verifyNorms(
    ofFound foundCount: Int, _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    let (docs, found) = (docs, found)
    try segment.verifyNorms(ofDocs: foundCount) { docs[FoundPosting(bits: found[$0]).candidate] }
  }

  /// Keeps those of the documents just found in a block of list `index` that can still be lifted
  /// to `minScore`, with the share of that list; with that of the driver too, if it is not known.
  private mutating func keepScored(
    _ index: Int, _ foundCount: Int, _ segment: borrowing SearchedSegment, _ minScore: UInt32,
    ratesDriver: Bool
  ) throws(IndexError) {
    try cursors[index].decodeFrequencies(toRead: foundCount, segment)
    if ratesDriver { try cursors[0].decodeFrequencies(segment) }
    try verifyNorms(ofFound: foundCount, segment)
    let (driverFrequencies, driverWeight) = (cursors[0].frequencies, cursors[0].weight)
    let weight = cursors[index].weight
    let rest = rests[index]
    for place in 0..<foundCount {
      let posting = FoundPosting(bits: found[place])
      let candidate = posting.candidate
      let doc = docs[candidate]
      let norm = segment.verifiedNorm(doc)
      let slot = slots[candidate]
      var score = scores[candidate]
      if ratesDriver {
        score = driverWeight.share(
          frequency: driverFrequencies[DeltaBlock.slot(Int(slot))], norm: norm)
      }
      score &+= weight.share(
        frequency: try cursors[index].frequency(posting.place, segment), norm: norm)
      docs[count] = doc
      scores[count] = score
      slots[count] = slot
      count &+= Int(score &+ rest, reaches: minScore)
    }
  }
}
