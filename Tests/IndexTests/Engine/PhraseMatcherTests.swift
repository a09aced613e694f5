import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Phrases are counted as the naive twin does: a place is one start if all words stand where they
/// have to.
@Suite struct PhraseMatcherTests {
  /// Increasing positions of a word in a document, close together, at either end of what there is.
  private static func makePositions(_ random: inout SplitMix64) -> [UInt32] {
    // Few, many, and about as many as there is room for at first.
    let count = random.pick([random.number(in: 1...4), random.number(in: 3...12), 256, 257, 600])
    let range = count > 100 ? 800 : 20
    var positions: Set<UInt32> = []
    let isSmall = random.chance(0.3)
    // Right before the greatest number hardly any phrase has room.
    let lastRange = count > 100 ? range : random.pick([6, range])
    while positions.count < count {
      positions.insert(
        isSmall || random.chance(0.5)
          ? UInt32(random.below(range)) : .max - 1 - UInt32(random.below(lastRange)))
    }
    return positions.sorted()
  }

  /// A phrase of words whose positions in each document are known, list by list.
  private final class OnePhrase {
    let words: [[[UInt32]]]
    /// The list of each word of the phrase.
    private let lists: [Int]
    let memory = SearchMemory()
    let file: VerifiedFile
    private let folder: TemporaryDirectory
    private let infos: [TermInfo]
    private let offsets: [UInt32]
    private let saturation = SaturationTable(.standard, averageLength: 3)

    init(_ words: [[[UInt32]]], lists: [Int]? = nil, offsets: [UInt32]) throws {
      let norms = Column<UInt8>(capacity: words[0].count)
      var encoder = PostingListEncoder(norms: norms.view, averageLength: 3, storesPositions: true)
      var infos: [TermInfo] = []
      for documents in words {
        encoder.begin()
        for (doc, positions) in documents.enumerated() {
          for position in positions { encoder.append(doc: UInt32(doc), position: position) }
        }
        infos.append(try encoder.finish())
      }
      extendLifetime(norms)
      folder = try TemporaryDirectory()
      _ = try writeSections(
        [("positions", encoder.positions.memory.bytes.copied())], to: folder.path("file"))
      file = try VerifiedFile(path: folder.path("file"))
      self.words = words
      self.lists = lists ?? Array(words.indices)
      self.offsets = offsets
      self.infos = infos
    }

    func makeMatcher() throws -> PhraseMatcher {
      let weight = TermWeight(
        weight: 1, scale: ScoreScale(totalWeight: 1, count: 1), saturation: saturation.view,
        impacts: ImpactBounds(
          .standard, segmentAverage: 3, collectionAverage: 3))
      let section = try #require(file.section("positions"))
      let words = try lists.enumerated().map { index, list in
        PhrasePattern.Word(
          list: list, offset: offsets[index],
          positions: PositionCursor(
            try PositionList(infos[list], in: section, of: file),
            memory: memory.take(PositionCursor.memoryCount)))
      }
      return PhraseMatcher([PhrasePattern(words: words, weight: weight)], memory)
    }

    /// Where the positions of a document are in each list.
    func places(of doc: Int) -> ColumnView<PostingPlace> {
      let places = memory.take(words.count, of: PostingPlace.self)
      for (index, documents) in words.enumerated() {
        places[index] = PostingPlace(
          block: 0, index: doc, before: UInt32(documents[..<doc].reduce(0) { $0 + $1.count }),
          frequency: UInt32(documents[doc].count))
      }
      return places
    }

    /// How often the phrase stands in a document, by definition.
    func count(in doc: Int) -> Int {
      let known = words.map { Set($0[doc]) }
      return words[lists[0]][doc].count { position in
        let start = Int(position) - Int(offsets[0])
        return start >= 0
          && lists.indices.allSatisfy { word in
            UInt32(exactly: start + Int(offsets[word])).map(known[lists[word]].contains) ?? false
          }
      }
    }
  }

