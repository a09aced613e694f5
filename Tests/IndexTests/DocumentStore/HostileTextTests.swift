import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Texts at places in their stream that no file can have.
@Suite struct HostileTextTests {
  private static func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func littleEndian(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  /// The number of bytes of a text ended the process where it did not fit an `Int`.
  @Test(arguments: [1 << 62, 1 << 63 - 1, 1 << 63, .max - 1, .max] as [UInt64])
  func aTextLongerThanAnyFileIsDamage(byteCount: UInt64) throws {
    let text = "one two three four"
    let built = try BuiltIndex([TestDocument(id: "a", text: text)])
    let copy = try IndexCopy(of: built)
    let segment = try #require(built.reader.segments.first)
    var sections = try readSections(segment.file)
    func place(_ name: String) throws -> Int {
      try #require(sections.firstIndex { $0.name == name })
    }
    let documents = try place(DocumentStoreFormat.documentsSection)
    let index = try place(DocumentStoreFormat.documentBlocksSection)
    let texts = try place(DocumentStoreFormat.textBlocksSection)

    // The only record ends with the length of its text.
    let block = sections[documents].bytes
    var records = try BlockCompressionTests.decompress(block)
    #expect(records.popLast() == UInt8(text.utf8.count))
    records += Self.varint(byteCount)
    sections[documents].bytes = BlockCompressionTests.compress(records)
    // One block: its first document and the number of all, its start and its end.
    let end = Self.littleEndian(UInt64(sections[documents].bytes.count))
    sections[index].bytes.replaceSubrange(24..<32, with: end)
    // After the number of blocks: where the texts of the only one start, and where they end.
    sections[texts].bytes.replaceSubrange(16..<24, with: Self.littleEndian(.max))
    try copy.replaceSegment(by: sections, segment.metadata)

    let reader = try IndexReader(path: copy.path)
    let address = DocAddress(segment: 0, doc: DocID(0))
    #expect(try reader.document(at: address, withText: false).id == "a")
    #expect(isDamage { _ = try reader.document(at: address) })
    #expect(try !verifyOnThreads(path: copy.path).isIntact)
  }
}
