import Tokenizer

/// Encodes the postings of one term after the other, as `PostingsFormat` lays them out.
///
/// For each term: `begin()`, then documents in increasing order with their positions in
/// increasing order, then `finish()`.
struct PostingListEncoder: ~Copyable {
  /// The posting lists so far.
  var postings = SpillableBytes(capacity: 1 << 16)
  /// The position lists so far.
  var positions = SpillableBytes(capacity: 1 << 16)
  /// Where `spill` moves what is in memory; set before the first call.
  var spillFile = LazySpillFile(path: "")

  private let norms: ColumnView<UInt8>
  private let storesPositions: Bool
  private let impacts: ImpactTable

  // The current block.
  private let gaps = Column<UInt32>(capacity: PostingsFormat.blockLength)
  private let frequencies = Column<UInt32>(capacity: PostingsFormat.blockLength)
  private var blockFill = 0
  private var blockMaxFrequency: UInt32 = 0
  // Whole words: a load of a byte may be of the word around it, and would wait until a byte that
  // was just stored next to it is in the cache.
  private var blockMinNorm: UInt32 = 255
  private var blockImpact: UInt32 = 0
  /// The total frequency at its start.
  private var blockStart = 0

  // The current list.
  private var blocks = SpillableBytes(capacity: 1 << 12)
  private var skips: [BlockSkip] = []
  private let postingCountByImpact = Column<UInt32>(capacity: 256)
  private var documentFrequency = 0
  private var lastDoc = UInt32.max
  private var singleDoc: UInt32 = 0

  // The positions of the current list.
  private var positionGroups = SpillableBytes(capacity: 1 << 12)
  private var group = PositionGroupEncoder()
  /// At which occurrences of a piece documents start.
  private let documentStarts = Column<UInt32>(capacity: PositionGroupEncoder.pieceLength + 1)
  private var totalFrequency = 0

  // The current document.
  private var currentDoc = UInt32.max
  private var currentFrequency: UInt32 = 0
  private var lastPosition: UInt32 = 0

  private struct BlockSkip {
    var lastDoc: UInt32
    var offset: UInt32
    var impact: UInt8
    var looseBounds: UInt8
    var positionStart: UInt32
  }

  /// An encoder for documents with the given norms, whose average length is `averageLength`.
  ///
  /// - Precondition: `norms` outlives the encoder and covers all documents.
  init(norms: ColumnView<UInt8>, averageLength: Float, storesPositions: Bool) {
    self.norms = norms
    self.storesPositions = storesPositions
    impacts = ImpactTable(averageLength: averageLength)
  }

  /// Starts the list of a new term.
  mutating func begin() {
    documentFrequency = 0
    totalFrequency = 0
    blockStart = 0
    lastDoc = .max
    currentDoc = .max
    currentFrequency = 0
  }

  /// Adds occurrences: values of `document << positionBits | position`, increasing; documents
  /// count from `docBase`.
  ///
  /// - Precondition: all documents come after those added before.
  @inline(__always)
  mutating func append<Occurrence: FixedWidthInteger & BitwiseCopyable>(
    _ occurrences: ColumnView<Occurrence>, _ range: Range<Int>, positionBits: Int, docBase: UInt32
  ) {
    let mask = (Occurrence(1) << Occurrence(positionBits)) &- 1
    guard !range.isEmpty else { return }
    var index = range.lowerBound
    if !storesPositions {
      while index < range.upperBound {
        let occurrence = occurrences[index] &>> Occurrence(positionBits)
        append(doc: docBase &+ UInt32(truncatingIfNeeded: occurrence), position: 0)
        index &+= 1
      }
      return
    }
    // The first may be of the document that the list ends with.
    append(
      doc: docBase &+ UInt32(truncatingIfNeeded: occurrences[index] &>> Occurrence(positionBits)),
      position: UInt32(truncatingIfNeeded: occurrences[index] & mask))
    index &+= 1
    while index < range.upperBound {
      let count = min(range.upperBound &- index, PositionGroupEncoder.pieceLength)
      let piece = index..<index &+ count
      let documentCount = appendPositions(occurrences, piece, positionBits)
      appendDocuments(
        occurrences, piece, positionBits, docBase, startCount: documentCount)
      index &+= count
    }
  }

