import TestSupport
import Testing

@testable import Index

/// Explanations give the very scores of searches, and for nothing but hits.
@Suite struct ExplainTests {
  @Test(arguments: [1, 3]) func explanationsAddUpToTheScoresOfHits(segmentCount: Int) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let corpus = TestCorpus(
      name: "", documentCount: 700, vocabularySize: 120, lengths: 0...40)
    let built = try BuiltIndex(corpus.makeDocuments(&random), segmentCount: segmentCount)
    var queries = QueryGenerator(seed: random.next(), documents: built.tokens)
    var explained = 0
    for round in 0..<150 {
      let query = queries.query()
      var options = SearchOptions()
      options.limit = 1000
      options.algorithm = .exhaustive
      if round % 3 == 0 { (options.k1, options.b) = (0.4, 1) }
      let hits = try built.reader.search(query, options: options).hits
      let scores = Dictionary(uniqueKeysWithValues: hits.map { ($0.address, $0.score) })
      for number in 0..<12 {
        let address =
          number < 6 && !hits.isEmpty
          ? random.pick(hits).address : built.address(random.below(corpus.documentCount))
        let explanation = try built.reader.explain(address, for: query, options: options)
        let comment: Comment = "\(query) of \(address), seed \(TestSeed.value)"
        #expect(explanation?.score == scores[address], comment)
        guard let explanation else { continue }
        explained += 1
        #expect(explanation.parts.reduce(0) { $0 + $1.score } == explanation.score, comment)
        check(explanation, built, options, comment)
      }
    }
    #expect(explained > 500)
  }

  private func check(
    _ explanation: Explanation, _ built: BuiltIndex, _ options: SearchOptions, _ comment: Comment
  ) {
    #expect(!explanation.parts.isEmpty, comment)
    #expect(explanation.documentCount == built.reference.documentCount)
    #expect(
      explanation.averageLength
        == Float(Double(built.reference.tokenCount) / Double(built.reference.documentCount)))
    let relative = Float(explanation.length) / explanation.averageLength
    let k = options.k1 * (1 - options.b + options.b * relative)
    for part in explanation.parts {
      if part.isConstant {
        #expect(part.term.hasSuffix("*") && part.score == 1 && part.frequency > 0, comment)
        let matches = built.reference.search(.prefix(Array(part.term.utf8.dropLast())))
        #expect(part.documentFrequency == matches.count, comment)
        continue
      }
      let frequency = Float(part.frequency)
      #expect(abs(part.tf - frequency / (frequency + k)) < 1e-5, comment)
      #expect(abs(part.score - part.idf * part.tf) < 1e-4, comment)
      guard !part.term.hasPrefix("\"") else { continue }
      #expect(
        part.documentFrequency == built.reference.documentFrequency(of: Array(part.term.utf8)))
    }
  }

  @Test func partsComeInTheOrderOfTheQuery() throws {
    let built = try BuiltIndex([
      TestDocument(id: "a", text: "red green blue red"), TestDocument(id: "b", text: "green"),
    ])
    func term(_ text: String) -> Query { .term(Array(text.utf8)) }
    func place(_ offset: Int, _ text: String) -> PhrasePlace {
      PhrasePlace(offset: offset, terms: [Array(text.utf8)])
    }
    let query = Query.any([
      term("blue"), term("absent"), .phrase([place(3, "red"), place(4, "green")]),
      .all([term("red"), term("absent")]), term("red"),
      .phrase([place(0, "blue"), place(1, "blue")]),
    ])
    let first = try #require(try built.reader.explain(built.address(0), for: query))
    #expect(first.parts.map(\.term) == ["blue", "\"red green\"", "red"])
    #expect(first.parts.map(\.frequency) == [1, 1, 2])
    #expect(first.parts.map(\.documentFrequency) == [1, 1, 1])
    #expect(first.length == 4)
    #expect(try built.reader.explain(built.address(1), for: query) == nil)
  }

  @Test func documentsThatAreNotThereAreAnError() throws {
    let built = try BuiltIndex([TestDocument(id: "a", text: "red")])
    for address in [
      DocAddress(segment: 0, doc: DocID(1)), DocAddress(segment: 1, doc: DocID(0)),
      DocAddress(segment: -1, doc: DocID(0)), DocAddress(segment: 0, doc: DocID(.max)),
    ] {
      #expect(throws: IndexError.self) {
        try built.reader.explain(address, for: .term(Array("red".utf8)))
      }
    }
  }
}

extension BuiltIndex {
  /// The address of the document with a number in the collection.
  func address(_ number: Int) -> DocAddress {
    var doc = number
    for (segment, reader) in reader.segments.enumerated() {
      if doc < reader.metadata.documentCount {
        return DocAddress(segment: segment, doc: DocID(UInt32(doc)))
      }
      doc -= reader.metadata.documentCount
    }
    return DocAddress(segment: reader.segments.count, doc: DocID(0))
  }
}
