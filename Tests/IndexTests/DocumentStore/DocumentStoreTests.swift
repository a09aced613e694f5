import TestSupport
import Testing

@testable import Index

@Suite struct DocumentStoreTests {
  struct Document: Equatable {
    var id: [UInt8]
    var title: [UInt8]
    var text: [UInt8]
  }

  /// Documents with ids that increase or, from two on, do not.
  static func randomDocuments(
    _ count: Int, maxTextByteCount: Int = 3000, increasing: Bool = true
  ) -> [Document] {
    var random = SplitMix64(seed: TestSeed.value)
    return (0..<count).map { number in
      Document(
        id: Array("doc-\(increasing ? number : count - 1 - number)".utf8),
        title: random.prose(Int.random(in: 0...60, using: &random)),
        text: random.prose(Int.random(in: 0...maxTextByteCount, using: &random)))
    }
  }

  /// Writes `documents` in parts of `partCount`, every other one through temporary files.
  @discardableResult
  static func write(
    _ documents: [Document], partCount: Int = 1000, storesText: Bool = true,
    memoryLimit: Int = 1 << 20, in folder: TemporaryDirectory
  ) throws -> DocumentStoreSections.Report {
    var builder = DocumentStoreBuilder(storesText: storesText)
    var parts: [DocumentStorePart] = []
    let file = try SpillFile(path: folder.path("spill"))
    for start in stride(from: 0, to: documents.count, by: partCount) {
      for document in documents[start..<min(start + partCount, documents.count)] {
        builder.add(
          id: document.id.span, title: document.title.span, text: document.text.span)
      }
      let number = parts.count
      if number % 2 == 0 {
        parts.append(builder.takePart())
      } else {
        parts.append(try builder.spillPart(to: file))
      }
    }
    let writer = try SectionedFileWriter(path: folder.path("file"))
    let report = try DocumentStoreSections.write(
      parts, storesText: storesText, memoryLimit: memoryLimit, to: writer)
    _ = try writer.finish(formatVersion: SegmentVersion.current, metadata: [])
    return report
  }

  static func check(_ documents: [Document], in folder: TemporaryDirectory, withText: Bool = true)
    throws
  {
    let reader = try DocumentStoreReader(file: VerifiedFile(path: folder.path("file")))
    #expect(reader.documentCount == documents.count)
    #expect(reader.storesText == withText)
    #expect(try reader.validate().count == (withText ? 3 : 2))
    for (number, document) in documents.enumerated() {
      let stored = try reader.document(number, withText: true)
      #expect(Array(stored.id.utf8) == document.id)
      #expect(Array(stored.title.utf8) == document.title)
      #expect(stored.text.map { Array($0.utf8) } == (withText ? document.text : nil))
      #expect(try reader.document(number, withText: false).text == nil)
      #expect(try reader.id(of: number) == stored.id)
      #expect(try reader.find(id: document.id) == number, "seed \(TestSeed.value)")
    }
    for id in ["", "doc", "doc--1", "doc-\(documents.count)"] {
      #expect(try reader.find(id: Array(id.utf8)) == nil)
    }
  }

  @Test(arguments: [0, 1, 2, 77, 500], [1000, 1, 30])
  func returnsWhatWasAdded(documentCount: Int, partCount: Int) throws {
    for increasing in [true, false] {
      let folder = try TemporaryDirectory()
      let documents = Self.randomDocuments(documentCount, increasing: increasing)
      let report = try Self.write(documents, partCount: partCount, in: folder)
      #expect(report.duplicateIDCount == 0)
      try Self.check(documents, in: folder)
      let ids = try #require(try VerifiedFile(path: folder.path("file")).section("ids"))
      #expect(ids.isEmpty == (increasing || documentCount < 2))
    }
  }

  @Test(arguments: [false, true]) func worksWithoutTexts(increasing: Bool) throws {
    let folder = try TemporaryDirectory()
    let documents = Self.randomDocuments(100, increasing: increasing)
    try Self.write(documents, partCount: 30, storesText: false, in: folder)
    try Self.check(documents, in: folder, withText: false)
  }

