import Tokenizer

/// Runs a bound query, segment by segment, with the algorithm that suits its shape.
struct QueryExecutor: ~Copyable {
  let query: BoundQuery
  let options: SearchOptions
  private let bm25: BM25
  private let averageLength: Float
  private let saturation: SaturationTable.View
  let memory: SearchMemory
  let scale: ScoreScale
  var profile = SearchProfile()
  /// The number of matches, if the search for the best had to find all of them.
  var knownCount: Int?

  var segments: [SegmentReader] { query.index.segments }

  /// How the matches of a query are found: what its tree is made of.
  enum Plan {
    /// A single term.
    case term
    /// Any of several terms.
    case disjunction
    /// All of several terms and phrases.
    case conjunction
    /// A single prefix.
    case prefix
    /// All of several prefixes, terms and phrases.
    case filtered
    /// Any of several prefixes and terms.
    case raised
    /// Any of several phrases and terms, but where all matches are wanted.
    case mixed
    /// Anything else.
    case scan
  }

  /// An executor; `saturation` is for the parameters of `options` and outlives it.
  init(
    _ query: consuming BoundQuery, _ options: SearchOptions, saturation: SaturationTable.View,
    _ memory: SearchMemory
  ) {
    self.memory = memory
    self.options = options
    self.saturation = saturation
    bm25 = BM25(k1: options.k1, b: options.b)
    averageLength = query.index.collection.averageLength
    scale = query.scale
    self.query = query
  }

  /// The best matches, and if asked for the number of all.
  mutating func run() throws(IndexError) -> SearchResult {
    var result = SearchResult()
    guard let root = query.root else {
      result.matchCount = 0
      return result
    }
    let wanted = options.limit + options.offset
    let plan = options.algorithm == .exhaustive ? .scan : plan(root, wanted)
    if wanted > 0, plan == .prefix {
      result.hits = try firstMatches(wanted)
    } else if wanted > 0 {
      result.hits =
        options.countsMatches && countsAlong(plan)
        ? try bestOfAll(wanted, plan, root) : try best(wanted, plan, root)
    }
    result.profile = profile
    if options.countsMatches { result.matchCount = try countMatches(plan, root) }
    return result
  }

  /// The best matches; what cannot be among them is left out.
  private mutating func best(
    _ wanted: Int, _ plan: Plan, _ root: MatchTree
  ) throws(IndexError) -> [Hit] {
    var sink = TopKSink(queue: TopKQueue(capacity: wanted, memory))
    if let score = try primedScore(plan, wanted) { sink.queue.prime(score) }
    try forEachSegment { (executor, segment, number) throws(IndexError) in
      sink.docBase = segment.docBase
      if plan == .mixed {
        try executor.searchMixed(segment, number, &sink)
      } else {
        try executor.search(plan, root, segment, number, &sink)
      }
    }
    return hits(&sink.queue)
  }

  /// The best of all matches, which are counted.
  private mutating func bestOfAll(
    _ wanted: Int, _ plan: Plan, _ root: MatchTree
  ) throws(IndexError) -> [Hit] {
    var sink = CountedTopKSink(best: TopKSink(queue: TopKQueue(capacity: wanted, memory)))
    try forEachSegment { (executor, segment, number) throws(IndexError) in
      sink.best.docBase = segment.docBase
      try executor.search(plan, root, segment, number, &sink)
    }
    knownCount = sink.count
    return hits(&sink.best.queue)
  }

  /// Whether to count the matches of a plan takes about as long as to find and score them all.
  private func countsAlong(_ plan: Plan) -> Bool {
    switch plan {
    case .conjunction, .filtered, .scan: true
    case .term, .disjunction, .prefix, .raised, .mixed: false
    }
  }

  private func hits(_ queue: inout TopKQueue) -> [Hit] {
    let count = queue.sort()
    var hits: [Hit] = []
    hits.reserveCapacity(max(0, count - options.offset))
    for rank in min(options.offset, count)..<count {
      let (doc, score) = queue[rank]
      hits.append(Hit(address: query.index.address(of: doc), score: scale.score(score)))
    }
    return hits
  }

  // MARK: - Plans

  /// How the matches of a tree are found, of which the best `wanted` are asked for.
  func plan(_ root: MatchTree, _ wanted: Int) -> Plan {
    let (terms, phrases) = (query.terms.count, query.phrases.count)
    let prefixes = query.prefixes.count
    switch root {
    case .term: return .term
    case .phrase: return .conjunction
    case .prefix: return .prefix
    case .any(let nodes):
      // No more leaves than children: so all of these are leaves.
      guard nodes.count == terms + phrases + prefixes else { return .scan }
      if phrases > 0 { return prefixes == 0 && prunesMixed(wanted) ? .mixed : .scan }
      return prefixes == 0 ? .disjunction : .raised
    case .all(let nodes):
      guard nodes.count == terms + phrases + prefixes else { return .scan }
      return prefixes == 0 ? .conjunction : .filtered
    }
  }

