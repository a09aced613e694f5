import Tokenizer

extension DocumentStoreReader {
  /// Checks all that the sections hold: every record and text can be restored, and every document
  /// is found by its id.
  ///
  /// - Parameter threadCount: the most threads to use; what is returned or thrown does not depend on
  ///   them.
  /// - Returns: what was checked and how much of it, in order.
  /// - Throws: `damaged` for the first thing that is not as it should be.
  /// - Complexity: reads and decompresses everything; 4 bytes of memory for each document, and a block
  ///   for each thread.
  func validate(threadCount: Int = 1) throws(IndexError) -> [(name: String, count: Int)] {
    let hashes = Column<UInt32>(capacity: documentCount)
    defer { extendLifetime(hashes) }
    let areIncreasing = try validateRecords(threadCount: threadCount, hashes.view)
    try validateIDs(hashes.view, areIncreasing: areIncreasing)
    var checks = [("documents", documentCount), ("ids", documentCount)]
    if let texts {
      try texts.validate(
        byteCount: textOffsets.value(at: documents.count), threadCount: threadCount)
      checks.append(("text blocks", texts.blockCount))
    }
    return checks
  }

  /// Checks the table of ids, and that there is none if and only if none is needed.
  private func validateIDs(
    _ hashes: ColumnView<UInt32>, areIncreasing: Bool
  ) throws(IndexError) {
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

  /// Checks all blocks of records, and writes the hashes of all ids to `hashes`; returns whether the
  /// ids increase.
  private func validateRecords(
    threadCount: Int, _ hashes: ColumnView<UInt32>
  ) throws(IndexError) -> Bool {
    try documents.validateBounds(after: samples().count)
    // No block after one without documents is looked at, so that no two have one document.
    let count = try documentedBlockCount()
    let sequences = try mapRanges(of: count, maxLength: 64, threadCount: threadCount) {
      (blocks) throws(IndexError) in try validateRecords(of: blocks, hashes)
    }
    var all = IDSequence()
    for sequence in sequences { all.append(sequence) }
    return all.isIncreasing
  }

  /// The number of blocks up to the first one that has no documents of its own, which included.
  private func documentedBlockCount() throws(IndexError) -> Int {
    for block in 0..<documents.count {
      let end = try firstDocuments.value(at: block + 1)
      if try firstDocuments.value(at: block) >= end || Int(end) > documentCount { return block + 1 }
    }
    return documents.count
  }

  /// Checks some blocks of records, and that the next one starts where they end; returns the ids as a
  /// sequence.
  ///
  /// What comes before them is as they say where they start, or the blocks before them throw.
  private func validateRecords(
    of blocks: Range<Int>, _ hashes: ColumnView<UInt32>
  ) throws(IndexError) -> IDSequence {
    var sequence = IDSequence()
    var nextDocument = 0
    var textByteCount: UInt64 = 0
    if blocks.lowerBound > 0 {
      nextDocument = Int(try firstDocuments.value(at: blocks.lowerBound))
      textByteCount = try textOffsets.value(at: blocks.lowerBound)
    }
    var records = makeRecordBlock()
    for block in blocks {
      try validateStart(of: block, nextDocument, textByteCount)
      try withRecords(of: block, &records) { (numbers, records) throws(BlockDecompressor.Failure) in
        for number in numbers {
          let record = try records.next()
          hashes[number] = record.id.withSpan { DocumentStoreFormat.hash(ofID: $0) }
          sequence.append(record.id)
          let (sum, overflow) = textByteCount.addingReportingOverflow(record.textByteCount)
          guard !overflow else { throw .tooLong }
          textByteCount = sum
        }
        guard records.isAtEnd else { throw .trailingBytes }
        nextDocument = numbers.upperBound
      }
    }
    try validateStart(of: blocks.upperBound, nextDocument, textByteCount)
    return sequence
  }

  /// Checks that a block starts with this document and at this byte of the texts, or, if it is the
  /// number of blocks, that they end there.
  private func validateStart(
    of block: Int, _ document: Int, _ textByteCount: UInt64
  ) throws(IndexError) {
    let textOffset = try textOffsets.value(at: block)
    if block < documents.count {
      guard Int(try firstDocuments.value(at: block)) == document, textOffset == textByteCount
      else { throw damagedIndex(at: block, "block \(block) starts elsewhere") }
    } else if document != documentCount || textOffset != textByteCount {
      throw damagedIndex(
        at: block,
        "\(document) documents with \(textByteCount) bytes of text are in the blocks")
    }
  }
}
