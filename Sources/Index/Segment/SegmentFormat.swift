import Tokenizer

/// The sections of a segment file and what stands in its metadata.
///
///     sections  documents, ... (see DocumentStoreFormat), positions (if kept), postings,
///               terms, termindex, norms
///     metadata  := documentCount, nonEmptyDocumentCount, tokenCount, termCount, postingCount:
///                  varint, flags: u8 (1 positions, 2 text), languageCount: varint,
///                  (language: u8, documentCount: varint) ^ languageCount,
///                  unicodeVersionLength: varint, unicodeVersion: bytes
enum SegmentFormat {
  static let postings = PostingsFormat.postingsSection
  static let positions = PostingsFormat.positionsSection
  static let terms = TermDictionaryFormat.termsSection
  static let termIndex = TermDictionaryFormat.indexSection
  static let norms = "norms"

  /// The most tokens of a segment, and of all segments of an index: sums of as many segments as
  /// there can be do not overflow.
  static let maxTokenCount = 1 << 48
}

/// What a segment knows about itself without a look into its sections.
struct SegmentMetadata: Hashable, Sendable {
  /// Number of documents.
  var documentCount = 0
  /// Number of documents with at least one token: BM25's N.
  var nonEmptyDocumentCount = 0
  /// Number of tokens.
  var tokenCount = 0
  /// Number of distinct terms.
  var termCount = 0
  /// Number of postings.
  var postingCount = 0
  /// Whether positions are kept.
  var hasPositions = false
  /// Whether text is kept.
  var hasText = false
  /// Documents by the raw value of their language; languages without any are left out.
  var documentCountByLanguage: [UInt8: Int] = [:]
  /// The Unicode version of the analysis.
  var unicodeVersion = ""

  /// The average length of documents that are not empty, in tokens.
  var averageLength: Float {
    BM25.averageLength(tokenCount: tokenCount, documentCount: nonEmptyDocumentCount)
  }

  /// The bytes of the metadata.
  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    for count in [documentCount, nonEmptyDocumentCount, tokenCount, termCount, postingCount] {
      writer.appendVariable(count)
    }
    writer.append(UInt8((hasPositions ? 1 : 0) | (hasText ? 2 : 0)))
    writer.appendVariable(documentCountByLanguage.count)
    for (language, count) in documentCountByLanguage.sorted(by: { $0.key < $1.key }) {
      writer.append(language)
      writer.appendVariable(count)
    }
    writer.appendLengthPrefixed([UInt8](unicodeVersion.utf8).span)
    return writer.bytes.copied()
  }

  /// Reads what `encoded` wrote, and nothing else.
  static func decode(_ bytes: [UInt8]) throws(ByteReader.Failure) -> SegmentMetadata {
    try bytes.span.withBytes { (bytes) throws(ByteReader.Failure) in
      var reader = ByteReader(bytes)
      var metadata = SegmentMetadata()
      metadata.documentCount = try reader.readCount(limit: DocID.maxCount)
      metadata.nonEmptyDocumentCount = try reader.readCount(limit: metadata.documentCount)
      metadata.tokenCount = try reader.readCount(limit: SegmentFormat.maxTokenCount)
      metadata.termCount = try reader.readCount(limit: 1 << 40)
      metadata.postingCount = try reader.readCount(limit: metadata.tokenCount)
      let flags = try reader.read(UInt8.self)
      guard flags & ~3 == 0 else { throw .unknown(offset: reader.offset - 1) }
      metadata.hasPositions = flags & 1 != 0
      metadata.hasText = flags & 2 != 0
      try metadata.readLanguages(&reader)
      metadata.unicodeVersion = String(
        decoding: try reader.readLengthPrefixed().copied(), as: UTF8.self)
      guard reader.remaining == 0 else { throw .unknown(offset: reader.offset) }
      return metadata
    }
  }

  private mutating func readLanguages(_ reader: inout ByteReader) throws(ByteReader.Failure) {
    var last = -1
    for _ in 0..<(try reader.readCount(limit: 256)) {
      let language = try reader.read(UInt8.self)
      guard language > last else { throw .unknown(offset: reader.offset - 1) }
      documentCountByLanguage[language] = try reader.readCount(limit: DocID.maxCount)
      last = Int(language)
    }
  }
}
