import Testing

@testable import Index

/// Writes sorted terms as `OldTermEntries` reads them, in formats 3 and 4.
struct OldTermDictionaryWriter: ~Copyable {
  /// The section `terms` so far.
  private(set) var terms = ByteWriter()
  private var termCount = 0

  private var prefixes: [UInt64] = []
  private var offsets: [UInt32] = []
  private var previous = ByteWriter(capacity: 64)
  private var postingsOffset = 0
  private var positionsOffset = 0
  private let storesPositions: Bool
  private let once: NaiveOnceLayout

  init(documentCount: Int, _ kind: DictionaryKind) {
    storesPositions = kind.positions
    once = NaiveOnceLayout(documentCount, kind)
  }

  /// Appends a term, which comes after all before it; its postings and positions lie directly
  /// after those of the term before.
  mutating func append(_ term: Bytes, _ info: TermInfo) {
    if termCount % OldTermEntries.blockLength == 0 {
      beginBlock(term)
    }
    let shared = sharedCount(term)
    appendLengths(shared: shared, suffix: term.count - shared)
    terms.append(term.slice(at: shared, count: term.count - shared))
    if info.totalFrequency == 1 {
      terms.append(once.bytes(doc: info.singleDoc, position: info.singlePosition).span)
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
    terms.appendVariable(info.documentFrequency << 2 | (isEqual ? 2 : 0))
    if !isEqual { terms.appendVariable(info.totalFrequency - info.documentFrequency) }
    if info.documentFrequency == 1 {
      terms.appendVariable(UInt64(info.singleDoc))
    } else {
      terms.appendVariable(info.postings.count)
    }
    if storesPositions { terms.appendVariable(info.positions.count) }
  }

  private mutating func appendLengths(shared: Int, suffix: Int) {
    let long = 15
    terms.append(UInt8(min(shared, long) << 4 | min(suffix, long)))
    if shared >= long { terms.append(UInt8(shared - long)) }
    if suffix >= long { terms.appendVariable(suffix - long) }
  }

  private mutating func beginBlock(_ term: Bytes) {
    let offset = UInt32(terms.count)
    prefixes.append(TermDictionaryFormat.prefix(of: term))
    offsets.append(offset)
    terms.appendVariable(postingsOffset)
    terms.appendVariable(positionsOffset)
    previous.removeAll()
  }

  private func sharedCount(_ term: Bytes) -> Int {
    let last = previous.bytes
    let limit = min(last.count, term.count, 255)
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
