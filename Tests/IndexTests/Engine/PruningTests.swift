import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Whatever way a search goes, it finds the same documents with the same scores, bit for bit; and
/// they are those that the plainest implementation finds.
@Suite struct PruningTests {
  /// Queries for a collection; each is compared seven times.
  ///
  /// Only in large ones is there much to be passed over.
  private static func queryCount(_ corpus: TestCorpus) -> Int {
    let count = corpus.documentCount < 10_000 ? 200 : 500
    return TestSeed.runsFullTests ? count * 10 : count
  }

  @Test(arguments: TestCorpus.all)
  func everyAlgorithmGivesTheSameHits(corpus: TestCorpus) throws {
    let seed = TestSeed.value
    TestSeed.announce("pruning, \(corpus.name)")
    var random = SplitMix64(seed: seed)
    let built = try BuiltIndex(corpus.makeDocuments(&random), pieceByteLimit: 40_000)
    var comparison = SearchComparison(built, seed: random.next())
    for _ in 0..<Self.queryCount(corpus) { try comparison.compareAlgorithms() }
    #expect(comparison.comparisonCount >= Self.queryCount(corpus) * 7)
  }

  @Test(arguments: TestCorpus.all)
  func hitsAreThoseOfTheReference(corpus: TestCorpus) throws {
    TestSeed.announce("reference, \(corpus.name)")
    var random = SplitMix64(seed: TestSeed.value)
    let built = try BuiltIndex(corpus.makeDocuments(&random), pieceByteLimit: 40_000)
    var comparison = SearchComparison(built, seed: random.next())
    let count = corpus.documentCount > 5_000 ? 15 : 100
    for _ in 0..<(TestSeed.runsFullTests ? count * 8 : count) {
      try comparison.compareWithReference()
    }
  }

  /// Scores of 24 bits are hardly ever a unit apart, so that the best of all hits seldom tell whether
  /// what is left out is a unit too much: here the least score is one that a document has.
  @Test(arguments: TestCorpus.all)
  func whatReachesTheLeastScoreIsFound(corpus: TestCorpus) throws {
    TestSeed.announce("least score, \(corpus.name)")
    var random = SplitMix64(seed: TestSeed.value)
    let built = try BuiltIndex(corpus.makeDocuments(&random), pieceByteLimit: 40_000)
    var comparison = SearchComparison(built, seed: random.next())
    for _ in 0..<(TestSeed.runsFullTests ? 400 : 40) { try comparison.compareThresholds() }
  }

  /// Blocks that end just before or just after a window of 8,192 documents are found to have the best.
  ///
  /// They are those of `a`, which all documents from `first` on have.
  @Test(
    arguments: [
      // The last document of the window begins a block.
      (4_096 + 127, 8_191),
      // The first document of the next window ends a block, in which it is the best.
      (4_096 + 1, 8_192),
    ])
  func windowsMayEndAnywhereInABlock(first: Int, best: Int) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let documents = (0..<first + 33 * 128 + 1).map { number in
      var words = Array(repeating: "x", count: 6)
      if number >= first { words += Array(repeating: "a", count: number == best ? 9 : 1) }
      if random.chance(0.5) || number == best { words.append("c") }
      if number == best || number == 7_000 { words.append("b") }
      return TestDocument(id: String(number), text: words.joined(separator: " "))
    }
    let built = try BuiltIndex(documents)
    var comparison = SearchComparison(built, seed: random.next())
    for words in [["a", "b"], ["a", "c"], ["a", "b", "c"]] {
      let query = Query.any(words.map { .term(Array($0.utf8)) })
      for b: Float in [0.75, 0.2] {
        var options = SearchOptions()
        options.b = b
        try comparison.compareThresholds(of: query, options, sampleCount: 12, ofBest: 3)
      }
    }
  }

  /// Several segments: other statistics than those that impacts were computed for, terms that only
  /// some of the segments have.
  @Test(arguments: [2, 5]) func segmentsDoNotShow(segmentCount: Int) throws {
    TestSeed.announce("segments")
    var random = SplitMix64(seed: TestSeed.value)
    for corpus in [TestCorpus.all[3], TestCorpus.all[6]] {
      let documents = corpus.makeDocuments(&random)
      let built = try BuiltIndex(documents, segmentCount: segmentCount)
      var comparison = SearchComparison(built, seed: random.next())
      for _ in 0..<80 { try comparison.compareAlgorithms() }
      for _ in 0..<20 { try comparison.compareThresholds() }
      for _ in 0..<15 { try comparison.compareWithReference() }
    }
  }

  /// Stop words that were dropped leave gaps in the positions, and count in no length.
  @Test func droppedWordsLeaveGaps() throws {
    TestSeed.announce("dropped words")
    var random = SplitMix64(seed: TestSeed.value)
    var generator = TextGenerator(seed: random.next(), style: .english, vocabularySize: 500)
    let documents = (0..<600).map {
      TestDocument(id: String($0), text: generator.text(wordCount: generator.length(median: 20)))
    }
    let built = try BuiltIndex(
      documents,
      options: BuildOptions(
        analyzer: AnalyzerOptions(language: .english, stopWords: .drop)),
      pieceByteLimit: 9_000)
    var comparison = SearchComparison(built, seed: random.next())
    for _ in 0..<150 { try comparison.compareAlgorithms() }
    for _ in 0..<150 { try comparison.compareWithReference() }
    #expect(try IndexReader.verify(path: built.folder.path).isIntact)
  }
}

