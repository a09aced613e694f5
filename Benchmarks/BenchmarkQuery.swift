internal import Index
internal import SyntheticText
internal import Tokenizer

/// A query of a set, its terms already analysed.
struct BenchmarkQuery {
  /// What a query asks for.
  enum Kind: String, CaseIterable {
    /// One term.
    case term
    /// All of 2 to 4 terms.
    case and
    /// Any of 2 to 4 terms.
    case or
    /// Any of 5 to 10 terms, words of a question as it stands.
    case orLong = "or_long"
    /// 2 or 3 terms next to each other.
    case phrase
    /// All terms that begin so.
    case prefix
  }

  let kind: Kind
  let terms: [[UInt8]]

  /// The engine's query, or nil if there are no terms.
  var query: Query? {
    switch kind {
    case .term: terms.first.map { .term($0) }
    case .and: .all(terms.map { .term($0) })
    case .or, .orLong: .any(terms.map { .term($0) })
    case .phrase:
      .phrase(terms.enumerated().map { PhrasePlace(offset: $0.offset, terms: [$0.element]) })
    case .prefix: terms.first.map { .prefix($0) }
    }
  }

  /// The query as it stands in a file of queries.
  var json: JSONValue {
    .object([
      ("kind", .text(kind.rawValue)), ("terms", .array(terms.map { .string($0) })),
    ])
  }

  /// The queries of a file of JSON Lines: `{"id":…,"kind":…,"terms":[…]}`.
  static func file(_ path: String) throws -> [BenchmarkQuery] {
    var queries: [BenchmarkQuery] = []
    try forEachLine(ofFile: path) { line in
      let value = try JSONValue(parsing: line)
      guard let kind = value["kind"]?.text.flatMap({ Kind(rawValue: $0) }),
        let terms = value["terms"]?.elements?.compactMap(\.bytes), !terms.isEmpty
      else { throw BenchmarkFailure("no query") }
      queries.append(BenchmarkQuery(kind: kind, terms: terms))
    }
    return queries
  }

  /// A seeded set for a corpus, made of the words of its documents.
  ///
  /// People rarely type stop words: in all but the long queries a word is taken with a
  /// probability that falls with its frequency.
  ///
  /// - Throws: if the documents have too few words for that.
  static func synthetic(for corpus: Corpus, perKind count: Int) throws -> [BenchmarkQuery] {
    var maker = try QueryMaker(corpus: corpus)
    var queries = (0..<count).map { _ in
      BenchmarkQuery(kind: .term, terms: maker.scatteredTerms(1))
    }
    let groups = (0..<count).map { _ in maker.scatteredTerms(maker.random.pick([2, 2, 2, 3, 3, 4]))
    }
    queries += groups.map { BenchmarkQuery(kind: .and, terms: $0) }
    queries += groups.map { BenchmarkQuery(kind: .or, terms: $0) }
    queries += (0..<count).map { _ in
      BenchmarkQuery(kind: .orLong, terms: maker.runOfTerms(maker.random.number(in: 5...10)))
    }
    queries += (0..<count).map { _ in
      BenchmarkQuery(kind: .phrase, terms: maker.runOfTerms(maker.random.pick([2, 2, 3])))
    }
    queries += (0..<count).map { _ in BenchmarkQuery(kind: .prefix, terms: [maker.prefix()]) }
    return queries
  }
}

/// Draws the terms of queries from a sample of a corpus.
private struct QueryMaker {
  var random = SplitMix64(seed: 7)
  private var documents: [[[UInt8]]] = []
  /// The place of each term in the order of frequency; the most frequent has 0.
  private var ranks: [[UInt8]: Int] = [:]

  init(corpus: Corpus) throws {
    let analyzer = Analyzer(AnalyzerOptions(language: .plain))
    var counts: [[UInt8]: Int] = [:]
    for _ in 0..<min(corpus.count, 1_000) {
      let range = corpus.range(of: random.below(corpus.count))
      let terms = Self.terms(of: corpus.text.span.extracting(range), analyzer)
      for term in terms { counts[term, default: 0] += 1 }
      if Set(terms).count >= 24, Self.hasLongRun(terms) { documents.append(terms) }
    }
    guard !documents.isEmpty else {
      throw BenchmarkFailure("documents too short to make up queries from; see --queries")
    }
    let byCount = counts.sorted {
      $0.value != $1.value ? $0.value > $1.value : $0.key.lexicographicallyPrecedes($1.key)
    }
    for (rank, entry) in byCount.enumerated() { ranks[entry.key] = rank }
  }

  /// Distinct terms of one document, rare ones rather than frequent ones.
  mutating func scatteredTerms(_ count: Int) -> [[UInt8]] {
    let document = random.pick(documents)
    var terms: [[UInt8]] = []
    while terms.count < count {
      let term = random.pick(document)
      let rank = Double(ranks[term] ?? 0)
      if random.chance((rank + 1) / (rank + 100)), !terms.contains(term) { terms.append(term) }
    }
    return terms
  }

  /// Distinct terms that follow each other in one document, as long as it has them.
  mutating func runOfTerms(_ count: Int) -> [[UInt8]] {
    while true {
      // Each document has such a run, so this comes to an end.
      let document = random.pick(documents)
      let start = random.below(document.count - count + 1)
      let terms = Array(document[start..<start + count])
      if Set(terms).count == count { return terms }
      // Runs with a word twice are left out, as a phrase of one word is no phrase.
    }
  }

  /// The first 3 to 6 bytes of a term; of short ones all but the last.
  mutating func prefix() -> [UInt8] {
    let term = scatteredTerms(1)[0]
    return Array(term.prefix(max(1, min(random.number(in: 3...6), term.count - 1))))
  }

  /// Whether the most terms that are asked for in a row are distinct somewhere.
  private static func hasLongRun(_ terms: [[UInt8]]) -> Bool {
    let count = 10
    return (0...max(0, terms.count - count)).contains {
      Set(terms[$0...].prefix(count)).count == count
    }
  }

  private static func terms(of text: Span<UInt8>, _ analyzer: Analyzer) -> [[UInt8]] {
    var terms: [[UInt8]] = []
    var buffer = TokenBuffer()
    analyzer.analyze(text, language: .plain, into: &buffer) { batch in
      for row in 0..<batch.count { terms.append(batch.term(row)) }
    }
    return terms
  }
}
