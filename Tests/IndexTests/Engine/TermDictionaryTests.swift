import TestSupport
import Testing

@testable import Index

/// Every term is found, and no other.
@Suite struct TermDictionaryTests {
  private static func makeTerms(_ count: Int, _ random: inout SplitMix64) -> [[UInt8]] {
    var terms: Set<[UInt8]> = []
    while terms.count < count {
      var term: [UInt8]
      switch random.below(8) {
      case 0: term = (0..<random.number(in: 1...9)).map { _ in UInt8(random.below(256)) }
      case 1: term = Array(repeating: 97, count: random.number(in: 1...700))
      case 2: term = Array(repeating: 0, count: random.number(in: 1...12))
      case 3:
        term = Array(repeating: 98, count: random.number(in: 250...260))
        term += (0..<random.below(4)).map { _ in UInt8(97 + random.below(3)) }
      case 4 where !terms.isEmpty:
        term = random.pick(Array(terms.prefix(20)))
        term.append(UInt8(random.below(256)))
      default: term = (0..<random.number(in: 1...4)).map { _ in UInt8(97 + random.below(4)) }
      }
      if random.chance(0.002) { term = Array(repeating: 120, count: 32_766) }
      terms.insert(term)
    }
    return terms.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private static func makeInfos(
    _ count: Int, positions: Bool, _ random: inout SplitMix64
  ) -> [TermInfo] {
    var infos: [TermInfo] = []
    var (postings, positionsEnd) = (0, 0)
    for _ in 0..<count {
      var info = TermInfo()
      info.documentFrequency = random.chance(0.5) ? 1 : random.number(in: 1...1_000_000)
      info.totalFrequency = info.documentFrequency + random.pick([0, 0, 1, 70_000])
      if info.documentFrequency == 1 { info.singleDoc = UInt32(random.below(1_000_000)) }
      let postingsLength = info.documentFrequency == 1 ? 0 : random.number(in: 1...100_000)
      info.postings = postings..<postings + postingsLength
      let positionsLength = info.totalFrequency == 1 ? 0 : random.below(100_000)
      info.positions = positionsEnd..<positionsEnd + (positions ? positionsLength : 0)
      if positions, info.totalFrequency == 1 {
        info.singlePosition = random.pick([
          UInt32(random.below(40_000)), 127, 128, 2_046, 2_047, 2_048, 32_639, 32_640, .max - 1,
        ])
      }
      postings = info.postings.upperBound
      positionsEnd = info.positions.upperBound
      infos.append(info)
    }
    return infos
  }

  /// A reader of a dictionary; the sections of lists are made up, as it only needs their sizes.
  private static func makeReader(
    _ terms: [[UInt8]], _ infos: [TermInfo], _ kind: DictionaryKind,
    in folder: TemporaryDirectory,
    damage: ([(String, [UInt8])]) -> [(String, [UInt8])] = { $0 }
  ) throws -> TermDictionaryReader {
    var sections: [(String, [UInt8])]
    if kind.formatVersion < SegmentVersion.current {
      var writer = OldTermDictionaryWriter(documentCount: 1_000_000, kind)
      for (term, info) in zip(terms, infos) { term.span.withBytes { writer.append($0, info) } }
      let index = writer.makeIndex()
      sections = [("terms", writer.terms.bytes.copied()), ("termindex", index.bytes.copied())]
      extendLifetime(index)
      extendLifetime(writer)
    } else {
      var writer = TermDictionaryWriter(
        documentCount: 1_000_000, storesPositions: kind.positions)
      for (term, info) in zip(terms, infos) {
        try term.span.withBytes { bytes throws(IndexError) in try writer.append(bytes, info) }
      }
      try writer.finish()
      #expect(writer.termCount == terms.count)
      let index = writer.makeIndex()
      sections = [
        ("terms", writer.terms.memory.bytes.copied()), ("termindex", index.bytes.copied()),
      ]
      extendLifetime(index)
      extendLifetime(writer)
    }
    return try makeReader(damage(sections), infos, kind, in: folder)
  }

  private static func makeReader(
    _ sections: [(String, [UInt8])], _ infos: [TermInfo], _ kind: DictionaryKind,
    in folder: TemporaryDirectory
  ) throws -> TermDictionaryReader {
    let path = folder.path("file")
    _ = try writeSections(sections, to: path, formatVersion: kind.formatVersion)
    let file = try VerifiedFile(path: path)
    return try TermDictionaryReader(
      file: file, terms: try #require(file.section("terms")),
      index: try #require(file.section("termindex")),
      postings: 0..<(infos.last?.postings.upperBound ?? 0),
      positions: kind.positions ? 0..<(infos.last?.positions.upperBound ?? 0) : nil,
      documentCount: 1_000_000)
  }

  private func find(_ term: [UInt8], _ reader: TermDictionaryReader) throws -> TermInfo? {
    let (found, slow): (TermInfo?, TermInfo?) = try term.span.withBytes {
      bytes throws(IndexError) in
      let found = try reader.find(bytes)
      guard let block = try reader.lastBlock(notAfter: bytes) else { return (found, nil) }
      return (found, try reader.findByEntries(bytes, inBlock: block))
    }
    // Lookups pass entries over that this one reads.
    #expect(found.map(Self.known) == slow.map(Self.known))
    return found.map(Self.known)
  }

  /// The only document and the only position mean nothing where there are more, and the place of
  /// lists nothing where there are none.
  private static func known(_ info: TermInfo) -> TermInfo {
    var info = info
    if info.documentFrequency > 1 { info.singleDoc = 0 }
    if info.totalFrequency > 1 { info.singlePosition = 0 }
    if info.totalFrequency == 1 { (info.postings, info.positions) = (0..<0, 0..<0) }
    return info
  }

  @Test(arguments: [0, 1, 15, 16, 17, 31, 32, 33, 64, 65, 1000], DictionaryKind.all)
  func everyTermIsFoundAndNoOther(count: Int, kind: DictionaryKind) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let folder = try TemporaryDirectory()
    let terms = Self.makeTerms(count, &random)
    let infos = Self.makeInfos(count, positions: kind.positions, &random)
    let reader = try Self.makeReader(terms, infos, kind, in: folder)
    let known = Set(terms)
    let comment: Comment = "seed \(TestSeed.value)"
    for (number, term) in terms.enumerated() {
      #expect(try find(term, reader) == Self.known(infos[number]), "term \(number), \(comment)")
      var absent = [term + [0], term + [255], Array(term.dropLast()), term + term]
      var changed = term
      changed[random.below(term.count)] ^= 1 << UInt8(random.below(8))
      absent.append(changed)
      for other in absent where !known.contains(other) {
        #expect(try find(other, reader) == nil, "near term \(number), \(comment)")
      }
    }
    #expect(try find([], reader) == nil)
    #expect(try find([255, 255, 255, 255, 255, 255, 255, 255, 255], reader) == nil)
    var walked: [[UInt8]] = []
    try reader.forEachTerm { term, info in
      #expect(Self.known(info) == Self.known(infos[walked.count]))
      walked.append(term)
      return true
    }
    #expect(walked == terms, comment)
    #expect(try reader.validate(blocks: 0..<reader.blockCount) { _, _ in } == count, comment)
  }

