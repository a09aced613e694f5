import Tokenizer

/// Any of several phrases and terms, part by part, where the words together are one part and each
/// phrase is another.
///
/// The part that can add most comes first: its documents are found with a threshold that is lower by
/// what the other parts can add, and are asked about in these. What it has not found can only be
/// among the best without it, or was known to be out of reach: so the next part is searched with a
/// threshold that is lower by what is still to come, and so on; the last one with the threshold
/// itself. A document that was handed on is not handed on again.
extension QueryExecutor {
  /// More phrases than that are searched one by one without bounds: each is asked in all before it.
  private static var maxMixedPhraseCount: Int { 8 }
  /// With more hits than that asked for, hardly anything is left out.
  private static var maxMixedHitCount: Int { 10_000 }

  /// Whether the search for the best `wanted` of any of several phrases and terms leaves something
  /// out.
  func prunesMixed(_ wanted: Int) -> Bool {
    !options.countsMatches && wanted <= QueryExecutor.maxMixedHitCount
      && query.phrases.count <= QueryExecutor.maxMixedPhraseCount
  }

  /// Finds what has any of the phrases and terms.
  mutating func searchMixed(
    _ segment: SearchedSegment, _ number: Int, _ sink: inout some MatchSink
  ) throws(IndexError) {
    let order = try partsByShare(segment, number)
    var seen: [UInt32] = []
    for rank in order.indices {
      var others: [(part: QueryPart, maxShare: UInt32)] = []
      for (kind, maxShare) in order[(rank + 1)...] {
        if let part = try part(kind, segment, number) { others.append((part, maxShare)) }
      }
      let scorer = RestScorer(others, segment, memory)
      var rest = RestSink(base: sink, scorer, seen: seen)
      switch order[rank].kind {
      case .words: try searchAny(segment, number, &rest)
      case .phrase(let phrase):
        try searchAll(0..<0, phrase..<phrase + 1, segment, number, &rest)
      }
      rest.flush()
      if let failure = rest.failure { throw failure }
      sink = rest.base
      profile.add(scorer.profile)
      seen = (seen + rest.added).sorted()
    }
  }

  /// A part by what it is made of.
  private enum PartKind {
    case words
    case phrase(Int)
  }

  /// The parts that a segment has, that which can add most first.
  private func partsByShare(
    _ segment: SearchedSegment, _ number: Int
  ) throws(IndexError) -> [(kind: PartKind, maxShare: UInt32)] {
    var parts: [(kind: PartKind, maxShare: UInt32)] = []
    for kind in [.words] + query.phrases.indices.map({ PartKind.phrase($0) }) {
      if let part = try part(kind, segment, number) { parts.append((kind, part.maxShare)) }
    }
    return parts.sorted { $0.maxShare > $1.maxShare }
  }

  /// A search of a part from the start; nil if a segment has nothing of it.
  private func part(
    _ kind: PartKind, _ segment: SearchedSegment, _ number: Int
  ) throws(IndexError) -> QueryPart? {
    switch kind {
    case .words:
      let cursors = try makeCursors(number, segment)
      return cursors.count > 0 ? .words(cursors) : nil
    case .phrase(let phrase):
      guard let conjunction = try conjunction(0..<0, phrase..<phrase + 1, segment, number) else {
        return nil
      }
      return .phrase(PhraseSearch(conjunction))
    }
  }
}
