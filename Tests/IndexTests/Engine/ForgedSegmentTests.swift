import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Segments in which all is right but one thing, which only the check of that thing finds.
@Suite struct ForgedSegmentTests {
  /// Documents in whose lists the parts of the format are where they are looked for: `all` has two
  /// whole blocks, bitsets, and gaps between positions in the first; `most` a tail; `often` patches in
  /// both blocks, `apart` in that of its documents; `early` and `late` have bitsets that start within
  /// a word, and that the last document ends; `wide` has wide gaps, `few` no parameter for any.
  private static func makeSegment(positions: Bool = true) throws -> ForgedSegment {
    let documents = (0..<340).map { number in
      var words = number % 9 == 3 ? ["x"] : []
      // As often as skip data can say, and more.
      if number < 256 { words += Array(repeating: "all", count: number == 7 ? 257 : 1) }
      if number < 200 { words.append("most") }
      if number < 126 || [226, 327].contains(number) { words.append("apart") }
      if [40, 42].contains(number) { words += Array(repeating: "x", count: 100) }
      if number < 256, number % 2 == 0 {
        words += Array(repeating: "often", count: number == 100 ? 6 : 1)
      }
      if (3..<259).contains(number) { words.append("early") }
      if number >= 84 { words.append("late") }
      if number > 330 { words += ["few", "wide", "x", "x", "x", "x", "x", "x", "wide"] }
      return TestDocument(id: String(number ^ 1), text: words.joined(separator: " "))
    }
    return try ForgedSegment(try BuiltIndex(documents, options: BuildOptions(positions: positions)))
  }

