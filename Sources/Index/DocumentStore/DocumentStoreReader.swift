import Tokenizer

/// Reads stored documents of a segment by number, and finds them by id.
///
/// Every byte is verified when it is needed, and then still not trusted: whatever the sections
/// hold, reading returns or throws `damaged`, and allocates no more than the file justifies.
struct DocumentStoreReader: Sendable {
  /// The number of documents.
  let documentCount: Int
  let file: VerifiedFile
  let documents: StoredBlocks
  let firstDocuments: VerifiedArray<UInt32>
  /// Where the texts of each block of records start in the stream of texts.
  let textOffsets: VerifiedArray<UInt64>
  let texts: StoredTexts?
  let ids: DocumentIDs

  /// How documents are found by their ids.
  enum DocumentIDs {
    /// By halving: the ids increase.
    case increasing
    case compact(StoredIDs)
    /// Before format 3.
    case hashes(StoredIDHashes)
  }

  /// Opens the sections of `file`.
  ///
  /// - Throws: `damaged` if a section is missing or their sizes do not agree.
  init(file: VerifiedFile) throws(IndexError) {
    self.file = file
    let index = try file.requiredSection(DocumentStoreFormat.documentBlocksSection)
    guard index.count >= 8 else {
      throw file.damage(DocumentStoreFormat.documentBlocksSection, index, "it has no head")
    }
    let head = try file.verifiedBytes(index.lowerBound..<index.lowerBound + 8)
    documentCount = Int(UInt32(littleEndian: head.load(at: 0)))
    let blockCount = Int(UInt32(littleEndian: head.load(at: 4)))
    let offsetsStart = (8 + (blockCount + 1) * 4 + 7) & ~7
    guard index.count == offsetsStart + (blockCount + 1) * 16,
      documentCount <= DocID.maxCount, blockCount <= documentCount
    else {
      throw file.damage(
        DocumentStoreFormat.documentBlocksSection, index,
        "\(index.count) bytes for \(blockCount) blocks of \(documentCount) documents")
    }
    firstDocuments = VerifiedArray(file, at: index.lowerBound + 8, count: blockCount + 1)
    documents = StoredBlocks(
      file: file, name: DocumentStoreFormat.documentsSection,
      section: try file.requiredSection(DocumentStoreFormat.documentsSection),
      byteOffsets: VerifiedArray(
        file, at: index.lowerBound + offsetsStart, count: blockCount + 1))
    textOffsets = VerifiedArray(
      file, at: index.lowerBound + offsetsStart + (blockCount + 1) * 8, count: blockCount + 1)
    texts = try StoredTexts(file: file)

    let ids = try file.requiredSection(DocumentStoreFormat.idsSection)
    if SegmentVersion.isTight(file.formatVersion), ids.isEmpty {
      self.ids = .increasing
    } else if SegmentVersion.isCompact(file.formatVersion) {
      self.ids = .compact(try StoredIDs(file, section: ids, documentCount: documentCount))
    } else {
      self.ids = .hashes(try StoredIDHashes(file, section: ids, documentCount: documentCount))
    }
  }

  /// Whether texts are stored.
  var storesText: Bool { texts != nil }

  /// What is stored of a document; without its text unless asked for.
  ///
  /// - Precondition: `doc` is within `0 ..< documentCount`.
  /// - Throws: `damaged`.
  func document(_ doc: Int, withText: Bool) throws(IndexError) -> StoredDocument {
    var cursor = StoredDocumentCursor(self)
    return try document(doc, withText: withText, &cursor)
  }

  /// What is stored of a document to which `cursor` moves.
  ///
  /// - Precondition: `doc` is within `0 ..< documentCount`, and not before where `cursor` is.
  /// - Throws: `damaged`.
  func document(
    _ doc: Int, withText: Bool, _ cursor: inout StoredDocumentCursor
  ) throws(IndexError) -> StoredDocument {
    try cursor.seek(to: doc, in: self)
    var document = StoredDocument(
      id: String(decoding: try cursor.id(in: self)),
      title: String(decoding: try cursor.title(in: self)), text: nil)
    if withText, let texts { document.text = try texts.text(cursor.textRange(in: self)) }
    return document
  }

  /// The external id of a document.
  ///
  /// - Precondition: `doc` is within `0 ..< documentCount`.
  /// - Throws: `damaged`.
  func id(of doc: Int) throws(IndexError) -> String {
    var cursor = StoredDocumentCursor(self)
    return try id(of: doc, &cursor)
  }

  /// The external id of a document to which `cursor` moves.
  ///
  /// - Precondition: `doc` is within `0 ..< documentCount`, and not before where `cursor` is.
  /// - Throws: `damaged`.
  func id(of doc: Int, _ cursor: inout StoredDocumentCursor) throws(IndexError) -> String {
    try cursor.seek(to: doc, in: self)
    return String(decoding: try cursor.id(in: self))
  }

  /// The first document with an external id, or nil if there is none.
  ///
  /// - Throws: `damaged`.
  /// - Complexity: O(1) expected, and the ids of one block decompressed; where they increase, the
  ///   first of O(log *n*) blocks.
  func find(id: [UInt8]) throws(IndexError) -> Int? {
    try find(id: id) { _ in true }
  }

  /// All documents with an external id, first to last.
  ///
  /// - Throws: `damaged`.
  /// - Complexity: as `find`, and the ids of one block decompressed for each of them.
  func findAll(id: [UInt8]) throws(IndexError) -> [Int] {
    var found: [Int] = []
    _ = try find(id: id) { doc in
      found.append(doc)
      return false
    }
    return found
  }

