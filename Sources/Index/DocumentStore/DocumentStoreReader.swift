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
    let (stored, textRange) = try withRecord(of: doc) { record, textRange in
      (
        StoredDocument(
          id: String(decoding: record.id), title: String(decoding: record.title), text: nil),
        textRange
      )
    }
    guard withText, let texts else { return stored }
    var document = stored
    document.text = try texts.text(textRange)
    return document
  }

  /// The external id of a document.
  ///
  /// - Precondition: `doc` is within `0 ..< documentCount`.
  /// - Throws: `damaged`.
  func id(of doc: Int) throws(IndexError) -> String {
    try withRecord(of: doc) { record, _ in String(decoding: record.id) }
  }

  /// The first document with an external id, or nil if there is none.
  ///
  /// - Throws: `damaged`.
  /// - Complexity: O(1) expected, and one block decompressed; where ids increase, O(log *n*) blocks.
  func find(id: [UInt8]) throws(IndexError) -> Int? {
    try find(id: id) { _ in true }
  }

  /// All documents with an external id, first to last.
  ///
  /// - Throws: `damaged`.
  /// - Complexity: as `find`, and one block decompressed for each of them.
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
        let hasID = try withRecord(of: doc) { record, _ in
          record.id.count == id.count && record.id.commonByteCount(with: id) == id.count
        }
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
    var low = 0
    var high = documents.count
    while low < high {
      let middle = low + (high - low) / 2
      let isBefore = try withRecords(of: middle) {
        (_, records) throws(BlockDecompressor.Failure) in
        IDOrder.isLess(id, try records.next().id)
      }
      if isBefore { high = middle } else { low = middle + 1 }
    }
    guard low > 0 else { return nil }
    return try withRecords(of: low - 1) {
      (numbers, records) throws(BlockDecompressor.Failure) -> Int? in
      for number in numbers {
        let next = try records.next().id
        if !IDOrder.isLess(next, id) { return IDOrder.isLess(id, next) ? nil : number }
      }
      return nil
    }
  }
}

extension DocumentStoreReader {
  /// Calls `body` with the record of a document and the place of its text.
  private func withRecord<Result>(
    of doc: Int, _ body: (DocumentRecordBlock.Record, Range<UInt64>) -> Result
  ) throws(IndexError) -> Result {
    precondition(doc >= 0 && doc < documentCount)
    let block =
      try firstDocuments.firstIndex(above: UInt32(doc), in: 0..<firstDocuments.count) - 1
    guard block >= 0, block < documents.count else {
      throw damagedIndex(at: max(0, block), "no block has document \(doc)")
    }
    var textStart = try textOffsets.value(at: block)
    return try withRecords(of: block) {
      (numbers, records) throws(BlockDecompressor.Failure) in
      for number in numbers {
        let record = try records.next()
        let (textEnd, overflow) = textStart.addingReportingOverflow(record.textByteCount)
        guard !overflow else { throw .tooLong }
        if number == doc { return body(record, textStart..<textEnd) }
        textStart = textEnd
      }
      throw .truncated
    }
  }

  /// Calls `body` with the numbers of the documents of a block, at least one, and their records.
  func withRecords<Result>(
    of block: Int,
    _ body: (Range<Int>, inout DocumentRecordBlock) throws(BlockDecompressor.Failure) -> Result
  ) throws(IndexError) -> Result {
    let first = Int(try firstDocuments.value(at: block))
    let end = Int(try firstDocuments.value(at: block + 1))
    guard first < end, end <= documentCount else {
      throw damagedIndex(at: block, "block \(block) has the documents \(first) to \(end)")
    }
    let range = try documents.byteRange(of: block)
    let bytes = try file.verifiedBytes(range)
    let samples = try samples()
    do throws(BlockDecompressor.Failure) {
      var records = try DocumentRecordBlock(
        bytes, samples: samples,
        DocumentRecordBlock.Layout(formatVersion: file.formatVersion, storesText: storesText))
      return try body(first..<end, &records)
    } catch {
      throw file.damage(
        DocumentStoreFormat.documentsSection, range,
        "the block of documents \(first) to \(end) cannot be restored (\(error))")
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
