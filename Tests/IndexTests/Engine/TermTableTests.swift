import TestSupport
import Testing
import Tokenizer

@testable import Index

/// The table of a unit's terms against a dictionary, its order against a plain sort, and what is
/// read back from runs against both.
@Suite struct TermTableTests {
  /// Words of all lengths, some often; many or few share their first eight or
  /// twenty bytes.
  private static func makeWords(
    _ count: Int, vocabularySize: Int, _ random: inout SplitMix64
  ) -> [[UInt8]] {
    let vocabulary = (0..<vocabularySize).map { _ -> [UInt8] in
      var word: [UInt8] = []
      switch random.below(6) {
      case 0: word = Array("prefixed".utf8)
      case 1: word = Array("aprefixoftwentybytes".utf8)
      // Small groups alike in their first eight bytes.
      case 2: for _ in 0..<8 { word.append(UInt8(97 + random.below(2))) }
      default: break
      }
      let length = random.chance(0.03) ? random.number(in: 21...200) : random.number(in: 1...9)
      for _ in 0..<length { word.append(UInt8(97 + random.below(26))) }
      return word
    }
    let ranks = ZipfDistribution(count: vocabularySize)
    return (0..<count).map { _ in
      random.chance(0.4) ? random.pick(vocabulary) : vocabulary[ranks.sample(&random)]
    }
  }

  static func text(of words: some Sequence<[UInt8]>) -> [UInt8] {
    Array(words.joined(separator: [32]))
  }

  /// Interns the words of a text in batches of `batchSize`; returns the number of each.
  static func intern(
    _ text: [UInt8], batchSize: Int, _ table: inout TermTable
  ) -> [UInt32] {
    var buffer: TokenBuffer? = TokenBuffer(tokenCapacity: batchSize)
    var ids: [UInt32] = []
    guard var lent = buffer.take() else { return [] }
    let output = Column<UInt32>(capacity: batchSize + 5)
    Analyzer(AnalyzerOptions(language: .plain)).analyze(
      text.span, language: .plain, into: &lent
    ) { batch in
      table.intern(batch, into: output.view, at: 5)
      for index in 0..<batch.count { ids.append(output[5 + index]) }
    }
    return ids
  }

  @Test(arguments: [1, 2, 255, 256, 257, 511, 512, 513, 4096])
  func numbersAreThoseOfADictionary(batchSize: Int) {
    var random = SplitMix64(seed: TestSeed.value)
    var table = TermTable()
    let comment: Comment = "seed \(TestSeed.value)"
    // The second round starts afresh in the same memory; the third has many growths.
    for (count, vocabularySize) in [(600, 300), (5_000, 2_000), (70_000, 60_000)] {
      table.removeAll()
      let words = Self.makeWords(count, vocabularySize: vocabularySize, &random)
      var numbers: [[UInt8]: UInt32] = [:]
      var counts: [UInt32] = []
      var expected: [UInt32] = []
      for word in words {
        let number = numbers[word] ?? UInt32(numbers.count)
        if numbers.updateValue(number, forKey: word) == nil { counts.append(0) }
        counts[Int(number)] += 1
        expected.append(number)
      }
      let ids = Self.intern(Self.text(of: words), batchSize: batchSize, &table)
      #expect(ids == expected, comment)
      #expect(table.count == numbers.count, comment)
      #expect((0..<table.count).map { table.occurrenceCounts[$0] } == counts, comment)
      for (word, number) in numbers where number % 50 == 0 || word.count > 19 {
        #expect(table.term(Int(number)).copied() == word, comment)
      }
      if batchSize < 3 { break }
    }
  }

  @Test(arguments: [0, 1, 2, 3, 1000, 20_000]) func theSorterSorts(count: Int) {
    var random = SplitMix64(seed: TestSeed.value)
    var table = TermTable()
    let words =
      count == 0 ? [] : Self.makeWords(count, vocabularySize: max(1, count), &random)
    _ = Self.intern(Self.text(of: words), batchSize: 4096, &table)
    let sorted = TermSorter.sortedIDs(of: table)
    let terms = (0..<table.count).map { table.term(Int(sorted[$0])).copied() }
    #expect(terms == Set(words).sorted { $0.lexicographicallyPrecedes($1) })
    #expect(Set((0..<table.count).map { sorted[$0] }).count == table.count)
  }