  /// What a walk finds, for terms in order.
  private func expectWalk(
    _ prefix: [UInt8], _ reader: TermDictionaryReader, _ terms: [[UInt8]], _ infos: [TermInfo],
    _ comment: Comment
  ) throws {
    let expected = zip(terms, infos).filter { $0.0.starts(with: prefix) }
    var named: [[UInt8]] = []
    try reader.forEachTerm(withPrefix: prefix) { term, _ in
      named.append(term)
      return true
    }
    #expect(named == expected.map(\.0), comment)
    guard reader.isTight else { return }
    var found: [TermInfo] = []
    try prefix.span.withBytes { bytes throws(IndexError) in
      guard var walk = try PrefixWalk(reader, prefix: bytes) else { return }
      while try walk.next() {
        var info = TermInfo()
        info.documentFrequency = walk.documentFrequency
        if walk.documentFrequency == 1 {
          info.singleDoc = walk.singleDoc
        } else {
          info.postings = walk.postings
        }
        found.append(info)
      }
      #expect(try !walk.next(), comment)
    }
    let wanted = expected.map { pair in
      var info = TermInfo()
      info.documentFrequency = pair.1.documentFrequency
      info.singleDoc = pair.1.singleDoc
      info.postings = pair.1.documentFrequency == 1 ? 0..<0 : pair.1.postings
      return info
    }
    #expect(found == wanted, comment)
  }

