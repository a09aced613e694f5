/// Writes the sections of stored documents of one segment from its parts.
struct DocumentStoreSections {
  /// What is to be told of the documents.
  struct Report: Hashable, Sendable {
    /// Documents that share their id with an earlier one.
    var duplicateIDCount = 0
    /// The ids of the first five such documents, each once.
    var duplicateIDExamples: [String] = []
  }

  /// Writes all parts, in document order, to `writer`; what `checkpoint` throws, which is called
  /// before the text of each part, ends that.
  ///
  /// - Throws: `limitExceeded` for more documents than a segment can have; `system`.
  /// - Complexity: O(*n*) in the number of documents, in about `memoryLimit` bytes of memory and
  ///   one for each ten documents.
  static func write(
    _ parts: [DocumentStorePart], storesText: Bool, memoryLimit: Int,
    to writer: SectionedFileWriter, checkpoint: () throws(IndexError) -> Void = {}
  ) throws(IndexError) -> Report {
    let documentCount = parts.reduce(0) { $0 + $1.documentCount }
    guard documentCount <= DocID.maxCount else {
      throw .limitExceeded("\(documentCount) documents, at most \(DocID.maxCount) in a segment")
    }
    try DocumentRecordSections(parts).write(to: writer)
    if storesText { try writeTexts(parts, to: writer, checkpoint) }
    writer.beginSection(DocumentStoreFormat.idsSection)
    if parts.reduce(into: IDSequence(), { $0.append($1.ids) }).isIncreasing { return Report() }
    let ids = DocumentIDTable(parts, storesText: storesText, memoryLimit: memoryLimit)
    let candidates = try ids.write(to: writer)
    let duplicates = try ids.findDuplicates(among: candidates)
    return Report(
      duplicateIDCount: duplicates.count, duplicateIDExamples: duplicates.examples)
  }

  private static func writeTexts(
    _ parts: [DocumentStorePart], to writer: SectionedFileWriter,
    _ checkpoint: () throws(IndexError) -> Void
  ) throws(IndexError) {
    writer.beginSection(DocumentStoreFormat.textsSection)
    for part in parts {
      try checkpoint()
      try writer.append(part.text)
    }

    let blockCount = parts.reduce(0) { $0 + $1.textBlocks.count }
    writer.beginSection(DocumentStoreFormat.textBlocksSection)
    var textOffsets = ByteWriter(capacity: blockCount * 8 + 16)
    var byteOffsets = ByteWriter(capacity: blockCount * 8 + 8)
    var textOffset: UInt64 = 0
    var byteOffset: UInt64 = 0
    textOffsets.append(UInt64(blockCount))
    for part in parts {
      for block in part.textBlocks {
        textOffsets.append(textOffset)
        byteOffsets.append(byteOffset)
        textOffset += UInt64(block.rawByteCount)
        byteOffset += UInt64(block.byteCount)
      }
    }
    textOffsets.append(textOffset)
    byteOffsets.append(byteOffset)
    try writer.append(textOffsets.bytes)
    try writer.append(byteOffsets.bytes)
  }
}
