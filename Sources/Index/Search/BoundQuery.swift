import Tokenizer

/// A query bound to an index: terms looked up, weighted by how rare they are, and what cannot
/// match taken out.
struct BoundQuery: ~Copyable {
  /// A term that was found.
  struct Term: BitwiseCopyable, Equatable {
    /// Its number among all that were found, below `foundCount`.
    fileprivate(set) var number: Int
    /// The number of documents of the collection that have it.
    var documentFrequency: Int
    /// Its inverse document frequency.
    var weight: Float
  }

  /// A phrase of at least two words.
  struct Phrase {
    /// The words, with their distance from the start.
    var places: [(term: Term, offset: UInt32)]
    /// The sum of the inverse document frequencies of the words.
    var weight: Float
  }

  /// All terms that begin alike.
  struct Prefix {
    /// What they begin with.
    var bytes: [UInt8]
    /// What a match is worth.
    static let weight: Float = 1
  }

  /// The tree over terms, phrases and prefixes, by number; nil if nothing can match.
  private(set) var root: MatchTree?
  /// The terms that count for themselves.
  private(set) var terms: [Term] = []
  private(set) var phrases: [Phrase] = []
  private(set) var prefixes: [Prefix] = []

  /// What the query is bound to.
  let index: IndexReader
  /// By number of the term, then by segment: what is known of it; of no documents where it is not.
  private var infos: [TermInfo] = []
  /// By number of the term.
  private var found: [(text: [UInt8], term: Term)] = []
  /// The first number of each of the first `numberedCount` texts, where they are too many to look
  /// through.
  private var numbers: [[UInt8]: Int] = [:]
  private var numberedCount = 0
  /// So many texts are looked through faster than looked up.
  private static let searchedTextCount = 16

  /// Binds `query` to the segments of `index`.
  init(_ query: Query, _ index: IndexReader) throws(IndexError) {
    self.index = index
    switch query {
    case .any(let parts), .all(let parts): reserve(parts.count)
    case .term, .phrase: reserve(1)
    case .nothing, .prefix: break
    }
    root = try bind(query, depth: 0)
    var termCount = terms.count
    for phrase in phrases.indices { termCount += phrases[phrase].places.count }
    guard termCount <= Query.maxTermCount else { throw BoundQuery.tooManyTerms }
  }

  private mutating func reserve(_ termCount: Int) {
    terms.reserveCapacity(termCount)
    found.reserveCapacity(termCount)
    infos.reserveCapacity(termCount * index.segments.count)
  }

  /// What is known of a term in a segment; nil if no document has it.
  func info(_ term: Term, inSegment segment: Int) -> TermInfo? {
    let info = infos[term.number * index.segments.count + segment]
    return info.documentFrequency > 0 ? info : nil
  }

  /// How many terms were found.
  var foundCount: Int { found.count }

  /// The text of a term.
  func text(_ term: Term) -> [UInt8] { found[term.number].text }

  /// The unit of the scores: no sum of all weights is too large for it.
  var scale: ScoreScale {
    var weight = Prefix.weight * Float(prefixes.count)
    for term in terms { weight += term.weight }
    for index in phrases.indices { weight += phrases[index].weight }
    return ScoreScale(
      totalWeight: weight, count: terms.count + phrases.count + prefixes.count)
  }

  /// The number of documents of the collection that match a prefix.
  ///
  /// - Complexity: decodes all lists of its terms.
  func documentFrequency(ofPrefix index: Int) throws(IndexError) -> Int {
    var count = 0
    for segment in self.index.segments {
      let memory = Column<UInt64>(
        capacity: DocumentUnion.wordCount(documentCount: segment.metadata.documentCount))
      defer { extendLifetime(memory) }
      var union = DocumentUnion(memory.view, of: segment.postingsSection)
      try union.add(prefix: prefixes[index].bytes, of: segment.dictionary)
      count += union.documentCount
    }
    return count
  }

  private mutating func bind(
    _ query: Query, depth: Int
  ) throws(IndexError) -> MatchTree? {
    guard depth <= Query.maxLevelCount else {
      throw .invalidInput("a query of more than \(Query.maxLevelCount) levels")
    }
    switch query {
    case .nothing:
      return nil
    case .term(let bytes):
      guard let term = try find(bytes) else { return nil }
      terms.append(term)
      return .term(terms.count - 1)
    case .prefix(let bytes):
      guard prefixes.count < Query.maxPrefixCount else {
        throw .limitExceeded("a query of more than \(Query.maxPrefixCount) prefixes")
      }
      prefixes.append(Prefix(bytes: bytes))
      return .prefix(prefixes.count - 1)
    case .phrase(let places):
      return try bindPhrase(places)
    case .any(let parts):
      var nodes: [MatchTree] = []
      nodes.reserveCapacity(parts.count)
      for part in parts {
        guard let node = try bind(part, depth: depth + 1) else { continue }
        if case .any(let inner) = node { nodes += inner } else { nodes.append(node) }
      }
      return nodes.count > 1 ? .any(nodes) : nodes.first
    case .all(let parts):
      let (termCount, phraseCount, prefixCount) = (terms.count, phrases.count, prefixes.count)
      var nodes: [MatchTree] = []
      nodes.reserveCapacity(parts.count)
      for part in parts {
        guard let node = try bind(part, depth: depth + 1) else {
          // Nothing has all of them: forget the others too.
          terms.removeLast(terms.count - termCount)
          phrases.removeLast(phrases.count - phraseCount)
          prefixes.removeLast(prefixes.count - prefixCount)
          return nil
        }
        if case .all(let inner) = node { nodes += inner } else { nodes.append(node) }
      }
      return nodes.count > 1 ? .all(nodes) : nodes.first
    }
  }

