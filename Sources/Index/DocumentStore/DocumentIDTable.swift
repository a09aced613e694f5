import Tokenizer

/// All documents of a segment by the hash of their id, then by number.
struct DocumentIDTable: ~Copyable {
  private let count: Int
  /// The hash in the high half, the document in the low.
  private let entries: Column<UInt64>

  /// The documents of `parts`, at most `Int32.max`.
  init(_ parts: [DocumentStorePart]) {
    count = parts.reduce(0) { $0 + $1.documentCount }
    let unsorted = Column<UInt64>(uninitializedCapacity: count)
    var document = 0
    for part in parts {
      for hash in part.idHashes {
        unsorted[document] = UInt64(hash) << 32 | UInt64(document)
        document += 1
      }
    }
    entries = DocumentIDTable.sortedByHash(unsorted, count)
  }

  /// The entries by hash, those with the same hash as they come.
  ///
  /// - Complexity: O(`count`): a radix sort, by the least digit first.
  private static func sortedByHash(
    _ unsorted: consuming Column<UInt64>, _ count: Int
  ) -> Column<UInt64> {
    var sorted = unsorted
    var other = Column<UInt64>(uninitializedCapacity: count)
    let digitBitCount = 11
    let places = Column<UInt32>(capacity: 1 << digitBitCount)
    for shift in stride(from: UInt64(32), to: 64, by: digitBitCount) {
      let mask = UInt64(1 << digitBitCount - 1)
      for value in 0..<places.capacity { places[value] = 0 }
      for index in 0..<count { places[Int(sorted[index] >> shift & mask)] += 1 }
      var place: UInt32 = 0
      for value in 0..<places.capacity {
        let valueCount = places[value]
        places[value] = place
        place += valueCount
      }
      for index in 0..<count {
        let entry = sorted[index]
        let value = Int(entry >> shift & mask)
        other[Int(places[value])] = entry
        places[value] += 1
      }
      swap(&sorted, &other)
    }
    return sorted
  }

  /// Writes the table that `StoredIDs` reads.
  func write(to writer: SectionedFileWriter) throws(IndexError) {
    try writeBuckets(to: writer)
    let bucketBits = StoredIDs.bucketBits(documentCount: count)
    let docBits = StoredIDs.docBits(documentCount: count)
    var chunk = ByteWriter(capacity: 4 << 14)
    var bits = BitWriter()
    for start in stride(from: 0, to: count, by: 1 << 14) {
      chunk.removeAll()
      for index in start..<min(start + 1 << 14, count) {
        let entry = entries[index]
        let print = StoredIDs.print(
          of: UInt32(truncatingIfNeeded: entry >> 32), bucketBits: bucketBits)
        bits.append(
          UInt64(print) << UInt64(docBits) | entry & 0xFFFF_FFFF,
          bitCount: docBits + StoredIDs.printBits, to: &chunk)
      }
      try writer.append(chunk.bytes)
    }
    chunk.removeAll()
    bits.finish(&chunk)
    try writer.append(chunk.bytes)
  }

  private func writeBuckets(to writer: SectionedFileWriter) throws(IndexError) {
    let bucketBits = StoredIDs.bucketBits(documentCount: count)
    var starts = ByteWriter(capacity: 4 << bucketBits + 4)
    var index = 0
    for bucket in 0..<1 << bucketBits {
      starts.append(UInt32(index))
      while index < count,
        StoredIDs.bucket(
          of: UInt32(truncatingIfNeeded: entries[index] >> 32), bucketBits: bucketBits) == bucket
      { index += 1 }
    }
    starts.append(UInt32(index))
    try writer.append(starts.bytes)
  }