  /// Windows on a run that are smaller than a term, its occurrences, or both.
  @Test(arguments: [64, 72, 4096, 1 << 15], [true, false])
  func runsAreReadThroughWindowsOfAnySize(windowByteCount: Int, isSpilled: Bool) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let words = Self.makeWords(9_000, vocabularySize: 900, &random)
    let documents = stride(from: 0, to: words.count, by: 30).map { Array(words[$0..<$0 + 30]) }
    var inverter = Inverter(
      analyzer: Analyzer(AnalyzerOptions(language: .plain)), byteLimit: 1 << 16)
    for document in documents { try inverter.add(text: Self.text(of: document).span) }
    let folder = try TemporaryDirectory()
    let finished = inverter.finishUnit()
    let run =
      try isSpilled
      ? StoredRun(
        finished, in: SpillFile(path: folder.path("spill")), reusing: &inverter.spareMemory)
      : StoredRun(finished)

    var expected: [[UInt8]: [(UInt32, UInt32)]] = [:]
    for (document, words) in documents.enumerated() {
      for (position, word) in words.enumerated() {
        expected[word, default: []].append((UInt32(document) + 7, UInt32(position)))
      }
    }
    let terms = expected.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let norms = Column<UInt8>(capacity: documents.count + 7)
    for lowerBound in [nil, terms[0], terms[terms.count / 2] + [0], [UInt8(255)]] {
      var rest = terms[...]
      if let lowerBound { rest = rest.drop { $0.lexicographicallyPrecedes(lowerBound) } }
      var cursors = try RunCursors(
        [run], docBases: [7], from: lowerBound, windowByteCount: windowByteCount)
      var actual = PostingListEncoder(
        norms: norms.view, averageLength: 30, storesPositions: true)
      var wanted = PostingListEncoder(
        norms: norms.view, averageLength: 30, storesPositions: true)
      while !cursors.isAtEnd {
        let term = cursors.term.copied()
        #expect(term == rest.popFirst(), "seed \(TestSeed.value)")
        actual.begin()
        try cursors.appendOccurrences(to: &actual)
        wanted.begin()
        for (doc, position) in expected[term] ?? [] { wanted.append(doc: doc, position: position) }
        #expect(try actual.finish() == wanted.finish())
        try cursors.advance()
      }
      #expect(rest.isEmpty)
      #expect(actual.postings.memory.bytes.copied() == wanted.postings.memory.bytes.copied())
      #expect(actual.positions.memory.bytes.copied() == wanted.positions.memory.bytes.copied())
    }
  }

  /// Runs with terms in common, some alike in their first 12 bytes or more, some runs empty.
  @Test(arguments: [1, 2, 3, 7, 16], [64, 1 << 14])
  func cursorsMergeRunsAsASortDoes(runCount: Int, windowByteCount: Int) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let folder = try TemporaryDirectory()
    let words = Self.makeWords(3_000, vocabularySize: 400, &random)
    var runs: [StoredRun] = []
    var expected: [(term: [UInt8], run: Int)] = []
    for number in 0..<runCount {
      var inverter = Inverter(
        analyzer: Analyzer(AnalyzerOptions(language: .plain)), byteLimit: 1 << 16)
      let chosen = number % 5 == 3 ? [] : words.filter { _ in random.chance(0.3) }
      try inverter.add(text: Self.text(of: chosen).span)
      let finished = inverter.finishUnit()
      if number % 2 == 0 {
        let file = try SpillFile(path: folder.path("spill-\(number)"))
        runs.append(try StoredRun(finished, in: file, reusing: &inverter.spareMemory))
      } else {
        runs.append(StoredRun(finished))
      }
      for term in Set(chosen) { expected.append((term, number)) }
    }
    expected.sort {
      $0.term == $1.term ? $0.run < $1.run : $0.term.lexicographicallyPrecedes($1.term)
    }
    // Documents are numbered from 10 times the number of the run.
    let norms = Column<UInt8>(capacity: 10 * runCount)
    for lowerBound in [nil, expected.isEmpty ? nil : expected[expected.count / 2].term] {
      var rest = expected[...]
      if let lowerBound { rest = rest.drop { $0.term.lexicographicallyPrecedes(lowerBound) } }
      var cursors = try RunCursors(
        runs, docBases: (0..<runCount).map { 10 * $0 }, from: lowerBound,
        windowByteCount: windowByteCount)
      while !cursors.isAtEnd {
        let wanted = rest.popFirst()
        #expect(cursors.term.copied() == wanted?.term, "seed \(TestSeed.value)")
        var encoder = PostingListEncoder(
          norms: norms.view, averageLength: 30, storesPositions: true)
        encoder.begin()
        try cursors.appendOccurrences(to: &encoder)
        let info = try encoder.finish()
        #expect(Int(info.singleDoc) == wanted.map { 10 * $0.run }, "seed \(TestSeed.value)")
        let (term, key) = (cursors.term.copied(), cursors.key)
        try cursors.advance()
        let goesOn = term.span.withBytes { cursors.isAt($0, key: key) }
        #expect(goesOn == (rest.first?.term == term), "seed \(TestSeed.value)")
      }
      #expect(rest.isEmpty)
    }
  }
}
