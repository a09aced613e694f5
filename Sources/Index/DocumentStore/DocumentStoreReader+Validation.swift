extension DocumentStoreReader {
  /// Checks all that the sections hold: every record and text can be restored, and every document
  /// is found by its id.
  ///
  /// - Returns: what was checked and how much of it, in order.
  /// - Throws: `damaged` for the first thing that is not as it should be.
  /// - Complexity: reads and decompresses everything; 4 bytes of memory for each document.
  func validate() throws(IndexError) -> [(name: String, count: Int)] {
    let (idHashes, textByteCount) = try validateRecords()
    switch ids {
    case .compact(let ids): try ids.validate(idHashes)
    case .hashes(let ids): try ids.validate(idHashes)
    }
    var checks = [("documents", documentCount), ("ids", documentCount)]
    if let texts {
      try texts.validate(byteCount: textByteCount)
      checks.append(("text blocks", texts.blockCount))
    }
    return checks
  }

  /// Checks all blocks of records; returns the hash of each id, and the size of all texts.
  private func validateRecords() throws(IndexError) -> ([UInt32], UInt64) {
    var idHashes: [UInt32] = []
    var textByteCount: UInt64 = 0
    try documents.validateBounds()
    for block in 0..<documents.count {
      let first = Int(try firstDocuments.value(at: block))
      let end = Int(try firstDocuments.value(at: block + 1))
      guard first == idHashes.count, first < end, end <= documentCount,
        try textOffsets.value(at: block) == textByteCount
      else {
        throw file.damage(
          DocumentStoreFormat.documentBlocksSection, firstDocuments.byteRange(of: block),
          "block \(block) has the documents \(first) to \(end)")
      }
      let range = try documents.byteRange(of: block)
      let bytes = try file.verifiedBytes(range)
      do throws(BlockDecompressor.Failure) {
        var records = try DocumentRecordBlock(bytes, formatVersion: file.formatVersion)
        for _ in first..<end {
          guard let record = try? records.next() else { throw .truncated }
          idHashes.append(record.id.withSpan { DocumentStoreFormat.hash(ofID: $0) })
          let (sum, overflow) = textByteCount.addingReportingOverflow(record.textByteCount)
          guard !overflow else { throw .tooLong }
          textByteCount = sum
        }
        guard records.isAtEnd else { throw .trailingBytes }
      } catch {
        throw file.damage(
          DocumentStoreFormat.documentsSection, range,
          "the block of documents \(first) to \(end) cannot be restored (\(error))")
      }
    }
    guard idHashes.count == documentCount,
      try textOffsets.value(at: documents.count) == textByteCount
    else {
      throw file.damage(
        DocumentStoreFormat.documentBlocksSection,
        firstDocuments.byteRange(of: documents.count),
        "\(idHashes.count) documents with \(textByteCount) bytes of text are in the blocks")
    }
    return (idHashes, textByteCount)
  }
}
