import Tokenizer

/// Where the blocks of one posting list lie, and what the skip data says of them.
///
/// Trivial to copy: offsets and a view of the mapped file. Skip data was verified when the list
/// was opened; blocks are verified when they are decoded. See `PostingsFormat`.
struct PostingList {
  /// The number of postings.
  let documentFrequency: Int
  /// How often the term stands in all documents.
  let totalFrequency: Int
  /// The number of blocks, a shorter last one included.
  let blockCount: Int
  /// Whether there is skip data; if not, the list is one block of fewer than 128.
  let hasSkipData: Bool

  let bytes: Bytes
  /// Where the list starts in the file.
  let fileOffset: Int
  /// Where the first block starts.
  let blocksOffset: Int
  /// Where the offsets start.
  private let offsetsOffset: Int
  private let offsetByteCount: Int
  private let offsetMask: UInt32
  /// Where the impacts start.
  private let impactsOffset: Int
  private let boundByteCount: Int
  private let singleDoc: UInt32
  private let documentCount: UInt32

  /// Opens the list that `info` describes in the section `postings` of `segment`.
  init(_ info: TermInfo, in segment: borrowing PostingsSection) throws(IndexError) {
    documentFrequency = info.documentFrequency
    totalFrequency = info.totalFrequency
    blockCount = PostingsFormat.blockCount(documentFrequency: info.documentFrequency)
    hasSkipData = PostingsFormat.hasSkipData(documentFrequency: info.documentFrequency)
    singleDoc = info.singleDoc
    documentCount = UInt32(segment.documentCount)
    fileOffset = segment.range.lowerBound + info.postings.lowerBound
    bytes = segment.file.bytes.slice(at: fileOffset, count: info.postings.count)
    let formatVersion = segment.file.formatVersion
    offsetByteCount = PostingsFormat.offsetByteCount(
      listByteCount: bytes.count, formatVersion: formatVersion)
    offsetMask = .max >> UInt32(32 - 8 * offsetByteCount)
    offsetsOffset = blockCount * 4
    impactsOffset = offsetsOffset + blockCount * offsetByteCount
    boundByteCount = PostingsFormat.boundByteCount(formatVersion: formatVersion)
    blocksOffset =
      hasSkipData
      ? impactsOffset + blockCount * boundByteCount + PostingsFormat.primeRanks.count : 1
    if documentFrequency == 1 { return }
    guard blocksOffset < bytes.count else { throw damage(segment.file, "the list is too short") }
    try segment.file.verify(fileOffset..<fileOffset + blocksOffset)
  }

  // MARK: - Skip data; only lists that have it may be asked

  /// The last document of a block.
  @inline(__always)
  func lastDoc(_ block: Int) -> UInt32 {
    UInt32(littleEndian: bytes.load(at: block &* 4))
  }

  /// The impact of a block: see `PostingsFormat`.
  @inline(__always)
  func impact(_ block: Int) -> UInt8 { bytes[impactsOffset &+ block] }

  /// What else bounds the postings of a block.
  func looseBounds(_ block: Int) -> LooseBounds {
    let first = bytes[impactsOffset &+ blockCount &+ block]
    if boundByteCount == 2 { return LooseBounds(code: first) }
    return LooseBounds(
      maxFrequency: first, minNorm: bytes[impactsOffset &+ 2 &* blockCount &+ block])
  }

  /// The impact that as many postings reach as `PostingsFormat.primeRanks` says, or 0.
  @inline(__always)
  func prime(_ rank: Int) -> UInt8 {
    bytes[impactsOffset &+ boundByteCount &* blockCount &+ rank]
  }

  /// The impact of a list without skip data and of at least two postings.
  var tailImpact: UInt8 { bytes[0] }

  /// The last document before a block, `UInt32.max` (-1) before the first.
  @inline(__always)
  func docBefore(_ block: Int) -> UInt32 { block == 0 ? .max : lastDoc(block &- 1) }

  // MARK: - Blocks

  /// What is known of a block once it was opened.
  struct OpenBlock {
    /// The number of postings.
    var count: Int
    /// Where the frequencies start; -1 if they are decoded.
    var frequencyOffset: Int
    /// The documents if they are a bitset, which is not decoded; else of no words.
    var bitset = DocumentBitset()
  }