/// Random queries of one index, each searched in several ways.
struct SearchComparison {
  private let built: BuiltIndex
  private var queries: QueryGenerator
  private let frequentTerms: [[UInt8]]
  private(set) var comparisonCount = 0

  init(_ built: BuiltIndex, seed: UInt64) {
    self.built = built
    let terms = built.reference.terms.map { ($0, built.reference.documentFrequency(of: $0)) }
    frequentTerms = terms.sorted { $0.1 > $1.1 }.prefix(25).map(\.0)
    queries = QueryGenerator(seed: seed, documents: built.tokens)
  }

  /// Parameters of BM25: mostly those that impacts are for.
  private mutating func makeOptions() -> SearchOptions {
    var options = SearchOptions()
    switch queries.random.below(6) {
    case 0: (options.k1, options.b) = (queries.random.pick([0, 0.3, 0.9, 3, 1000]), 0.4)
    case 1: (options.k1, options.b) = (1.2, queries.random.pick([0, 0.2, 1]))
    default: break
    }
    return options
  }

  /// A quarter of all queries are trees of any shape, a quarter plain lists of words as those of
  /// users are, a quarter has phrases too, a quarter are a few of the most frequent words, whose lists
  /// leave most to be passed over.
  private mutating func makeQuery() -> Query {
    switch queries.random.below(4) {
    case 0: return queries.query()
    case 1: return queries.bagOfWords()
    case 2:
      guard case .any(var parts) = queries.phrasesAndTerms() else { return .nothing }
      let places = (0..<2).map { offset in
        PhrasePlace(offset: offset, terms: [queries.random.pick(frequentTerms)])
      }
      if queries.random.chance(0.5) { parts.append(.phrase(places)) }
      if queries.random.chance(0.3) { parts.append(.term(queries.random.pick(frequentTerms))) }
      return .any(parts)
    default:
      var parts = (0..<queries.random.number(in: 2...4)).map { _ in
        Query.term(queries.random.pick(frequentTerms))
      }
      if queries.random.chance(0.2) { parts.append(.phrase(queries.phrase())) }
      if queries.random.chance(0.3) { parts.append(.prefix(queries.prefix())) }
      return queries.random.chance(0.6) ? .all(parts) : .any(parts)
    }
  }

  /// Compares the pruned search with the exhaustive one for several numbers of hits.
  mutating func compareAlgorithms() throws {
    let query = makeQuery()
    var options = makeOptions()
    options.limit = 1200
    options.countsMatches = true
    options.algorithm = .exhaustive
    let whole = try built.reader.search(query, options: options)
    options.algorithm = .automatic
    for limit in [1, 2, 10, 100, 1000] {
      try compare(query, options, limit, offset: 0, with: whole)
    }
    let offset = queries.random.below(30)
    try compare(query, options, queries.random.below(40), offset: offset, with: whole)
    options.algorithm = .exhaustive
    try compare(query, options, queries.random.below(200), offset: offset, with: whole)
  }