  /// Counts the documents that share their id with an earlier one; examples are the ids of the
  /// first five, each once.
  ///
  /// Of the documents whose hashes are equal the ids are read, in document order, so that each
  /// block is decompressed once, and compared by 64 more bits: that two different ids agree in
  /// all 96 bits is not to be expected in any collection.
  func findDuplicates(
    in parts: [DocumentStorePart]
  ) throws(IndexError) -> (count: Int, examples: [String]) {
    let candidates = documentsWithEqualHashes()
    guard !candidates.isEmpty else { return (0, []) }
    var sums: [UInt64] = []
    sums.reserveCapacity(candidates.count)
    try forEachID(of: candidates, in: parts) { sums.append(Checksum.sum($0)) }

    // Groups of equal sums come together in document order; all but the first are duplicates.
    let order = candidates.indices.sorted { (sums[$0], $0) < (sums[$1], $1) }
    var duplicates: [UInt32] = []
    for (previous, index) in zip(order, order.dropFirst()) where sums[previous] == sums[index] {
      duplicates.append(candidates[index])
    }
    duplicates.sort()
    var examples: [String] = []
    var start = 0
    while examples.count < 5, start < duplicates.count {
      let batch = Array(duplicates[start..<min(start + 64, duplicates.count)])
      try forEachID(of: batch, in: parts) { id in
        let example = String(decoding: id.copied(), as: UTF8.self)
        if examples.count < 5, !examples.contains(example) { examples.append(example) }
      }
      start += batch.count
    }
    return (duplicates.count, examples)
  }

  /// The documents whose hash another has as well, in order.
  private func documentsWithEqualHashes() -> [UInt32] {
    var documents: [UInt32] = []
    var index = 0
    while index < count {
      let hash = entries[index] >> 32
      var end = index + 1
      while end < count, entries[end] >> 32 == hash { end += 1 }
      if end - index > 1 {
        for place in index..<end {
          documents.append(UInt32(truncatingIfNeeded: entries[place]))
        }
      }
      index = end
    }
    documents.sort()
    return documents
  }

  /// Calls `body` with the id of each of `documents`, which increase.
  private func forEachID(
    of documents: [UInt32], in parts: [DocumentStorePart], _ body: (Bytes) -> Void
  ) throws(IndexError) {
    var wanted = documents[...]
    var document: UInt32 = 0
    for part in parts {
      let source = try BlockSource(part.metadata)
      var byteOffset = 0
      for block in part.metadataBlocks {
        let end = document + block.documentCount
        if let next = wanted.first, next < end {
          let bytes = try source.read(Int(block.byteCount), at: byteOffset)
          do throws(BlockDecompressor.Failure) {
            var records = try DocumentRecordBlock(
              bytes.bytes, formatVersion: SegmentVersion.current)
            for current in document..<end {
              guard let record = try? records.next() else { throw .truncated }
              if wanted.first == current {
                body(record.id)
                wanted.removeFirst()
              }
            }
          } catch {
            throw .damaged(
              Damage(
                path: source.path, section: DocumentStoreFormat.documentsSection,
                byteRange: UInt64(byteOffset)..<UInt64(byteOffset + Int(block.byteCount)),
                detail: "a block written before cannot be read back (\(error))"))
          }
        }
        byteOffset += Int(block.byteCount)
        document = end
      }
    }
  }
}

/// Reads blocks of a part back.
private struct BlockSource: ~Copyable {
  let path: String
  private let memory: FrozenBytes?
  private let file: OpenFile?

  init(_ source: DocumentStorePart.Source) throws(IndexError) {
    switch source {
    case .memory(let frozen):
      path = "memory"
      memory = frozen
      file = nil
    case .file(let filePath):
      path = filePath
      memory = nil
      file = try OpenFile.open(filePath)
    }
  }

  func read(_ count: Int, at offset: Int) throws(IndexError) -> ByteWriter {
    var block = ByteWriter(capacity: count)
    if let memory {
      block.append(memory.bytes.slice(at: offset, count: count))
    } else {
      let room = block.append(uninitialized: count)
      let readCount = try file?.read(count, at: offset, into: room) ?? 0
      if readCount < count { block.removeLast(count - readCount) }
    }
    return block
  }
}
