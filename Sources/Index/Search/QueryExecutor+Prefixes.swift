import Tokenizer

extension QueryExecutor {
  /// Room for the documents that match some prefixes, a bit each.
  struct PrefixMemory: ~Copyable {
    /// Which prefixes of the query.
    let prefixes: [Int]
    /// The bits.
    let bits: Column<UInt64>

    /// Room for the documents of a segment.
    init(_ prefixes: [Int], of segment: SearchedSegment) {
      self.prefixes = prefixes
      let words = DocumentUnion.wordCount(documentCount: segment.documentCount)
      bits = Column(capacity: prefixes.count * words)
    }
  }

  static func prefixes(among nodes: [ExhaustiveScan.Node]) -> [Int] {
    nodes.compactMap { if case .prefix(let prefix) = $0 { prefix } else { nil } }
  }

  private var prefixShare: UInt32 { scale.share(ofConstant: BoundQuery.Prefix.weight) }

  /// All documents of a segment that match each of some prefixes.
  mutating func matches(
    of memory: borrowing PrefixMemory, _ segment: SearchedSegment, _ number: Int
  ) throws(IndexError) -> PrefixMatches {
    let words = DocumentUnion.wordCount(documentCount: segment.documentCount)
    for (place, prefix) in memory.prefixes.enumerated() {
      var union = DocumentUnion(
        memory.bits.view.part(at: place * words, count: words),
        of: segments[number].postingsSection)
      try union.add(prefix: query.prefixes[prefix].bytes, of: segments[number].dictionary)
      profile.add(union.profile)
    }
    return PrefixMatches(
      bits: memory.bits.view.part(at: 0, count: memory.prefixes.count * words),
      count: memory.prefixes.count, share: prefixShare)
  }

  // MARK: - Plans

  /// The first `wanted` matches of a prefix alone, less the offset: all have the same score.
  mutating func firstMatches(of prefix: Int, _ wanted: Int) throws(IndexError) -> [Hit] {
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
      try union.add(prefix: query.prefixes[prefix].bytes, of: reader.dictionary)
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

  mutating func searchFiltered(
    _ rest: Plan?, prefixes: [Int], _ segment: SearchedSegment, _ number: Int,
    _ sink: inout some MatchSink
  ) throws(IndexError) {
    let memory = PrefixMemory(prefixes, of: segment)
    defer { extendLifetime(memory) }
    let matches = try matches(of: memory, segment, number)
    guard let rest else { return matches.addCommon(to: &sink) }
    var filter = PrefixSink(base: sink, prefixes: matches, requiresAll: true)
    try searchLists(rest, segment, number, &filter)
    sink = filter.base
  }

  mutating func searchRaised(
    _ rest: Plan?, prefixes: [Int], _ segment: SearchedSegment, _ number: Int,
    _ sink: inout some MatchSink
  ) throws(IndexError) {
    let memory = PrefixMemory(prefixes, of: segment)
    defer { extendLifetime(memory) }
    let matches = try matches(of: memory, segment, number)
    if let rest {
      var raise = PrefixSink(base: sink, prefixes: matches, requiresAll: false)
      try searchLists(rest, segment, number, &raise)
      sink = raise.base
    }
    // Documents that have none of the terms.
    matches.addLate(to: &sink)
  }

  // MARK: - Counting

  /// The number of documents that match any of some terms and prefixes; nil for other plans.
  mutating func countPrefixes(_ plan: Plan) throws(IndexError) -> Int? {
    if let knownCount { return knownCount }
    var terms: [Int] = []
    let prefixes: [Int]
    switch plan {
    case .prefix(let prefix): prefixes = [prefix]
    case .raised(.disjunction(let all), let some): (terms, prefixes) = (all, some)
    case .raised(nil, let some): prefixes = some
    default: return nil
    }
    var count = 0
    for (number, reader) in segments.enumerated() {
      let memory = Column<UInt64>(
        capacity: DocumentUnion.wordCount(documentCount: reader.metadata.documentCount))
      defer { extendLifetime(memory) }
      var union = DocumentUnion(memory.view, of: reader.postingsSection)
      for prefix in prefixes {
        try union.add(prefix: query.prefixes[prefix].bytes, of: reader.dictionary)
      }
      for term in terms {
        if let info = query.terms[term].infos[number] { try union.add(info) }
      }
      count += union.documentCount
    }
    return count
  }
}
