import Tokenizer

extension QueryExecutor {
  /// Room for the documents that match each prefix, a bit each.
  struct PrefixMemory: ~Copyable {
    /// The bits.
    let bits: Column<UInt64>

    /// Room for the documents of a segment that match `count` prefixes.
    init(_ count: Int, of segment: SearchedSegment) {
      let words = DocumentUnion.wordCount(documentCount: segment.documentCount)
      bits = Column(capacity: count * words)
    }
  }

  private var prefixShare: UInt32 { scale.share(ofConstant: BoundQuery.Prefix.weight) }

  /// All documents of a segment that match each of the prefixes.
  mutating func matches(
    of memory: borrowing PrefixMemory, _ segment: SearchedSegment, _ number: Int
  ) throws(IndexError) -> PrefixMatches {
    let words = DocumentUnion.wordCount(documentCount: segment.documentCount)
    for prefix in query.prefixes.indices {
      var union = DocumentUnion(
        memory.bits.view.part(at: prefix * words, count: words),
        of: segments[number].postingsSection)
      try union.add(prefix: query.prefixes[prefix].bytes, of: segments[number].dictionary)
      profile.add(union.profile)
    }
    return PrefixMatches(
      bits: memory.bits.view, count: query.prefixes.count, share: prefixShare)
  }

  // MARK: - Plans

  /// The first `wanted` matches of a prefix alone, less the offset: all have the same score.
  mutating func firstMatches(_ wanted: Int) throws(IndexError) -> [Hit] {
    // Where the number of all matches is asked for too, this search finds it on the way.
    let counts = options.countsMatches
    let score = scale.score(prefixShare)
    var hits: [Hit] = []
    var found = 0
    for (number, reader) in segments.enumerated() where counts || found < wanted {
      let memory = Column<UInt64>(
        capacity: DocumentUnion.wordCount(documentCount: reader.metadata.documentCount))
      defer { extendLifetime(memory) }
      var union = DocumentUnion(
        memory.view, of: reader.postingsSection, wanted: counts ? .max : wanted - found)
      try union.add(prefix: query.prefixes[0].bytes, of: reader.dictionary)
      profile.add(union.profile)
      if counts { knownCount = (knownCount ?? 0) + union.documentCount }
      let matches = PrefixMatches(bits: memory.view, count: 1, share: prefixShare)
      var doc = matches.nextDoc(from: 0, ofPrefix: 0)
      while found < wanted, doc < .max {
        if found >= options.offset {
          hits.append(Hit(address: DocAddress(segment: number, doc: DocID(doc)), score: score))
        }
        found += 1
        doc = matches.nextDoc(from: doc + 1, ofPrefix: 0)
      }
    }
    return hits
  }

  /// Finds what has all of the prefixes, terms and phrases.
  mutating func searchFiltered(
    _ segment: SearchedSegment, _ number: Int, _ sink: inout some MatchSink
  ) throws(IndexError) {
    let memory = PrefixMemory(query.prefixes.count, of: segment)
    defer { extendLifetime(memory) }
    let matches = try matches(of: memory, segment, number)
    if query.terms.isEmpty, query.phrases.isEmpty { return matches.addCommon(to: &sink) }
    var filter = PrefixSink(base: sink, prefixes: matches, requiresAll: true)
    try searchAll(query.terms.indices, query.phrases.indices, segment, number, &filter)
    sink = filter.base
  }

  /// Finds what has any of the prefixes and terms.
  mutating func searchRaised(
    _ segment: SearchedSegment, _ number: Int, _ sink: inout some MatchSink
  ) throws(IndexError) {
    let memory = PrefixMemory(query.prefixes.count, of: segment)
    defer { extendLifetime(memory) }
    let matches = try matches(of: memory, segment, number)
    if !query.terms.isEmpty {
      var raise = PrefixSink(base: sink, prefixes: matches, requiresAll: false)
      try searchAny(segment, number, &raise)
      sink = raise.base
    }
    // Documents that have none of the terms.
    matches.addLate(to: &sink)
  }

  // MARK: - Counting

  /// The number of documents that match any of the terms and prefixes; nil for other plans.
  mutating func countPrefixes(_ plan: Plan) throws(IndexError) -> Int? {
    guard plan == .prefix || plan == .raised else { return nil }
    var count = 0
    for (number, reader) in segments.enumerated() {
      let memory = Column<UInt64>(
        capacity: DocumentUnion.wordCount(documentCount: reader.metadata.documentCount))
      defer { extendLifetime(memory) }
      var union = DocumentUnion(memory.view, of: reader.postingsSection)
      for prefix in query.prefixes.indices {
        try union.add(prefix: query.prefixes[prefix].bytes, of: reader.dictionary)
      }
      for term in query.terms.indices {
        if let info = query.info(query.terms[term], inSegment: number) { try union.add(info) }
      }
      count += union.documentCount
    }
    return count
  }
}
