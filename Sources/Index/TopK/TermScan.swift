import Tokenizer

/// The best documents of a single term: blocks whose bound is too low are passed over by one
/// byte of skip data each.
enum TermScan {
  /// Adds the matches of `cursor`, which stands on the start of its list.
  static func run(
    _ cursor: inout ListCursor, _ segment: borrowing SearchedSegment,
    _ sink: inout some MatchSink, _ profile: inout SearchProfile, _ memory: SearchMemory
  ) throws(IndexError) {
    var candidates = CandidateList(capacity: PostingsFormat.blockLength, memory)
    while !cursor.isExhausted {
      if cursor.bound(ofBlock: cursor.block) < sink.minScore {
        profile.blocksSkipped += 1
      } else {
        try cursor.decodeDocs(segment)
        try cursor.decodeFrequencies(segment)
        profile.blocksDecoded += 1
        profile.postingsDecoded += cursor.count
        profile.documentsScored += cursor.count
        try rate(cursor, segment, sink.minScore, &candidates)
        for index in 0..<candidates.count {
          sink.add(doc: candidates.docs[index], score: candidates.scores[index])
        }
      }
      cursor.nextBlock()
    }
    profile.blocksRead += cursor.blocksRead
  }

  /// Makes the documents of the decoded block that reach `minScore` the candidates.
  @inline(__always)
  private static func rate(
    _ cursor: borrowing ListCursor, _ segment: borrowing SearchedSegment, _ minScore: UInt32,
    _ candidates: inout CandidateList
  ) throws(IndexError) {
    let (docs, frequencies, weight) = (cursor.docs, cursor.frequencies, cursor.weight)
    try cursor.verifyNorms(segment)
    candidates.removeAll()
    for index in 0..<cursor.count {
      let slot = DeltaBlock.slot(index)
      let norm = segment.verifiedNorm(docs[slot])
      let share = weight.share(frequency: frequencies[slot], norm: norm)
      candidates.add(docs[slot], share, ifReaches: minScore)
    }
  }
}