  /// Reads a block: its documents go into the slots of `docs` (see `DeltaBlock`) unless they are a
  /// bitset.
  ///
  /// The documents are increasing and below the number of documents of the segment, or it throws.
  /// If the block is the short last one, its frequencies are decoded too, and the other slots of
  /// `docs` have the greatest number.
  ///
  /// - Parameter isVerified: whether all bytes of the list were verified.
  @inline(__always)
  func open(
    _ block: Int, _ docs: ColumnView<UInt32>, _ frequencies: ColumnView<UInt32>,
    _ file: VerifiedFile, isVerified: Bool = false
  ) throws(IndexError) -> OpenBlock {
    if isShort(block) {
      return OpenBlock(
        count: try decodeTail(block, docs, frequencies, file), frequencyOffset: -1)
    }
    let (start, end) = try isVerified ? bounds(block, file) : extent(block, file)
    let previous = docBefore(block)
    let last = lastDoc(block)
    guard last < documentCount else { throw misfit(block, file) }
    if DocumentBitset.isMarked(bytes[start]) {
      guard let bitset = DocumentBitset(bytes, at: start, after: previous, through: last),
        bitset.end < end
      else { throw misfit(block, file) }
      return OpenBlock(
        count: PostingsFormat.blockLength, frequencyOffset: bitset.end, bitset: bitset)
    }
    do {
      let next = try PatchedBlock.decode(bytes, at: start, plus: 1, into: docs)
      DeltaBlock.accumulate(docs, previous: previous)
      // Gaps of at most 24 bits cannot wrap around; then increasing up to the right end.
      guard docs[PostingsFormat.blockLength &- 1] == last, next < end,
        PatchedBlock.isBelow24Bits(bytes, at: start) || isIncreasing(docs, after: previous)
      else { throw misfit(block, file) }
      return OpenBlock(count: PostingsFormat.blockLength, frequencyOffset: next)
    } catch let error as IndexError {
      throw error
    } catch {
      throw damage(file, "block \(block) is malformed")
    }
  }

  /// Writes the documents of a block that is a bitset to the slots of `docs`.
  func decode(
    _ bitset: DocumentBitset, ofBlock block: Int, _ docs: ColumnView<UInt32>, _ file: VerifiedFile
  ) throws(IndexError) {
    guard bitset.decode(bytes, into: docs) == PostingsFormat.blockLength,
      docs[0] > docBefore(block) || block == 0,
      docs[PostingsFormat.blockLength &- 1] == lastDoc(block)
    else { throw misfit(block, file) }
  }

  private func misfit(_ block: Int, _ file: VerifiedFile) -> IndexError {
    damage(file, "the documents of block \(block) are not those its skip data says")
  }

  /// Decodes the frequencies of a block, which start where `open` said; returns where they end.
  @inline(__always)
  @discardableResult
  func decodeFrequencies(
    at offset: Int, _ frequencies: ColumnView<UInt32>, _ file: VerifiedFile
  ) throws(IndexError) -> Int {
    do {
      return try PatchedBlock.decode(bytes, at: offset, plus: 1, into: frequencies)
    } catch {
      throw damage(file, "frequencies at byte \(offset) are malformed")
    }
  }

  /// Whether a block is the last one and has fewer than 128 postings.
  @inline(__always)
  func isShort(_ block: Int) -> Bool {
    (block &+ 1) &* PostingsFormat.blockLength > documentFrequency
  }

  /// Where the frequencies of a block of 128 start.
  @inline(__always)
  func frequencyOffset(_ block: Int, _ file: VerifiedFile) throws(IndexError) -> Int {
    let (start, end) = try extent(block, file)
    do {
      let header = bytes[start]
      let offset =
        DocumentBitset.isMarked(header)
        ? start + DocumentBitset.byteCount(wordCount: Int(header & 0x3F))
        : try PatchedBlock.end(bytes, at: start)
      if offset < end { return offset }
    } catch {}
    throw damage(file, "block \(block) is malformed")
  }

  /// The frequency in one slot of a block whose frequencies start at `offset`.
  @inline(__always)
  func frequency(
    inSlot slot: Int, at offset: Int, _ file: VerifiedFile
  ) throws(IndexError) -> UInt32 {
    do {
      return try PatchedBlock.value(slot, of: bytes, at: offset) &+ 1
    } catch {
      throw damage(file, "frequencies at byte \(offset) are malformed")
    }
  }

