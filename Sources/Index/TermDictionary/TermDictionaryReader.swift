/// Looks terms up in the dictionary of a segment; see `TermDictionaryFormat`.
struct TermDictionaryReader: Sendable {
  let file: VerifiedFile
  let terms: Range<Int>
  let index: Range<Int>
  let postings: Range<Int>
  let positions: Range<Int>?
  let documentCount: Int
  let blockCount: Int
  /// Whether entries are as from format 3 on.
  let isCompact: Bool
  /// How terms are laid out that stand once.
  let once: OnceLayout

  /// A reader for sections of `file`, given as ranges of its bytes.
  ///
  /// - Throws: `damaged` if the index is no whole number of entries.
  init(
    file: VerifiedFile, terms: Range<Int>, index: Range<Int>, postings: Range<Int>,
    positions: Range<Int>?, documentCount: Int
  ) throws(IndexError) {
    self.file = file
    self.terms = terms
    self.index = index
    self.postings = postings
    self.positions = positions
    self.documentCount = documentCount
    isCompact = SegmentVersion.isCompact(file.formatVersion)
    once = OnceLayout(
      documentCount: documentCount, hasPositions: positions != nil,
      formatVersion: file.formatVersion)
    let (count, rest) = index.count.quotientAndRemainder(
      dividingBy: TermDictionaryFormat.indexEntryByteCount)
    blockCount = count
    if rest != 0 { throw damage(index, "\(index.count) bytes are no whole number of entries") }
  }

  /// The bytes of a block, verified.
  fileprivate func bytes(ofBlock block: Int) throws(IndexError) -> Bytes {
    let range = try byteRange(ofBlock: block)
    return file.bytes.slice(at: range.lowerBound, count: range.count)
  }

  /// Where a block lies in the file, verified.
  func byteRange(ofBlock block: Int) throws(IndexError) -> Range<Int> {
    let start = try blockOffset(block)
    let end = block + 1 < blockCount ? try blockOffset(block + 1) : terms.count
    guard start < end, end <= terms.count else {
      throw damage(index, "block \(block) lies at \(start)..<\(end) of \(terms.count) bytes")
    }
    try file.verify(terms.lowerBound + start..<terms.lowerBound + end)
    return terms.lowerBound + start..<terms.lowerBound + end
  }

  func blockOffset(_ block: Int) throws(IndexError) -> Int {
    let offset = index.lowerBound + blockCount * 8 + block * 4
    try file.verify(offset..<offset + 4)
    return Int(UInt32(littleEndian: file.bytes.load(at: offset)))
  }

  func damage(_ range: Range<Int>, _ detail: String) -> IndexError {
    file.damage("terms", range, detail)
  }
}

extension TermDictionaryReader {
  /// Calls `body` with every term in order, as far as it returns true.
  func forEachTerm(
    _ body: (_ term: [UInt8], _ info: TermInfo) throws(IndexError) -> Bool
  ) throws(IndexError) {
    try forEachTerm(fromBlock: 0, body)
  }

  /// Calls `body` with every term that begins with `prefix`, in order, as far as it returns true.
  ///
  /// Where only the lists matter, `PrefixWalk` is several times as fast.
  func forEachTerm(
    withPrefix prefix: [UInt8],
    _ body: (_ term: [UInt8], _ info: TermInfo) throws(IndexError) -> Bool
  ) throws(IndexError) {
    let block = try prefix.span.withBytes { (bytes) throws(IndexError) in
      try lastBlock(notAfter: bytes)
    }
    try forEachTerm(fromBlock: block ?? 0) { (term, info) throws(IndexError) in
      if term.starts(with: prefix) { return try body(term, info) }
      return term.lexicographicallyPrecedes(prefix)
    }
  }

  private func forEachTerm(
    fromBlock first: Int,
    _ body: (_ term: [UInt8], _ info: TermInfo) throws(IndexError) -> Bool
  ) throws(IndexError) {
    var term: [UInt8] = []
    for block in first..<max(first, blockCount) {
      var entries = try TermEntries(self, block: block)
      while try entries.next() {
        guard entries.sharedCount <= term.count else { throw entries.impossible("shared bytes") }
        term.removeLast(term.count - entries.sharedCount)
        term += entries.suffix.copied()
        guard try body(term, entries.info) else { return }
      }
    }
  }
}

/// The entries of one block, one after the other.
struct TermEntries {
  private let dictionary: TermDictionaryReader
  private let block: Int
  private var reader: ByteReader
  private var isFirst = true
  private(set) var sharedCount = 0
  private(set) var suffix: Bytes
  private(set) var info = TermInfo()

