import Foundation
import Testing
import Tokenizer

@testable import Index

/// The worked examples of `FileFormat.md`: the bytes that are written, and the text that shows
/// them.
///
/// Each example is compared twice: with what the writer makes of the values that the text names,
/// and line by line with the text. So neither can change without the other.
struct WorkedExampleTests {
  // MARK: - Codecs

  @Test func aPatchedBlockIsExact() throws {
    let values = Column<UInt32>(capacity: 128)
    for index in 0..<128 { values[index] = UInt32(index % 4) }
    values[9] = 500
    var writer = ByteWriter()
    PatchedBlock.encode(values.view, into: &writer)
    try expect(
      writer.bytes.copied(),
      """
      c2
      00 00 00 00  45 55 55 55  aa aa aa aa  ff ff ff ff
      00 00 00 00  55 55 55 55  aa aa aa aa  ff ff ff ff
      e1  09 3e
      """)
    for index in [9, 70, 71, 100] { values[index] = UInt32(index % 4) + 4 }
    var stepped = ByteWriter()
    PatchedBlock.encode(values.view, into: &stepped)
    let bytes = stepped.bytes.copied()
    #expect(bytes[0] == 0xE2)
    try expect(Array(bytes.suffix(4)), "24 9b cc 21")
  }

  // MARK: - Postings and positions

  /// The documents of the list with blocks: 0...32 and 36...130, then 140 and 200.
  private static let documents = Array(0...32) + Array(36...130) + [140, 200]

  private static func positions(of document: Int) -> [UInt32] {
    switch document {
    case 5: [4, 6]
    case 200: [4, 5, 12]
    default: [4]
    }
  }

  /// What an encoder makes of documents of ten tokens with these positions.
  private func encode(
    _ documents: [Int], _ positions: (Int) -> [UInt32]
  ) throws -> (postings: [UInt8], positions: [UInt8], info: TermInfo) {
    let norms = Column<UInt8>(capacity: 256)
    for document in 0..<256 { norms[document] = FieldNorm(length: 10).rawValue }
    var encoder = PostingListEncoder(norms: norms.view, averageLength: 10, storesPositions: true)
    encoder.begin()
    for document in documents {
      for position in positions(document) {
        encoder.append(doc: UInt32(document), position: position)
      }
    }
    let info = try encoder.finish()
    extendLifetime(norms)
    return (encoder.postings.memory.bytes.copied(), encoder.positions.memory.bytes.copied(), info)
  }

  @Test func aPostingListWithBlocksIsExact() throws {
    let list = try encode(Self.documents, Self.positions)
    #expect(list.info.documentFrequency == 130)
    #expect(list.info.totalFrequency == 133)
    try expect(
      list.postings,
      """
      82 00 00 00  c8 00 00 00
      00 00  1f 00
      a0 b7
      11 12
      74 74 00
      43  00 3d 7d
      ff ff ff ff f1 ff ff ff  ff ff ff ff ff ff ff ff  07 00 00 00 00 00 00 00
      e0 21 05
      00 06 80 1d 00 00 00 02
      """)
  }

  @Test func aShortPostingListIsExact() throws {
    let list = try encode([7, 11]) { $0 == 7 ? [2] : [0, 5, 6] }
    try expect(list.postings, "b7  c7 43 02")
    try expect(list.positions, "00\n0c 03")
  }

  @Test func aListOfOneDocumentHasNoPostings() throws {
    let list = try encode([9]) { _ in [3] }
    #expect(list.postings == [])
    #expect(list.info.singleDoc == 9)
    #expect(list.positions == [])
    #expect(list.info.singlePosition == 3)
  }

  @Test func aPositionListWithBlocksIsExact() throws {
    try expect(
      try encode(Self.documents, Self.positions).positions,
      """
      42 00
      01
      00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00
      24 49 92 24  49 92 24 49  92 24 49 92  24 49 92 24
      49 92 24 49  92 24 49 92  24 49 92 24  49 92 24 49
      92 24 49 92  24 49 92 24  49 92 24 49  92 24 49 92
      02
      11
      90 11
      """)
  }

  // MARK: - Terms and documents