  /// Gathers the positions of a piece, and notes at which of its occurrences documents start; returns
  /// how many do.
  @inline(__always)
  private mutating func appendPositions<Occurrence: FixedWidthInteger & BitwiseCopyable>(
    _ occurrences: ColumnView<Occurrence>, _ piece: Range<Int>, _ positionBits: Int
  ) -> Int {
    let mask = (Occurrence(1) << Occurrence(positionBits)) &- 1
    let starts = documentStarts.view
    var startCount = 0
    group.append { target in
      var last = occurrences[piece.lowerBound &- 1]
      var index = piece.lowerBound
      while index < piece.upperBound {
        let occurrence = occurrences[index]
        let isStart = (occurrence ^ last) > mask
        target.append(
          isFirst: isStart, UInt32(truncatingIfNeeded: occurrence & mask),
          gap: UInt32(truncatingIfNeeded: occurrence &- last))
        starts[startCount] = UInt32(truncatingIfNeeded: index &- piece.lowerBound)
        startCount &+= isStart ? 1 : 0
        last = occurrence
        index &+= 1
      }
    }
    return startCount
  }

  /// Ends the documents before those that start in a piece.
  @inline(__always)
  private mutating func appendDocuments<Occurrence: FixedWidthInteger & BitwiseCopyable>(
    _ occurrences: ColumnView<Occurrence>, _ piece: Range<Int>, _ positionBits: Int,
    _ docBase: UInt32, startCount: Int
  ) {
    let starts = documentStarts.view
    var done = 0
    for number in 0..<startCount {
      let start = Int(starts[number])
      currentFrequency &+= UInt32(truncatingIfNeeded: start &- done)
      done = start
      endDocument()
      let occurrence = occurrences[piece.lowerBound &+ start]
      currentDoc = docBase &+ UInt32(truncatingIfNeeded: occurrence &>> Occurrence(positionBits))
    }
    currentFrequency &+= UInt32(truncatingIfNeeded: piece.count &- done)
    lastPosition = UInt32(
      truncatingIfNeeded: occurrences[piece.upperBound &- 1]
        & ((Occurrence(1) << Occurrence(positionBits)) &- 1))
  }

  /// Adds one occurrence.
  @inline(__always)
  mutating func append(doc: UInt32, position: UInt32) {
    let isFirst = doc != currentDoc
    if isFirst {
      if currentFrequency > 0 { endDocument() }
      currentDoc = doc
    }
    currentFrequency &+= 1
    if storesPositions {
      group.append { $0.append(isFirst: isFirst, position, gap: position &- lastPosition) }
      lastPosition = position
    }
  }

  @inline(__always)
  private mutating func endDocument() {
    let norm = norms[Int(currentDoc)]
    let impact = impacts(frequency: currentFrequency, norm: norm)
    blockImpact = max(blockImpact, UInt32(impact))
    blockMaxFrequency = max(blockMaxFrequency, currentFrequency)
    blockMinNorm = min(blockMinNorm, UInt32(norm))
    postingCountByImpact[Int(impact)] &+= 1
    let slot = DeltaBlock.slot(blockFill)
    gaps[slot] = currentDoc &- lastDoc &- 1
    frequencies[slot] = currentFrequency &- 1
    lastDoc = currentDoc
    blockFill &+= 1
    documentFrequency &+= 1
    totalFrequency &+= Int(currentFrequency)
    currentFrequency = 0
    if blockFill == PostingsFormat.blockLength { endBlock() }
  }

  @inline(never)
  private mutating func endBlock() {
    let offset = blocks.count
    if blockFill == PostingsFormat.blockLength {
      encodeDocs()
      PatchedBlock.encode(frequencies.view, into: &blocks.memory)
    } else {
      encodeTail()
    }
    let positionStart = positionGroups.count
    endGroup()
    skips.append(
      BlockSkip(
        lastDoc: lastDoc, offset: UInt32(truncatingIfNeeded: offset),
        impact: UInt8(blockImpact),
        looseBounds: LooseBounds(
          maxFrequency: UInt8(min(255, blockMaxFrequency)), minNorm: UInt8(blockMinNorm)
        ).code,
        positionStart: UInt32(truncatingIfNeeded: positionStart)))
    resetBlock()
  }

  /// Writes the positions of the current block, unless the dictionary has the only one.
  private mutating func endGroup() {
    guard storesPositions, totalFrequency > 1 else { return }
    group.write(
      count: blockFill, gapCount: totalFrequency - blockStart - blockFill,
      saysGaps: documentFrequency >= PostingsFormat.blockLength, to: &positionGroups.memory)
  }

  /// Encodes the documents of a full block as a bitset if that is fast and not much longer.
  private mutating func encodeDocs() {
    let previous = skips.last?.lastDoc ?? .max
    let wordCount = DocumentBitset.wordCount(base: (previous &+ 1) & ~63, last: lastDoc)
    let layout = PatchedBlock.layout(of: gaps.view)
    if wordCount <= DocumentBitset.maxWordCount,
      PostingsFormat.prefersBitset(wordCount: wordCount, packedByteCount: layout.byteCount)
    {
      DocumentBitset.encode(gaps.view, after: previous, wordCount: wordCount, into: &blocks.memory)
    } else {
      PatchedBlock.encode(gaps.view, layout, into: &blocks.memory)
    }
  }