  /// A score that at least `wanted` documents reach, from what is stored with single terms.
  private func primedScore(_ plan: Plan, _ wanted: Int) throws(IndexError) -> UInt32? {
    switch plan {
    case .term, .disjunction, .raised, .mixed: break
    case .conjunction, .prefix, .filtered, .scan: return nil
    }
    var rank = 0
    while wanted > PostingsFormat.primeRanks[rank] {
      rank += 1
      if rank == PostingsFormat.primeRanks.count { return nil }
    }
    var score: UInt32 = 0
    for number in segments.indices {
      let segment = SearchedSegment(segments[number])
      for term in query.terms.indices {
        guard let info = query.info(query.terms[term], inSegment: number),
          PostingsFormat.hasSkipData(documentFrequency: info.documentFrequency)
        else { continue }
        let list = try PostingList(info, in: segment.postings)
        let weight = weight(query.terms[term].weight, segment)
        score = max(score, weight.lowerBound(impact: list.prime(rank)))
      }
    }
    return score
  }

  func weight(_ weight: Float, _ segment: borrowing SearchedSegment) -> TermWeight {
    TermWeight(
      weight: weight, scale: scale, saturation: saturation,
      impacts: ImpactBounds(
        bm25, segmentAverage: segment.averageLength, collectionAverage: averageLength))
  }

  // MARK: - Segments

  mutating func forEachSegment(
    _ body: (inout QueryExecutor, SearchedSegment, Int) throws(IndexError) -> Void
  ) throws(IndexError) {
    var docBase: UInt32 = 0
    for number in segments.indices {
      let segment = SearchedSegment(segments[number], docBase: docBase)
      // As much memory as one segment takes is enough for any number.
      memory.reset()
      try body(&self, segment, number)
      docBase += UInt32(segment.documentCount)
    }
  }

  /// Adds the matches in a segment that can matter to `sink`.
  mutating func search(
    _ plan: Plan, _ root: MatchTree, _ segment: SearchedSegment, _ number: Int,
    _ sink: inout some MatchSink
  ) throws(IndexError) {
    switch plan {
    case .term: try searchTerm(segment, number, &sink)
    case .disjunction: try searchAny(segment, number, &sink)
    case .conjunction:
      try searchAll(
        query.terms.indices, query.phrases.indices, segment, number, &sink)
    case .prefix, .filtered: try searchFiltered(segment, number, &sink)
    case .raised: try searchRaised(segment, number, &sink)
    // `searchMixed` leaves out what is not among the best; other sinks want all.
    case .mixed, .scan: try scan(root, segment, number, &sink)
    }
  }

  private mutating func searchTerm(
    _ segment: SearchedSegment, _ number: Int, _ sink: inout some MatchSink
  ) throws(IndexError) {
    guard let info = query.info(query.terms[0], inSegment: number) else { return }
    var cursor = try cursor(info, weight: query.terms[0].weight, segment)
    try TermScan.run(&cursor, segment, &sink, &profile, memory)
  }

  /// Finds what has any of the terms.
  mutating func searchAny(
    _ segment: SearchedSegment, _ number: Int, _ sink: inout some MatchSink
  ) throws(IndexError) {
    let cursors = try makeCursors(number, segment)
    if cursors.count == 0 { return }
    var disjunction = WindowedDisjunction(
      cursors, documentCount: segment.documentCount, memory)
    profile.add(try disjunction.run(segment, &sink))
  }

