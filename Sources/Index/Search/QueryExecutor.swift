import Tokenizer

/// Runs a bound query, segment by segment, with the algorithm that suits its shape.
struct QueryExecutor: ~Copyable {
  let query: BoundQuery
  let segments: [SegmentReader]
  let options: SearchOptions
  private let bm25: BM25
  private let averageLength: Float
  private let saturation: SaturationTable.View
  private let memory: SearchMemory
  let scale: ScoreScale
  var profile = SearchProfile()
  /// The number of matches, if the search for the best had to find all of them.
  var knownCount: Int?

  /// How the matches of a tree are found.
  indirect enum Plan {
    case term(Int)
    case disjunction([Int])
    case conjunction(terms: [Int], phrases: [Int])
    case prefix(Int)
    /// What matches the plan and all prefixes; without a plan, all prefixes.
    case filtered(Plan?, prefixes: [Int])
    /// What matches the plan or any prefix; without a plan, any prefix.
    case raised(Plan?, prefixes: [Int])
    case scan
  }

  /// An executor; `saturation` is for the parameters of `options` and outlives it.
  init(
    _ query: BoundQuery, _ segments: [SegmentReader], _ options: SearchOptions,
    statistics: CollectionStatistics, saturation: SaturationTable.View, _ memory: SearchMemory
  ) {
    self.memory = memory
    self.query = query
    self.segments = segments
    self.options = options
    self.saturation = saturation
    bm25 = BM25(k1: options.k1, b: options.b)
    averageLength = statistics.averageLength
    scale = query.scale
  }

  /// The best matches, and if asked for the number of all.
  mutating func run() throws(IndexError) -> SearchResult {
    var result = SearchResult()
    guard let root = query.root else {
      result.matchCount = 0
      return result
    }
    let plan = options.algorithm == .exhaustive ? .scan : QueryExecutor.plan(root)
    let wanted = options.limit + options.offset
    if wanted > 0, case .prefix(let prefix) = plan {
      result.hits = try firstMatches(of: prefix, wanted)
    } else if wanted > 0 {
      var sink = TopKSink(queue: TopKQueue(capacity: wanted))
      if let score = try primedScore(plan, wanted) { sink.queue.prime(score) }
      try forEachSegment { (executor, segment, number) throws(IndexError) in
        sink.docBase = segment.docBase
        try executor.search(plan, root, segment, number, &sink)
      }
      result.hits = hits(sink.queue)
    }
    result.profile = profile
    if options.countsMatches { result.matchCount = try countMatches(plan, root) }
    return result
  }

  private func hits(_ queue: TopKQueue) -> [Hit] {
    let addresses = SegmentAddresses(segments)
    return queue.sorted().dropFirst(options.offset).map {
      Hit(address: addresses.address(of: $0.doc), score: scale.score($0.score))
    }
  }

  // MARK: - Plans

  private static func plan(_ root: ExhaustiveScan.Node) -> Plan {
    switch root {
    case .term(let term): return .term(term)
    case .phrase(let phrase): return .conjunction(terms: [], phrases: [phrase])
    case .prefix(let prefix): return .prefix(prefix)
    case .any(let nodes):
      let terms = terms(among: nodes)
      let prefixes = prefixes(among: nodes)
      guard terms.count + prefixes.count == nodes.count else { return .scan }
      if prefixes.isEmpty { return .disjunction(terms) }
      return .raised(terms.isEmpty ? nil : .disjunction(terms), prefixes: prefixes)
    case .all(let nodes):
      let terms = terms(among: nodes)
      let phrases = nodes.compactMap { if case .phrase(let phrase) = $0 { phrase } else { nil } }
      let prefixes = prefixes(among: nodes)
      let rest = terms.count + phrases.count
      guard rest + prefixes.count == nodes.count else { return .scan }
      let plan = Plan.conjunction(terms: terms, phrases: phrases)
      return prefixes.isEmpty ? plan : .filtered(rest == 0 ? nil : plan, prefixes: prefixes)
    }
  }

  private static func terms(among nodes: [ExhaustiveScan.Node]) -> [Int] {
    var terms: [Int] = []
    terms.reserveCapacity(nodes.count)
    for case .term(let term) in nodes { terms.append(term) }
    return terms
  }