  private mutating func encodeTail() {
    let parameter = PostingsFormat.tailParameter(
      documentFrequency: documentFrequency, documentCount: norms.count)
    var codes = BitWriter()
    for index in 0..<blockFill {
      let slot = DeltaBlock.slot(index)
      codes.append(rice: UInt64(gaps[slot]), parameter: parameter, to: &blocks.memory)
      codes.append(rice: UInt64(frequencies[slot]), parameter: 0, to: &blocks.memory)
    }
    codes.finish(&blocks.memory)
  }

  /// Ends the list; the ranges of the result count from the start of `postings` and `positions`.
  ///
  /// - Throws: `limitExceeded` for a list that 32-bit offsets cannot reach all of.
  mutating func finish() throws(IndexError) -> TermInfo {
    if currentFrequency > 0 { endDocument() }
    guard max(blocks.count, positionGroups.count) <= Int(UInt32.max) else {
      throw .limitExceeded("a term has more than 4 GiB of postings or positions in a segment")
    }
    var info = TermInfo()
    info.documentFrequency = documentFrequency
    info.totalFrequency = totalFrequency
    let postingsStart = postings.count
    let positionsStart = positions.count
    if documentFrequency == 1 {
      info.singleDoc = lastDoc
      endGroup()
      resetBlock()
    } else if documentFrequency < PostingsFormat.blockLength {
      postings.memory.append(UInt8(blockImpact))
      endBlock()
      try appendBlocks()
    } else {
      if blockFill > 0 { endBlock() }
      writeSkipData()
      try appendBlocks()
    }
    if storesPositions, totalFrequency == 1 {
      info.singlePosition = group.firstPosition
      group.removeAll()
    } else if storesPositions {
      try writePositions()
    }
    info.postings = postingsStart..<postings.count
    info.positions = positionsStart..<positions.count
    clearImpactCounts()
    skips.removeAll(keepingCapacity: true)
    return info
  }

  private mutating func appendBlocks() throws(IndexError) {
    if blocks.isSpilled { try postings.spill(to: spillFile.open()) }
    postings.append(&blocks)
  }

  private mutating func resetBlock() {
    blockFill = 0
    blockImpact = 0
    blockMaxFrequency = 0
    blockMinNorm = 255
    blockStart = totalFrequency
  }

  private mutating func writeSkipData() {
    let byteCount = PostingsFormat.offsetByteCount(dataByteCount: blocks.count) {
      PostingsFormat.skipByteCount(blockCount: skips.count, offsetByteCount: $0)
    }
    for skip in skips { postings.memory.append(skip.lastDoc) }
    for skip in skips { postings.memory.append(skip.offset, byteCount: byteCount) }
    for skip in skips { postings.memory.append(skip.impact) }
    for skip in skips { postings.memory.append(skip.looseBounds) }
    for index in 0..<3 { postings.memory.append(prime(rank: PostingsFormat.primeRanks[index])) }
  }

  /// The greatest impact that at least `rank` postings reach, or 0.
  private func prime(rank: Int) -> UInt8 {
    var count = 0
    var impact = 255
    while impact > 0 {
      count += Int(postingCountByImpact[impact])
      if count >= rank { return UInt8(impact) }
      impact -= 1
    }
    return 0
  }

  private func clearImpactCounts() {
    for index in 0..<256 { postingCountByImpact[index] = 0 }
  }

  private mutating func writePositions() throws(IndexError) {
    if PostingsFormat.hasSkipData(documentFrequency: documentFrequency) {
      let byteCount = PostingsFormat.offsetByteCount(dataByteCount: positionGroups.count) {
        PostingsFormat.positionSkipByteCount(blockCount: skips.count, offsetByteCount: $0)
      }
      for skip in skips.dropFirst() {
        positions.memory.append(skip.positionStart, byteCount: byteCount)
      }
    }
    if positionGroups.isSpilled { try positions.spill(to: spillFile.open()) }
    positions.append(&positionGroups)
  }
}

// MARK: - Spilling

extension PostingListEncoder {
  /// Bytes in memory of all lists and of the current one.
  @inline(__always)
  var memoryByteCount: Int {
    postings.memory.count &+ positions.memory.count &+ blocks.memory.count
      &+ positionGroups.memory.count
  }

  /// Moves what is in memory to `spillFile`; may be called at any time.
  mutating func spill() throws(IndexError) {
    let file = try spillFile.open()
    try postings.spill(to: file)
    try positions.spill(to: file)
    try blocks.spill(to: file)
    try positionGroups.spill(to: file)
  }
}
