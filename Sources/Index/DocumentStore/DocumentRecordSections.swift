import Tokenizer

/// Writes the sections of records: samples of all titles, then the blocks, compressed as what
/// follows these.
///
/// Titles of a collection have much in common, of which a block of 2 KiB holds little. What most of
/// them have is in samples from everywhere: for titles in order they do twice as well as the first
/// blocks of all, and nearly as well as the most frequent words, which would have to be counted.
struct DocumentRecordSections {
  private let parts: [DocumentStorePart]
  private let documentCount: Int
  private let blockCount: Int

  /// The records of `parts`.
  init(_ parts: [DocumentStorePart]) {
    self.parts = parts
    documentCount = parts.reduce(0) { $0 + $1.documentCount }
    blockCount = parts.reduce(0) { $0 + $1.metadataBlocks.count }
  }

  /// Writes the blocks and their index.
  func write(to writer: SectionedFileWriter) throws(IndexError) {
    writer.beginSection(DocumentStoreFormat.documentsSection)
    let samples = try makeSamples()
    try writer.append(samples.bytes)
    let compressor = BlockCompressor(after: samples.bytes)

    var firstDocuments = ByteWriter(capacity: blockCount * 4 + 16)
    var byteOffsets = ByteWriter(capacity: blockCount * 8 + 8)
    var textOffsets = ByteWriter(capacity: blockCount * 8 + 8)
    var byteOffset = UInt64(samples.count)
    var textOffset: UInt64 = 0
    var raw = ByteWriter()
    var compressed = ByteWriter()
    firstDocuments.append(UInt32(documentCount))
    firstDocuments.append(UInt32(blockCount))
    try parts.forEachRecordBlock { (block) throws(IndexError) in
      firstDocuments.append(block.firstDocument)
      byteOffsets.append(byteOffset)
      textOffsets.append(textOffset)
      raw.removeAll()
      compressed.removeAll()
      try block.append(to: &raw)
      compressor.compress(raw.bytes, to: &compressed)
      try writer.append(compressed.bytes)
      byteOffset += UInt64(compressed.count)
      textOffset += block.block.textByteCount
    }
    firstDocuments.append(UInt32(documentCount))
    if firstDocuments.count % 8 != 0 { firstDocuments.append(UInt32(0)) }
    byteOffsets.append(byteOffset)
    textOffsets.append(textOffset)
    writer.beginSection(DocumentStoreFormat.documentBlocksSection)
    try writer.append(firstDocuments.bytes)
    try writer.append(byteOffsets.bytes)
    try writer.append(textOffsets.bytes)
  }

  /// Pieces of the titles of blocks at equal distances.
  private func makeSamples() throws(IndexError) -> ByteWriter {
    let recordByteCount = parts.reduce(0) { $0 + $1.metadata.count }
    let byteCount = min(
      DocumentStoreFormat.maxSamplesByteCount,
      recordByteCount / DocumentStoreFormat.recordBytesPerSampledByte)
    let sampleCount = min(byteCount / DocumentStoreFormat.sampleByteCount, blockCount)
    var samples = ByteWriter(capacity: byteCount)
    var number = 0
    var sampled = 0
    var raw = ByteWriter()
    try parts.forEachRecordBlock { (block) throws(IndexError) in
      // From the middle of the first of so many parts of all blocks, of the second, and so on.
      if sampled < sampleCount, number == (2 * sampled + 1) * blockCount / (2 * sampleCount) {
        raw.removeAll()
        try block.append(to: &raw)
        let titles = DocumentRecordBlock.titles(of: raw.bytes)
        let count = min(titles.count, DocumentStoreFormat.sampleByteCount)
        samples.append(titles.slice(at: (titles.count - count) / 2, count: count))
        sampled += 1
      }
      number += 1
    }
    return samples
  }
}

/// A block of records that waits to be compressed.
struct WaitingRecordBlock {
  /// What is known of it.
  let block: DocumentStoreFormat.DocumentBlock
  /// Its first document.
  let firstDocument: UInt32
  fileprivate let source: BytesAtRest
  fileprivate let byteOffset: Int

  /// Appends the block, as it is before it is compressed, to `buffer`.
  func append(to buffer: inout ByteWriter) throws(IndexError) {
    let room = buffer.append(uninitialized: Int(block.byteCount))
    try source.read(room.count, at: byteOffset, into: room)
  }

  /// What to say of a block that does not make sense.
  func damage(_ detail: String) -> IndexError {
    .damaged(
      Damage(
        path: source.path, section: DocumentStoreFormat.documentsSection,
        byteRange: UInt64(byteOffset)..<UInt64(byteOffset + Int(block.byteCount)),
        detail: detail))
  }
}

extension [DocumentStorePart] {
  /// Calls `body` with each block of records, in order.
  func forEachRecordBlock(
    _ body: (WaitingRecordBlock) throws(IndexError) -> Void
  ) throws(IndexError) {
    var document: UInt32 = 0
    for part in self {
      var byteOffset = 0
      for block in part.metadataBlocks {
        try body(
          WaitingRecordBlock(
            block: block, firstDocument: document, source: part.metadata, byteOffset: byteOffset))
        byteOffset += Int(block.byteCount)
        document += block.documentCount
      }
    }
  }
}
