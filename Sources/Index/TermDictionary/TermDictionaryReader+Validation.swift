import Tokenizer

extension TermDictionaryReader {
  /// Checks all entries of some blocks, that they follow those of the block before, and that those of
  /// the index agree; calls `body` with every term in order.
  ///
  /// All blocks are as they should be if those of all ranges are; what is wrong first is what the
  /// first range throws that throws.
  /// - Returns: the number of terms.
  /// - Throws: `damaged` for the first thing that is not as it should be; what `body` throws.
  /// - Complexity: O(bytes of the blocks, and of the one before).
  func validate(
    blocks: Range<Int>, _ body: (_ term: [UInt8], _ info: TermInfo) throws(IndexError) -> Void
  ) throws(IndexError) -> Int {
    var (last, end) = try self.end(ofBlocksBefore: blocks.lowerBound)
    var termCount = 0
    for block in blocks {
      if block == 0, try blockOffset(0) != 0 { throw damagedIndex("block 0 is not at the start") }
      var entryCount = 0
      try forEachTerm(inBlock: block) { (term, info) throws(IndexError) in
        guard info.postings.lowerBound == end.postings,
          info.positions.lowerBound == end.positions
        else { throw impossible("start of the lists of term \(entryCount)", ofBlock: block) }
        if entryCount == 0 {
          // Within a block each is after the one before.
          guard last.lexicographicallyPrecedes(term) else {
            throw impossible("order of terms", ofBlock: block)
          }
          try validatePrefix(of: term, block)
        }
        entryCount += 1
        end = (info.postings.upperBound, info.positions.upperBound)
        last = term
        try body(term, info)
        return true
      }
      guard
        entryCount == blockLength
          || (block == blockCount - 1 && (1..<blockLength).contains(entryCount))
      else { throw impossible("number of entries, \(entryCount),", ofBlock: block) }
      termCount += entryCount
    }
    if blocks.upperBound == blockCount { try validateEnd(end) }
    return termCount
  }

  /// Where lists end.
  private typealias ListEnds = (postings: Int, positions: Int)

  /// The last term before a block, and where its lists end.
  private func end(
    ofBlocksBefore block: Int
  ) throws(IndexError) -> (term: [UInt8], lists: ListEnds) {
    var end: (term: [UInt8], lists: ListEnds) = ([], (0, 0))
    if block == 0 { return end }
    try forEachTerm(inBlock: block - 1) { (term, info) in
      end = (term, (info.postings.upperBound, info.positions.upperBound))
      return true
    }
    return end
  }

  /// Checks that lists up to `end` are all there are.
  private func validateEnd(_ end: ListEnds) throws(IndexError) {
    if blockCount == 0, !terms.isEmpty { throw damagedTerms("no entry of the index has it") }
    guard end.postings == postings.count, end.positions == positions?.count ?? 0 else {
      throw damagedTerms(
        "it knows \(end.postings) bytes of postings, \(end.positions) of positions; "
          + "there are \(postings.count) and \(positions?.count ?? 0)")
    }
  }

  private func validatePrefix(of term: [UInt8], _ block: Int) throws(IndexError) {
    let prefix = term.span.withBytes { TermDictionaryFormat.prefix(of: $0) }
    guard try firstTermPrefix(block) == prefix else {
      throw damagedIndex("entry \(block) has not the prefix of its block's first term")
    }
  }
}