  @Test func aTermDictionaryIsExact() throws {
    var writer = TermDictionaryWriter(documentCount: 256, storesPositions: true)
    for (term, info) in [
      ("kas", info(1, 1, doc: 9, postings: 0, positions: 0, position: 3)),
      ("kassim", info(2, 4, doc: 0, postings: 4, positions: 4)),
      ("telegram", info(130, 133, doc: 0, postings: 55, positions: 62)),
    ] {
      try Array(term.utf8).span.withBytes { bytes throws(IndexError) in
        try writer.append(bytes, info)
      }
    }
    try writer.finish()
    try expect(
      writer.terms.memory.bytes.copied(),
      """
      00 00
      82 08  00  38
      01  08
      13 0e
      09 03
      cd d4 a2 85 95 23 43 03
      7b e0 e0 80 06 74 01
      """)
    let index = writer.makeIndex()
    try expect(index.bytes.copied(), "00 00 00 00 00 73 61 6b  00 00 00 00")
    extendLifetime(index)
  }

  private func info(
    _ documentFrequency: Int, _ totalFrequency: Int, doc: UInt32, postings: Int, positions: Int,
    position: UInt32 = 0
  ) -> TermInfo {
    var info = TermInfo()
    info.documentFrequency = documentFrequency
    info.totalFrequency = totalFrequency
    info.singleDoc = doc
    info.singlePosition = position
    info.postings = 0..<postings
    info.positions = 0..<positions
    return info
  }

  @Test func theOptionsOfTheAnalyzerAreExact() throws {
    try expect(AnalyzerOptions(language: .french).encoded, "01  11 00 00  03  00")
  }

  @Test func theMetadataOfASegmentAreExact() throws {
    var metadata = SegmentMetadata()
    metadata.documentCount = 300
    metadata.nonEmptyDocumentCount = 299
    metadata.tokenCount = 5000
    metadata.termCount = 900
    metadata.postingCount = 4000
    metadata.hasPositions = true
    metadata.hasText = true
    metadata.documentCountByLanguage = [
      Language.english.rawValue: 200, Language.french.rawValue: 100,
    ]
    metadata.unicodeVersion = "17.0.0"
    try expect(
      metadata.encoded(),
      """
      ac 02  ab 02  88 27  84 07  a0 1f
      03
      02  02 c8 01  03 64
      06 31 37 2e 30 2e 30
      """)
  }

  @Test func theNormsOfTheTableAreExact() throws {
    let rows = [
      (0, "00", 0), (10, "0a", 10), (39, "27", 39), (40, "28", 40), (41, "28", 40),
      (100, "39", 96), (1000, "57", 984), (1_000_000, "a7", 983_064),
      (2_013_265_944, "ff", 2_013_265_944),
    ]
    let text = try Specification.text()
    for (length, code, read) in rows {
      let norm = FieldNorm(length: length)
      #expect([norm.rawValue].hex == code, "length \(length)")
      #expect(norm.length == read, "length \(length)")
      let isThere = text.contains("| \(length) | `\(code)` | \(read) |")
      #expect(isThere, "length \(length)")
    }
  }

  /// Expects the bytes to be those of the example, and its lines to stand in the specification.
  private func expect(
    _ bytes: [UInt8], _ example: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(bytes.hex == normalizedHex(example), sourceLocation: sourceLocation)
    let lines = Set(try Specification.lines().map(Self.hexPrefix))
    for line in example.split(separator: "\n") {
      let isThere = lines.contains(normalizedHex(String(line)))
      #expect(isThere, "FileFormat.md lacks \(line)", sourceLocation: sourceLocation)
    }
  }

  /// The bytes that a line of an example starts with, without what is said of them.
  private static func hexPrefix(of line: Substring) -> String {
    line.split(whereSeparator: \.isWhitespace)
      .prefix { $0.utf8.count == 2 && $0.allSatisfy(\.isHexDigit) }.joined(separator: " ")
  }
}

/// The text of `FileFormat.md`.
private enum Specification {
  static func text() throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(
      contentsOf: root.appendingPathComponent("Sources/Index/Index.docc/FileFormat.md"),
      encoding: .utf8)
  }

  static func lines() throws -> [Substring] {
    try text().split(separator: "\n")
  }
}
