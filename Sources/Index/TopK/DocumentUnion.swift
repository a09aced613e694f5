import Tokenizer

/// The documents of a segment that have any of many terms, gathered list by list: one bit for each
/// document, whatever the number of lists.
///
/// If only the first `wanted` documents are asked for, what comes after as many as are known does
/// not matter any more: the limit falls as documents are found, and of most lists no more than
/// the first posting is looked at.
struct DocumentUnion: ~Copyable {
  /// A bit for each document; those at and after `wordLimit` may be missing.
  let bits: ColumnView<UInt64>
  /// The words that matter.
  private(set) var wordLimit: Int
  /// What was read.
  private(set) var profile = SearchProfile()
  private let wanted: Int
  private let section: PostingsSection
  /// The bits set before `wordLimit`; only kept if not all documents are wanted.
  private var count = 0
  /// A block of documents, and of frequencies that nobody looks at.
  private let block = Column<UInt32>(capacity: 2 * PostingsFormat.blockLength)

  /// The words that the bits of a segment take.
  static func wordCount(documentCount: Int) -> Int { (documentCount + 63) >> 6 }

  /// A union in `bits`, which are clear and outlive it.
  ///
  /// - Parameter wanted: how many documents are asked for, the first ones.
  init(_ bits: ColumnView<UInt64>, of section: PostingsSection, wanted: Int = .max) {
    self.bits = bits
    self.section = section
    self.wanted = wanted
    wordLimit = DocumentUnion.wordCount(documentCount: section.documentCount)
  }

  /// Adds the documents of all terms of `dictionary` that begin with `prefix`.
  ///
  /// - Complexity: some nanoseconds a term, and one a posting if all documents are wanted.
  mutating func add(
    prefix: [UInt8], of dictionary: TermDictionaryReader
  ) throws(IndexError) {
    guard dictionary.isTight else { return try addSlowly(prefix: prefix, of: dictionary) }
    try prefix.span.withBytes { (prefix) throws(IndexError) in
      guard var walk = try PrefixWalk(dictionary, prefix: prefix) else { return }
      while try walk.next() {
        if walk.documentFrequency == 1 {
          addSingle(walk.singleDoc)
        } else {
          try add(walk.postings, documentFrequency: walk.documentFrequency)
        }
        if wanted != .max, count >= wanted { lowerLimit() }
      }
    }
  }

  /// The same for formats before 5.
  private mutating func addSlowly(
    prefix: [UInt8], of dictionary: TermDictionaryReader
  ) throws(IndexError) {
    try dictionary.forEachTerm(withPrefix: prefix) { (_, info) throws(IndexError) in
      try add(info)
      if wanted != .max, count >= wanted { lowerLimit() }
      return true
    }
  }

  /// Adds the documents of one term.
  mutating func add(_ info: TermInfo) throws(IndexError) {
    if info.documentFrequency == 1 {
      addSingle(info.singleDoc)
    } else {
      try add(info.postings, documentFrequency: info.documentFrequency)
    }
  }

  /// The number of documents, if all were wanted.
  var documentCount: Int { DocumentUnion.count(bits) }

  /// The number of bits set.
  static func count(_ bits: ColumnView<UInt64>) -> Int {
    var count = 0
    for word in 0..<bits.count { count &+= bits[word].nonzeroBitCount }
    return count
  }

  // MARK: - Lists

  /// The first document that does not matter.
  @inline(__always)
  private var docLimit: UInt32 { UInt32(truncatingIfNeeded: wordLimit &<< 6) }

  @inline(__always)
  private mutating func addSingle(_ doc: UInt32) {
    if doc < docLimit { set(doc) }
  }

  @inline(__always)
  private mutating func set(_ doc: UInt32) {
    let word = Int(doc &>> 6)
    let old = bits[word]
    let new = old | 1 &<< UInt64(doc & 63)
    bits[word] = new
    count = count &+ (new == old ? 0 : 1)
  }

  private mutating func lowerLimit() {
    while wordLimit > 0 {
      let last = bits[wordLimit &- 1]
      if last != 0 {
        let rest = count &- last.nonzeroBitCount
        if rest < wanted { return }
        count = rest
      }
      wordLimit &-= 1
    }
  }

