import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Indexes as each format has them, byte by byte.
///
/// If a test here fails, the bytes of an index have changed. If that was not the aim, the change is
/// a mistake. If it was, older programs must not take the new bytes for what they know: raise
/// `SegmentVersion.current` or `Manifest.supportedVersions` (or, if only the analysis differs, the
/// version within `AnalyzerOptions.encoded`), describe the change in `FileFormat.md`, keep the
/// golden index of the old version with the tests that read it, and add one for the new.
struct GoldenIndexTests {
  /// Three documents: a term in all of them, one in one, an empty text.
  private static let documents = [
    TestDocument(
      id: "a1", title: "Kassim", text: "Rachid Kassim used Telegram. Telegram, the messenger."),
    TestDocument(id: "b2", title: "", text: "« L’armée » sur Telegram"),
    TestDocument(id: "c3", title: "Empty", text: ""),
  ]

  private static func build(
    _ documents: [TestDocument], at path: String
  ) throws(IndexError) {
    let options = BuildOptions(
      analyzer: AnalyzerOptions(language: .undetermined), threadCount: 1)
    _ = try IndexBuilder(options: options).build(from: MemoryFeed(documents), at: path)
  }

  @Test func threeDocumentsGiveTheBytesOfTheGoldenIndex() throws {
    let folder = try TemporaryDirectory()
    try Self.build(Self.documents, at: folder.path)
    let golden = try #require(GoldenIndex.all.last)
    let manifest = try folder.read("manifest").hex
    #expect(manifest == normalizedHex(golden.manifest), "\(manifest)")
    let segment = try folder.read("segment-1-0.seg")
    #expect(segment.hex == normalizedHex(golden.segment))
    #expect(SegmentVersion.current == golden.formatVersion)
    #expect(SegmentVersion.supported.count == GoldenIndex.all.count)
  }

  @Test(arguments: SegmentVersion.supported)
  func theGoldenIndexIsReadAsItWasMeant(version: Int) throws {
    let golden = try #require(GoldenIndex.all.first { $0.formatVersion == UInt32(version) })
    let folder = try TemporaryDirectory()
    try folder.write(try Self.bytes(of: golden.manifest), to: "manifest")
    try folder.write(try Self.bytes(of: golden.segment), to: "segment-1-0.seg")
    let reader = try IndexReader(path: folder.path)
    #expect(reader.statistics().formatVersion == version)
    let telegram = try reader.search(reader.parse("telegram").query)
    #expect(telegram.hits.map(\.address.doc) == [DocID(0), DocID(1)])
    #expect(telegram.hits.map(\.score) == GoldenIndex.telegramScores)
    let phrase = try reader.search(reader.parse("\"kassim used telegram\"").query)
    #expect(phrase.hits.map(\.address.doc) == [DocID(0)])
    for (number, document) in Self.documents.enumerated() {
      let stored = try reader.document(
        at: DocAddress(segment: 0, doc: DocID(UInt32(number))))
      #expect(stored.id == document.id)
      #expect(stored.title == document.title)
      #expect(stored.text.map { Array($0.utf8) } == document.text)
    }
    #expect(try reader.address(ofID: "c3")?.doc == DocID(2))
  }

  /// Blocks, bitsets, short lists and the ends of long ones, the table of ids, the dictionary: what
  /// became shorter since.
  @Test(arguments: OldIndex.all)
  func anIndexOfAnOlderFormatAnswersAsOneOfToday(index: OldIndex) throws {
    let old = try TemporaryDirectory()
    try index.write(to: old)
    #expect(try verifyOnThreads(path: old.path).isIntact)
    let new = try TemporaryDirectory()
    try Self.build(index.documents, at: new.path)
    let readers = (old: try IndexReader(path: old.path), new: try IndexReader(path: new.path))
    #expect(readers.old.segments[0].file.formatVersion == UInt32(index.formatVersion))
    var options = SearchOptions()
    options.limit = 500
    options.countsMatches = true
    for text in index.queries {
      let query = readers.new.parse(text).query
      let left = try readers.old.search(query, options: options)
      let right = try readers.new.search(query, options: options)
      #expect(left.hits == right.hits, "\(text)")
      #expect(left.matchCount == right.matchCount, "\(text)")
    }
    for (number, document) in index.documents.enumerated() {
      let address = try #require(try readers.old.address(ofID: document.id))
      #expect(address.doc == DocID(UInt32(number)))
      let stored = try readers.old.document(at: address)
      #expect(stored.id == document.id && stored.title == document.title)
    }
    let addresses = index.documents.indices.reversed().map {
      DocAddress(segment: 0, doc: DocID(UInt32($0)))
    }
    let stored = try readers.old.documents(at: addresses)
    #expect(stored == (try addresses.map { try readers.old.document(at: $0) }))
    #expect(try readers.old.ids(of: addresses) == stored.map(\.id))
    #expect(try readers.old.address(ofID: "n\(index.documents.count)") == nil)
  }

  /// Many documents: blocks, skip data, patches, several blocks of terms and of texts.
  @Test func threeHundredDocumentsGiveBytesOfTheSameSum() throws {
    var random = SplitMix64(seed: 1)
    let documents = (0..<300).map { number in
      var text = "the"
      for _ in 0..<number % 90 {
        let word = random.next() % (1 + random.next() % 500)
        text += word == 0 ? " the" : " w\(word)"
      }
      return TestDocument(id: "document \(number)", text: text)
    }
    let folder = try TemporaryDirectory()
    try Self.build(documents, at: folder.path)
    let segment = try folder.read("segment-1-0.seg")
    #expect(segment.count == GoldenIndex.largeByteCount)
    #expect(Checksum.sum(segment.span) == GoldenIndex.largeSum)
  }

  static func bytes(of hex: String) throws -> [UInt8] {
    try hex.split(whereSeparator: \.isWhitespace).map { try #require(UInt8($0, radix: 16)) }
  }
}