  @Test func countsOfTheMetadataAreChecked() throws {
    // No list has bounds, which hang on the counts.
    let documents = ["one two", "three", ""].enumerated().map {
      TestDocument(id: String($0.offset), text: $0.element)
    }
    let whole = try ForgedSegment(try BuiltIndex(documents))
    #expect(try whole.damages().map(\.detail) == [])
    let changes: [(String, (inout SegmentMetadata) -> Void)] = [
      ("4 terms, found 3", { $0.termCount += 1 }),
      ("2 postings, found 3", { $0.postingCount -= 1 }),
      ("4 tokens, found 3", { $0.tokenCount += 1 }),
      ("1 documents with words, found 2", { $0.nonEmptyDocumentCount -= 1 }),
      ("3 documents with a language, found 4", { $0.documentCountByLanguage[0, default: 0] += 1 }),
      ("0 sections of texts, found 1", { $0.hasText = false }),
    ]
    for (numbers, change) in changes {
      var forged = whole
      change(&forged.metadata)
      #expect(try forged.damages().map(\.detail) == ["the metadata says \(numbers)"])
    }
    // The other way round.
    let documentsOnly = try BuiltIndex(documents, options: BuildOptions(storeText: false))
    var forged = try ForgedSegment(documentsOnly)
    forged.metadata.hasText = true
    #expect(
      try forged.damages().map(\.detail) == ["the metadata says 1 sections of texts, found 0"])
  }

  /// Frequencies that are 0 as one more than the greatest number.
  @Test func frequenciesOfZeroAreDamage() throws {
    let words = Array(repeating: "all", count: 8).joined(separator: " ")
    let documents = (0..<128).map { TestDocument(id: String($0), text: words) }
    let whole = try ForgedSegment(try BuiltIndex(documents))
    let forged = whole.changing("all") { list in
      // After the documents, which are a bitset: eight times each, in one byte.
      let frequencies =
        PostingsFormat.skipByteCount(blockCount: 1, offsetByteCount: list.offsetByteCount)
        + DocumentBitset.byteCount(wordCount: 2)
      list.postings.removeLast(list.postings.count - frequencies)
      list.postings += [32] + Array(repeating: 0xFF, count: 512)
    }
    #expect(
      try forged.damages().map(\.detail) == ["document 0 of block 0 has the frequency 0 (all)"])
    let reader = try IndexReader(path: forged.path)
    // Read as such, by four, and as bits.
    for query in ["\"all all\"", "\"\(words)\"", "\"\(words) all\""] {
      #expect(isDamage { _ = try reader.search(reader.parse(query).query) }, "\(query)")
    }
  }

  /// Bits of a bitset after those of the last document were counted.
  @Test func unionsHaveNoDocumentsBeyondTheLast() throws {
    let whole = try Self.makeSegment()
    let forged = whole.changing("late") { list in
      let block =
        PostingsFormat.skipByteCount(blockCount: 2, offsetByteCount: 2) + Int(list.postings[10])
      let wordCount = Int(list.postings[block] & 0x3F)
      // Of the last word, the documents from 376 on.
      list.postings[block + DocumentBitset.byteCount(wordCount: wordCount) - 1] = 0xFF
    }
    #expect(try !forged.damages().isEmpty)
    let reader = try IndexReader(path: forged.path)
    var options = SearchOptions(countsMatches: true)
    for limit in [0, 10] {
      options.limit = limit
      let query = Query.any([.term(Array("late".utf8)), .term(Array("early".utf8))])
      let result = try? reader.search(query, options: options)
      #expect(result?.matchCount ?? 0 <= 340)
    }
  }

  /// What is wrong with the index of the dictionary is not said of the dictionary.
  @Test func damageIsSaidOfItsSection() throws {
    var forged = try Self.makeSegment()
    forged.growth = (SegmentFormat.termIndex, 1)
    #expect(try forged.damages().map(\.section) == [SegmentFormat.termIndex])
    forged.growth = (SegmentFormat.terms, 1)
    #expect(try forged.damages().map(\.section) == [SegmentFormat.terms])
    forged.growth = nil
    // The prefix of the first term, and where the only block starts.
    for (place, detail) in [
      (0, "entry 0 has not the prefix of its block's first term"),
      (8, "block 0 is not at the start"),
    ] {
      var changed = forged
      changed.termIndexChange = place
      let damages = try changed.damages()
      #expect(damages.map(\.section) == [SegmentFormat.termIndex])
      #expect(damages.map(\.detail) == [detail])
    }
  }

  @Test func messagesAreForPeople() throws {
    let whole = try Self.makeSegment()
    let details = try whole.changing("all") { $0.postings[14] += 1 }.damages().map(\.detail)
    let detail = try #require(details.first)
    #expect(detail.hasPrefix("the bounds of block 0 are impact "))
    #expect(detail.contains(", norm ") && detail.hasSuffix(" are stored (all)"))
    #expect(!detail.contains("Bounds") && !detail.contains("Index."), "\(detail)")
  }

  @Test func listsAreCheckedToTheLastByte() throws {
    let whole = try Self.makeSegment()
    #expect(try whole.damages().map(\.detail) == [])
    let skipByteCount = PostingsFormat.skipByteCount(
      blockCount: 2, offsetByteCount: 2)
    let changes: [(String, String, (inout ForgedSegment.List) -> Void)] = [
      ("a byte more", "all", { $0.postings.append(0) }),
      (
        "a byte before the first block", "all",
        {
          $0.postings.insert(0, at: skipByteCount)
          for block in 0..<2 { $0.postings[8 + 2 * block] += 1 }
        }
      ),
      ("the last document", "apart", { $0.postings[0] += 1 }),
      ("the last document of a bitset", "all", { $0.postings[0] -= 1 }),
      ("documents before their block", "early", { $0.moveBit(from: 5, to: 0, ofWord: 0) }),
      (
        "a document beyond the last", "late",
        {
          $0.moveBit(from: 339 & 63, to: 340 & 63, ofWord: 2)
          $0.postings[4] += 1
        }
      ),
      ("the bound of frequencies", "all", { $0.postings[14] += 1 }),
      ("the bound of lengths", "all", { $0.postings[14] ^= 0x10 }),
      ("a prime", "all", { $0.postings[16] ^= 1 }),
      ("the last prime", "all", { $0.postings[18] += 1 }),
      ("a rank of a bitset", "all", { $0.postings[skipByteCount + 2] += 1 }),
      ("hardly any positions", "all", { $0.positions.removeLast($0.positions.count - 3) }),
      ("a byte more of positions", "all", { $0.positions.append(0) }),
      ("a byte less of positions", "all", { $0.positions.removeLast() }),
      ("positions that start later", "most", { $0.positions[0] += 1 }),
      ("positions that start earlier", "most", { $0.positions[0] -= 1 }),
      ("positions that start far away", "most", { $0.positions[1] += 1 }),
      (
        "a byte between positions", "most",
        {
          $0.positions.insert(0, at: 2 + Int($0.positions[0]))
          $0.positions[0] += 1
        }
      ),
      ("a parameter of first positions", "all", { $0.positions[2] += 1 }),
      ("the last one", "most", { $0.positions[2 + Int($0.positions[0])] += 1 }),
      ("a parameter of gaps", "all", { $0.positions[2] += 0x10 }),
      ("the only one", "wide", { $0.positions[0] += 0x10 }),
      ("more occurrences", "all", { $0.info.totalFrequency += 1 }),
    ]
    for (name, term, change) in changes {
      let details = try whole.changing(term, change).damages().map(\.detail)
      #expect(details.count == 1 && details[0].hasSuffix(" (\(term))"), "\(name): \(details)")
    }
    // Without positions only the sum of frequencies tells.
    let bare = try Self.makeSegment(positions: false)
    let details = try bare.changing("most") { $0.info.totalFrequency += 1 }.damages().map(\.detail)
    #expect(details.count == 1, "\(details)")
  }

  /// What is too long or too short for the counts that are stored elsewhere.
  @Test(arguments: [
    "documents", "document-blocks", "texts", "text-blocks", "ids", "positions", "postings", "terms",
    "termindex", "norms",
  ])
  func sectionsHaveTheSizeThatTheirContentTakes(name: String) throws {
    var forged = try Self.makeSegment()
    for change in [1, 8, 12, 16, -1, -8, -12, -16] {
      forged.growth = (name, change)
      #expect(try !forged.damages().isEmpty, "\(change) bytes")
    }
  }

  /// Bits that fill up are zero, in blocks of documents, frequencies and positions.
  @Test func blocksAreCheckedToBeAsEncoded() throws {
    let whole = try Self.makeSegment()
    let skipByteCount = PostingsFormat.skipByteCount(
      blockCount: 1, offsetByteCount: 2)
    try checkFilling(whole, "apart") { _ in skipByteCount }
    try checkFilling(whole, "often") { list in
      // After the only bitset.
      skipByteCount
        + DocumentBitset.byteCount(wordCount: Int(list.postings[skipByteCount] & 0x3F))
    }
    // A group with one bit for each gap, one with low bits after what fills up, one without gaps.
    for term in ["often", "wide", "few"] { try checkFilling(ofPositions: term, whole) }
    // Groups without gaps in a list with skip data have a parameter for them nevertheless.
    for bit in 4..<8 {
      for isLast in [false, true] {
        let forged = whole.changing("most") {
          $0.positions[2 + (isLast ? Int($0.positions[0]) : 0)] ^= 1 << UInt8(bit)
        }
        let details = try forged.damages().map(\.detail)
        #expect(details.count == 1 && details[0].hasSuffix(" (most)"), "bit \(bit): \(details)")
      }
    }
  }

  /// Changes each bit that fills up the only group of positions of a term.
  private func checkFilling(ofPositions term: String, _ whole: ForgedSegment) throws {
    let list = try #require(whole.lists.first { $0.term == Array(term.utf8) })
    let gapCount = list.info.totalFrequency - list.info.documentFrequency
    let hasParameter = gapCount > 0 || list.info.documentFrequency >= 128
    let bits = list.positions.flatMap { byte in (0..<8).map { byte >> UInt8($0) & 1 } }
    let gapLowCount = hasParameter ? Int(list.positions[0] >> 4) * gapCount : 0
    #expect((gapLowCount > 0) == (term == "wide"))
    var end =
      (hasParameter ? 8 : 4) + Int(list.positions[0] & 15) * list.info.documentFrequency
    for _ in 0..<list.info.totalFrequency {
      while bits[end] == 0 { end += 1 }
      end += 1
    }
    let filling = end..<bits.count - gapLowCount
    try #require((1..<8).contains(filling.count), "no bits to fill up in \(term)")
    for bit in filling {
      let forged = whole.changing(term) { $0.positions[bit / 8] ^= 1 << UInt8(bit % 8) }
      let details = try forged.damages().map(\.detail)
      #expect(details.count == 1 && details[0].hasSuffix(" (\(term))"), "bit \(bit): \(details)")
    }
  }

  /// Changes a bit that fills up the patches of the block at an offset of a list of postings.
  private func checkFilling(
    _ whole: ForgedSegment, _ term: String, at offset: (ForgedSegment.List) -> Int
  ) throws {
    let list = try #require(whole.lists.first { $0.term == Array(term.utf8) })
    let (bytes, start) = (list.postings, offset(list))
    let patches = start + 1 + BitPacking.byteCount(width: Int(bytes[start] & 0x1F))
    let (count, size) = (Int(bytes[patches] & 31), Int(bytes[patches] >> 5))
    let bitCount: Int
    if bytes[start] & 0xE0 == 0xE0 {
      let lowBitCount = 7 - (Int.bitWidth - (count - 1).leadingZeroBitCount)
      bitCount = 5 + count + 128 >> lowBitCount - 1 + count * lowBitCount
    } else {
      #expect(bytes[start] & 0xE0 == 0xC0, "no bits of patches in \(term)")
      bitCount = 8 + count * (size + 7)
    }
    try #require(bitCount % 8 != 0, "no bits to fill up in \(term)")
    let forged = whole.changing(term) { $0.postings[patches + bitCount / 8] |= 0x80 }
    #expect(try forged.damages().count == 1, "\(term)")
  }
}