  @inline(__always)
  private mutating func add(
    _ postings: Range<Int>, documentFrequency: Int
  ) throws(IndexError) {
    if PostingsFormat.hasSkipData(documentFrequency: documentFrequency) {
      try addLong(postings, documentFrequency)
    } else {
      let start = section.range.lowerBound &+ postings.lowerBound
      let range = start &+ 1..<start &+ max(1, postings.count)
      try section.file.verify(start..<range.upperBound)
      let tail = PostingTail(
        section, at: range, first: 0, documentFrequency: documentFrequency)
      if !addTail(tail, count: documentFrequency) { throw damage(postings) }
    }
  }

  /// Adds the documents of a tail as far as they matter; false if its bytes make no sense.
  @inline(__always)
  private mutating func addTail(_ tail: PostingTail, count: Int) -> Bool {
    var tail = tail
    let limit = docLimit
    for index in 0..<count {
      guard let doc = tail.nextDoc() else { return false }
      if doc >= limit {
        profile.postingsDecoded &+= index
        return true
      }
      set(doc)
    }
    profile.postingsDecoded &+= count
    return tail.isAtEnd
  }

  @inline(never)
  private mutating func addLong(
    _ postings: Range<Int>, _ documentFrequency: Int
  ) throws(IndexError) {
    var info = TermInfo()
    info.documentFrequency = documentFrequency
    info.postings = postings
    let list = try PostingList(info, in: section)
    if wanted != .max, try firstDoc(of: list) >= docLimit { return }
    let docs = block.view.part(at: 0, count: PostingsFormat.blockLength)
    let rest = block.view.part(at: PostingsFormat.blockLength, count: PostingsFormat.blockLength)
    for block in 0..<list.blockCount {
      // -1 before the first.
      let first = list.docBefore(block) &+ 1
      if first >= docLimit { return }
      profile.blocksDecoded &+= 1
      if list.isShort(block) {
        let (start, end) = try list.extent(block, section.file)
        let tail = PostingTail(
          section, at: list.fileOffset + start..<list.fileOffset + end, first: first,
          documentFrequency: documentFrequency)
        let count = documentFrequency - block * PostingsFormat.blockLength
        if !addTail(tail, count: count) { throw damage(postings) }
      } else {
        let opened = try list.open(block, docs, rest, section.file)
        profile.postingsDecoded &+= PostingsFormat.blockLength
        if opened.bitset.wordCount > 0 {
          addBitset(opened.bitset, list.bytes)
        } else {
          addBlock(docs)
        }
        if wanted != .max, count >= wanted { lowerLimit() }
      }
    }
  }

  /// Adds a whole block, in the order of its slots: neighbours lie apart, so that one need not wait
  /// for the word that the last one has just written.
  @inline(__always)
  private mutating func addBlock(_ docs: ColumnView<UInt32>) {
    let bits = bits
    if wanted == .max {
      for slot in 0..<PostingsFormat.blockLength {
        let doc = docs[slot]
        let word = Int(doc &>> 6)
        bits[word] = bits[word] | 1 &<< UInt64(doc & 63)
      }
    } else {
      let limit = docLimit
      for slot in 0..<PostingsFormat.blockLength where docs[slot] < limit { set(docs[slot]) }
    }
  }

  private mutating func addBitset(_ bitset: DocumentBitset, _ bytes: Bytes) {
    let bits = bits
    let first = Int(bitset.base &>> 6)
    for index in 0..<max(0, min(bitset.wordCount, wordLimit &- first)) {
      let old = bits[first &+ index]
      var new = old | bitset.word(index, of: bytes)
      if first &+ index == bits.count &- 1 { new &= lastWordMask }
      bits[first &+ index] = new
      if wanted != .max { count &+= (new ^ old).nonzeroBitCount }
    }
  }

  /// The bits of the last word that stand for documents.
  private var lastWordMask: UInt64 {
    .max &>> UInt64(truncatingIfNeeded: -section.documentCount & 63)
  }

  /// A document that no document of a list with skip data comes before, without decoding a block.
  private func firstDoc(of list: PostingList) throws(IndexError) -> UInt32 {
    let (start, _) = try list.extent(0, section.file)
    if DocumentBitset.isMarked(list.bytes[start]) { return 0 }
    do {
      return try PatchedBlock.value(0, of: list.bytes, at: start)
    } catch {
      throw list.damage(section.file, "block 0 is malformed")
    }
  }

  private func damage(_ postings: Range<Int>) -> IndexError {
    let start = section.range.lowerBound + postings.lowerBound
    return section.file.damage(
      PostingsFormat.postingsSection, start..<start + postings.count,
      "a list of documents is malformed")
  }
}
