import Tokenizer

/// The best documents of a single term: blocks whose bound is too low are passed over by one
/// byte of skip data each.
enum TermScan {
  /// Adds the matches of `cursor`, which stands on the start of its list.
  static func run(
    _ cursor: inout ListCursor, _ segment: borrowing SearchedSegment,
    _ sink: inout some MatchSink, _ profile: inout SearchProfile
  ) throws(IndexError) {
    while !cursor.isExhausted {
      if cursor.bound(ofBlock: cursor.block) < sink.minScore {
        profile.blocksSkipped += 1
      } else {
        try cursor.decodeDocs(segment)
        try cursor.decodeFrequencies(segment)
        profile.blocksDecoded += 1
        profile.postingsDecoded += cursor.count
        profile.documentsScored += cursor.count
        for index in 0..<cursor.count {
          let slot = DeltaBlock.slot(index)
          let doc = cursor.docs[slot]
          let norm = try segment.norm(doc)
          sink.add(
            doc: doc, score: cursor.weight.share(frequency: cursor.frequencies[slot], norm: norm))
        }
      }
      cursor.nextBlock()
    }
  }
}
