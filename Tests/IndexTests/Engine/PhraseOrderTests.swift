import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Phrases some of whose words most documents have: positions are looked at before all lists are.
@Suite struct PhraseOrderTests {
  /// Words that nearly all documents have, words of every tenth or so, and rare ones.
  private static let frequent = ["of", "the", "in"]
  private static let common = (0..<12).map { "c\($0)" }
  private static let rare = (0..<80).map { "r\($0)" }

  private static func makeDocuments(_ random: inout SplitMix64) -> [TestDocument] {
    (0..<2_000).map { number in
      let words = (0..<random.number(in: 6...40)).map { _ in
        random.pick(
          random.chance(0.6) ? frequent : random.chance(0.8) ? common : rare)
      }
      return TestDocument(id: String(number), text: words.joined(separator: " "))
    }
  }

  private static func phrase(_ words: [String]) -> Query {
    .phrase(
      words.enumerated().map { PhrasePlace(offset: $0.offset, terms: [Array($0.element.utf8)]) })
  }

  /// Part of a document or hardly so, alone or with another word or phrase.
  private static func makeQuery(
    _ documents: [TestDocument], _ random: inout SplitMix64
  ) -> Query {
    func makePhrase() -> Query {
      let words = String(decoding: random.pick(documents).text, as: UTF8.self).split(separator: " ")
        .map(String.init)
      let start = random.below(words.count - 4)
      var part = Array(words[start..<start + random.number(in: 2...5)])
      if random.chance(0.3) { part.swapAt(0, part.count - 1) }
      return phrase(part)
    }
    switch random.below(4) {
    case 0:
      let word = random.pick(random.pick([frequent, common, rare]))
      return .all([makePhrase(), .term(Array(word.utf8))])
    case 1: return .all([makePhrase(), makePhrase()])
    default: return makePhrase()
    }
  }

  @Test func hitsAreThoseOfTheReference() throws {
    TestSeed.announce("phrases of frequent words")
    var random = SplitMix64(seed: TestSeed.value)
    let documents = Self.makeDocuments(&random)
    let built = try BuiltIndex(documents)
    var matchCount = 0
    for _ in 0..<(TestSeed.runsFullTests ? 4_000 : 400) {
      let query = Self.makeQuery(documents, &random)
      let comment: Comment = "\(query), seed \(TestSeed.value)"
      let all = try built.reader.search(query, options: SearchOptions(limit: documents.count))
      let expected = built.reference.search(query)
      matchCount += expected.count
      #expect(
        Set(all.hits.map { built.number(of: $0.address) })
          == Set(expected.map { built.nonEmptyDocuments[$0.document] }), comment)
      for limit in [1, 3, 10] {
        var options = SearchOptions(limit: limit)
        options.countsMatches = random.chance(0.3)
        let best = try built.reader.search(query, options: options)
        #expect(best.hits == Array(all.hits.prefix(limit)), comment)
        if options.countsMatches { #expect(best.matchCount == expected.count, comment) }
      }
    }
    #expect(matchCount > 1_000)
  }

  /// Words of a query are found by another way where they are many, and lists sorted by another.
  @Test func longPhrasesAreFoundWhereTheyStand() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let comment: Comment = "seed \(TestSeed.value)"
    let texts = (0..<300).map { _ in (0..<90).map { _ in "w\(random.below(25) * random.below(8))" }
    }
    let built = try BuiltIndex(
      texts.enumerated().map { TestDocument(id: "\($0)", text: $1.joined(separator: " ")) })
    for length in [2, 15, 16, 17, 18, 31, 32, 33, 34, 60, 90] {
      for _ in 0..<10 {
        let number = random.below(texts.count)
        let start = random.below(90 - length + 1)
        let words = Array(texts[number][start..<start + length])
        guard case .phrase(var places) = Self.phrase(words) else { return }
        // Some places with an alternative, before or after the word that stands there.
        for _ in 0..<random.below(4) {
          let other = Array("w\(random.below(30))".utf8)
          places[random.below(length)].terms.insert(other, at: random.below(2))
        }
        let rare = Query.term(Array(words[random.below(length)].utf8))
        for query in [Query.phrase(places), .all([rare, .phrase(places), Self.phrase(words)])] {
          var options = SearchOptions(limit: 300)
          let hits = try built.reader.search(query, options: options).hits
          #expect(hits.contains { built.number(of: $0.address) == number }, comment)
          options.algorithm = .exhaustive
          #expect(try built.reader.search(query, options: options).hits == hits, comment)
          #expect(hits.count == built.reference.search(query).count, comment)
        }
      }
    }
  }

  /// Where two words never stand side by side, nobody asks for a third that all documents have.
  @Test func frequentWordsAreAskedLast() throws {
    let documents = (0..<2_000).map { number in
      TestDocument(
        id: String(number),
        text: number % 3 == 0 ? "the lords of all the rings of gold" : "rings of the old kings")
    }
    let built = try BuiltIndex(documents)
    func search(_ words: [String]) throws -> SearchResult {
      try built.reader.search(Self.phrase(words))
    }
    let (two, three) = (
      try search(["lords", "rings"]), try search(["lords", "rings", "of"])
    )
    #expect(two.hits.isEmpty && three.hits.isEmpty)
    #expect(two.profile.blocksRead > 10)
    #expect(three.profile.blocksRead == two.profile.blocksRead)
    #expect(try search(["rings", "of", "gold"]).hits.count == 10)
  }
}