  /// The first document with an external id that `accepts` takes, or nil.
  private func find(id: [UInt8], accepts: (_ doc: Int) -> Bool) throws(IndexError) -> Int? {
    let hash = DocumentStoreFormat.hash(ofID: id.span)
    return try id.span.withBytes { (id) throws(IndexError) -> Int? in
      func isWanted(_ doc: Int) throws(IndexError) -> Bool {
        var cursor = StoredDocumentCursor(self)
        try cursor.seek(to: doc, in: self)
        let stored = try cursor.id(in: self)
        let hasID = stored.count == id.count && stored.commonByteCount(with: id) == id.count
        return hasID && accepts(doc)
      }
      switch ids {
      case .increasing: return try findByHalving(id).flatMap { accepts($0) ? $0 : nil }
      case .compact(let ids): return try ids.first(withHash: hash, where: isWanted)
      case .hashes(let ids): return try ids.first(withHash: hash, where: isWanted)
      }
    }
  }

  /// The document with an id, where ids increase.
  private func findByHalving(_ id: Bytes) throws(IndexError) -> Int? {
    var records = makeRecordBlock()
    var low = 0
    var high = documents.count
    while low < high {
      let middle = low + (high - low) / 2
      let isBefore = try withRecords(of: middle, &records) {
        (_, records) throws(BlockDecompressor.Failure) in
        IDOrder.isLess(id, try records.id(at: 0))
      }
      if isBefore { high = middle } else { low = middle + 1 }
    }
    guard low > 0 else { return nil }
    return try withRecords(of: low - 1, &records) {
      (numbers, records) throws(BlockDecompressor.Failure) -> Int? in
      for index in 0..<numbers.count {
        let next = try records.id(at: index)
        if !IDOrder.isLess(next, id) {
          return IDOrder.isLess(id, next) ? nil : numbers.lowerBound + index
        }
      }
      return nil
    }
  }
}

extension DocumentStoreReader {
  /// Memory for blocks of records.
  func makeRecordBlock() -> DocumentRecordBlock {
    DocumentRecordBlock(
      DocumentRecordBlock.Layout(formatVersion: file.formatVersion, storesText: storesText))
  }

  /// The block of records that has a document.
  ///
  /// - Precondition: `doc` is within `0 ..< documentCount`.
  /// - Throws: `damaged`.
  func block(of doc: Int) throws(IndexError) -> Int {
    precondition(doc >= 0 && doc < documentCount)
    let block =
      try firstDocuments.firstIndex(above: UInt32(doc), in: 0..<firstDocuments.count) - 1
    guard block >= 0, block < documents.count else {
      throw damagedIndex(at: max(0, block), "no block has document \(doc)")
    }
    return block
  }

  /// The numbers of the documents of a block, at least one.
  ///
  /// - Throws: `damaged`.
  func numbers(of block: Int) throws(IndexError) -> Range<Int> {
    let first = Int(try firstDocuments.value(at: block))
    let end = Int(try firstDocuments.value(at: block + 1))
    guard first < end, end <= documentCount else {
      throw damagedIndex(at: block, "block \(block) has the documents \(first) to \(end)")
    }
    return first..<end
  }

  /// Calls `body` with the numbers of the documents of a block, at least one, and their records, for
  /// which `records` is the memory; what it throws is the block's damage.
  @inline(__always)
  func withRecords<Result>(
    of block: Int, _ records: inout DocumentRecordBlock,
    _ body: (Range<Int>, inout DocumentRecordBlock) throws(BlockDecompressor.Failure) -> Result
  ) throws(IndexError) -> Result {
    let numbers = try numbers(of: block)
    let bytes = try file.verifiedBytes(try documents.byteRange(of: block))
    let samples = try samples()
    do throws(BlockDecompressor.Failure) {
      try records.begin(bytes, samples: samples)
      return try body(numbers, &records)
    } catch {
      throw damagedBlock(block, error)
    }
  }

  /// The error that says that a block, whose place is known to be one, does not make sense.
  @inline(never)
  func damagedBlock(_ block: Int, _ failure: BlockDecompressor.Failure) -> IndexError {
    do throws(IndexError) {
      let numbers = try numbers(of: block)
      return file.damage(
        DocumentStoreFormat.documentsSection, try documents.byteRange(of: block),
        "the block of documents \(numbers.lowerBound) to \(numbers.upperBound) cannot be restored "
          + "(\(failure))")
    } catch {
      return error
    }
  }

  /// What blocks of records may repeat: what comes before the first, from format 5 on.
  func samples() throws(IndexError) -> Bytes {
    guard SegmentVersion.isTight(file.formatVersion) else { return .empty }
    let byteCount = try documents.byteOffsets.value(at: 0)
    let section = documents.section
    guard byteCount <= UInt64(min(section.count, DocumentStoreFormat.maxSamplesByteCount)) else {
      throw damagedIndex(at: 0, "\(byteCount) bytes of samples")
    }
    guard byteCount > 0 else { return .empty }
    return try file.verifiedBytes(section.lowerBound..<section.lowerBound + Int(byteCount))
  }

  func damagedIndex(at block: Int, _ detail: String) -> IndexError {
    file.damage(
      DocumentStoreFormat.documentBlocksSection, firstDocuments.byteRange(of: block), detail)
  }
}