  /// Looks a term up in all segments; nil if no document has it.
  private mutating func find(_ bytes: [UInt8]) throws(IndexError) -> Term? {
    var documentFrequency = 0
    for segment in index.segments.indices {
      let info = try bytes.span.withBytes { bytes throws(IndexError) in
        try index.segments[segment].find(bytes)
      }
      infos.append(info ?? TermInfo())
      documentFrequency += info?.documentFrequency ?? 0
    }
    if documentFrequency == 0 {
      infos.removeLast(index.segments.count)
      return nil
    }
    let term = Term(
      number: found.count, documentFrequency: documentFrequency,
      weight: BM25.idf(
        documentFrequency: documentFrequency, documentCount: index.collection.documentCount))
    found.append((bytes, term))
    return term
  }

  /// As `find`, but the same again for a text found before: its list is walked once then.
  private mutating func findWord(_ bytes: [UInt8]) throws(IndexError) -> Term? {
    if let number = foundNumber(bytes) { return found[number].term }
    return try find(bytes)
  }

  private mutating func foundNumber(_ bytes: [UInt8]) -> Int? {
    if found.count <= BoundQuery.searchedTextCount {
      return found.firstIndex { $0.text == bytes }
    }
    while numberedCount < found.count {
      let text = found[numberedCount].text
      if numbers[text] == nil { numbers[text] = numberedCount }
      numberedCount += 1
    }
    return numbers[bytes]
  }

  private mutating func bindPhrase(
    _ places: [PhrasePlace]
  ) throws(IndexError) -> MatchTree? {
    guard index.segments.allSatisfy({ $0.positions != nil }) || places.count <= 1 else {
      throw .invalidInput("phrases need an index with positions")
    }
    // Each counts; to look so many up would take its time first.
    guard places.count <= Query.maxTermCount else { throw BoundQuery.tooManyTerms }
    let first = places.reduce(Int.max) { min($0, $1.offset) }
    // The words of one place after the other, and where those of each end.
    var words: [(term: Term, offset: UInt32)] = []
    words.reserveCapacity(places.count)
    var ends: [Int] = []
    ends.reserveCapacity(places.count)
    var readingCount = 1
    for place in places {
      let (distance, overflow) = place.offset.subtractingReportingOverflow(first)
      guard !overflow, let offset = UInt32(exactly: distance) else {
        throw .invalidInput("a phrase of more than 2^32 words")
      }
      let start = words.count
      for bytes in place.terms {
        guard let term = try findWord(bytes) else { continue }
        words.append((term, offset))
        guard readingCount * (words.count - start) <= Query.maxPhraseVariantCount else {
          throw .limitExceeded(
            "a phrase that can be read in more than \(Query.maxPhraseVariantCount) ways")
        }
      }
      if words.count == start { return nil }
      readingCount *= words.count - start
      ends.append(words.count)
    }
    if words.isEmpty { return nil }
    if readingCount == 1 { return add(words) }
    guard readingCount * places.count <= Query.maxTermCount else {
      throw BoundQuery.tooManyTerms
    }
    return .any((0..<readingCount).map { add(BoundQuery.reading($0, of: words, ends)) })
  }

  /// One way to read a phrase, with a word for each place; the words of the first place take turns
  /// first.
  private static func reading(
    _ number: Int, of words: [(term: Term, offset: UInt32)], _ ends: [Int]
  ) -> [(term: Term, offset: UInt32)] {
    var chosen: [(term: Term, offset: UInt32)] = []
    chosen.reserveCapacity(ends.count)
    var rest = number
    var start = 0
    for end in ends {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: end - start)
      chosen.append(words[start + remainder])
      (rest, start) = (quotient, end)
    }
    return chosen
  }

  private static var tooManyTerms: IndexError {
    .limitExceeded("a query of more than \(Query.maxTermCount) terms")
  }

  private mutating func add(_ variant: [(term: Term, offset: UInt32)]) -> MatchTree {
    if variant.count == 1 {
      terms.append(variant[0].term)
      return .term(terms.count - 1)
    }
    phrases.append(Phrase(places: variant, weight: variant.reduce(0) { $0 + $1.term.weight }))
    return .phrase(phrases.count - 1)
  }
}