  private mutating func compare(
    _ query: Query, _ options: SearchOptions, _ limit: Int, offset: Int, with whole: SearchResult
  ) throws {
    var options = options
    (options.limit, options.offset) = (limit, offset)
    options.countsMatches = queries.random.chance(0.3)
    let result = try built.reader.search(query, options: options)
    let expected = whole.hits.dropFirst(offset).prefix(limit)
    comparisonCount += 1
    #expect(
      result.hits.elementsEqual(expected),
      """
      \(query) with k1 \(options.k1), b \(options.b): hits \(offset) to \(offset + limit), \
      seed \(TestSeed.value)
      """)
    if let count = result.matchCount {
      #expect(count == whole.matchCount, "\(query), seed \(TestSeed.value)")
    } else {
      #expect(!options.countsMatches)
    }
  }

  /// Compares what reaches some of the scores of all matches with what is found from there on.
  mutating func compareThresholds() throws {
    try compareThresholds(of: makeQuery(), makeOptions(), sampleCount: 3, ofBest: .max)
  }

  /// As above, for a query: the greatest score, and others of the best matches.
  mutating func compareThresholds(
    of query: Query, _ options: SearchOptions, sampleCount: Int, ofBest bestCount: Int
  ) throws {
    var options = options
    options.algorithm = .exhaustive
    let all = try matches(of: query, options, reaching: 1)
    options.algorithm = .automatic
    let scores = all.map(\.score).sorted(by: >).prefix(bestCount)
    guard let most = scores.first else { return }
    for score in [most] + (0..<sampleCount).map({ _ in queries.random.pick(Array(scores)) }) {
      let found = try matches(of: query, options, reaching: score)
      comparisonCount += 1
      #expect(
        found == all.filter { $0.score >= score },
        "\(query) from \(score) on, k1 \(options.k1), b \(options.b), seed \(TestSeed.value)")
    }
  }

  /// The matches that have a score of at least `score`, in order.
  private func matches(
    of query: Query, _ options: SearchOptions, reaching score: UInt32
  ) throws -> [ThresholdSink.Match] {
    let saturation = SaturationTable(
      BM25(k1: options.k1, b: options.b), averageLength: built.reader.collection.averageLength)
    defer { extendLifetime(saturation) }
    var executor = QueryExecutor(
      try BoundQuery(query, built.reader), options, saturation: saturation.view, SearchMemory())
    guard let root = executor.query.root else { return [] }
    let plan = options.algorithm == .exhaustive ? .scan : executor.plan(root, options.limit)
    var sink = ThresholdSink(minScore: score)
    try executor.forEachSegment { (executor, segment, number) throws(IndexError) in
      sink.docBase = segment.docBase
      if plan == .mixed {
        try executor.searchMixed(segment, number, &sink)
      } else {
        try executor.search(plan, root, segment, number, &sink)
      }
    }
    return sink.matches.filter { $0.score >= score }.sorted { $0.doc < $1.doc }
  }

  /// Compares an exhaustive search with the reference, which computes in `Double`.
  ///
  /// Scores may differ by the last bits of the `Float`s in them, and by the unit of the query's
  /// scores for each term; documents only within such differences.
  mutating func compareWithReference() throws {
    let query = makeQuery()
    var options = makeOptions()
    options.limit = 300
    options.countsMatches = true
    options.algorithm = queries.random.chance(0.5) ? .exhaustive : .automatic
    let result = try built.reader.search(query, options: options)
    let expected = built.reference.search(
      query.withoutAlternatives, k1: Double(options.k1), b: Double(options.b))
    let comment: Comment = "\(query), seed \(TestSeed.value)"
    comparisonCount += 1
    #expect(result.matchCount == expected.count, comment)
    #expect(result.hits.count == min(options.limit, expected.count), comment)
    let scores = Dictionary(
      uniqueKeysWithValues: expected.map { (built.nonEmptyDocuments[$0.document], $0.score) })
    let bound = try BoundQuery(query, built.reader)
    let leafCount = bound.terms.count + bound.phrases.count + bound.prefixes.count
    let unit = 1 / Double(bound.scale.factor)
    for (rank, hit) in result.hits.enumerated() {
      let score = Double(hit.score)
      let tolerance = score * 1e-5 + unit * Double(leafCount)
      let own = try #require(scores[built.number(of: hit.address)], comment)
      #expect(abs(score - own) <= tolerance, comment)
      #expect(abs(score - expected[rank].score) <= tolerance, comment)
    }
  }
}

/// Keeps all matches it is given, and wants those from a score on.
private struct ThresholdSink: MatchSink {
  struct Match: Equatable {
    var doc: UInt32
    var score: UInt32
  }

  static var needsScores: Bool { true }
  let minScore: UInt32
  var docBase: UInt32 = 0
  var matches: [Match] = []

  init(minScore: UInt32) { self.minScore = minScore }

  mutating func add(doc: UInt32, score: UInt32) {
    matches.append(Match(doc: docBase + doc, score: score))
  }
}
