/// Collects documents, in order and in memory, in the form that a segment stores: texts compressed,
/// records in blocks that will be.
///
/// Add documents, then take the part, in memory or in temporary files; after that the builder is
/// empty and may be used again.
struct DocumentStoreBuilder: ~Copyable {
  /// Whether texts are kept.
  private let storesText: Bool
  /// The finished blocks of records.
  private var metadataBlocks: [DocumentStoreFormat.DocumentBlock] = []
  /// The finished blocks of text.
  private var textBlocks: [DocumentStoreFormat.TextBlock] = []
  /// The hash of each document's id.
  private var idHashes = ByteWriter(capacity: 1 << 12)
  private var ids = IDSequence()
  private var documentCount = 0

  private var metadata = ByteWriter(capacity: 1 << 12)
  private var texts = ByteWriter(capacity: 1 << 12)
  // The records of the block that is not closed yet.
  private var openIDs = FrontCodedWriter()
  private var openTitles = FrontCodedWriter()
  private var openLengths = ByteWriter(capacity: DocumentStoreFormat.recordBlockByteCount)
  private var openText = ByteWriter(capacity: DocumentStoreFormat.maxTextBlockByteCount)
  private var openDocumentCount: UInt32 = 0
  private var openTextByteCount: UInt64 = 0
  private let compressor = BlockCompressor()

  /// An empty builder.
  init(storesText: Bool) {
    self.storesText = storesText
  }

  /// The memory in use for documents, in bytes.
  var byteCount: Int {
    metadata.count + texts.count + openRecordByteCount + openText.count + idHashes.count
      + metadataBlocks.count * MemoryLayout<DocumentStoreFormat.DocumentBlock>.stride
      + textBlocks.count * MemoryLayout<DocumentStoreFormat.TextBlock>.stride
  }

  /// Adds a document after those added before.
  mutating func add(id: Span<UInt8>, title: Span<UInt8>, text: Span<UInt8>) {
    idHashes.append(DocumentStoreFormat.hash(ofID: id))
    id.withBytes {
      ids.append($0)
      openIDs.append($0)
    }
    title.withBytes { openTitles.append($0) }
    documentCount += 1
    openDocumentCount += 1
    if storesText {
      openLengths.appendVariable(text.count)
      openTextByteCount += UInt64(text.count)
      text.withBytes { addText($0) }
    }
    if openRecordByteCount >= DocumentStoreFormat.recordBlockByteCount { closeRecordBlock() }
  }

  /// Closes the blocks begun.
  private mutating func finish() {
    if openDocumentCount > 0 { closeRecordBlock() }
    if openText.count > 0 { closeTextBlock() }
  }

  /// Forgets all documents.
  private mutating func removeAll() {
    metadata.removeAll()
    texts.removeAll()
    removeOpenRecords()
    openText.removeAll()
    openDocumentCount = 0
    openTextByteCount = 0
    metadataBlocks.removeAll()
    textBlocks.removeAll()
    idHashes.removeAll()
    ids = IDSequence()
    documentCount = 0
  }

  /// Finishes, hands all documents over in memory and forgets them.
  mutating func takePart() -> DocumentStorePart {
    finish()
    let part = makePart(
      metadata: .memory(FrozenBytes(metadata.take())), text: .memory(FrozenBytes(texts.take())),
      idHashes: .memory(FrozenBytes(idHashes.take())))
    removeAll()
    return part
  }

  /// Finishes, appends all documents to a temporary file and forgets them.
  mutating func spillPart(to file: SpillFile) throws(IndexError) -> DocumentStorePart {
    finish()
    let part = makePart(
      metadata: .spilled(try file.append(metadata.bytes)),
      text: .spilled(try file.append(texts.bytes)),
      idHashes: .spilled(try file.append(idHashes.bytes)))
    removeAll()
    return part
  }

  private func makePart(
    metadata: BytesAtRest, text: BytesAtRest, idHashes: BytesAtRest
  ) -> DocumentStorePart {
    // Without the room that arrays have to grow: there may be many parts.
    DocumentStorePart(
      documentCount: documentCount, metadata: metadata,
      metadataBlocks: metadataBlocks.map { $0 }, text: text, textBlocks: textBlocks.map { $0 },
      idHashes: idHashes, ids: ids)
  }
}

extension DocumentStoreBuilder {
  private mutating func addText(_ text: Bytes) {
    let limit = DocumentStoreFormat.maxTextBlockByteCount
    var rest = text
    if openText.count + rest.count > limit {
      if openText.count > 0 { closeTextBlock() }
      // A long text is compressed from where it is; only its end waits for company.
      while rest.count > limit {
        appendTextBlock(rest.slice(at: 0, count: limit))
        rest = rest.slice(at: limit, count: rest.count - limit)
      }
    }
    openText.append(rest)
    if openText.count >= DocumentStoreFormat.textBlockByteCount { closeTextBlock() }
  }

  private mutating func closeTextBlock() {
    appendTextBlock(openText.bytes)
    openText.removeAll()
  }

  private mutating func appendTextBlock(_ raw: Bytes) {
    let start = texts.count
    compressor.compress(raw, to: &texts)
    textBlocks.append(
      DocumentStoreFormat.TextBlock(
        rawByteCount: UInt32(raw.count), byteCount: UInt32(texts.count - start)))
  }

  private mutating func closeRecordBlock() {
    let start = metadata.count
    metadata.appendVariable(openIDs.bytes.count)
    metadata.appendVariable(openTitles.bytes.count)
    metadata.append(openIDs.bytes.bytes)
    metadata.append(openTitles.bytes.bytes)
    metadata.append(openLengths.bytes)
    metadataBlocks.append(
      DocumentStoreFormat.DocumentBlock(
        documentCount: openDocumentCount, byteCount: UInt32(metadata.count - start),
        textByteCount: openTextByteCount))
    removeOpenRecords()
    openDocumentCount = 0
    openTextByteCount = 0
  }

  private var openRecordByteCount: Int {
    openIDs.bytes.count + openTitles.bytes.count + openLengths.count
  }

  private mutating func removeOpenRecords() {
    openIDs.removeAll()
    openTitles.removeAll()
    openLengths.removeAll()
  }
}