  private func cursor(
    _ info: TermInfo, weight: Float, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> ListCursor {
    try ListCursor(
      try PostingList(info, in: segment.postings), weight: self.weight(weight, segment),
      memory: memory.take(ListCursor.memoryCount), segment)
  }

  /// Cursors on the lists of those of the terms that a segment has.
  func makeCursors(
    _ number: Int, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> ColumnView<ListCursor> {
    let cursors = memory.take(query.terms.count, of: ListCursor.self)
    var count = 0
    for term in query.terms.indices {
      guard let info = query.info(query.terms[term], inSegment: number) else { continue }
      cursors[count] = try cursor(info, weight: query.terms[term].weight, segment)
      count += 1
    }
    return cursors.part(at: 0, count: count)
  }

  /// Finds what has all of some terms and phrases.
  mutating func searchAll(
    _ terms: Range<Int>, _ phrases: Range<Int>, _ segment: SearchedSegment, _ number: Int,
    _ sink: inout some MatchSink
  ) throws(IndexError) {
    guard var conjunction = try conjunction(terms, phrases, segment, number) else { return }
    profile.add(try conjunction.run(segment, &sink))
  }

  /// The search for what has all of some terms and phrases; nil if a segment lacks one of the words.
  @inline(__always)
  func conjunction(
    _ terms: Range<Int>, _ phrases: Range<Int>, _ segment: SearchedSegment, _ number: Int
  ) throws(IndexError) -> BlockConjunction? {
    var wordCount = 0
    for phrase in phrases { wordCount += query.phrases[phrase].places.count }
    var plan = ConjunctionPlan(
      capacity: terms.count + wordCount, termCount: query.foundCount, memory)
    for term in terms {
      guard let info = query.info(query.terms[term], inSegment: number) else { return nil }
      plan.add(query.terms[term], info.documentFrequency)
    }
    for phrase in phrases {
      for place in query.phrases[phrase].places {
        guard let info = query.info(place.term, inSegment: number) else { return nil }
        plan.addWord(place.term, info.documentFrequency)
      }
    }
    plan.sort()
    let cursors = memory.take(plan.count, of: ListCursor.self)
    let scoresTerm = memory.take(plan.count, of: Bool.self)
    for rank in 0..<plan.count {
      let list = plan.list(atRank: rank)
      guard let info = query.info(list.term, inSegment: number) else { return nil }
      cursors[rank] = try cursor(info, weight: list.term.weight, segment)
      scoresTerm[rank] = list.scores
    }
    var patterns: [PhrasePattern] = []
    for phrase in phrases {
      guard let pattern = try pattern(phrase, plan, number, segment) else { return nil }
      patterns.append(pattern)
    }
    return BlockConjunction(cursors, scoresTerm: scoresTerm, phrases: patterns, memory)
  }

  /// A phrase as a conjunction of the lists of `plan` sees it, which has all of its words.
  private func pattern(
    _ phrase: Int, _ plan: borrowing ConjunctionPlan, _ number: Int,
    _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> PhrasePattern? {
    guard let section = segment.positions else { return nil }
    var words: [PhrasePattern.Word] = []
    for place in query.phrases[phrase].places {
      guard let info = query.info(place.term, inSegment: number) else { return nil }
      let positions = PositionCursor(
        try PositionList(info, in: section, of: segment.file),
        memory: memory.take(PositionCursor.memoryCount))
      words.append(
        PhrasePattern.Word(
          list: plan.rank(of: place.term), offset: place.offset, positions: positions))
    }
    words.sort { $0.list < $1.list }
    return PhrasePattern(
      words: words, weight: weight(query.phrases[phrase].weight, segment))
  }

  private mutating func scan(
    _ root: MatchTree, _ segment: SearchedSegment, _ number: Int,
    _ sink: inout some MatchSink
  ) throws(IndexError) {
    var phraseMatches: [MatchList] = []
    for phrase in query.phrases.indices {
      var matches = MatchList()
      try searchAll(0..<0, phrase..<phrase + 1, segment, number, &matches)
      phraseMatches.append(matches)
    }
    // Lists must keep their numbers, so those of absent terms are empty.
    var present: [Int: Int] = [:]
    for term in query.terms.indices
    where query.info(query.terms[term], inSegment: number) != nil {
      present[term] = present.count
    }
    guard let local = QueryExecutor.restrict(root, to: present) else { return }
    let cursors = try makeCursors(number, segment)
    let prefixes = PrefixMemory(query.prefixes.count, of: segment)
    let prefixMatches = try matches(of: prefixes, segment, number)
    defer { extendLifetime(prefixes) }
    var scan = ExhaustiveScan(
      local, cursors, phraseMatches: phraseMatches, prefixMatches: prefixMatches)
    profile.add(try scan.run(segment, &sink))
  }

  /// The tree without the terms that a segment does not have, renumbered.
  private static func restrict(
    _ node: MatchTree, to present: [Int: Int]
  ) -> MatchTree? {
    switch node {
    case .term(let term): return present[term].map { .term($0) }
    case .phrase, .prefix: return node
    case .any(let nodes):
      let kept = nodes.compactMap { restrict($0, to: present) }
      return kept.isEmpty ? nil : .any(kept)
    case .all(let nodes):
      let kept = nodes.compactMap { restrict($0, to: present) }
      return kept.count < nodes.count ? nil : .all(kept)
    }
  }

  // MARK: - Counting

  private mutating func countMatches(
    _ plan: Plan, _ root: MatchTree
  ) throws(IndexError) -> Int {
    if let knownCount { return knownCount }
    if plan == .term { return query.terms[0].documentFrequency }
    if plan == .disjunction { return try countUnion() }
    if let count = try countPrefixes(plan) { return count }
    var counter = MatchCounter()
    let searched = profile
    try forEachSegment { (executor, segment, number) throws(IndexError) in
      try executor.search(plan, root, segment, number, &counter)
    }
    // The profile is that of the search for the best.
    profile = searched
    return counter.count
  }

  private mutating func countUnion() throws(IndexError) -> Int {
    var count = 0
    try forEachSegment { (executor, segment, number) throws(IndexError) in
      let cursors = try executor.makeCursors(number, segment)
      var counter = UnionCounter(documentCount: segment.documentCount, executor.memory)
      count += try counter.count(cursors, segment)
    }
    return count
  }
}
