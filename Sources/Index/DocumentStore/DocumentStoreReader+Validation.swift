extension DocumentStoreReader {
  /// Checks all that the sections hold: every record and text can be restored, and every document
  /// is found by its id.
  ///
  /// - Returns: what was checked and how much of it, in order.
  /// - Throws: `damaged` for the first thing that is not as it should be.
  /// - Complexity: reads and decompresses everything; 4 bytes of memory for each document.
  func validate() throws(IndexError) -> [(name: String, count: Int)] {
    var hashes: [UInt32] = []
    var sequence = IDSequence()
    let textByteCount = try validateRecords { id in
      hashes.append(id.withSpan { DocumentStoreFormat.hash(ofID: $0) })
      sequence.append(id)
    }
    try validateIDs(hashes, areIncreasing: sequence.isIncreasing)
    var checks = [("documents", documentCount), ("ids", documentCount)]
    if let texts {
      try texts.validate(byteCount: textByteCount)
      checks.append(("text blocks", texts.blockCount))
    }
    return checks
  }

  /// Checks the table of ids, and that there is none if and only if none is needed.
  private func validateIDs(_ hashes: [UInt32], areIncreasing: Bool) throws(IndexError) {
    switch ids {
    case .increasing:
      if !areIncreasing { throw damagedIDs("a table is missing: ids do not increase") }
    case .compact(let ids):
      try ids.validate(hashes)
      if areIncreasing, SegmentVersion.isTight(file.formatVersion) {
        throw damagedIDs("ids increase and have a table")
      }
    case .hashes(let ids): try ids.validate(hashes)
    }
  }

  private func damagedIDs(_ detail: String) -> IndexError {
    let name = DocumentStoreFormat.idsSection
    return file.damage(name, file.section(name) ?? 0..<0, detail)
  }

  /// Checks all blocks of records, and calls `body` with each id; returns the size of all texts.
  private func validateRecords(_ body: (Bytes) -> Void) throws(IndexError) -> UInt64 {
    var nextDocument = 0
    var textByteCount: UInt64 = 0
    try documents.validateBounds(after: samples().count)
    for block in 0..<documents.count {
      guard Int(try firstDocuments.value(at: block)) == nextDocument,
        try textOffsets.value(at: block) == textByteCount
      else { throw damagedIndex(at: block, "block \(block) starts elsewhere") }
      try withRecords(of: block) { (numbers, records) throws(BlockDecompressor.Failure) in
        for _ in numbers {
          let record = try records.next()
          body(record.id)
          let (sum, overflow) = textByteCount.addingReportingOverflow(record.textByteCount)
          guard !overflow else { throw .tooLong }
          textByteCount = sum
        }
        guard records.isAtEnd else { throw .trailingBytes }
        nextDocument = numbers.upperBound
      }
    }
    guard nextDocument == documentCount,
      try textOffsets.value(at: documents.count) == textByteCount
    else {
      throw damagedIndex(
        at: documents.count,
        "\(nextDocument) documents with \(textByteCount) bytes of text are in the blocks")
    }
    return textByteCount
  }
}
