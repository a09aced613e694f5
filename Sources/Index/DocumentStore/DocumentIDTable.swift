import Tokenizer

/// Makes the table that `StoredIDs` reads: all documents by the hash of their id, then by number.
///
/// They are sorted slice by slice of the hashes, so that memory is bounded however many there are.
struct DocumentIDTable {
  private let parts: [DocumentStorePart]
  private let layout: DocumentRecordBlock.Layout
  private let documentCount: Int
  /// The first bits of a hash tell its slice.
  private let sliceBits: Int

  /// A table of the documents of `parts`, at most `DocID.maxCount`; sorting takes about `memoryLimit`
  /// bytes.
  init(_ parts: [DocumentStorePart], storesText: Bool, memoryLimit: Int) {
    self.parts = parts
    layout = DocumentRecordBlock.Layout(
      formatVersion: SegmentVersion.current, storesText: storesText)
    documentCount = parts.reduce(0) { $0 + $1.documentCount }
    let byteCount = documentCount * 2 * MemoryLayout<UInt64>.stride
    let sliceCount = byteCount / max(1, memoryLimit) + 1
    sliceBits = min(12, Int.bitWidth - (sliceCount - 1).leadingZeroBitCount)
  }

  /// Writes the table; returns all documents whose hash another has as well, increasing.
  ///
  /// - Complexity: O(number of documents) for each slice.
  func write(to writer: SectionedFileWriter) throws(IndexError) -> [UInt32] {
    let bucketBits = StoredIDs.bucketBits(documentCount: documentCount)
    let docBits = StoredIDs.docBits(documentCount: documentCount)
    let sliceCounts = try writeBuckets(bucketBits: bucketBits, to: writer)
    var sorter = SliceSorter(capacity: sliceCounts.max() ?? 0)
    var equals: [UInt32] = []
    var chunk = ByteWriter(capacity: 1 << 16)
    var bits = BitWriter()
    for (slice, count) in sliceCounts.enumerated() {
      try loadSlice(slice, into: &sorter)
      assert(sorter.count == count)
      sorter.sort()
      for index in 0..<count {
        let entry = sorter[index]
        let print = StoredIDs.print(
          of: UInt32(truncatingIfNeeded: entry >> 32), bucketBits: bucketBits)
        bits.append(
          UInt64(print) << UInt64(docBits) | entry & 0xFFFF_FFFF,
          bitCount: docBits + StoredIDs.printBits, to: &chunk)
        if chunk.count >= 1 << 16 {
          try writer.append(chunk.bytes)
          chunk.removeAll()
        }
      }
      sorter.appendDocumentsWithEqualHashes(to: &equals)
    }
    bits.finish(&chunk)
    try writer.append(chunk.bytes)
    equals.sort()
    return equals
  }

  /// Writes where the buckets start; returns the number of documents of each slice.
  private func writeBuckets(
    bucketBits: Int, to writer: SectionedFileWriter
  ) throws(IndexError) -> [Int] {
    let counts = Column<UInt32>(capacity: 1 << bucketBits)
    var sliceCounts = [Int](repeating: 0, count: 1 << sliceBits)
    try forEachHash { hash, _ in
      counts[StoredIDs.bucket(of: hash, bucketBits: bucketBits)] += 1
      sliceCounts[slice(of: hash)] += 1
    }
    var chunk = ByteWriter(capacity: 1 << 16)
    var start: UInt32 = 0
    for bucket in 0..<counts.capacity {
      chunk.append(start)
      start += counts[bucket]
      if chunk.count >= 1 << 16 {
        try writer.append(chunk.bytes)
        chunk.removeAll()
      }
    }
    chunk.append(start)
    try writer.append(chunk.bytes)
    return sliceCounts
  }

  private func slice(of hash: UInt32) -> Int { Int(UInt64(hash) >> UInt64(32 - sliceBits)) }

  private func loadSlice(_ slice: Int, into sorter: inout SliceSorter) throws(IndexError) {
    sorter.removeAll()
    try forEachHash { hash, document in
      if self.slice(of: hash) == slice { sorter.append(hash, document) }
    }
  }

