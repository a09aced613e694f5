/// What the builder, the writer and the reader of stored documents agree on; `FileFormat.md` has
/// the grammar.
///
/// The records of all documents (id, title, length of the text) are one stream of bytes, their
/// texts another. Both are cut into compressed blocks: records only between documents, texts
/// also within a long one.
enum DocumentStoreFormat {
  /// Samples of titles and blocks of records.
  static let documentsSection = "documents"
  /// For each such block its first document, its place, and the place of its texts.
  static let documentBlocksSection = "document-blocks"
  /// Blocks of text; only if texts are stored.
  static let textsSection = "texts"
  /// For each such block its place in the stream of texts and in the section.
  static let textBlocksSection = "text-blocks"
  /// All documents by the hash of their id; empty if ids increase.
  static let idsSection = "ids"

  /// A block of records is closed once it has so many bytes: a title costs decompressing half of one,
  /// and passing over half of its records.
  static let recordBlockByteCount = 2 << 10
  /// Samples of the titles, which all blocks of records may repeat, have up to so many bytes.
  static let maxSamplesByteCount = 32 << 10
  /// Of so many bytes of records one goes into the samples, up to their limit.
  static let recordBytesPerSampledByte = 32
  /// A sample of a block's titles.
  static let sampleByteCount = 512
  /// A block of text is closed once it has so many bytes.
  ///
  /// For a text half of its block must be decompressed on average.
  static let textBlockByteCount = 32 << 10
  /// No block of text has more bytes.
  static let maxTextBlockByteCount = 64 << 10
  /// No compressed byte stands for more.
  static let maxExpansion = 255

  /// The hash by which an id is found.
  static func hash(ofID id: Span<UInt8>) -> UInt32 {
    UInt32(truncatingIfNeeded: Checksum.sum(id) >> 32)
  }

  /// What is known of a block of records, which is not compressed yet.
  struct DocumentBlock: Hashable, Sendable {
    /// The number of its documents, at least 1.
    var documentCount: UInt32
    /// Its size.
    var byteCount: UInt32
    /// The size of the texts of its documents, not compressed.
    var textByteCount: UInt64
  }

  /// What is known of a block of text.
  struct TextBlock: Hashable, Sendable {
    /// Its size before compression.
    var rawByteCount: UInt32
    /// Its compressed size.
    var byteCount: UInt32
  }
}

/// The stored form of some consecutive documents, on their way into a segment.
struct DocumentStorePart: Sendable {
  /// The number of documents.
  var documentCount: Int
  /// The blocks of records, which are compressed once there are samples of all.
  var metadata: BytesAtRest
  /// Their sizes, in order.
  var metadataBlocks: [DocumentStoreFormat.DocumentBlock]
  /// The blocks of text.
  var text: BytesAtRest
  /// Their sizes, in order.
  var textBlocks: [DocumentStoreFormat.TextBlock]
  /// The hash of each document's id, in four bytes.
  var idHashes: BytesAtRest
  /// Whether ids increase.
  var ids: IDSequence

  /// Appends what is in memory to `file`.
  mutating func spill(to file: SpillFile) throws(IndexError) {
    metadata = try metadata.spilled(to: file)
    text = try text.spilled(to: file)
    idHashes = try idHashes.spilled(to: file)
  }
}
