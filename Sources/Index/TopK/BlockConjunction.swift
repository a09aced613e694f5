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
  /// Whether the frequency in each list bounds the score of the only phrase.
  private let capsPhrase: ColumnView<Bool>
  private let docs: ColumnView<UInt32>
  private let scores: ColumnView<UInt32>
  /// The place of each document that is left in the block it came from.
  private let slots: ColumnView<UInt32>
  /// Which candidates a block is asked about, and then those it has (`FoundPosting`).
  private let found: ColumnView<UInt32>
  private var count = 0
  /// By slot and list: where the document stands in the list.
  private let postings: ColumnView<PostingPlace>
  private let frequencySums: FrequencySums
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
    capsPhrase = memory.take(cursors.count)
    for list in 0..<cursors.count {
      capsPhrase[list] = phrases.count == 1 && phrases[0].words.contains { $0.list == list }
    }
    docs = memory.take(PostingsFormat.blockLength)
    scores = memory.take(PostingsFormat.blockLength)
    slots = memory.take(PostingsFormat.blockLength)
    found = memory.take(PostingsFormat.blockLength)
    let placedCount = phrases.isEmpty ? 0 : cursors.count
    postings = memory.take(placedCount * PostingsFormat.blockLength)
    frequencySums = FrequencySums(listCount: placedCount, memory)
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
    if needsPostings {
      return try searchPhrases(segment, &sink, scoresDriver: scoresDriver)
    }
    let ratesFirst = ratesDriverFirst(segment)
    if ratesFirst && scoresDriver { try rateDriver(segment, sink.minScore) }
    for index in 1..<max(1, cursors.count) where count > 0 {
      try intersect(
        index, segment, sink.minScore, needsScores: Sink.needsScores,
        ratesDriver: index == 1 && !ratesFirst)
    }
    profile.documentsScored += count
    for candidate in 0..<count { sink.add(doc: docs[candidate], score: scores[candidate]) }
  }

  /// Searches the driver's block, which is loaded, if there are phrases.
  private mutating func searchPhrases<Sink: MatchSink>(
    _ segment: borrowing SearchedSegment, _ sink: inout Sink, scoresDriver: Bool
  ) throws(IndexError) {
    // Documents that are out of reach by the frequency of the rarest word are known first.
    if scoresDriver {
      try rateDriver(segment, sink.minScore)
    } else {
      for index in 0..<count { scores[index] = 0 }
      if capsPhrase[0], sink.minScore > 1 { try keepCapped(segment, sink.minScore) }
    }
    for index in 1..<max(1, cursors.count) where count > 0 {
      try intersect(
        index, segment, sink.minScore, needsScores: Sink.needsScores, ratesDriver: false)
    }
    profile.documentsScored += count
    if count == 0 { return }
    try placeInDriver(segment)
    for candidate in 0..<count {
      guard let score = try addPhrases(candidate, segment, sink.minScore) else { continue }
      sink.add(doc: docs[candidate], score: score)
    }
  }

  /// Whether documents of the driver are rated before they are looked up in the next list.
  ///
  /// If that list has few of them, it costs less to rate only those it has; if it has many,
  /// documents that are out of reach are better known first.
  private func ratesDriverFirst(_ segment: borrowing SearchedSegment) -> Bool {
    cursors.count == 1
      || cursors[1].list.documentFrequency > segment.documentCount / 16
  }

  /// Rates all candidates by the driver's list, and keeps those that can be lifted to `minScore`.
  private mutating func rateDriver(
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

  /// Keeps those of the driver's documents in which the phrase could score enough, if nothing else
  /// is scored with the driver.
  private mutating func keepCapped(
    _ segment: borrowing SearchedSegment, _ minScore: UInt32
  ) throws(IndexError) {
    try cursors[0].decodeFrequencies(segment)
    try cursors[0].verifyNorms(segment)
    let others = rests[0] &- phraseBound
    let least = phrases.weights[0].leastSaturation(reaching: minScore, with: others)
    let (frequencies, weight) = (cursors[0].frequencies, phrases.weights[0])
    let candidateCount = count
    var kept = 0
    for index in 0..<candidateCount {
      let doc = docs[index]
      let saturation = weight.saturation.fixed(
        frequency: frequencies[DeltaBlock.slot(index)], norm: segment.verifiedNorm(doc))
      docs[kept] = doc
      slots[kept] = UInt32(truncatingIfNeeded: index)
      kept &+= Int(saturation, reaches: least)
    }
    count = kept
  }

  /// Where the candidates that are left stand in the driver's list.
  private mutating func placeInDriver(
    _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    try cursors[0].decodeFrequencies(segment)
    let sums = frequencySums.sums(0, cursors[0])
    let (frequencies, block) = (cursors[0].frequencies, UInt32(cursors[0].block))
    for candidate in 0..<count {
      let index = Int(slots[candidate])
      let slot = DeltaBlock.slot(index)
      postings[index &* cursors.count] = PostingPlace(
        block: block, before: sums[slot], frequency: frequencies[slot])
    }
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

  /// A bound on the shares after a list, where the document has its term `frequency` times: the
  /// phrase stands in it at most as often.
  @inline(__always)
  private func rest(_ list: Int, frequency: UInt32, _ norm: UInt8) -> UInt32 {
    let cap = phrases.weights[0].share(frequency: frequency, norm: norm)
    return cap < phraseBound ? rests[list] &- phraseBound &+ cap : rests[list]
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
    if ratesDriver || !scoresThis {
      if driverBound &+ bound < minScore { return end }
      foundCount = try cursor.lookUp(start..<end, of: docs, into: found, segment)
    } else {
      var wantedCount = 0
      for candidate in start..<end {
        found[wantedCount] = UInt32(truncatingIfNeeded: candidate)
        wantedCount &+= Int(scores[candidate] &+ bound, reaches: minScore)
      }
      if wantedCount == 0 { return end }
      foundCount = try cursor.lookUp(found, wantedCount, of: docs, into: found, segment)
    }
    if foundCount == 0 { return end }
    if needsPostings {
      try keepPlaced(index, foundCount, segment, minScore, scores: scoresThis)
      return end
    }
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
      docs[count] = doc
      scores[count] = score
      slots[count] = slots[candidate]
      count &+= 1
    }
    return end
  }

  /// Keeps those of the documents just found in a block of list `index` that can still be lifted
  /// to `minScore`, and where they stand there.
  private mutating func keepPlaced(
    _ index: Int, _ foundCount: Int, _ segment: borrowing SearchedSegment, _ minScore: UInt32,
    scores: Bool
  ) throws(IndexError) {
    try cursors[index].decodeFrequencies(segment)
    let (frequencies, weight) = (cursors[index].frequencies, cursors[index].weight)
    let (block, sums) = (UInt32(cursors[index].block), frequencySums.sums(index, cursors[index]))
    let caps = capsPhrase[index] && minScore > 1
    let readsNorms = scores || caps
    if readsNorms {
      let docs = docs
      let found = found
      try segment.verifyNorms(ofDocs: foundCount) { docs[FoundPosting(bits: found[$0]).candidate] }
    }
    for place in 0..<foundCount {
      let posting = FoundPosting(bits: found[place])
      let candidate = posting.candidate
      let doc = docs[candidate]
      let slot = DeltaBlock.slot(posting.place)
      let frequency = frequencies[slot]
      let norm = readsNorms ? segment.verifiedNorm(doc) : 0
      var score = self.scores[candidate]
      if scores { score &+= weight.share(frequency: frequency, norm: norm) }
      let rest = caps ? self.rest(index, frequency: frequency, norm) : rests[index]
      let place = slots[candidate]
      postings[Int(place) &* cursors.count &+ index] = PostingPlace(
        block: block, before: sums[slot], frequency: frequency)
      docs[count] = doc
      self.scores[count] = score
      slots[count] = place
      count &+= Int(score &+ rest, reaches: minScore)
    }
  }

  /// The score of a document with those of its phrases; nil if one does not stand in it, or if
  /// the score is too low.
  private mutating func addPhrases(
    _ candidate: Int, _ segment: borrowing SearchedSegment, _ minScore: UInt32
  ) throws(IndexError) -> UInt32? {
    let first = Int(slots[candidate]) &* cursors.count
    let norm = try segment.norm(docs[candidate])
    var score = scores[candidate]
    if minScore > 1 {
      var bound = score
      for phrase in 0..<phrases.count {
        let frequency = phrases.least(phrase) { postings[first &+ $0].frequency }
        bound &+= phrases.weights[phrase].share(frequency: frequency, norm: norm)
      }
      if bound < minScore { return nil }
    }
    for phrase in 0..<phrases.count {
      let frequency = try phrases.matchCount(phrase, postings, first: first, segment.file)
      if frequency == 0 { return nil }
      score &+= phrases.weights[phrase].share(frequency: UInt32(frequency), norm: norm)
    }
    return score
  }
}
