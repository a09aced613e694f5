import TestSupport
import Testing
import Tokenizer

@testable import Index

/// A fixed set of questions to an index: queries of every shape, stored documents, ids.
struct IndexProbe: Sendable {
  /// What came of one question.
  enum Answer: Equatable {
    case hits([Hit], matchCount: Int?)
    case document(StoredDocument)
    case address(DocAddress?)
    case explanation(Explanation?)
    case failure(IndexError)

    var isFailure: Bool { if case .failure = self { true } else { false } }
  }

  private var queries: [Query] = []
  private var addresses: [DocAddress] = []
  private var ids: [String] = []

  /// Questions that suit a built index.
  init(_ built: BuiltIndex, seed: UInt64, queryCount: Int = 60, documentCount: Int = 20) {
    self.init(
      built.tokens, ids: built.tokens.indices.map { "document/\($0)" }, seed: seed,
      queryCount: queryCount, documentCount: documentCount)
  }

  /// Questions that suit an index of an older format: what is particular about it among them.
  init(old index: OldIndex, seed: UInt64) {
    let analyzer = Analyzer(AnalyzerOptions(language: .undetermined))
    let tokens = index.documents.map { analyzer.tokens(of: $0.text) }
    self.init(
      tokens, ids: index.documents.map(\.id), seed: seed, queryCount: 30, documentCount: 5)
    let parser = QueryParser(analyzer: analyzer, languages: [.undetermined], hasPositions: true)
    queries += index.queries.map { parser.parse($0, mode: .any).query }
  }

  /// Questions that suit an index of these documents in one segment.
  init(
    _ tokens: [[AnalyzedToken]], ids: [String], seed: UInt64, queryCount: Int, documentCount: Int
  ) {
    var generator = QueryGenerator(seed: seed, documents: tokens)
    queries = (0..<queryCount).map { number in
      number % 2 == 0 ? generator.bagOfWords() : generator.query()
    }
    queries += IndexProbe.repetitions(of: tokens)
    for _ in 0..<documentCount {
      let number = generator.random.below(tokens.count)
      addresses.append(DocAddress(segment: 0, doc: DocID(UInt32(number))))
      self.ids.append(ids[number])
    }
  }

  /// Phrases of the word that a document has most often, from where its positions are looked at as
  /// bits; one of them with the words of another list.
  private static func repetitions(of tokens: [[AnalyzedToken]]) -> [Query] {
    var most: (term: [UInt8], count: Int) = ([], 0)
    for document in tokens {
      var counts: [[UInt8]: Int] = [:]
      for token in document { counts[token.term, default: 0] += 1 }
      for (term, count) in counts where count >= most.count {
        // Of several the last by its bytes, whatever the order of the dictionary.
        if count > most.count || most.term.lexicographicallyPrecedes(term) { most = (term, count) }
      }
    }
    let other = tokens.joined().first { $0.term != most.term }?.term
    return [(8, nil), (9, other)].map { count, other in
      var places = (0..<count).map { PhrasePlace(offset: $0, terms: [most.term]) }
      if let other { places.append(PhrasePlace(offset: count, terms: [other])) }
      return .phrase(places)
    }
  }

  /// Asks everything of the index at `path`; nil if it cannot be opened.
  func answers(at path: String) throws -> [Answer]? {
    let reader: IndexReader
    do {
      reader = try IndexReader(path: path)
    } catch {
      return nil
    }
    var answers: [Answer] = []
    for (number, query) in queries.enumerated() {
      answers.append(
        try answer {
          var options = SearchOptions()
          options.countsMatches = number % 5 == 0
          options.algorithm = number % 7 == 0 ? .exhaustive : .automatic
          if number % 9 == 0 { options.b = 0.2 }
          let result = try reader.search(query, options: options)
          return .hits(result.hits, matchCount: options.countsMatches ? result.matchCount : nil)
        })
    }
    for (number, address) in addresses.enumerated() {
      answers.append(try answer { .document(try reader.document(at: address)) })
      answers.append(try answer { .address(try reader.address(ofID: ids[number])) })
      answers.append(
        try answer {
          .explanation(try reader.explain(address, for: queries[number % queries.count]))
        })
    }
    return answers
  }

  private func answer(_ body: () throws -> Answer) throws -> Answer {
    do {
      return try body()
    } catch let error as IndexError {
      return .failure(error)
    }
  }
}

extension [IndexProbe.Answer] {
  /// Whether each answer is as expected or an error.
  func agree(with expected: [IndexProbe.Answer]) -> Bool {
    count == expected.count && zip(self, expected).allSatisfy { $0.isFailure || $0 == $1 }
  }
}