  /// Starts before the first entry of `block`.
  init(_ dictionary: TermDictionaryReader, block: Int) throws(IndexError) {
    self.dictionary = dictionary
    self.block = block
    reader = ByteReader(try dictionary.bytes(ofBlock: block))
    suffix = reader.bytes.slice(at: 0, count: 0)
    do {
      let postings = try reader.readCount(limit: dictionary.postings.count)
      let positions = try reader.readCount(limit: dictionary.positions?.count ?? 0)
      info.postings = postings..<postings
      info.positions = positions..<positions
    } catch {
      throw impossible("start of postings")
    }
  }

  /// Moves to the next entry; false at the end of the block.
  mutating func next() throws(IndexError) -> Bool {
    guard reader.remaining > 0 else { return false }
    do {
      try readTerm()
      try info.readNext(from: &reader, dictionary)
    } catch {
      throw impossible("entry")
    }
    guard info.isPlausible(in: dictionary), !isFirst || sharedCount == 0,
      sharedCount <= TermDictionaryFormat.maxSharedCount
    else { throw impossible("counts") }
    isFirst = false
    return true
  }

  @inline(__always)
  private mutating func readTerm() throws(ByteReader.Failure) {
    if !dictionary.isCompact {
      sharedCount = Int(try reader.read(UInt8.self))
      suffix = try reader.readLengthPrefixed()
      return
    }
    let long = TermDictionaryFormat.longLength
    let lengths = Int(try reader.read(UInt8.self))
    sharedCount = lengths >> 4
    if sharedCount == long { sharedCount += Int(try reader.read(UInt8.self)) }
    var suffixLength = lengths & 15
    if suffixLength == long { suffixLength += try reader.readCount(limit: reader.remaining) }
    suffix = try reader.readBytes(suffixLength)
  }

  func impossible(_ what: String) -> IndexError {
    dictionary.damage(
      dictionary.terms, "block \(block): the \(what) at byte \(reader.offset) is impossible")
  }
}

extension TermInfo {
  /// Reads what an entry says after its term; its lists begin where those of `self` end.
  @inline(__always)
  mutating func readNext(
    from reader: inout ByteReader, _ dictionary: borrowing TermDictionaryReader
  ) throws(ByteReader.Failure) {
    if dictionary.isCompact, try readOnce(from: &reader, dictionary) { return }
    let code = try reader.readCount(limit: 1 << 41)
    let frequency = dictionary.isCompact ? code >> 1 : code
    documentFrequency = frequency >> 1
    totalFrequency = documentFrequency
    // Not that of the entry before, should this one have a term that stands once.
    singlePosition = 0
    if frequency & 1 == 0 { totalFrequency += try reader.readCount(limit: 1 << 48) }
    let start = postings.upperBound
    if documentFrequency == 1 {
      singleDoc = UInt32(truncatingIfNeeded: try reader.readCount(limit: 1 << 31))
      postings = start..<start
    } else {
      let count = try reader.readCount(limit: dictionary.postings.count - start)
      postings = start..<start + count
    }
    if let section = dictionary.positions {
      let start = positions.upperBound
      positions = start..<start + (try reader.readCount(limit: section.count - start))
    }
  }

  /// Reads the rest of an entry whose term stands once in all documents; false if it does not.
  @inline(__always)
  private mutating func readOnce(
    from reader: inout ByteReader, _ dictionary: borrowing TermDictionaryReader
  ) throws(ByteReader.Failure) -> Bool {
    guard reader.remaining > 0, reader.bytes[reader.offset] & 1 != 0 else { return false }
    let once = dictionary.once
    var word: UInt64 = 0
    for byte in 0..<once.byteCount {
      word |= UInt64(try reader.read(UInt8.self)) << UInt64(8 * byte)
    }
    let second = once.isFar(word) ? try reader.readCount(limit: once.maxSecond) : 0
    documentFrequency = 1
    totalFrequency = 1
    singleDoc = once.doc(word)
    singlePosition = once.position(word, second: second)
    postings = postings.upperBound..<postings.upperBound
    positions = positions.upperBound..<positions.upperBound
    return true
  }

  /// Whether the counts can be true.
  @inline(__always)
  func isPlausible(in dictionary: borrowing TermDictionaryReader) -> Bool {
    documentFrequency >= 1 && documentFrequency <= dictionary.documentCount
      && singleDoc < max(1, dictionary.documentCount)
  }
}