/// A segment taken apart, to be put together again with changes.
private struct ForgedSegment {
  /// A term with its lists.
  struct List {
    var term: [UInt8]
    var info: TermInfo
    var postings: [UInt8]
    var positions: [UInt8] = []

    /// Bytes of an offset in the skip data of the postings.
    var offsetByteCount: Int {
      PostingsFormat.offsetByteCount(
        listByteCount: postings.count, formatVersion: SegmentVersion.current)
    }

    /// Moves a document of the second of two blocks, a bitset.
    mutating func moveBit(from old: Int, to new: Int, ofWord word: Int) {
      let block =
        PostingsFormat.skipByteCount(
          blockCount: 2, offsetByteCount: 2) + Int(postings[10])
      let place = block + 1 + Int(postings[block] & 0x3F) + 8 * word
      postings[place + old / 8] ^= 1 << UInt8(old % 8)
      postings[place + new / 8] ^= 1 << UInt8(new % 8)
    }
  }

  var lists: [List] = []
  var metadata: SegmentMetadata
  /// By how much a section is made longer, with zeros, or shorter.
  var growth: (section: String, byteCount: Int)?
  /// The byte of the index of terms that has another bit.
  var termIndexChange: Int?
  private let sections: Sections
  private let copy: IndexCopy

  /// Where it is once damages were asked for.
  var path: String { copy.path }