  /// Where a block starts in the list, as the skip data says at `place`.
  @inline(__always)
  private func startOffset(at place: Int) -> Int {
    blocksOffset &+ Int(bytes.loadWord(at: place) & offsetMask)
  }

  /// Where a block lies in the list, verified.
  func extent(
    _ block: Int, _ file: VerifiedFile
  ) throws(IndexError) -> (start: Int, end: Int) {
    guard hasSkipData else {
      try file.verify(fileOffset..<fileOffset + bytes.count)
      return (1, bytes.count)
    }
    let (start, end) = try bounds(block, file)
    try file.verify(fileOffset &+ start..<fileOffset &+ end)
    return (start, end)
  }

  /// Verifies all bytes of the list.
  func verify(_ file: VerifiedFile) throws(IndexError) {
    if bytes.count == 0 { return }
    try file.verify(fileOffset..<fileOffset + bytes.count)
  }

  /// Where a block of a list that has skip data lies, as that says.
  @inline(__always)
  private func bounds(
    _ block: Int, _ file: VerifiedFile
  ) throws(IndexError) -> (start: Int, end: Int) {
    let place = offsetsOffset &+ block &* offsetByteCount
    let start = startOffset(at: place)
    let isLast = block &+ 1 >= blockCount
    let end = isLast ? bytes.count : startOffset(at: place &+ offsetByteCount)
    guard start < end, end <= bytes.count else {
      throw damage(file, "block \(block) lies at \(start)..<\(end) of \(bytes.count) bytes")
    }
    return (start, end)
  }

  private func isIncreasing(_ docs: ColumnView<UInt32>, after previous: UInt32) -> Bool {
    var last = previous &+ 1
    for index in 0..<PostingsFormat.blockLength {
      let doc = docs[DeltaBlock.slot(index)]
      if doc < last { return false }
      last = doc &+ 1
    }
    return true
  }

  @inline(never)
  private func decodeTail(
    _ block: Int, _ docs: ColumnView<UInt32>, _ frequencies: ColumnView<UInt32>,
    _ file: VerifiedFile
  ) throws(IndexError) -> Int {
    // So that searches of a block need not ask how long it is.
    let none = SIMD4<UInt32>(repeating: .max)
    for row in 0..<PostingsFormat.blockLength / 4 { docs.store(none, at: row &* 16) }
    if documentFrequency == 1 {
      guard totalFrequency <= Int(Int32.max) else { throw damage(file, "frequency") }
      docs[0] = singleDoc
      frequencies[0] = UInt32(totalFrequency)
      return 1
    }
    let (start, end) = try extent(block, file)
    let count = documentFrequency - block * PostingsFormat.blockLength
    var tail = PostingTail(
      PostingsSection(file: file, range: 0..<0, documentCount: Int(documentCount)),
      at: fileOffset + start..<fileOffset + end, first: hasSkipData ? docBefore(block) &+ 1 : 0,
      documentFrequency: documentFrequency)
    guard let last = tail.readPostings(count, docs, frequencies) else {
      throw damage(file, "the last \(count) postings are malformed")
    }
    guard tail.isAtEnd, !hasSkipData || last == lastDoc(block) else {
      throw damage(file, "the last \(count) postings do not end where they should")
    }
    return count
  }

  /// The error that says that the list makes no sense.
  ///
  /// Inlined and put together by hand: by `file.damage` conjunctions took 0.4 % more instructions that
  /// met no error, as a call 2 % more of phrases.
  @inline(__always)
  func damage(_ file: VerifiedFile, _ detail: String) -> IndexError {
    .damaged(
      Damage(
        path: file.path, section: PostingsFormat.postingsSection,
        byteRange: UInt64(fileOffset)..<UInt64(fileOffset + bytes.count), detail: detail))
  }
}

/// The section `postings` of a segment.
struct PostingsSection {
  /// The file, which keeps the memory.
  let file: VerifiedFile
  /// The section's bytes of the file.
  let range: Range<Int>
  /// The number of documents of the segment.
  let documentCount: Int
}