  @Test func textsOfEveryLengthAroundABlockAreWhole() throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: TestSeed.value)
    let prose = random.prose(400_000)
    let lengths = [
      0, 1, 32_767, 32_768, 32_769, 0, 65_535, 65_536, 65_537, 3, 131_071, 131_072, 131_073,
      400_000,
      30_000, 30_000, 30_000, 40_000, 0, 65_536, 65_536, 0,
    ]
    let documents = lengths.enumerated().map { number, length in
      Document(id: Array("doc-\(number)".utf8), title: [], text: Array(prose[..<length]))
    }
    try Self.write(documents, in: folder)
    try Self.check(documents, in: folder)
  }

  @Test func idsAndTitlesMayBeLongOrEmpty() throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: TestSeed.value)
    var documents = Self.randomDocuments(5, maxTextByteCount: 10)
    documents[1].id = random.prose(70_000)
    documents[2].title = random.prose(200_000)
    documents[3].id = random.prose(5000)
    documents[4].title = random.prose(65_530)
    try Self.write(documents, in: folder)
    try Self.check(documents, in: folder)
    documents[2].id = []
    let other = try TemporaryDirectory()
    try Self.write(documents, in: other)
    let reader = try DocumentStoreReader(file: VerifiedFile(path: other.path("file")))
    #expect(try reader.find(id: []) == 2)
  }

  @Test func illFormedUTF8IsReplaced() throws {
    let folder = try TemporaryDirectory()
    try Self.write(
      [Document(id: [0xFF, 0x61], title: [0xC3], text: [0x61, 0xED, 0xA0, 0x80, 0, 0x62])],
      in: folder)
    let reader = try DocumentStoreReader(file: VerifiedFile(path: folder.path("file")))
    let stored = try reader.document(0, withText: true)
    #expect(stored.id == "\u{FFFD}a" && stored.title == "\u{FFFD}")
    #expect(stored.text == "a\u{FFFD}\u{FFFD}\u{FFFD}\0b")
    #expect(try reader.find(id: [0xFF, 0x61]) == 0)
  }

  @Test(arguments: [1000, 7])
  func duplicateIDsAreCountedAndTheFirstIsFound(partCount: Int) throws {
    let folder = try TemporaryDirectory()
    var documents = Self.randomDocuments(40, maxTextByteCount: 10)
    for (number, original) in [(5, 0), (9, 0), (10, 3), (20, 5), (39, 38)] {
      documents[number].id = documents[original].id
    }
    let report = try Self.write(documents, partCount: partCount, in: folder)
    #expect(report.duplicateIDCount == 5)
    #expect(report.duplicateIDExamples == ["doc-0", "doc-3", "doc-38"])
    let reader = try DocumentStoreReader(file: VerifiedFile(path: folder.path("file")))
    #expect(try reader.find(id: Array("doc-0".utf8)) == 0)
    #expect(try reader.find(id: Array("doc-38".utf8)) == 38)
  }

  /// However little memory there is to sort hashes in, the table and the duplicates are the same.
  @Test(arguments: [0, 1, 40, 1700], [1000, 7])
  func memoryForSortingDoesNotShow(count: Int, partCount: Int) throws {
    var documents = Self.randomDocuments(count, maxTextByteCount: 3)
    for number in stride(from: 3, to: count, by: 11) { documents[number].id = documents[2].id }
    let folder = try TemporaryDirectory()
    let wanted = try Self.write(documents, partCount: partCount, in: folder)
    let bytes = try folder.read("file")
    for memoryLimit in [1 << 9, 1 << 13] {
      let folder = try TemporaryDirectory()
      let report = try Self.write(
        documents, partCount: partCount, memoryLimit: memoryLimit, in: folder)
      #expect(report == wanted)
      #expect(try folder.read("file") == bytes, "\(memoryLimit) bytes")
    }
  }

  @Test func aCollectionOfOneIDIsReported() throws {
    let folder = try TemporaryDirectory()
    let documents = [Document](repeating: Document(id: [65], title: [], text: []), count: 3000)
    let report = try Self.write(documents, partCount: 1000, in: folder)
    #expect(report.duplicateIDCount == 2999 && report.duplicateIDExamples == ["A"])
  }

  /// Increasing ids, and the same from the last to the first, which need a table.
  @Test(arguments: [true, false]) func findsEveryIDAmongMany(increasing: Bool) throws {
    let folder = try TemporaryDirectory()
    let ids = (0..<20_000).map { Array("\(increasing ? $0 : 19_999 - $0)".utf8) }
    try Self.write(ids.map { Document(id: $0, title: [], text: []) }, in: folder)
    let reader = try DocumentStoreReader(file: VerifiedFile(path: folder.path("file")))
    for number in 0..<20_000 { #expect(try reader.find(id: ids[number]) == number) }
    for number in 20_000..<22_000 { #expect(try reader.find(id: Array("\(number)".utf8)) == nil) }
  }

  /// Titles enough for samples, which blocks repeat; from parts of any size, in memory and not.
  @Test(arguments: [3_000, 190]) func samplesOfTitlesAreShared(partCount: Int) throws {
    let documents = Self.randomDocuments(3_000, maxTextByteCount: 5, increasing: false)
    let folder = try TemporaryDirectory()
    try Self.write(documents, partCount: partCount, storesText: false, in: folder)
    try Self.check(documents, in: folder, withText: false)
    let name = folder.path("file")
    let reader = try DocumentStoreReader(file: VerifiedFile(path: name))
    let count = try reader.samples().count
    #expect(count >= 4 * DocumentStoreFormat.sampleByteCount)
    #expect(count <= DocumentStoreFormat.maxSamplesByteCount)

    // Their size is not what it says, or too large for any.
    let whole = try readSections(VerifiedFile(path: name))
    let index = try #require(whole.firstIndex { $0.name == "document-blocks" })
    let head = whole[index].bytes
    let blockCount = Int(head[4]) | Int(head[5]) << 8
    let place = (8 + 4 * (blockCount + 1) + 7) & ~7
    for byte in 0..<8 {
      for bit in 0..<8 {
        var sections = whole
        sections[index].bytes[place + byte] ^= 1 << UInt8(bit)
        try SystemCalls.remove(name)
        _ = try writeSections(sections, to: name)
        let reader = try DocumentStoreReader(file: VerifiedFile(path: name))
        #expect(isDamage { _ = try reader.validate() })
        for document in [0, 1, 1_500, 2_999] {
          _ = try? reader.document(document, withText: false)
          _ = try? reader.find(id: documents[document].id)
        }
      }
    }
    // Other samples under right sums are other titles, or none.
    let titles = try #require(whole.firstIndex { $0.name == "documents" })
    var sections = whole
    for place in 0..<count { sections[titles].bytes[place] = 0xFF }
    try SystemCalls.remove(name)
    _ = try writeSections(sections, to: name)
    let other = try DocumentStoreReader(file: VerifiedFile(path: name))
    for document in stride(from: 0, to: 3_000, by: 100) {
      _ = try? other.document(document, withText: false)
    }
    _ = try? other.validate()
  }

  @Test(arguments: [0, 1, 15 << 10]) func fewTitlesHaveNoSamples(byteCount: Int) throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: TestSeed.value)
    try Self.write(
      [Document(id: [65], title: random.prose(byteCount), text: [])], in: folder)
    let reader = try DocumentStoreReader(file: VerifiedFile(path: folder.path("file")))
    #expect(try reader.samples().count == 0)
    #expect(try reader.document(0, withText: false).title.utf8.count == byteCount)
  }

  /// Of ids of any kind, in their order, each is found, and nothing else.
  @Test func idsOfAnyKindAreFoundWithoutATable() throws {
    let ids = IDOrderTests.randomIDs(6_000)
      .sorted { IDOrderTests.isLess($0, $1) }
    let stored = stride(from: 0, to: ids.count, by: 2).map { ids[$0] }
    let folder = try TemporaryDirectory()
    try Self.write(
      stored.map { Document(id: $0, title: [], text: []) }, partCount: 700, in: folder)
    let reader = try DocumentStoreReader(file: VerifiedFile(path: folder.path("file")))
    #expect(try reader.validate().count == 3)
    guard case .increasing = reader.ids else {
      Issue.record("there is a table, seed \(TestSeed.value)")
      return
    }
    for (number, id) in ids.enumerated() {
      #expect(
        try reader.find(id: id) == (number % 2 == 0 ? number / 2 : nil),
        "\(id), seed \(TestSeed.value)")
    }
  }

  /// One id out of order or twice, anywhere, in one part or where two meet.
  @Test(arguments: [1000, 7, 1]) func whatIsOutOfOrderHasATable(partCount: Int) throws {
    for place in [1, 6, 7, 8, 20, 29] {
      for other in [place - 1, 0, 29] where other != place {
        let folder = try TemporaryDirectory()
        var documents = Self.randomDocuments(30, maxTextByteCount: 3)
        documents[place].id = documents[other].id
        let report = try Self.write(documents, partCount: partCount, in: folder)
        #expect(report.duplicateIDCount == 1)
        let name = folder.path("file")
        let reader = try DocumentStoreReader(file: VerifiedFile(path: name))
        _ = try reader.validate()
        #expect(try reader.find(id: documents[place].id) == min(place, other))
        // Without its table it is not what it says.
        var sections = try readSections(VerifiedFile(path: name))
        let ids = try #require(sections.firstIndex { $0.name == "ids" })
        sections[ids].bytes = []
        try SystemCalls.remove(name)
        _ = try writeSections(sections, to: name)
        #expect(
          isDamage { _ = try DocumentStoreReader(file: VerifiedFile(path: name)).validate() })
      }
    }
  }

  @Test func aTableThatIsNotNeededIsFound() throws {
    let folder = try TemporaryDirectory()
    var documents = Self.randomDocuments(2, increasing: false)
    try Self.write(documents, in: folder)
    let name = folder.path("file")
    let table = try readSections(VerifiedFile(path: name)).filter { $0.name == "ids" }
    documents = Self.randomDocuments(2)
    for place in 0..<2 { documents[place].id = Array("x\(place)".utf8) }
    try SystemCalls.remove(name)
    try Self.write(documents, in: folder)
    let sections = try readSections(VerifiedFile(path: name)).filter { $0.name != "ids" } + table
    try SystemCalls.remove(name)
    _ = try writeSections(sections, to: name)
    #expect(isDamage { _ = try DocumentStoreReader(file: VerifiedFile(path: name)).validate() })
  }

  /// The golden bytes of the example in FileFormat.md.
  @Test func theExampleOfTheSpecificationIsExact() throws {
    let folder = try TemporaryDirectory()
    try Self.write(
      [
        Document(id: Array("b2".utf8), title: Array("One".utf8), text: Array("Hello.".utf8)),
        Document(id: Array("a1".utf8), title: [], text: Array("World!".utf8)),
      ], in: folder)
    let sections = try readSections(VerifiedFile(path: folder.path("file")))
    let expected = [
      "documents": "13 08 07 01 02 62 32 01 02 61 31 01 03 4f 6e 65 01 00 06 06",
      "document-blocks": """
      02 00 00 00  01 00 00 00  00 00 00 00  02 00 00 00
      00 00 00 00 00 00 00 00  14 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  0c 00 00 00 00 00 00 00
      """,
      "texts": "0c 48 65 6c 6c 6f 2e 57 6f 72 6c 64 21",
      "text-blocks": """
      01 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  0c 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  0d 00 00 00 00 00 00 00
      """,
      "ids": "00 00 00 00  02 00 00 00  14 5b 02",
    ]
    for (name, bytes) in sections {
      #expect(bytes.hex == normalizedHex(expected[name] ?? "no such section"), "\(name)")
    }
    #expect(sections.count == expected.count)
  }

  /// Whatever differs in content, and not only in how it is compressed, is found.
  @Test(arguments: [true, false])
  func validationFindsChangedContentWithRightSums(increasing: Bool) throws {
    let folder = try TemporaryDirectory()
    let documents = Self.randomDocuments(20, maxTextByteCount: 500, increasing: increasing)
    try Self.write(documents, partCount: 7, in: folder)
    let whole = try readSections(VerifiedFile(path: folder.path("file")))
    let name = folder.path("forged")
    for target in whole.indices
    where ["document-blocks", "ids", "text-blocks"].contains(whole[target].name) {
      for place in whole[target].bytes.indices {
        var sections = whole
        sections[target].bytes[place] ^= 1
        try SystemCalls.remove(name)
        _ = try writeSections(sections, to: name)
        let isPadding =
          whole[target].name == "document-blocks" && whole[target].bytes.count > 0
          && place >= 8 + 4 * 4 && place < 24
        let found = isDamage {
          _ = try DocumentStoreReader(file: VerifiedFile(path: name)).validate()
        }
        #expect(found || isPadding, "\(whole[target].name) \(place)")
      }
    }
  }

  /// Sections changed before they were summed: the sums are right and the content is not.
  @Test(arguments: [true, false]) func contentWithRightSumsIsNotTrusted(increasing: Bool) throws {
    let folder = try TemporaryDirectory()
    let documents = Self.randomDocuments(60, maxTextByteCount: 2000, increasing: increasing)
    try Self.write(documents, partCount: 25, in: folder)
    let whole = try readSections(VerifiedFile(path: folder.path("file")))
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<600 {
      var sections = whole
      let target = round % sections.count
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let byteCount = sections[target].bytes.count
        guard byteCount > 0 else { break }
        let place = Int.random(in: 0..<min(400, byteCount), using: &random)
        sections[target].bytes[place] =
          [0, 0xFF, UInt8.random(in: .min ... .max, using: &random)][
            Int.random(in: 0..<3, using: &random)]
      }
      if round % 7 == 0, sections[target].bytes.count >= 40 {
        sections[target].bytes.removeLast(Int.random(in: 1...40, using: &random))
      }
      if round % 31 == 0 { sections.remove(at: target) }
      let name = folder.path("forged")
      try SystemCalls.remove(name)
      _ = try writeSections(sections, to: name)
      guard let reader = try? DocumentStoreReader(file: VerifiedFile(path: name)) else { continue }
      for doc in stride(from: 0, to: min(reader.documentCount, 500), by: 7) {
        _ = try? reader.document(doc, withText: true)
      }
      _ = try? reader.validate()
      for number in stride(from: 0, to: 60, by: 9) {
        _ = try? reader.find(id: Array("doc-\(number)".utf8))
      }
    }
  }
}
