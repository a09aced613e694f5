import TestSupport
import Testing
import Tokenizer

@testable import Index

/// What queries and indexes cost, in counts that do not vary: a change that makes anything dearer
/// fails here, without a clock.
///
/// Allocations are counted in optimised code, by `Benchmarks`, as debug builds make more of them.
///
/// A table that is no longer right is printed as it is now where the test fails. If the change is
/// meant, paste it here, and say in the commit why the numbers went up or down.
@Suite struct CostTests {
  /// Sums over 40 queries of each kind, ten hits: what `SearchProfile` counts.
  private static let profiles = """
    kind       blocks decoded  read  skipped  postings decoded  scored  position blocks
    term                  197   197      360             22735   22735                0
    and                   100   751        1              8952     778                0
    or                    813  1384        0             87771    3585                0
    or_long              1520  2929        0            149888   11918                0
    phrase                 86   587        0              7252    1725              422
    mixed                 768  1771      111             84850   47828              517
    """

  /// The same in a collection whose best documents lie in few of the blocks, so that most can be
  /// passed over.
  private static let profilesInStretches = """
    kind       blocks decoded  read  skipped  postings decoded  scored  position blocks
    term                  272   272     2328             34816   34816                0
    and                  2014  6000      228            255851    3882                0
    or                   5806  6408        0            726330   85070                0
    or_long             10051 10941        0           1255424  172474                0
    phrase               2225  4731      139            284078   19847             3497
    mixed                3771 10073     1747            471254  258830             4638
    """

  /// The first again, with a k1 of 2: the impacts of blocks bound scores as closely.
  private static let profilesOfOtherK1 = """
    kind       blocks decoded  read  skipped  postings decoded  scored  position blocks
    term                  197   197      360             22735   22735                0
    and                   100   756        1              8952     778                0
    or                    878  1398        0             95751    2721                0
    or_long              1562  2957        0            154461    8904                0
    phrase                 86   587        0              7252    1725              422
    mixed                 777  1826      102             85995   54320              552
    """

  /// With k1 0.9 and b 0.4, which many use: they bound them less closely.
  private static let profilesOfOtherLengths = """
    kind       blocks decoded  read  skipped  postings decoded  scored  position blocks
    term                  555   555        2             68153   68153                0
    and                   101   763        0              8955     773                0
    or                    979  1445        0            108448   18698                0
    or_long              2053  2931        0            216781   32816                0
    phrase                 86   587        0              7252    1882              423
    mixed                 753  1689      100             83276   47001              520
    """

  /// Pages of 4 KiB that 40 queries of each kind touch in an index that nobody has read yet, each
  /// query by itself: sums by section.
  private static let pages = """
    kind       terms  postings  positions  norms
    term         158        51         40    155
    and          263       145         40     86
    or           266       162         40    160
    or_long      427       350         40    160
    phrase       235       115        155     91
    mixed        315       210        153    160
    """

  /// Bytes of the posting and position lists, and the bits of each posting or position.
  private static let sizes = """
    part              bytes   bits
    skip data         16270   0.61
    documents         90911   6.43
    bitsets           42476   4.24
    frequencies       23528   0.97
    last blocks       19074   7.67
    short lists      326273  12.88
    positions        398720   6.83
    """

  @Test func profilesAreAsTheyWere() throws {
    let table = try Self.profiles(head: Self.profiles, CostFixture.shared.get())
    #expect(table == Self.profiles, "now:\n\(table)")
  }

  @Test func profilesInStretchesAreAsTheyWere() throws {
    let table = try Self.profiles(head: Self.profilesInStretches, CostFixture.stretches.get())
    #expect(table == Self.profilesInStretches, "now:\n\(table)")
  }

  @Test func profilesOfOtherParametersAreAsTheyWere() throws {
    let fixture = try CostFixture.shared.get()
    var options = SearchOptions()
    options.k1 = 2
    let ofOtherK1 = try Self.profiles(head: Self.profilesOfOtherK1, fixture, options)
    #expect(ofOtherK1 == Self.profilesOfOtherK1, "now:\n\(ofOtherK1)")
    (options.k1, options.b) = (0.9, 0.4)
    let ofOtherLengths = try Self.profiles(head: Self.profilesOfOtherLengths, fixture, options)
    #expect(ofOtherLengths == Self.profilesOfOtherLengths, "now:\n\(ofOtherLengths)")
  }

