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
    var last: [UInt8] = []
    var termCount = 0
    var end = (postings: 0, positions: 0)
    if blockCount == 0, !terms.isEmpty { throw damage(terms, "no entry of the index has it") }
    for block in 0..<blockCount {
      if block == 0, try blockOffset(0) != 0 { throw damage(index, "block 0 is not at the start") }
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
}