  @Test func countsAreThoseOfTheDefinition() throws {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<300 {
      let wordCount = random.number(in: 2...4)
      let phrase = try OnePhrase(
        (0..<wordCount).map { _ in (0..<4).map { _ in Self.makePositions(&random) } },
        offsets: (0..<wordCount).map { _ in UInt32(random.below(8)) })
      var matcher = try phrase.makeMatcher()
      for doc in 0..<4 {
        let count = try matcher.matchCount(0, phrase.places(of: doc), first: 0, phrase.file)
        #expect(count == phrase.count(in: doc), "round \(round), seed \(TestSeed.value)")
      }
      extendLifetime(phrase)
    }
  }

  /// Of a word that is often in a phrase positions are looked at as bits, unless they are far apart.
  @Test func repeatedWordsAreCountedAsTheDefinitionSays() throws {
    var random = SplitMix64(seed: TestSeed.value)
    var matchCount = 0
    for round in 0..<200 {
      let range = random.pick([20, 300, 100_000])
      let documents = (0..<2).map { _ in
        (0..<3).map { _ in
          let gap = random.pick([2, 2, 2, 9])
          return (0..<UInt32(range)).filter { $0 == 7 || range < 1000 && random.below(gap) > 0 }
            + (random.chance(0.2) ? [UInt32.max - 2] : [])
        }
      }
      let repeats = random.number(in: 6...40)
      let others = random.below(3)
      let lists = [Int](repeating: 0, count: others) + [Int](repeating: 1, count: repeats)
      let spread = random.pick([4, 12, 70])
      let offsets = lists.map { _ in UInt32(random.below(spread)) }
      let phrase = try OnePhrase(documents, lists: lists, offsets: offsets)
      var matcher = try phrase.makeMatcher()
      for doc in 0..<3 {
        let count = try matcher.matchCount(0, phrase.places(of: doc), first: 0, phrase.file)
        #expect(count == phrase.count(in: doc), "round \(round), seed \(TestSeed.value)")
        matchCount += count
      }
      extendLifetime(phrase)
    }
    #expect(matchCount > 100)
  }

  /// A minute would mean that each of the places reads all positions.
  @Test(.timeLimit(.minutes(1))) func aPhraseOfOneWordTakesNoLongTime() throws {
    let phrase = try OnePhrase(
      [[Array(0..<200_000)]], lists: [Int](repeating: 0, count: 4000),
      offsets: Array(0..<4000))
    var matcher = try phrase.makeMatcher()
    let count = try matcher.matchCount(0, phrase.places(of: 0), first: 0, phrase.file)
    #expect(count == 200_000 - 3999)
    extendLifetime(phrase)
  }

  /// Words that would have to stand beyond the greatest number do not stand at the start instead.
  @Test(arguments: [3, 6]) func positionsDoNotWrapAround(count: UInt32) throws {
    let last = (1...count).reversed().map { UInt32.max - $0 }
    let phrase = try OnePhrase([[last], [Array(0..<9)]], offsets: [0, count + 1])
    var matcher = try phrase.makeMatcher()
    #expect(try matcher.matchCount(0, phrase.places(of: 0), first: 0, phrase.file) == 0)
    extendLifetime(phrase)
  }

  /// A frequency above the number of all positions, as only a damaged list has, is told before
  /// memory for them is taken.
  @Test(arguments: [2, 20], [0, 1])
  func moreOccurrencesThanTheListHasAreNoticed(count: Int, word: Int) throws {
    let positions = (0..<UInt32(count)).map { 2 * $0 }
    let phrase = try OnePhrase([[positions], [positions.map { $0 + 1 }]], offsets: [0, 1])
    var matcher = try phrase.makeMatcher()
    let places = phrase.places(of: 0)
    #expect(try matcher.matchCount(0, places, first: 0, phrase.file) == count)
    places[word].frequency += 1
    let error = #expect(throws: IndexError.self) {
      try matcher.matchCount(0, places, first: 0, phrase.file)
    }
    #expect(error.map { "\($0)".contains("a document with \(count + 1)") } == true)
    extendLifetime(phrase)
  }
}