  @Test func pagesTouchedAreAsTheyWere() throws {
    let fixture = try CostFixture.shared.get()
    let folder = fixture.folder
    let table = try Self.table(head: Self.pages, fixture) { query in
      let reader = try IndexReader(path: folder.path)
      _ = try reader.search(query)
      let file = reader.segments[0].file
      func count(_ names: [String]) -> Int {
        names.compactMap { file.section($0) }.reduce(0) { $0 + file.verifiedUnitCount(in: $1) }
      }
      return [
        count([SegmentFormat.terms, SegmentFormat.termIndex]), count([SegmentFormat.postings]),
        count([SegmentFormat.positions]), count([SegmentFormat.norms]),
      ]
    }
    #expect(table == Self.pages, "now:\n\(table)")
  }

  @Test func sizesAreAsTheyWere() throws {
    let reader = try CostFixture.shared.get().reader
    let sizes = try ListSizes(reader.segments[0])
    var lines = [Self.sizes.prefix { $0 != "\n" }.description]
    for part in sizes.parts {
      let bits = part.count == 0 ? 0 : 8 * Double(part.byteCount) / Double(part.count)
      lines.append(
        part.name + padded(part.byteCount, to: 23 - part.name.count)
          + padded((bits * 100).rounded() / 100, to: 7))
    }
    let table = lines.joined(separator: "\n")
    #expect(table == Self.sizes, "now:\n\(table)")
    // Nothing is left out: the parts are the sections.
    let sections = reader.statistics().sections
    for (name, parts) in [
      (
        "postings",
        ["skip data", "documents", "bitsets", "frequencies", "last blocks", "short lists"]
      ),
      ("positions", ["positions"]),
    ] {
      let sum = sizes.parts.filter { parts.contains($0.name) }.reduce(0) { $0 + $1.byteCount }
      #expect(sections.first { $0.name == name }?.byteCount == sum, "\(name)")
    }
  }

  private static func profiles(
    head: String, _ fixture: CostFixture, _ options: SearchOptions = SearchOptions()
  ) throws -> String {
    try table(head: head, fixture) { query in
      let profile = try fixture.reader.search(query, options: options).profile
      return [
        profile.blocksDecoded, profile.blocksRead, profile.blocksSkipped, profile.postingsDecoded,
        profile.documentsScored, profile.positionBlocksDecoded,
      ]
    }
  }

  /// A line for each kind with the sums of what `measure` returns for its queries.
  private static func table(
    head: String, _ fixture: CostFixture, _ measure: (Query) throws -> [Int]
  ) throws -> String {
    let head = head.prefix { $0 != "\n" }
    // Each column ends where its head does; heads are two spaces apart at least.
    var ends: [Int] = []
    let characters = Array(head)
    for index in characters.indices.dropFirst(10) where characters[index] != " " {
      let rest = characters[(index + 1)...].prefix(2)
      if rest.allSatisfy({ $0 == " " }), rest.count == 2 || rest.isEmpty { ends.append(index + 1) }
    }
    var lines = [String(head)]
    for (kind, queries) in fixture.queries {
      var sums = [Int](repeating: 0, count: ends.count)
      for query in queries {
        for (column, value) in try measure(query).enumerated() { sums[column] += value }
      }
      var line = kind
      for (sum, end) in zip(sums, ends) { line += padded(sum, to: end - line.count) }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }
}

private func padded(_ value: some CustomStringConvertible, to width: Int) -> String {
  let text = value.description
  return String(repeating: " ", count: max(1, width - text.count)) + text
}

/// A made-up collection, indexed once for all tests of costs, and queries for it.
private struct CostFixture {
  let folder: TemporaryDirectory
  let reader: IndexReader
  /// 40 queries of each kind.
  let queries: [(kind: String, queries: [Query])]

  /// Made-up English.
  static let shared = Result { try CostFixture.makeEnglish() }
  /// Documents of frequent words, in some stretches of few of them many times.
  static let stretches = Result { try CostFixture.makeStretches() }

  private static func makeEnglish() throws -> CostFixture {
    var generator = TextGenerator(seed: 2_026, style: .english, vocabularySize: 20_000)
    let documents = (0..<12_000).map { number in
      let wordCount = min(400, generator.length(median: 30))
      return TestDocument(id: String(number), text: generator.text(wordCount: wordCount))
    }
    let analyzer = Analyzer(options.analyzer)
    // Words for queries come from documents that are long enough for all kinds.
    let texts = documents.prefix(500).map { analyzer.tokens(of: $0.text).map(\.term) }
      .filter { Set($0).count >= 24 }
    return try CostFixture(documents, makeQueries(texts, 2...4, longLengths: 5...10, 2...3))
  }