  /// A score that at least `wanted` documents reach, from what is stored with single terms.
  private func primedScore(_ plan: Plan, _ wanted: Int) throws(IndexError) -> UInt32? {
    guard bm25 == .standard,
      let rank = (0..<3).first(where: { wanted <= PostingsFormat.primeRanks[$0] })
    else { return nil }
    let terms: [Int]
    switch plan {
    case .term(let term): terms = [term]
    case .disjunction(let all), .raised(.disjunction(let all), _): terms = all
    case .conjunction, .prefix, .filtered, .raised, .scan: return nil
    }
    var score: UInt32 = 0
    for (number, segment) in segments.enumerated() {
      for term in terms {
        guard let info = query.terms[term].infos[number],
          PostingsFormat.hasSkipData(documentFrequency: info.documentFrequency)
        else { continue }
        let list = try PostingList(info, in: segment.postingsSection)
        let weight = weight(query.terms[term].weight, segment)
        score = max(score, weight.lowerBound(impact: list.prime(rank)))
      }
    }
    return score
  }

  private func weight(_ weight: Float, _ segment: SegmentReader) -> TermWeight {
    TermWeight(
      weight: weight, scale: scale, saturation: saturation, isStandard: bm25 == .standard,
      segmentAverage: segment.metadata.averageLength, collectionAverage: averageLength)
  }

  // MARK: - Segments

  mutating func forEachSegment(
    _ body: (inout QueryExecutor, SearchedSegment, Int) throws(IndexError) -> Void
  ) throws(IndexError) {
    var docBase: UInt32 = 0
    for (number, reader) in segments.enumerated() {
      let segment = SearchedSegment(
        file: reader.file, norms: reader.norms, positions: reader.positions,
        documentCount: reader.metadata.documentCount, docBase: docBase)
      // As much memory as one segment takes is enough for any number.
      memory.reset()
      try body(&self, segment, number)
      docBase += UInt32(reader.metadata.documentCount)
    }
  }

  private mutating func search(
    _ plan: Plan, _ root: ExhaustiveScan.Node, _ segment: SearchedSegment, _ number: Int,
    _ sink: inout some MatchSink
  ) throws(IndexError) {
    switch plan {
    case .term, .disjunction, .conjunction:
      try searchLists(plan, segment, number, &sink)
    case .prefix(let prefix):
      try searchFiltered(nil, prefixes: [prefix], segment, number, &sink)
    case .filtered(let rest, let prefixes):
      try searchFiltered(rest, prefixes: prefixes, segment, number, &sink)
    case .raised(let rest, let prefixes):
      try searchRaised(rest, prefixes: prefixes, segment, number, &sink)
    case .scan:
      try scan(root, segment, number, &sink)
    }
  }

  /// Runs a plan of nothing but terms and phrases.
  mutating func searchLists(
    _ plan: Plan, _ segment: SearchedSegment, _ number: Int, _ sink: inout some MatchSink
  ) throws(IndexError) {
    switch plan {
    case .term(let term):
      guard var cursor = try cursor(query.terms[term], number, segment) else { return }
      try TermScan.run(&cursor, segment, &sink, &profile)
    case .disjunction(let terms):
      let cursors = try makeCursors(terms, number, segment)
      if cursors.count == 0 { return }
      var disjunction = WindowedDisjunction(
        cursors, documentCount: segment.documentCount, memory)
      profile.add(try disjunction.run(segment, &sink))
    case .conjunction(let terms, let phrases):
      try searchAll(terms, phrases, segment, number, &sink)
    case .prefix, .filtered, .raised, .scan:
      assertionFailure("a plan of other parts")
    }
  }

