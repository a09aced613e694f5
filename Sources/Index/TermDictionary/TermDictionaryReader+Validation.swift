import Tokenizer

extension TermDictionaryReader {
  /// Checks all entries, and that those of the index and the blocks agree; calls `body` with every
  /// term in order.
  ///
  /// - Returns: the number of terms.
  /// - Throws: `damaged` for the first thing that is not as it should be; what `body` throws.
  /// - Complexity: O(bytes of the dictionary).
  func validate(
    _ body: (_ term: [UInt8], _ info: TermInfo) throws(IndexError) -> Void
  ) throws(IndexError) -> Int {
    var term: [UInt8] = []
    var termCount = 0
    var end = (postings: 0, positions: 0)
    if blockCount == 0, !terms.isEmpty { throw damage(terms, "no entry of the index has it") }
    for block in 0..<blockCount {
      if block == 0, try blockOffset(0) != 0 { throw damage(index, "block 0 is not at the start") }
      var entries = try TermEntries(self, block: block)
      guard entries.info.postings.lowerBound == end.postings,
        entries.info.positions.lowerBound == end.positions
      else { throw entries.impossible("start of postings") }
      var entryCount = 0
      while try entries.next() {
        guard TermDictionaryReader.advance(&term, to: entries, isFirst: entryCount == 0) else {
          throw entries.impossible("order of terms")
        }
        if entryCount == 0 { try validatePrefix(of: term, block) }
        entryCount += 1
        end = (entries.info.postings.upperBound, entries.info.positions.upperBound)
        try body(term, entries.info)
      }
      guard
        entryCount == TermDictionaryFormat.blockLength
          || (block == blockCount - 1
            && (1..<TermDictionaryFormat.blockLength).contains(entryCount))
      else { throw entries.impossible("number of entries, \(entryCount),") }
      termCount += entryCount
    }
    guard end.postings == postings.count, end.positions == positions?.count ?? 0 else {
      throw damage(
        terms,
        "it knows \(end.postings) bytes of postings, \(end.positions) of positions; "
          + "there are \(postings.count) and \(positions?.count ?? 0)")
    }
    return termCount
  }

  private func validatePrefix(of term: [UInt8], _ block: Int) throws(IndexError) {
    let prefix = term.span.withBytes { TermDictionaryFormat.prefix(of: $0) }
    guard try firstTermPrefix(block) == prefix else {
      throw damage(index, "entry \(block) has not the prefix of its block's first term")
    }
  }

  /// Replaces a term by the next; false if that is not after it, or if it shares more with it than
  /// the entry says (lookups rely on both).
  private static func advance(
    _ term: inout [UInt8], to entry: borrowing TermEntries, isFirst: Bool
  ) -> Bool {
    let shared = entry.sharedCount
    let suffix = entry.suffix
    guard shared <= term.count, shared + suffix.count > 0 else { return false }
    var same = 0
    while same < suffix.count, shared + same < term.count, suffix[same] == term[shared + same] {
      same += 1
    }
    if same > 0, !isFirst, shared < TermDictionaryFormat.maxSharedCount { return false }
    guard same < suffix.count else { return false }
    if shared + same < term.count, suffix[same] < term[shared + same] { return false }
    term.removeLast(term.count - shared)
    for index in 0..<suffix.count { term.append(suffix[index]) }
    return true
  }
}
