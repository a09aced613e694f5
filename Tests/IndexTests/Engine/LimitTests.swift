import Synchronization
import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Collections and options at their extremes.
@Suite struct LimitTests {
  private static func term(_ text: String) -> Query { .term(Array(text.utf8)) }

  private func check(_ built: BuiltIndex, rounds: Int = 60) throws {
    let report = try IndexReader.verify(path: built.folder.path)
    #expect(report.isIntact, "\(report.segments.flatMap(\.damages))")
    if built.nonEmptyDocuments.isEmpty { return }
    var comparison = SearchComparison(built, seed: TestSeed.value)
    for _ in 0..<rounds {
      try comparison.compareAlgorithms()
      try comparison.compareWithReference()
    }
  }

  /// Alternately all and any, so that nothing is dissolved in what is around it.
  @Test func aQueryOfManyLevelsIsSearchedAndADeeperOneRefused() throws {
    let folder = try TemporaryDirectory()
    _ = try IndexBuilder().build(from: [Document(id: "1", text: "a word")], at: folder.path)
    let reader = try IndexReader(path: folder.path)
    var query = Query.term(Array("word".utf8))
    for level in 0..<Query.maxLevelCount {
      let parts = [query, .term(Array("a".utf8))]
      query = level % 2 == 0 ? .all(parts) : .any(parts)
    }
    #expect(try reader.search(query).hits.count == 1)
    #expect(!reader.snippet(of: "a word", for: query).highlights.isEmpty)
    let deeper = Query.all([query, .term(Array("a".utf8))])
    #expect(throws: IndexError.invalidInput("a query of more than 64 levels")) {
      try reader.search(deeper)
    }
    let snippet = reader.snippet(of: "a word", for: deeper)
    #expect(snippet.text == "a word" && snippet.highlights.isEmpty)
  }

  @Test(arguments: [0, 1, 3, 200])
  func collectionsWithoutAWordHaveNoHits(documentCount: Int) throws {
    let built = try BuiltIndex(
      (0..<documentCount).map { TestDocument(id: "\($0)", text: $0 % 2 == 0 ? "" : " ... ") })
    for query in [Self.term("a"), .any([]), .all([]), .nothing, .phrase([]), .any([.all([])])] {
      for algorithm in SearchOptions.Algorithm.allCases {
        var options = SearchOptions()
        options.algorithm = algorithm
        options.countsMatches = true
        let result = try built.reader.search(query, options: options)
        #expect(result.hits.isEmpty)
        #expect(result.matchCount == 0)
      }
    }
    #expect(built.reader.statistics().documentCount == documentCount)
    for number in 0..<documentCount {
      let address = try #require(try built.reader.address(ofID: "\(number)"))
      #expect(try built.reader.document(at: address).text == (number % 2 == 0 ? "" : " ... "))
      #expect(try built.reader.explain(address, for: Self.term("a")) == nil)
    }
    try check(built)
  }

  /// Its weight is so small that a unit of the scores is, too: what a prefix would be worth does
  /// not fit an integer then.
  @Test(arguments: [200, 3_000])
  func aWordThatAllDocumentsHaveIsFoundByScanning(documentCount: Int) throws {
    let built = try BuiltIndex(
      (0..<documentCount).map { TestDocument(id: "\($0)", text: "common \($0 % 7) common") })
    let word = Self.term("common")
    for query in [word, .any([word, .all([word, word])]), .all([word, .any([word, .nothing])])] {
      var options = SearchOptions()
      options.countsMatches = true
      let automatic = try built.reader.search(query, options: options)
      options.algorithm = .exhaustive
      let exhaustive = try built.reader.search(query, options: options)
      #expect(automatic.hits == exhaustive.hits)
      #expect(automatic.hits.count == 10)
      #expect(exhaustive.matchCount == documentCount)
    }
  }

  @Test func emptyDocumentsDoNotCountInScores() throws {
    var random = SplitMix64(seed: TestSeed.value)
    var documents = TestCorpus.all[3].makeDocuments(&random)
    let without = try BuiltIndex(documents)
    for number in 0..<300 {
      documents.insert(TestDocument(id: "empty\(number)", text: ""), at: number % 120)
    }
    let with = try BuiltIndex(documents)
    for word in 0..<30 {
      var options = SearchOptions()
      options.limit = 1000
      let query = Query.any([Self.term("w\(word)"), Self.term("w3")])
      #expect(
        try with.reader.search(query, options: options).hits.map(\.score)
          == without.reader.search(query, options: options).hits.map(\.score))
    }
    try check(with)
  }

  @Test func longWordsAndDocumentsArePutUpWith() throws {
    let longWord = String(repeating: "x", count: 1 << 16)
    let similar = String(repeating: "x", count: 255)
    let built = try BuiltIndex([
      TestDocument(id: "long", title: longWord, text: "before \(longWord) after"),
      TestDocument(id: longWord, text: "\(similar) \(similar)x \(similar)y after"),
      TestDocument(id: "", title: "", text: "before after"),
    ])
    try check(built)
    let cut = String(repeating: "x", count: 32_766)
    #expect(try built.reader.search(Self.term(cut)).hits.count == 1)
    let phrase = Query.phrase(
      ["before", cut, "after"].enumerated().map {
        PhrasePlace(offset: $0.offset, terms: [Array($0.element.utf8)])
      })
    #expect(try built.reader.search(phrase).hits.count == 1)
    for id in ["long", longWord, ""] {
      let address = try #require(try built.reader.address(ofID: id))
      #expect(try built.reader.document(at: address).id == id)
    }
  }

  /// Ten megabytes in full runs; one without.
  @Test func aLongDocumentIsNotCutOff() throws {
    let wordCount = TestSeed.runsFullTests ? 2_000_000 : 200_000
    var text = "begin"
    for number in 0..<wordCount { text += " w\(number % 997)" }
    text += " end"
    let built = try BuiltIndex([
      TestDocument(id: "a", text: "begin end"), TestDocument(id: "b", text: text),
    ])
    #expect(try IndexReader.verify(path: built.folder.path).isIntact)
    let ends = Query.phrase([
      PhrasePlace(offset: 0, terms: [Array("w\((wordCount - 1) % 997)".utf8)]),
      PhrasePlace(offset: 1, terms: [Array("end".utf8)]),
    ])
    let hits = try built.reader.search(ends).hits
    #expect(hits.map { built.number(of: $0.address) } == [1])
    #expect(try built.reader.document(at: built.address(1)).text == text)
    let explanation = try #require(
      try built.reader.explain(built.address(1), for: Self.term("w5")))
    #expect(explanation.parts.first?.frequency == (wordCount - 6) / 997 + 1)
  }

  /// More documents and positions in one unit than 32 bits have room for.
  @Test func occurrencesOfEightBytesAreMergedAlike() throws {
    var random = SplitMix64(seed: TestSeed.value)
    var documents = (0..<17_000).map {
      TestDocument(id: "\($0)", text: "w\(random.below(40)) v\(random.below(9))")
    }
    let long = (0..<140_000).map { "w\($0 % 51)" }.joined(separator: " ")
    documents.insert(TestDocument(id: "long", text: long), at: 9_000)
    let wide = try BuiltIndex(documents)
    let narrow = try BuiltIndex(documents, pieceByteLimit: 20_000)
    for name in ["postings", "positions", "terms", "norms"] {
      let sections = try [wide, narrow].map {
        try $0.reader.segments[0].file.verifiedBytes(
          try #require($0.reader.segments[0].file.section(name))
        ).copied()
      }
      #expect(sections[0] == sections[1], "\(name), seed \(TestSeed.value)")
    }
    #expect(try IndexReader.verify(path: wide.folder.path).isIntact)
  }

  @Test func illFormedTextIsIndexed() throws {
    var random = SplitMix64(seed: TestSeed.value)
    var texts = RandomText(seed: random.next())
    let documents = (0..<150).map { number in
      var text = texts.text(pieceCount: 30, withIllFormedBytes: true)
      if number % 3 == 0 { text += (0..<random.below(60)).map { _ in UInt8(random.below(256)) } }
      if number % 10 == 0 { text = [0, 0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80, 0xF4, 0x90] + text }
      return TestDocument(id: "\(number)", text: text)
    }
    for language in [nil, Language.plain, .french] {
      let built = try BuiltIndex(
        documents, options: BuildOptions(analyzer: AnalyzerOptions(language: language)),
        pieceByteLimit: 700)
      try check(built, rounds: 25)
      for number in [0, 10, 57] {
        let stored = try built.reader.document(at: built.address(number))
        #expect(stored.text == String(decoding: documents[number].text, as: UTF8.self))
      }
    }
  }

  @Test(
    arguments: [Int.min, -1, 0, 1, 16 << 20, .max], [Int.min, 0, 1, 5, .max])
  func buildOptionsOfAnyValueWork(memoryBudget: Int, threadCount: Int) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let built = try BuiltIndex(
      TestCorpus.all[3].makeDocuments(&random),
      options: BuildOptions(memoryBudget: memoryBudget, threadCount: threadCount),
      pieceByteLimit: 300)
    #expect(try IndexReader.verify(path: built.folder.path).isIntact)
    #expect(
      try FileNames.inFolder(built.folder.path) == ["lock", "manifest", "segment-1-0.seg"])
  }

  @Test func searchOptionsOutOfRangeAreErrors() throws {
    let built = try BuiltIndex([TestDocument(id: "a", text: "a b")])
    let changes: [(inout SearchOptions) -> Void] = [
      { $0.limit = -1 }, { $0.limit = .max }, { $0.offset = -1 }, { $0.offset = .min },
      { $0.k1 = -0.1 }, { $0.k1 = .nan }, { $0.k1 = .infinity }, { $0.b = 1.1 }, { $0.b = .nan },
    ]
    for (number, change) in changes.enumerated() {
      var options = SearchOptions()
      change(&options)
      #expect(throws: IndexError.self, "change \(number)") {
        try built.reader.search(Self.term("a"), options: options)
      }
      #expect(throws: IndexError.self, "change \(number)") {
        try built.reader.explain(built.address(0), for: Self.term("a"), options: options)
      }
    }
    var options = SearchOptions()
    options.limit = .max
    #expect(
      throws: IndexError.invalidInput("limit \(Int.max), offset 0: both are 0...2147483647")
    ) {
      try built.reader.search(Self.term("a"), options: options)
    }
    (options.limit, options.offset) = (Int(Int32.max), Int(Int32.max))
    #expect(try built.reader.search(Self.term("a"), options: options).hits.isEmpty)
    (options.limit, options.offset) = (0, 0)
    #expect(try built.reader.search(Self.term("a"), options: options).hits.isEmpty)
  }

  @Test func aQueryOfTooManyTermsIsAnError() throws {
    let built = try BuiltIndex([TestDocument(id: "a", text: "a b")])
    let most = Query.maxTermCount
    let terms = [Query](repeating: Self.term("a"), count: most)
    // What no document has takes no memory.
    let absent = [Query](repeating: Self.term("c"), count: most)
    #expect(try built.reader.search(.any(terms + absent)).hits.count == 1)
    let phrase = Query.phrase(
      (0..<512).map { PhrasePlace(offset: $0, terms: [Array("a".utf8)]) })
    let phrases = [Query](repeating: phrase, count: most / 512)
    let tooMany: [Query] = [
      .any(terms + [Self.term("b")]), .all(terms + [Self.term("b")]),
      .any(phrases + [Self.term("b")]),
    ]
    for query in tooMany {
      let expected = IndexError.limitExceeded("a query of more than \(most) terms")
      #expect(throws: expected) { try built.reader.search(query) }
      #expect(throws: expected) { try built.reader.explain(built.address(0), for: query) }
    }
  }

  /// Whatever their words are, and before any of these is looked up.
  @Test func aPhraseOfTooManyPlacesIsAnError() throws {
    let built = try BuiltIndex([TestDocument(id: "a", text: "a b a")])
    let expected = IndexError.limitExceeded("a query of more than \(Query.maxTermCount) terms")
    func phrase(_ count: Int, _ words: [String]) -> Query {
      .phrase(
        (0..<count).map { PhrasePlace(offset: $0, terms: words.map { Array($0.utf8) }) })
    }
    #expect(try built.reader.search(phrase(Query.maxTermCount, ["a"])).hits.isEmpty)
    #expect(throws: expected) { try built.reader.search(phrase(Query.maxTermCount + 1, ["a"])) }
    #expect(throws: expected) { try built.reader.search(phrase(Query.maxTermCount + 1, ["c"])) }
    // One place can be read in two ways: each place counts twice.
    let alternatives = [PhrasePlace(offset: -1, terms: [[97], [98]])]
    guard case .phrase(let places) = phrase(Query.maxTermCount / 2, ["a"]) else { return }
    #expect(throws: expected) { try built.reader.search(.phrase(alternatives + places)) }
    #expect(
      try built.reader.search(.phrase(alternatives + places.prefix(1))).hits.count == 1)
  }

  @Test func phrasesOfAnyOffsetsAreSearched() throws {
    let built = try BuiltIndex([TestDocument(id: "a", text: "a b c")])
    for offsets in [
      [0, .max], [.min, .max], [.min, 0], [-1, 0], [5, 4], [0, 1 << 32], [0, 0],
    ] {
      let query = Query.phrase(
        zip(["a", "b"], offsets).map { PhrasePlace(offset: $1, terms: [Array($0.utf8)]) })
      var hitCount = 0
      let error = thrownError { hitCount = try built.reader.search(query).hits.count }
      #expect(hitCount == (offsets == [-1, 0] ? 1 : 0), "\(offsets)")
      if let error {
        guard case .invalidInput = error else { throw error }
      }
    }
  }

  /// No word comes after another because the sum of position and distance wraps around.
  @Test(arguments: [1, 4, 5]) func distancesDoNotWrapAround(count: Int) throws {
    let text = "b " + String(repeating: "a ", count: count) + "c"
    let built = try BuiltIndex([TestDocument(id: "a", text: text)])
    for (word, offset) in [("b", (1 << 32) - 1), ("b", (1 << 32) - count), ("c", count)] {
      let query = Query.phrase([
        PhrasePlace(offset: 0, terms: [Array("a".utf8)]),
        PhrasePlace(offset: offset, terms: [Array(word.utf8)]),
      ])
      let expected = word == "c" ? 1 : 0
      #expect(try built.reader.search(query).hits.count == expected, "\(word) \(offset)")
    }
  }

  @Test func aCancelledBuildLeavesTheFormerIndex() throws {
    let built = try BuiltIndex([TestDocument(id: "a", text: "former")])
    let documents = (0..<50).map { TestDocument(id: "\($0)", text: "newer") }
    #expect(throws: IndexError.cancelled) {
      try IndexBuilder(options: BuildOptions(memoryBudget: 1, threadCount: 3)).build(
        from: MemoryFeed(documents, pieceByteLimit: 10), at: built.folder.path
      ) { documentCount, _ in documentCount < 20 }
    }
    #expect(
      try FileNames.inFolder(built.folder.path) == ["lock", "manifest", "segment-1-0.seg"])
    let reader = try IndexReader(path: built.folder.path)
    #expect(try reader.search(Self.term("former")).hits.count == 1)
  }

  /// Five calls are about reading the documents, the others about writing the index.
  @Test(arguments: 0..<10) func aBuildCanBeCancelledToItsEnd(call: Int) throws {
    let built = try BuiltIndex([TestDocument(id: "a", text: "former")])
    let documents = (0..<5).map { TestDocument(id: "\($0)", text: "newer") }
    let calls = Atomic(0)
    #expect(throws: IndexError.cancelled) {
      try IndexBuilder(options: BuildOptions()).build(
        from: MemoryFeed(documents, pieceByteLimit: 1), at: built.folder.path
      ) { _, _ in calls.wrappingAdd(1, ordering: .relaxed).oldValue < call }
    }
    #expect(
      try FileNames.inFolder(built.folder.path) == ["lock", "manifest", "segment-1-0.seg"])
    #expect(try IndexReader.verify(path: built.folder.path).isIntact)
  }
}

/// The names of the files in a folder, in order.
enum FileNames {
  static func inFolder(_ path: String) throws -> [String] {
    try IndexDirectory(path: path).fileNames()
  }
}
