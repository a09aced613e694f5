import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Prefixes find every document with a term that begins so, however many terms do.
@Suite struct PrefixTests {
  private static func prefix(_ text: String) -> Query { .prefix(Array(text.utf8)) }
  private static func term(_ text: String) -> Query { .term(Array(text.utf8)) }

  /// Alone, the first matches in the order of the collection, each with the score 1.
  @Test(arguments: TestCorpus.all, [1, 3])
  func theFirstMatchesAreFound(corpus: TestCorpus, segmentCount: Int) throws {
    if corpus.documentCount < segmentCount { return }
    TestSeed.announce("prefixes, \(corpus.name)")
    var random = SplitMix64(seed: TestSeed.value)
    let built = try BuiltIndex(
      corpus.makeDocuments(&random), pieceByteLimit: 40_000, segmentCount: segmentCount)
    var queries = QueryGenerator(seed: random.next(), documents: built.tokens)
    for _ in 0..<(corpus.documentCount > 5_000 ? 25 : 80) {
      let prefix = queries.prefix()
      let expected = built.tokens.indices.filter { document in
        built.tokens[document].contains { $0.term.starts(with: prefix) }
      }
      let comment: Comment = "\(Query.prefix(prefix)), seed \(TestSeed.value)"
      for limit in [0, 1, 10, 1000] {
        var options = SearchOptions()
        options.limit = limit
        options.offset = random.pick([0, 0, 1, 17, 200])
        options.countsMatches = random.chance(0.5)
        options.algorithm = random.chance(0.2) ? .exhaustive : .automatic
        let result = try built.reader.search(.prefix(prefix), options: options)
        #expect(
          result.hits.map { built.number(of: $0.address) }
            == Array(expected.dropFirst(options.offset).prefix(limit)), comment)
        #expect(result.hits.allSatisfy { $0.score == 1 }, comment)
        #expect(result.matchCount == (options.countsMatches ? expected.count : nil), comment)
      }
    }
  }

  /// With few documents, and scores that often tie, documents with the prefix alone stand before
  /// and after those with terms.
  @Test func ofEqualScoresTheFirstDocumentsAreFound() throws {
    TestSeed.announce("ties")
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<40 {
      let documents = (0..<random.number(in: 1...60)).map { number in
        let words = ["a", "b", "aa", "ab", "ba", "bb"].filter { _ in random.chance(0.3) }
        return TestDocument(id: String(number), text: words.joined(separator: " "))
      }
      let built = try BuiltIndex(documents, segmentCount: documents.count > 3 ? 2 : 1)
      let leaves = [Self.prefix("a"), Self.prefix("b"), Self.prefix("ab"), Self.prefix("c")]
      for _ in 0..<30 {
        var parts = (0..<random.number(in: 1...3)).map { _ in random.pick(leaves) }
        for _ in 0..<random.below(3) { parts.append(Self.term(random.pick(["a", "bb", "ba"]))) }
        let query = random.chance(0.5) ? Query.any(parts) : .all(parts)
        var options = SearchOptions()
        (options.limit, options.countsMatches) = (100, true)
        options.algorithm = .exhaustive
        let whole = try built.reader.search(query, options: options)
        options.algorithm = .automatic
        for limit in [0, 1, 2, 3, 5, 10, 100] {
          options.limit = limit
          let result = try built.reader.search(query, options: options)
          #expect(
            result.hits == Array(whole.hits.prefix(limit)),
            "\(query), \(limit), seed \(TestSeed.value)")
          #expect(result.matchCount == whole.matchCount, "\(query), seed \(TestSeed.value)")
        }
      }
    }
  }

  /// A match adds exactly 1 to what the other words are worth.
  @Test func aPrefixRaisesScoresByOne() throws {
    let built = try BuiltIndex(
      ["kassim telegram", "kassim", "telegram", "telegraaf telegram", "belge"].enumerated().map {
        TestDocument(id: String($0.offset), text: $0.element)
      })
    func scores(_ query: Query) throws -> [String: Float] {
      let hits = try built.reader.search(query).hits
      return Dictionary(
        uniqueKeysWithValues: try hits.map {
          (try built.reader.document(at: $0.address).id, $0.score)
        })
    }
    let plain = try scores(Self.term("kassim"))
    let raised = try scores(.any([Self.term("kassim"), Self.prefix("tele")]))
    #expect(raised.keys.sorted() == ["0", "1", "2", "3"])
    #expect(raised["2"] == 1 && raised["3"] == 1)
    for id in ["0", "1"] {
      let (score, own) = (try #require(raised[id]), try #require(plain[id]))
      #expect(abs(score - own - (id == "0" ? 1 : 0)) < 1e-6)
    }
    #expect(try scores(.all([Self.term("kassim"), Self.prefix("tele")])).keys.sorted() == ["0"])
    #expect(try scores(.all([Self.prefix("telegraa"), Self.prefix("tele")])) == ["3": 2])
    #expect(
      try scores(built.reader.parse("KASSIM télé*", mode: .all).query).keys.sorted() == ["0"])
  }

  @Test func whatNothingBeginsWithHasNoHits() throws {
    let built = try BuiltIndex([TestDocument(id: "a", text: "red green")])
    for query in [
      Self.prefix("x"), Self.prefix("redx"), Self.prefix("\u{10FFFF}"),
      .all([Self.term("red"), Self.prefix("x")]), .all([Self.prefix("r"), Self.prefix("x")]),
      .any([Self.prefix("x"), Self.prefix("y")]),
    ] {
      var options = SearchOptions()
      options.countsMatches = true
      let result = try built.reader.search(query, options: options)
      #expect(result.hits.isEmpty && result.matchCount == 0, "\(query)")
    }
    #expect(try built.reader.search(.any([Self.term("red"), Self.prefix("x")])).hits.count == 1)
    #expect(try built.reader.search(.prefix([])).hits.count == 1)
    #expect(try built.reader.search(.prefix(Array(repeating: 114, count: 70_000))).hits.isEmpty)
  }

  @Test func moreThanAFixedNumberOfPrefixesIsAnError() throws {
    let built = try BuiltIndex([TestDocument(id: "a", text: "red green")])
    let prefixes = Array(repeating: Self.prefix("r"), count: Query.maxPrefixCount)
    let hits = try built.reader.search(.any(prefixes)).hits
    #expect(hits.map(\.score) == [Float(Query.maxPrefixCount)])
    #expect(throws: IndexError.self) {
      try built.reader.search(.any(prefixes + [Self.prefix("g")]))
    }
  }

  /// Counts that do not vary: the first hits cost next to nothing, however many terms there are.
  @Test func onlyTheBeginningsOfListsAreReadForTheFirstHits() throws {
    let documents = (0..<9_000).map { number in
      TestDocument(id: String(number), text: "w\(number / 300) wx\(number % 700) v\(number)")
    }
    let built = try BuiltIndex(documents)
    var options = SearchOptions()
    let first = try built.reader.search(Self.prefix("w"), options: options)
    #expect(first.profile.postingsDecoded < 300, "\(first.profile)")
    #expect(first.profile.blocksDecoded == 1, "\(first.profile)")
    let single = try built.reader.search(Self.prefix("v"), options: options)
    #expect(single.profile.postingsDecoded == 0)
    #expect(single.hits.count == 10)
    options.countsMatches = true
    let all = try built.reader.search(Self.prefix("w"), options: options)
    #expect(all.hits == first.hits && all.matchCount == 9_000)
    #expect(all.profile.postingsDecoded > 17_000)
  }

  @Test func explanationsNameThePrefix() throws {
    let built = try BuiltIndex([
      TestDocument(id: "a", text: "red reed green"), TestDocument(id: "b", text: "reed"),
      TestDocument(id: "c", text: "blue"),
    ])
    let query = Query.any([Self.term("green"), Self.prefix("re")])
    let explanation = try #require(try built.reader.explain(built.address(0), for: query))
    #expect(explanation.parts.map(\.term) == ["green", "re*"])
    #expect(explanation.parts.map(\.isConstant) == [false, true])
    #expect(explanation.parts.map(\.frequency) == [1, 2])
    #expect(explanation.parts.map(\.documentFrequency) == [1, 2])
    #expect(explanation.parts[1].score == 1)
    #expect(try built.reader.explain(built.address(2), for: query) == nil)
  }

  /// The way without branches reads what the plain one does.
  @Test func variableLengthNumbersAreReadAlike() throws {
    var random = SplitMix64(seed: TestSeed.value)
    for shift in 0..<56 {
      let power = UInt64(1) << UInt64(shift)
      let some = random.next() & (power &- 1)
      for value in [power, power - 1, some] {
        var writer = ByteWriter(capacity: 32)
        writer.appendVariable(value)
        let count = writer.count
        writer.append(random.next())
        let (read, length) = writer.bytes.loadVariable(at: 0)
        #expect(read == value && length == count, "\(value)")
        #expect(writer.bytes.variableLength(at: 0) == count)
      }
    }
    let endless = Array(repeating: UInt8(0x80), count: 16)
    let read = endless.span.withBytes { $0.loadVariable(at: 0) }
    #expect(read.value == .max && read.length == 8)
  }
}
