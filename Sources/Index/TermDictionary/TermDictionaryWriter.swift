/// Writes sorted terms as `TermDictionaryFormat` lays them out.
struct TermDictionaryWriter: ~Copyable {
  /// The section `terms` so far; without the terms that fill no block yet until `finish`.
  private(set) var terms = SpillableBytes(capacity: 1 << 16)
  /// The number of terms.
  private(set) var termCount = 0

  private var prefixes: [UInt64] = []
  private var offsets: [UInt32] = []
  private var block: TermBlockWriter

  /// A writer for a segment of `documentCount` documents with or without positions.
  init(documentCount: Int, storesPositions: Bool) {
    block = TermBlockWriter(documentCount: documentCount, storesPositions: storesPositions)
  }

  /// Appends a term, which comes after all before it; its postings and positions lie directly
  /// after those of the term before.
  mutating func append(_ term: Bytes, _ info: TermInfo) throws(IndexError) {
    if block.termCount == 0 { prefixes.append(TermDictionaryFormat.prefix(of: term)) }
    block.append(term, info)
    termCount += 1
    if block.termCount == TermDictionaryFormat.blockLength { try endBlock() }
  }

  /// Ends the last block; call this once, after all terms.
  mutating func finish() throws(IndexError) {
    if block.termCount > 0 { try endBlock() }
  }

  private mutating func endBlock() throws(IndexError) {
    guard let offset = UInt32(exactly: terms.count) else {
      throw .limitExceeded("the dictionary of a segment is larger than 4 GiB")
    }
    offsets.append(offset)
    block.write(to: &terms.memory)
  }

  /// Moves the terms so far to `file`, which nobody else appends to.
  mutating func spillTerms(to file: SpillFile) throws(IndexError) {
    try terms.spill(to: file)
  }

  /// The section `termindex`.
  func makeIndex() -> ByteWriter {
    var index = ByteWriter(capacity: offsets.count * TermDictionaryFormat.indexEntryByteCount)
    for prefix in prefixes { index.append(prefix) }
    for offset in offsets { index.append(offset) }
    return index
  }
}