  init(_ built: BuiltIndex) throws {
    copy = try IndexCopy(of: built)
    let segment = try #require(built.reader.segments.first)
    metadata = segment.metadata
    sections = try readSections(segment.file)
    let bytes = segment.file.bytes
    var lists: [List] = []
    try segment.dictionary.forEachTerm { (term, info) throws(IndexError) in
      func copied(_ range: Range<Int>, of section: Range<Int>) -> [UInt8] {
        bytes.slice(at: section.lowerBound + range.lowerBound, count: range.count).copied()
      }
      lists.append(
        List(term: term, info: info, postings: copied(info.postings, of: segment.postings)))
      if let positions = segment.positions {
        lists[lists.count - 1].positions = copied(info.positions, of: positions)
      }
      return true
    }
    self.lists = lists
  }

  /// The same with a change of one term.
  func changing(_ term: String, _ change: (inout List) -> Void) -> ForgedSegment {
    var forged = self
    for index in forged.lists.indices where forged.lists[index].term == Array(term.utf8) {
      change(&forged.lists[index])
    }
    return forged
  }

  /// What is found wrong with it, put together.
  func damages() throws -> [Damage] {
    var dictionary = TermDictionaryWriter(
      documentCount: metadata.documentCount, storesPositions: metadata.hasPositions)
    var (postings, positions): ([UInt8], [UInt8]) = ([], [])
    for list in lists {
      var info = list.info
      info.postings = postings.count..<postings.count + list.postings.count
      info.positions = positions.count..<positions.count + list.positions.count
      postings += list.postings
      positions += list.positions
      try list.term.span.withBytes { (term) throws(IndexError) in
        try dictionary.append(term, info)
      }
    }
    try dictionary.finish()
    let index = dictionary.makeIndex()
    let changed = [
      SegmentFormat.postings: postings, SegmentFormat.positions: positions,
      SegmentFormat.terms: dictionary.terms.memory.bytes.copied(),
      SegmentFormat.termIndex: index.bytes.copied(),
    ]
    extendLifetime(index)
    extendLifetime(dictionary)
    var sections = sections.map { (name: $0.name, bytes: changed[$0.name] ?? $0.bytes) }
    if let termIndexChange {
      for place in sections.indices where sections[place].name == SegmentFormat.termIndex {
        sections[place].bytes[termIndexChange] ^= 1
      }
    }
    if let growth, let place = sections.firstIndex(where: { $0.name == growth.section }) {
      let rest = max(0, sections[place].bytes.count + min(0, growth.byteCount))
      sections[place].bytes =
        sections[place].bytes.prefix(rest) + Array(repeating: 0, count: max(0, growth.byteCount))
    }
    try copy.replaceSegment(by: sections, metadata)
    return try verifyOnThreads(path: copy.path).segments.flatMap(\.damages)
  }
}