  private static func makeStretches() throws -> CostFixture {
    var random = SplitMix64(seed: 2_026)
    let ranks = ZipfDistribution(count: 70)
    let documents = (0..<16_000).map { number in
      var ranks = (0..<random.number(in: 8...20)).map { _ in ranks.sample(&random) }
      if number / 400 % 8 == 5 {
        ranks = (0..<random.number(in: 1...6)).flatMap { _ in ranks[..<3] }
      }
      let text = ranks.map { "w\($0)" }.joined(separator: " ")
      return TestDocument(id: String(number), text: text)
    }
    // The most frequent words.
    let text = (0..<6).map { Array("w\($0)".utf8) }
    return try CostFixture(documents, makeQueries([text], 2...3, longLengths: 4...5, 2...2))
  }

  private static let options: BuildOptions = {
    var options = BuildOptions(analyzer: AnalyzerOptions(language: .plain))
    options.storeText = false
    return options
  }()

  private init(_ documents: [TestDocument], _ queries: [(String, [Query])]) throws {
    folder = try TemporaryDirectory()
    _ = try IndexBuilder(options: CostFixture.options).build(
      from: MemoryFeed(documents), at: folder.path)
    reader = try IndexReader(path: folder.path)
    self.queries = queries
  }

  private static func makeQueries(
    _ texts: [[[UInt8]]], _ lengths: ClosedRange<Int>, longLengths: ClosedRange<Int>,
    _ phraseLengths: ClosedRange<Int>
  ) -> [(String, [Query])] {
    var random = SplitMix64(seed: 7)
    /// Distinct terms of one document, in its order.
    func run(_ count: Int) -> [[UInt8]] {
      while true {
        let text = random.pick(texts)
        let start = random.below(text.count - count + 1)
        let terms = Array(text[start..<start + count])
        if Set(terms).count == count { return terms }
      }
    }
    func make(_ body: () -> Query) -> [Query] { (0..<40).map { _ in body() } }
    return [
      ("term", make { .term(run(1)[0]) }),
      ("and", make { .all(run(random.number(in: lengths)).map { .term($0) }) }),
      ("or", make { .any(run(random.number(in: lengths)).map { .term($0) }) }),
      ("or_long", make { .any(run(random.number(in: longLengths)).map { .term($0) }) }),
      (
        "phrase",
        make {
          .phrase(
            run(random.number(in: phraseLengths)).enumerated().map {
              PhrasePlace(offset: $0.offset, terms: [$0.element])
            })
        }
      ),
      (
        "mixed",
        make {
          let phrase = run(2).enumerated().map {
            PhrasePlace(offset: $0.offset, terms: [$0.element])
          }
          return .any([.phrase(phrase)] + run(2).map { .term($0) })
        }
      ),
    ]
  }
}

/// The bytes of all lists of a segment by what they are for.
private struct ListSizes {
  /// One part, and how many postings or positions it has.
  struct Part {
    var name: String
    var byteCount = 0
    var count = 0
  }

  private var skipData = Part(name: "skip data")
  private var documents = Part(name: "documents")
  private var bitsets = Part(name: "bitsets")
  private var frequencies = Part(name: "frequencies")
  private var lastBlocks = Part(name: "last blocks")
  private var shortLists = Part(name: "short lists")
  private var positions = Part(name: "positions")

  var parts: [Part] {
    [skipData, documents, bitsets, frequencies, lastBlocks, shortLists, positions]
  }

  init(_ segment: SegmentReader) throws {
    var infos: [TermInfo] = []
    try segment.dictionary.forEachTerm { _, info in
      infos.append(info)
      return true
    }
    for info in infos {
      positions.byteCount += info.positions.count
      positions.count += info.totalFrequency
      try add(info, segment)
    }
  }

  private mutating func add(_ info: TermInfo, _ segment: SegmentReader) throws {
    let list = try PostingList(info, in: segment.postingsSection)
    guard list.hasSkipData else {
      shortLists.byteCount += info.postings.count
      shortLists.count += info.documentFrequency
      return
    }
    skipData.count += info.documentFrequency
    skipData.byteCount += try list.extent(0, segment.file).start
    for block in 0..<list.blockCount {
      let (start, end) = try list.extent(block, segment.file)
      if list.isShort(block) {
        lastBlocks.byteCount += end - start
        lastBlocks.count += info.documentFrequency % PostingsFormat.blockLength
      } else {
        let middle = try list.frequencyOffset(block, segment.file)
        if DocumentBitset.isMarked(list.bytes[start]) {
          bitsets.byteCount += middle - start
          bitsets.count += PostingsFormat.blockLength
        } else {
          documents.byteCount += middle - start
          documents.count += PostingsFormat.blockLength
        }
        frequencies.byteCount += end - middle
        frequencies.count += PostingsFormat.blockLength
      }
    }
  }
}
