/// What the dictionary knows of all terms that begin with given bytes, term by term, in order; from
/// format 5 on.
///
/// The texts of terms are not put together: after one that begins with the prefix those that share
/// it do, so one number a term decides. What is read is checked as far as it is used.
struct PrefixWalk {
  private let dictionary: TermDictionaryReader
  private let prefix: Bytes
  private var block: TermBlock
  private var search: TermSearch
  private var lists: TermListCursor
  /// The number of the next term, and how many terms before it stand once.
  private var index = 0
  private var singleCount = 0
  /// How many terms from there on are known to begin with the prefix.
  private var knownCount = 0
  /// Whether the first term after those sorts after all that begin with the prefix.
  private var isAfter = false

  /// The number of documents with the term.
  private(set) var documentFrequency = 0
  /// The only document, if there is one only.
  private(set) var singleDoc: UInt32 = 0
  /// Where the postings lie in their section, if there are several documents.
  private(set) var postings = 0..<0

  /// A walk from before the first term that begins with `prefix`, whose memory outlives it; nil if
  /// there are no terms.
  init?(_ dictionary: TermDictionaryReader, prefix: Bytes) throws(IndexError) {
    guard dictionary.blockCount > 0 else { return nil }
    self.dictionary = dictionary
    self.prefix = prefix
    let number = try dictionary.lastBlock(notAfter: prefix) ?? 0
    block = try TermBlock(dictionary, number)
    guard let search = TermSearch(prefix, block, hasPositions: dictionary.positions != nil) else {
      throw dictionary.impossible("terms", ofBlock: number)
    }
    self.search = search
    lists = TermListCursor(block, of: dictionary)
    try begin()
  }

  /// Moves to the next term; false if there is none.
  @inline(__always)
  mutating func next() throws(IndexError) -> Bool {
    while knownCount == 0 {
      guard try findMore() else { return false }
    }
    knownCount &-= 1
    if block.isSingle(index) {
      documentFrequency = 1
      singleDoc = block.single(singleCount).doc
      singleCount &+= 1
    } else {
      guard lists.next(), let postings = lists.postings(in: dictionary) else {
        throw impossible()
      }
      documentFrequency = lists.documentFrequency
      singleDoc = lists.singleDoc
      self.postings = postings
    }
    index &+= 1
    guard
      documentFrequency == 1
        ? Int(singleDoc) < dictionary.documentCount
        : documentFrequency <= dictionary.documentCount
    else { throw impossible() }
    return true
  }

  /// Finds out which terms begin with the prefix of the half that begins with the next one, or of
  /// the next block; false if there are no more terms.
  @inline(never)
  private mutating func findMore() throws(IndexError) -> Bool {
    if isAfter { return false }
    if index < block.entryCount {
      // A second half, whose first term shares symbols with the first of all.
      guard search.nextHalf(block) else { throw impossible() }
      try addKnown()
      return true
    }
    guard block.number + 1 < dictionary.blockCount else { return false }
    block = try TermBlock(dictionary, block.number + 1)
    guard let search = TermSearch(prefix, block, hasPositions: dictionary.positions != nil) else {
      throw impossible()
    }
    self.search = search
    lists = TermListCursor(block, of: dictionary)
    try begin()
    return true
  }

  /// Begins with what was found in a block.
  private mutating func begin() throws(IndexError) {
    index = search.index
    // All are before the prefix.
    if index == block.entryCount { return }
    singleCount = block.singleCount(before: index)
    guard lists.move(to: index, of: block) else { throw impossible() }
    try addKnown()
  }

  /// Counts the terms that begin with the prefix, from the one on that was found: of its half or of
  /// all of the block.
  private mutating func addKnown() throws(IndexError) {
    guard search.isBegunByTerm else {
      isAfter = true
      return
    }
    if try nextBlockBegins() {
      // So do all that come before it.
      knownCount = block.entryCount - index
      return
    }
    let half = TermDictionaryFormat.halfLength
    let end = index < half ? min(half, block.entryCount) : block.entryCount
    guard let count = search.countBegun(upTo: end - index - 1) else { throw impossible() }
    knownCount = 1 + count
    isAfter = knownCount < end - index
  }

  /// Whether there is a block after this whose first term is known to begin with the prefix.
  private func nextBlockBegins() throws(IndexError) -> Bool {
    guard prefix.count <= TermDictionaryFormat.maxPrefixByteCount,
      block.number + 1 < dictionary.blockCount
    else { return false }
    let first = try dictionary.firstTermPrefix(block.number + 1)
    return (first ^ TermDictionaryFormat.prefix(of: prefix)) >> UInt64(64 - 8 * prefix.count) == 0
  }

  @inline(never)
  private func impossible() -> IndexError {
    dictionary.impossible("entry \(index)", ofBlock: block.number)
  }
}
