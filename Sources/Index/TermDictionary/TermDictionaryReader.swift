/// Looks terms up in the dictionary of a segment; see `TermDictionaryFormat`.
struct TermDictionaryReader: Sendable {
  let file: VerifiedFile
  let terms: Range<Int>
  let index: Range<Int>
  let postings: Range<Int>
  let positions: Range<Int>?
  let documentCount: Int
  let blockCount: Int
  /// Whether blocks are as from format 5 on.
  let isTight: Bool
  /// The bits of a document that is stored as it is.
  let docBitCount: Int
  /// How it is said what there is of terms with lists.
  let listCode: TermListCode

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
    isTight = SegmentVersion.isTight(file.formatVersion)
    docBitCount = TermDictionaryFormat.docBitCount(documentCount: documentCount)
    listCode = TermListCode(documentCount: documentCount)
    let (count, rest) = index.count.quotientAndRemainder(
      dividingBy: TermDictionaryFormat.indexEntryByteCount)
    blockCount = count
    if rest != 0 { throw damagedIndex("\(index.count) bytes are no whole number of entries") }
  }

  /// Where a block lies in the file, verified.
  func byteRange(ofBlock block: Int) throws(IndexError) -> Range<Int> {
    let start = try blockOffset(block)
    let end = block + 1 < blockCount ? try blockOffset(block + 1) : terms.count
    guard start < end, end <= terms.count else {
      throw damagedIndex("block \(block) lies at \(start)..<\(end) of \(terms.count) bytes")
    }
    try file.verify(terms.lowerBound + start..<terms.lowerBound + end)
    return terms.lowerBound + start..<terms.lowerBound + end
  }

  func blockOffset(_ block: Int) throws(IndexError) -> Int {
    let offset = index.lowerBound + blockCount * 8 + block * 4
    try file.verify(offset..<offset + 4)
    return Int(UInt32(littleEndian: file.bytes.load(at: offset)))
  }

  func damagedTerms(_ detail: String) -> IndexError {
    file.damage(TermDictionaryFormat.termsSection, terms, detail)
  }

  func damagedIndex(_ detail: String) -> IndexError {
    file.damage(TermDictionaryFormat.indexSection, index, detail)
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
  /// Where only the lists matter, `PrefixWalk` is many times as fast.
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
    for block in first..<max(first, blockCount) {
      var goesOn = true
      try forEachTerm(inBlock: block) { (term, info) throws(IndexError) in
        goesOn = try body(term, info)
        return goesOn
      }
      guard goesOn else { return }
    }
  }

  /// Calls `body` with every term of a block in order, as far as it returns true.
  func forEachTerm(
    inBlock block: Int,
    _ body: (_ term: [UInt8], _ info: TermInfo) throws(IndexError) -> Bool
  ) throws(IndexError) {
    if isTight {
      var entries = try TermEntries(self, block: block)
      while try entries.next(), try body(entries.term, entries.info) {}
    } else {
      var entries = try OldTermEntries(self, block: block)
      while try entries.next(), try body(entries.term, entries.info) {}
    }
  }

  /// The terms of all blocks but the last.
  var blockLength: Int {
    isTight ? TermDictionaryFormat.blockLength : OldTermEntries.blockLength
  }
}
