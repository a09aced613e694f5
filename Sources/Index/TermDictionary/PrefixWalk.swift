/// What the dictionary knows of all terms that begin with given bytes, term by term, in order.
///
/// The texts of terms are not put together: within the range an entry that shares the prefix with
/// the term before has it too, so one byte an entry decides. Entries are checked as far as they
/// are used.
struct PrefixWalk {
  private let dictionary: TermDictionaryReader
  private let bytes: Bytes
  private let prefix: Bytes
  private let once: OnceLayout
  /// The block that comes next.
  private var nextBlock: Int
  /// Where the next entry of the block starts in the file, and where the block ends.
  private var offset = 0
  private var end = 0
  private var isFirst = true
  /// How many bytes of the prefix the last term begins with.
  private var matched = 0

  /// The number of documents with the term.
  private(set) var documentFrequency = 0
  /// The only document, if there is one only.
  private(set) var singleDoc: UInt32 = 0
  /// Where the postings lie in their section; empty if there is one document only.
  private(set) var postings = 0..<0

  /// A walk from before the first term that begins with `prefix`, whose memory outlives it.
  init(_ dictionary: TermDictionaryReader, prefix: Bytes) throws(IndexError) {
    self.dictionary = dictionary
    self.prefix = prefix
    bytes = dictionary.file.bytes
    once = dictionary.once
    nextBlock = try dictionary.lastBlock(notAfter: prefix) ?? 0
  }

  /// Moves to the next term; false if there is none.
  @inline(__always)
  mutating func next() throws(IndexError) -> Bool {
    while true {
      if offset == end {
        guard nextBlock < dictionary.blockCount else { return false }
        try openBlock()
      }
      let (shared, suffixLength, suffix) = lengths()
      // The counts are checked below.
      guard suffixLength <= end &- offset, !isFirst || shared == 0 else {
        throw impossible()
      }
      isFirst = false
      offset = suffix &+ suffixLength
      guard offset < end else { throw impossible() }
      if shared < prefix.count, shared <= matched {
        guard match(shared, suffix: suffix, count: suffixLength) else {
          nextBlock = dictionary.blockCount
          offset = end
          return false
        }
      }
      try readCounts()
      if matched == prefix.count { return true }
    }
  }

  /// The lengths of what the next term shares and of its suffix, and where that starts.
  ///
  /// Mutating, as otherwise all of this is copied for each call.
  @inline(__always)
  private mutating func lengths() -> (shared: Int, suffix: Int, start: Int) {
    if dictionary.isCompact { return TermDictionaryFormat.lengths(bytes, at: offset) }
    let (suffix, length) = bytes.loadMostlyShortVariable(at: offset &+ 1)
    return (Int(bytes[offset]), Int(min(suffix, 1 << 40)), offset &+ 1 &+ length)
  }

  /// Compares a term with the prefix from byte `shared` on; false if it comes after all terms that
  /// begin so.
  @inline(never)
  private mutating func match(_ shared: Int, suffix: Int, count: Int) -> Bool {
    var same = 0
    let limit = min(count, prefix.count - shared)
    while same < limit, bytes[suffix + same] == prefix[shared + same] { same += 1 }
    matched = shared + same
    return same == limit || bytes[suffix + same] < prefix[matched]
  }

  @inline(__always)
  private mutating func readCounts() throws(IndexError) {
    if dictionary.isCompact, bytes[offset] & 1 != 0 { return try readOnce() }
    let (code, length) = bytes.loadMostlyShortVariable(at: offset)
    let frequency = dictionary.isCompact ? code &>> 1 : code
    offset = offset &+ length
    // How often the term stands in them is not asked for.
    let rest = bytes.variableLength(at: offset)
    offset = frequency & 1 == 0 ? offset &+ rest : offset
    guard offset < end else { throw impossible() }
    let (value, valueLength) = bytes.loadVariable(at: offset)
    offset = offset &+ valueLength
    guard frequency >> 1 >= 1, frequency >> 1 <= UInt64(dictionary.documentCount) else {
      throw impossible()
    }
    documentFrequency = Int(frequency >> 1)
    let start = postings.upperBound
    if documentFrequency == 1 {
      guard value < UInt64(dictionary.documentCount) else { throw impossible() }
      singleDoc = UInt32(value)
      postings = start..<start
    } else {
      guard value <= UInt64(dictionary.postings.count &- start) else { throw impossible() }
      postings = start..<start &+ Int(value)
    }
    if dictionary.positions != nil {
      guard offset < end else { throw impossible() }
      offset = offset &+ bytes.loadMostlyShortVariable(at: offset).length
    }
    guard offset <= end else { throw impossible() }
  }

  /// Reads the rest of an entry whose term stands once in all documents.
  @inline(__always)
  private mutating func readOnce() throws(IndexError) {
    let word = UInt64(littleEndian: bytes.load(at: offset))
    let doc = once.doc(word)
    offset = offset &+ once.byteCount
    if once.isFar(word) { offset = offset &+ bytes.variableLength(at: offset) }
    guard doc < dictionary.documentCount, offset <= end else { throw impossible() }
    documentFrequency = 1
    singleDoc = doc
    postings = postings.upperBound..<postings.upperBound
  }

  @inline(never)
  private mutating func openBlock() throws(IndexError) {
    let range = try dictionary.byteRange(ofBlock: nextBlock)
    nextBlock += 1
    (offset, end, isFirst) = (range.lowerBound, range.upperBound, true)
    let (start, length) = bytes.loadVariable(at: offset)
    offset += length
    guard start <= UInt64(dictionary.postings.count), offset < end else { throw impossible() }
    postings = Int(start)..<Int(start)
    offset += bytes.variableLength(at: offset)
    guard offset < end else { throw impossible() }
  }

  @inline(never)
  private func impossible() -> IndexError {
    dictionary.damage(
      dictionary.terms,
      "block \(nextBlock - 1): an entry that ends at byte \(offset) of the file "
        + "is impossible")
  }
}
