import TestSupport
import Testing

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
    var generator = QueryGenerator(seed: seed, documents: built.tokens)
    queries = (0..<queryCount).map { number in
      number % 2 == 0 ? generator.bagOfWords() : generator.query()
    }
    for _ in 0..<documentCount {
      let number = generator.random.below(built.tokens.count)
      addresses.append(built.address(number))
      ids.append("document/\(number)")
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
