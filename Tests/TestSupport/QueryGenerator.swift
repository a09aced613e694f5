public import Index

/// Random queries over the terms of some documents: frequent and rare terms, terms nobody has,
/// prefixes, phrases that stand somewhere and phrases that stand nowhere, and trees of all these.
public struct QueryGenerator: Sendable {
  /// Where its choices come from.
  public var random: SplitMix64
  private let documents: [[AnalyzedToken]]
  private let terms: [[UInt8]]

  /// A generator for documents that have been analysed, not all of them empty.
  public init(seed: UInt64, documents: [[AnalyzedToken]]) {
    random = SplitMix64(seed: seed)
    self.documents = documents.filter { !$0.isEmpty }
    terms = Set(documents.joined().map(\.term)).sorted { $0.lexicographicallyPrecedes($1) }
    precondition(!terms.isEmpty)
  }

  /// A random query of any shape, at most `depth` levels of parts deep.
  public mutating func query(depth: Int = 2) -> Query {
    switch random.below(depth > 0 ? 12 : 6) {
    case 0...2: return .term(term())
    case 3, 4: return .phrase(phrase())
    case 5: return .prefix(prefix())
    case 6, 7: return .any(parts(upTo: 10, depth: depth))
    case 8, 9: return .all(parts(upTo: 4, depth: depth))
    case 10: return phrasesAndTerms()
    default: return random.chance(0.1) ? .nothing : bagOfWords()
    }
  }

  /// Any of 1 to 12 terms, or all of 1 to 4 terms of one document.
  public mutating func bagOfWords() -> Query {
    if random.chance(0.5) {
      return .any((0..<random.number(in: 1...12)).map { _ in .term(term()) })
    }
    let document = random.pick(documents)
    return .all((0..<random.number(in: 1...4)).map { _ in .term(random.pick(document).term) })
  }

  /// Any of 1 to 3 phrases and up to 3 terms.
  public mutating func phrasesAndTerms() -> Query {
    let phrases = (0..<random.number(in: 1...3)).map { _ in Query.phrase(phrase()) }
    return .any(phrases + (0..<random.below(4)).map { _ in .term(term()) })
  }

  /// A term: as often as in the documents, any term alike, or one that no document has.
  public mutating func term() -> [UInt8] {
    switch random.below(20) {
    case 0: Array("no such term \(random.below(1_000))".utf8)
    case 1...6: random.pick(terms)
    default: random.pick(random.pick(documents)).term
    }
  }

  /// The first bytes of a term, from none to all, and at times what no term begins with.
  public mutating func prefix() -> [UInt8] {
    let term = term()
    return Array(term.prefix(random.number(in: random.chance(0.05) ? 0...0 : 1...term.count)))
  }

  /// The places of a phrase of 1 to 4 words: mostly from a document, at times with other terms at
  /// a place, a gap, or a word that does not belong there.
  public mutating func phrase() -> [PhrasePlace] {
    let document = random.pick(documents)
    let start = random.below(document.count)
    let tokens = document[start..<min(start + random.number(in: 1...4), document.count)]
    var places = tokens.map {
      PhrasePlace(offset: $0.position - document[start].position, terms: [$0.term])
    }
    let place = random.below(places.count)
    switch random.below(6) {
    case 0: places[place].terms.append(term())
    case 1: places[place].terms = [term()]
    case 2 where places.count > 2: places.remove(at: 1)
    default: break
    }
    return places
  }

  private mutating func parts(upTo count: Int, depth: Int) -> [Query] {
    (0..<random.number(in: 1...count)).map { _ in query(depth: depth - 1) }
  }
}
