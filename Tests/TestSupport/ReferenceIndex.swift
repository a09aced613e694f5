import Foundation
public import Index

/// The judge of every search: an index in memory, written in the plainest way.
///
/// A dictionary of arrays; BM25 from its formula in `Double`; conjunctions, disjunctions and
/// phrases by looking at every document. Nothing here is fast or shared with the engine.
public struct ReferenceIndex: Sendable {
  /// A document that matches.
  public struct Hit: Hashable, Sendable {
    /// Its number, in the order of addition.
    public var document: Int
    /// Its BM25 score.
    public var score: Double
  }

  /// The length in tokens of each document.
  public private(set) var lengths: [Int] = []
  /// The positions of each term in each document.
  private var postings: [[UInt8]: [Int: [Int]]] = [:]
  private let storedLength: @Sendable (Int) -> Int

  /// An empty index.
  ///
  /// - Parameter storedLength: what becomes of a length that is kept in one byte.
  public init(storedLength: @escaping @Sendable (Int) -> Int = { $0 }) {
    self.storedLength = storedLength
  }

  /// The number of documents.
  public var documentCount: Int { lengths.count }

  /// The number of tokens.
  public var tokenCount: Int { lengths.reduce(0, +) }

  /// All terms in byte order.
  public var terms: [[UInt8]] {
    postings.keys.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The number of documents that have `term`.
  public func documentFrequency(of term: [UInt8]) -> Int {
    postings[term]?.count ?? 0
  }

  /// Adds a document, whose length is the number of its tokens, and returns its number.
  @discardableResult
  public mutating func add(_ tokens: [AnalyzedToken]) -> Int {
    add(tokens.map { ($0.term, $0.position) })
  }

  /// Adds a document, whose length is the number of its tokens, and returns its number.
  @discardableResult
  public mutating func add(_ tokens: [(term: [UInt8], position: Int)]) -> Int {
    let document = lengths.count
    lengths.append(tokens.count)
    for (term, position) in tokens {
      postings[term, default: [:]][document, default: []].append(position)
    }
    return document
  }

  /// All documents that match `query`: by score, then in the order of addition.
  public func search(_ query: Query, k1: Double = 1.2, b: Double = 0.75) -> [Hit] {
    scores(query, k1: k1, b: b)
      .map { Hit(document: $0.key, score: $0.value) }
      .sorted { ($1.score, $0.document) < ($0.score, $1.document) }
  }

  /// The score of each document that matches `query`.
  private func scores(_ query: Query, k1: Double, b: Double) -> [Int: Double] {
    switch query {
    case .nothing:
      return [:]
    case .term(let term):
      return scores(frequencies: frequencies(of: term), terms: [term], k1: k1, b: b)
    case .prefix(let prefix):
      var scores: [Int: Double] = [:]
      for (term, documents) in postings where term.starts(with: prefix) {
        for document in documents.keys { scores[document] = 1 }
      }
      return scores
    case .phrase(let places):
      return scores(
        frequencies: frequencies(of: places), terms: places.flatMap(\.terms), k1: k1, b: b)
    case .any(let parts):
      var sums: [Int: Double] = [:]
      for part in parts { sums.merge(scores(part, k1: k1, b: b), uniquingKeysWith: +) }
      return sums
    case .all(let parts):
      guard let first = parts.first else { return [:] }
      var sums = scores(first, k1: k1, b: b)
      for part in parts.dropFirst() {
        let others = scores(part, k1: k1, b: b)
        sums = sums.filter { others[$0.key] != nil }
        for (document, score) in others where sums[document] != nil {
          sums[document, default: 0] += score
        }
      }
      return sums
    }
  }

  /// BM25 with the sum of the inverse document frequencies of `terms`, as Lucene has it.
  private func scores(
    frequencies: [Int: Int], terms: [[UInt8]], k1: Double, b: Double
  ) -> [Int: Double] {
    let count = Double(documentCount)
    let averageLength = Double(tokenCount) / count
    var idf = 0.0
    for term in terms {
      let df = Double(documentFrequency(of: term))
      idf += log(1 + (count - df + 0.5) / (df + 0.5))
    }
    var scores: [Int: Double] = [:]
    for (document, frequency) in frequencies {
      let length = Double(storedLength(lengths[document]))
      let tf = Double(frequency)
      scores[document] = idf * tf / (tf + k1 * (1 - b + b * length / averageLength))
    }
    return scores
  }

  /// How often each document has `term`.
  private func frequencies(of term: [UInt8]) -> [Int: Int] {
    (postings[term] ?? [:]).mapValues(\.count)
  }

  /// How often each document has the phrase: the number of positions at which it starts.
  private func frequencies(of places: [PhrasePlace]) -> [Int: Int] {
    guard let first = places.first else { return [:] }
    var starts = starts(of: first)
    for place in places.dropFirst() {
      let others = self.starts(of: place)
      for (document, positions) in starts {
        starts[document] = positions.intersection(others[document] ?? [])
      }
    }
    return starts.mapValues(\.count).filter { $0.value > 0 }
  }

  /// Where a phrase could start for `place` to be filled, in each document.
  private func starts(of place: PhrasePlace) -> [Int: Set<Int>] {
    var starts: [Int: Set<Int>] = [:]
    for term in place.terms {
      for (document, positions) in postings[term] ?? [:] {
        starts[document, default: []].formUnion(positions.map { $0 - place.offset })
      }
    }
    return starts
  }
}