  /// Calls `body` with the hash of each document.
  private func forEachHash(
    _ body: (_ hash: UInt32, _ document: UInt32) -> Void
  ) throws(IndexError) {
    var document: UInt32 = 0
    for part in parts {
      try part.idHashes.forEachChunk { hashes in
        for place in stride(from: 0, to: hashes.count, by: 4) {
          body(UInt32(littleEndian: hashes.load(at: place)), document)
          document += 1
        }
      }
    }
  }
}

// MARK: - Duplicates

extension DocumentIDTable {
  /// Counts the documents that share their id with an earlier one; examples are the ids of the
  /// first five, each once.
  ///
  /// The ids are read in document order, so that each block is read once, and compared by
  /// 64 more bits: that two different ids agree in all 96 bits is not to be expected in any
  /// collection.
  ///
  /// - Parameter candidates: all documents whose hash another has as well, increasing.
  func findDuplicates(
    among candidates: [UInt32]
  ) throws(IndexError) -> (count: Int, examples: [String]) {
    guard !candidates.isEmpty else { return (0, []) }
    var sums: [UInt64] = []
    sums.reserveCapacity(candidates.count)
    try forEachID(of: candidates) { sums.append(Checksum.sum($0)) }

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
      try forEachID(of: batch) { id in
        let example = String(decoding: id.copied(), as: UTF8.self)
        if examples.count < 5, !examples.contains(example) { examples.append(example) }
      }
      start += batch.count
    }
    return (duplicates.count, examples)
  }

  /// Calls `body` with the id of each of `documents`, which increase.
  private func forEachID(
    of documents: [UInt32], _ body: (Bytes) -> Void
  ) throws(IndexError) {
    var wanted = documents[...]
    var raw = ByteWriter()
    var records = DocumentRecordBlock(layout)
    try parts.forEachRecordBlock { (block) throws(IndexError) in
      let end = block.firstDocument + block.block.documentCount
      guard let next = wanted.first, next < end else { return }
      raw.removeAll()
      try block.append(to: &raw)
      do throws(BlockDecompressor.Failure) {
        try records.begin(copying: raw.bytes)
        while let current = wanted.first, current < end {
          body(try records.id(at: Int(current - block.firstDocument)))
          wanted.removeFirst()
        }
      } catch {
        throw block.damage("a block written before cannot be read back (\(error))")
      }
    }
  }
}

/// Sorts documents by the hash of their id.
private struct SliceSorter: ~Copyable {
  /// The hash in the high half, the document in the low.
  private var entries: Column<UInt64>
  private var other: Column<UInt64>
  private let places = Column<UInt32>(capacity: 1 << SliceSorter.digitBitCount)
  /// The number of documents.
  private(set) var count = 0

  private static let digitBitCount = 11

  init(capacity: Int) {
    entries = Column(uninitializedCapacity: capacity)
    other = Column(uninitializedCapacity: capacity)
  }

  subscript(index: Int) -> UInt64 { entries[index] }

  mutating func removeAll() { count = 0 }

  mutating func append(_ hash: UInt32, _ document: UInt32) {
    entries[count] = UInt64(hash) << 32 | UInt64(document)
    count += 1
  }

  /// Orders entries by hash, those with the same hash as they came.
  ///
  /// - Complexity: O(`count`): a radix sort, by the least digit first.
  mutating func sort() {
    for shift in stride(from: UInt64(32), to: 64, by: SliceSorter.digitBitCount) {
      let mask = UInt64(1 << SliceSorter.digitBitCount - 1)
      for value in 0..<places.capacity { places[value] = 0 }
      for index in 0..<count { places[Int(entries[index] >> shift & mask)] += 1 }
      var place: UInt32 = 0
      for value in 0..<places.capacity {
        let valueCount = places[value]
        places[value] = place
        place += valueCount
      }
      for index in 0..<count {
        let entry = entries[index]
        let value = Int(entry >> shift & mask)
        other[Int(places[value])] = entry
        places[value] += 1
      }
      swap(&entries, &other)
    }
  }

  /// Appends the documents, sorted by now, whose hash another has as well.
  func appendDocumentsWithEqualHashes(to documents: inout [UInt32]) {
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
  }
}