  private func cursor(
    _ term: BoundQuery.Term, _ number: Int, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> ListCursor? {
    guard let info = term.infos[number] else { return nil }
    let reader = segments[number]
    let list = try PostingList(info, in: reader.postingsSection)
    return try ListCursor(
      list, weight: weight(term.weight, reader), memory: memory.take(ListCursor.memoryCount),
      segment)
  }

  /// Cursors on the lists of those of `terms` that a segment has.
  private func makeCursors(
    _ terms: [Int], _ number: Int, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> ColumnView<ListCursor> {
    let cursors = memory.take(terms.count, of: ListCursor.self)
    var count = 0
    for term in terms {
      guard let cursor = try cursor(query.terms[term], number, segment) else { continue }
      cursors[count] = cursor
      count += 1
    }
    return cursors.part(at: 0, count: count)
  }

  private mutating func searchAll(
    _ terms: [Int], _ phrases: [Int], _ segment: SearchedSegment, _ number: Int,
    _ sink: inout some MatchSink
  ) throws(IndexError) {
    var plan = ConjunctionPlan()
    for term in terms { plan.add(query.terms[term], scores: true) }
    let phraseLists = phrases.map { phrase in
      query.phrases[phrase].places.map { (plan.add($0.term, scores: false), $0.offset) }
    }
    guard plan.sort(inSegment: number) else { return }
    let cursors = memory.take(plan.lists.count, of: ListCursor.self)
    let scoresTerm = memory.take(plan.lists.count, of: Bool.self)
    for (rank, list) in plan.lists.enumerated() {
      guard let cursor = try cursor(list.term, number, segment) else { return }
      cursors[rank] = cursor
      scoresTerm[rank] = list.scores
    }
    var patterns: [PhrasePattern] = []
    for (phrase, places) in zip(phrases, phraseLists) {
      var words: [PhrasePattern.Word] = []
      for (list, offset) in places {
        let rank = plan.rank(ofList: list)
        guard let info = plan.lists[rank].term.infos[number], let section = segment.positions
        else { return }
        let positions = PositionCursor(
          try PositionList(info, in: section, of: segment.file),
          memory: memory.take(PositionCursor.memoryCount))
        words.append(PhrasePattern.Word(list: rank, offset: offset, positions: positions))
      }
      words.sort { $0.list < $1.list }
      patterns.append(
        PhrasePattern(
          words: words, weight: weight(query.phrases[phrase].weight, segments[number])))
    }
    var conjunction = BlockConjunction(
      cursors, scoresTerm: scoresTerm, phrases: patterns, memory)
    profile.add(try conjunction.run(segment, &sink))
  }

  private mutating func scan(
    _ root: ExhaustiveScan.Node, _ segment: SearchedSegment, _ number: Int,
    _ sink: inout some MatchSink
  ) throws(IndexError) {
    var phraseMatches: [MatchList] = []
    for phrase in query.phrases.indices {
      var matches = MatchList()
      try searchAll([], [phrase], segment, number, &matches)
      phraseMatches.append(matches)
    }
    // Lists must keep their numbers, so those of absent terms are empty.
    var present: [Int: Int] = [:]
    for (index, term) in query.terms.enumerated() where term.infos[number] != nil {
      present[index] = present.count
    }
    guard let local = QueryExecutor.restrict(root, to: present) else { return }
    let cursors = try makeCursors(Array(query.terms.indices), number, segment)
    let prefixes = PrefixMemory(Array(query.prefixes.indices), of: segment)
    let prefixMatches = try matches(of: prefixes, segment, number)
    defer { extendLifetime(prefixes) }
    var scan = ExhaustiveScan(
      local, cursors, phraseMatches: phraseMatches, prefixMatches: prefixMatches)
    profile.add(try scan.run(segment, &sink))
  }

  /// The tree without the terms that a segment does not have, renumbered.
  private static func restrict(
    _ node: ExhaustiveScan.Node, to present: [Int: Int]
  ) -> ExhaustiveScan.Node? {
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
    _ plan: Plan, _ root: ExhaustiveScan.Node
  ) throws(IndexError) -> Int {
    if case .term(let term) = plan { return query.terms[term].documentFrequency }
    if case .disjunction(let terms) = plan { return try countUnion(terms) }
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

  private mutating func countUnion(_ terms: [Int]) throws(IndexError) -> Int {
    var count = 0
    try forEachSegment { (executor, segment, number) throws(IndexError) in
      let cursors = try executor.makeCursors(terms, number, segment)
      var counter = UnionCounter(documentCount: segment.documentCount, executor.memory)
      count += try counter.count(cursors, segment)
    }
    return count
  }
}

/// The lists of a conjunction: each term once, shortest first.
private struct ConjunctionPlan {
  private(set) var lists: [(term: BoundQuery.Term, scores: Bool)] = []
  private var ranks: [Int] = []

  /// Adds a list unless it is there; returns its number.
  @discardableResult
  mutating func add(_ term: BoundQuery.Term, scores: Bool) -> Int {
    let known = lists.firstIndex { $0.term.bytes == term.bytes && !($0.scores && scores) }
    if let known {
      lists[known].scores = lists[known].scores || scores
      return known
    }
    lists.append((term, scores))
    return lists.count - 1
  }

  /// Puts the shortest list of segment `number` first; false if it has none for some term.
  mutating func sort(inSegment number: Int) -> Bool {
    guard lists.allSatisfy({ $0.term.infos[number] != nil }) else { return false }
    let lists = lists
    let order = lists.indices.sorted {
      let left = lists[$0].term.infos[number]?.documentFrequency ?? 0
      let right = lists[$1].term.infos[number]?.documentFrequency ?? 0
      return (left, $0) < (right, $1)
    }
    ranks = Array(repeating: 0, count: order.count)
    for (rank, list) in order.enumerated() { ranks[list] = rank }
    self.lists = order.map { lists[$0] }
    return true
  }

  /// The place of a list after sorting, by the number that `add` returned.
  func rank(ofList list: Int) -> Int { ranks[list] }
}
