/// Writes sorted terms as `TermDictionaryFormat` lays them out.
struct TermDictionaryWriter: ~Copyable {
  /// The section `terms` so far.
  private(set) var terms = SpillableBytes(capacity: 1 << 16)
  /// The number of terms.
  private(set) var termCount = 0

  private var prefixes: [UInt64] = []
  private var offsets: [UInt32] = []
  private var previous = ByteWriter(capacity: 64)
  private var postingsOffset = 0
  private var positionsOffset = 0
  private let storesPositions: Bool
  private let once: OnceLayout

  /// A writer for a segment of `documentCount` documents with or without positions, of a format
  /// from 3 on.
  init(
    documentCount: Int, storesPositions: Bool, formatVersion: UInt32 = SegmentVersion.current
  ) {
    self.storesPositions = storesPositions
    once = OnceLayout(
      documentCount: documentCount, hasPositions: storesPositions, formatVersion: formatVersion)
  }

  /// Appends a term, which comes after all before it; its postings and positions lie directly
  /// after those of the term before.
  mutating func append(_ term: Bytes, _ info: TermInfo) throws(IndexError) {
    if termCount % TermDictionaryFormat.blockLength == 0 {
      try beginBlock(term)
    }
    let shared = sharedCount(term)
    appendLengths(shared: shared, suffix: term.count - shared)
    terms.memory.append(term.slice(at: shared, count: term.count - shared))
    if info.totalFrequency == 1 {
      once.append(doc: info.singleDoc, position: info.singlePosition, to: &terms.memory)
    } else {
      appendLists(info)
    }
    postingsOffset += info.postings.count
    positionsOffset += info.positions.count
    previous.removeLast(previous.count - shared)
    previous.append(term.slice(at: shared, count: term.count - shared))
    termCount += 1
  }

  private mutating func appendLists(_ info: TermInfo) {
    let isEqual = info.totalFrequency == info.documentFrequency
    terms.memory.appendVariable(info.documentFrequency << 2 | (isEqual ? 2 : 0))
    if !isEqual { terms.memory.appendVariable(info.totalFrequency - info.documentFrequency) }
    if info.documentFrequency == 1 {
      terms.memory.appendVariable(UInt64(info.singleDoc))
    } else {
      terms.memory.appendVariable(info.postings.count)
    }
    if storesPositions { terms.memory.appendVariable(info.positions.count) }
  }

  private mutating func appendLengths(shared: Int, suffix: Int) {
    let long = TermDictionaryFormat.longLength
    terms.memory.append(UInt8(min(shared, long) << 4 | min(suffix, long)))
    if shared >= long { terms.memory.append(UInt8(shared - long)) }
    if suffix >= long { terms.memory.appendVariable(suffix - long) }
  }

  private mutating func beginBlock(_ term: Bytes) throws(IndexError) {
    guard let offset = UInt32(exactly: terms.count) else {
      throw .limitExceeded("the dictionary of a segment is larger than 4 GiB")
    }
    prefixes.append(TermDictionaryFormat.prefix(of: term))
    offsets.append(offset)
    terms.memory.appendVariable(postingsOffset)
    terms.memory.appendVariable(positionsOffset)
    previous.removeAll()
  }

  /// Moves the terms so far to `file`, which nobody else appends to.
  mutating func spillTerms(to file: SpillFile) throws(IndexError) {
    try terms.spill(to: file)
  }

  private func sharedCount(_ term: Bytes) -> Int {
    let last = previous.bytes
    let limit = min(last.count, term.count, TermDictionaryFormat.maxSharedCount)
    var count = 0
    while count < limit, last[count] == term[count] { count += 1 }
    return count
  }

  /// The section `termindex`.
  func makeIndex() -> ByteWriter {
    var index = ByteWriter(capacity: offsets.count * TermDictionaryFormat.indexEntryByteCount)
    for prefix in prefixes { index.append(prefix) }
    for offset in offsets { index.append(offset) }
    return index
  }
}
