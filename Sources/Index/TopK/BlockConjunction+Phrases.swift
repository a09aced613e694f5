import Tokenizer

/// What conjunctions with phrases do besides: the frequency of each word bounds that of the phrase,
/// and where documents stand in each list is noted, so that positions can be found.
extension BlockConjunction {
  /// Searches the driver's block, which is loaded, if there are phrases.
  mutating func searchPhrases<Sink: MatchSink>(
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
      if count > 0, testsPhrase(after: index, segment) {
        try placeInDriver(segment)
        try keepMatching(through: index, segment, sink.minScore)
      }
    }
    profile.documentsScored += count
    if count == 0 { return }
    try placeInDriver(segment)
    for candidate in 0..<count {
      guard let score = try addPhrases(candidate, segment, sink.minScore) else { continue }
      sink.add(doc: docs[candidate], score: score)
    }
  }

  /// Whether positions tell more of the candidates than the list after list `index`.
  ///
  /// A list of most documents drops few. Two words of a phrase that both stand in a document
  /// seldom stand as they have to.
  private func testsPhrase(after index: Int, _ segment: borrowing SearchedSegment) -> Bool {
    index &+ 1 < cursors.count && capsPhrase[index]
      && cursors[index &+ 1].list.documentFrequency > segment.documentCount / 2
      && phrases.wordCount(0, throughList: index) > 1
  }

  /// Keeps the candidates in which the words of the only phrase that the lists up to `last` have
  /// stand as they have to, often enough to be lifted to `minScore`.
  private mutating func keepMatching(
    through last: Int, _ segment: borrowing SearchedSegment, _ minScore: UInt32
  ) throws(IndexError) {
    let wordCount = phrases.wordCount(0, throughList: last)
    let candidateCount = count
    count = 0
    for candidate in 0..<candidateCount {
      let (doc, score, slot) = (docs[candidate], scores[candidate], slots[candidate])
      let frequency = try phrases.matchCount(
        0, ofFirst: wordCount, postings, first: Int(slot) &* cursors.count, segment.file)
      if frequency == 0 { continue }
      if minScore > 1 {
        let cap = rest(last, frequency: UInt32(frequency), try segment.norm(doc))
        if score &+ cap < minScore { continue }
      }
      docs[count] = doc
      scores[count] = score
      slots[count] = slot
      count &+= 1
    }
  }

  /// Keeps those of the driver's documents in which the phrase could score enough, if nothing else
  /// is scored with the driver.
  mutating func keepCapped(
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
  mutating func placeInDriver(
    _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    try cursors[0].decodeFrequencies(segment)
    let sums = frequencySums.sums(0, cursors[0])
    let (frequencies, block) = (cursors[0].frequencies, cursors[0].block)
    for candidate in 0..<count {
      let index = Int(slots[candidate])
      let slot = DeltaBlock.slot(index)
      postings[index &* cursors.count] = PostingPlace(
        block: block, index: index, before: sums[slot], frequency: frequencies[slot])
    }
  }

  /// Keeps those of the documents just found in a block of list `index` that can still be lifted
  /// to `minScore`, and where they stand there.
  mutating func keepPlaced(
    _ index: Int, _ foundCount: Int, _ segment: borrowing SearchedSegment, _ minScore: UInt32,
    scores: Bool
  ) throws(IndexError) {
    try cursors[index].decodeFrequencies(segment)
    let (frequencies, weight) = (cursors[index].frequencies, cursors[index].weight)
    let (block, sums) = (cursors[index].block, frequencySums.sums(index, cursors[index]))
    let caps = capsPhrase[index] && minScore > 1
    let readsNorms = scores || caps
    if readsNorms { try verifyNorms(ofFound: foundCount, segment) }
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
        block: block, index: posting.place, before: sums[slot], frequency: frequency)
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

  /// A bound on the sum of the shares of all phrases in any document that comes now.
  func maxPhraseShare() -> UInt32 {
    var sum: UInt32 = 0
    for phrase in 0..<phrases.count {
      let impact = phrases.least(phrase) { cursors[$0].maxImpact(upTo: .max) }
      sum &+= phrases.weights[phrase].bound(impact: impact)
    }
    return sum
  }

  /// Adds the share of the only phrase, which is all that is scored, to those of at most 128
  /// candidates that it stands in.
  ///
  /// - Parameter rest: a bound on what comes later; who cannot reach `minScore` any more drops out.
  mutating func ask(
    about candidates: inout CandidateList, rest: UInt32, _ minScore: UInt32,
    _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    count = candidates.count
    for candidate in 0..<count {
      docs[candidate] = candidates.docs[candidate]
      scores[candidate] = 0
      slots[candidate] = UInt32(truncatingIfNeeded: candidate)
    }
    for index in 0..<cursors.count where count > 0 {
      try intersect(index, segment, 1, needsScores: false, ratesDriver: false)
    }
    for index in 0..<count {
      let candidate = Int(slots[index])
      let others = candidates.scores[candidate] &+ rest
      let needed = minScore > others ? minScore &- others : 1
      if let share = try addPhrases(index, segment, needed) {
        candidates.scores[candidate] &+= share
      }
    }
    candidates.keep(reaching: minScore, with: rest)
  }

  /// A bound on the shares after a list, where the document has its term `frequency` times: the
  /// phrase stands in it at most as often.
  @inline(__always)
  func rest(_ list: Int, frequency: UInt32, _ norm: UInt8) -> UInt32 {
    let cap = phrases.weights[0].share(frequency: frequency, norm: norm)
    return cap < phraseBound ? rests[list] &- phraseBound &+ cap : rests[list]
  }
}