  @Test(arguments: [0, 1, 15, 16, 17, 31, 32, 33, 64, 65, 1000], DictionaryKind.all)
  func walksFindAllTermsThatBeginSo(count: Int, kind: DictionaryKind) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let folder = try TemporaryDirectory()
    let terms = Self.makeTerms(count, &random)
    let infos = Self.makeInfos(count, positions: kind.positions, &random)
    let reader = try Self.makeReader(terms, infos, kind, in: folder)
    try expectWalk([], reader, terms, infos, "all")
    try expectWalk([255, 255], reader, terms, infos, "after all")
    try expectWalk([0], reader, terms, infos, "before all")
    for round in 0..<(count == 0 ? 1 : 150) {
      var prefix = count == 0 ? [97] : random.pick(terms)
      prefix = Array(prefix.prefix(random.number(in: 0...min(prefix.count, 300))))
      if random.chance(0.2) { prefix.append(UInt8(random.below(256))) }
      if random.chance(0.1), !prefix.isEmpty { prefix[prefix.count - 1] &+= 1 }
      try expectWalk(prefix, reader, terms, infos, "\(prefix), \(round), \(TestSeed.value)")
    }
  }

  /// Entries say of at most 255 bytes that they share them.
  @Test(arguments: DictionaryKind.all.filter(\.positions))
  func termsThatShareMoreThanEntriesCanSayAreFound(kind: DictionaryKind) throws {
    let terms = [254, 255, 256, 257, 300, 301, 32_766].map { [UInt8](repeating: 120, count: $0) }
    var random = SplitMix64(seed: 1)
    let infos = Self.makeInfos(terms.count, positions: true, &random)
    let folder = try TemporaryDirectory()
    let reader = try Self.makeReader(terms, infos, kind, in: folder)
    for (number, term) in terms.enumerated() {
      #expect(try find(term, reader) == Self.known(infos[number]), "term \(number)")
      #expect(try find(term + [121], reader) == nil, "term \(number)")
      #expect(try find(term + [119], reader) == nil, "term \(number)")
      try expectWalk(term, reader, terms, infos, "term \(number)")
      try expectWalk(term + [121], reader, terms, infos, "after term \(number)")
    }
    #expect(try reader.validate(blocks: 0..<reader.blockCount) { _, _ in } == terms.count)
  }

  /// Whatever stands in the sections, under right sums, is an answer or an error; and if all is
  /// said to be right, all ways to read it agree.
  @Test(arguments: DictionaryKind.all)
  func whateverStandsInBlocksIsReadOrRefused(kind: DictionaryKind) throws {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<(TestSeed.runsFullTests ? 3_000 : 300) {
      let folder = try TemporaryDirectory()
      let terms = Self.makeTerms(random.number(in: 1...70), &random)
      let infos = Self.makeInfos(terms.count, positions: kind.positions, &random)
      let reader = try Self.makeReader(terms, infos, kind, in: folder) { sections in
        var sections = sections
        let section = random.chance(0.9) ? 0 : 1
        for _ in 0..<random.number(in: 1...3) {
          // Mostly what comes first in a block.
          let count = sections[section].1.count
          let offset = random.below(random.chance(0.5) ? min(count, 40) : count)
          sections[section].1[offset] =
            random.chance(0.5)
            ? sections[section].1[offset] ^ 1 << UInt8(random.below(8))
            : random.pick([0, 255, UInt8(random.below(256))])
        }
        if random.chance(0.1) {
          sections[0].1.removeLast(random.below(min(20, sections[0].1.count)))
        }
        return sections
      }
      var read: [([UInt8], TermInfo)] = []
      let isRight =
        (try? reader.validate(blocks: 0..<reader.blockCount) { read.append(($0, $1)) })
        == read.count
      for term in terms.prefix(20) {
        let found = try? term.span.withBytes { bytes throws(IndexError) in try reader.find(bytes) }
        if isRight, !read.contains(where: { $0.0 == term }) { #expect(found == .some(nil)) }
      }
      guard isRight else {
        try? reader.forEachTerm { _, _ in true }
        for term in terms.prefix(5) where reader.isTight {
          let prefix = Array(term.prefix(2))
          try? prefix.span.withBytes { bytes throws(IndexError) in
            guard var walk = try PrefixWalk(reader, prefix: bytes) else { return }
            while try walk.next() {}
          }
        }
        continue
      }
      for (term, info) in read {
        #expect(try find(term, reader) == Self.known(info), "\(round), seed \(TestSeed.value)")
      }
      let (names, known) = (read.map(\.0), read.map(\.1))
      try expectWalk([], reader, names, known, "\(round), seed \(TestSeed.value)")
    }
  }

  @Test(arguments: [("", ""), ("a", "b"), ("a", "ab"), ("abcdefgh", "abcdefghi"), ("\0", "")])
  func termsAreInTheOrderOfTheirBytes(left: String, right: String) {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    let order = left.span.withBytes { a in right.span.withBytes { b in compareTerms(a, b) } }
    #expect((order < 0) == left.lexicographicallyPrecedes(right))
    #expect((order > 0) == right.lexicographicallyPrecedes(left))
    #expect((order == 0) == (left == right))
  }
}
