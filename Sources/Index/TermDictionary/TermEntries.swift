/// The terms of a block with all there is of them, one after the other, every bit checked.
///
/// For those who want all terms; lookups and walks read what they need.
struct TermEntries {
  private let dictionary: TermDictionaryReader
  private let block: TermBlock
  private var terms: TermCursor
  private var lists: TermListCursor
  private var symbols: [UInt8] = []
  /// The symbols of the first term.
  private var firstSymbols: [UInt8] = []
  private var termCount = 0
  private var singleCount = 0
  private(set) var term: [UInt8] = []
  private(set) var info = TermInfo()

  /// Starts before the first term of a block.
  init(_ dictionary: TermDictionaryReader, block number: Int) throws(IndexError) {
    self.dictionary = dictionary
    block = try TermBlock(dictionary, number)
    terms = TermCursor(block)
    lists = TermListCursor(block, of: dictionary)
  }

  /// Moves to the next term; false at the end of the block.
  mutating func next() throws(IndexError) -> Bool {
    if termCount == block.entryCount {
      guard terms.isAtEnd, lists.isAtEnd, block.isFilledUp else {
        throw dictionary.impossible("end", ofBlock: block.number)
      }
      return false
    }
    if termCount == TermDictionaryFormat.halfLength, !isAtHalf {
      throw dictionary.impossible("half", ofBlock: block.number)
    }
    guard readTerm() else {
      throw dictionary.impossible("term \(termCount)", ofBlock: block.number)
    }
    guard let info = readInfo() else {
      throw dictionary.impossible("entry \(termCount)", ofBlock: block.number)
    }
    self.info = info
    termCount += 1
    return true
  }

  /// Reads the term; false if it is not after the one before, or shares more with it than is said,
  /// or is not spelled as it must be.
  private mutating func readTerm() -> Bool {
    if termCount == 0 {
      for index in 0..<block.prefixByteCount {
        let byte = UInt8(truncatingIfNeeded: block.prefix >> UInt64(56 - index * 8))
        TermSpelling.append(byte, block.symbolBitCount, to: &symbols)
      }
      guard terms.begin(prefixSymbolCount: symbols.count) else { return false }
      // What is shorter is its prefix.
      let isShort = block.prefixByteCount < TermDictionaryFormat.maxPrefixByteCount
      if isShort, terms.suffixCount > 0 { return false }
    } else {
      if termCount == TermDictionaryFormat.halfLength { symbols = firstSymbols }
      guard terms.next(), terms.sharedCount <= symbols.count else { return false }
      let isDropped = terms.sharedCount < symbols.count
      if isDropped, block.symbol(at: terms.suffixStart) <= symbols[terms.sharedCount] {
        return false
      }
      symbols.removeLast(symbols.count - terms.sharedCount)
    }
    for index in 0..<terms.suffixCount {
      let position = terms.suffixStart + index * block.symbolBitCount
      symbols.append(UInt8(block.symbol(at: position)))
    }
    guard let bytes = TermSpelling.bytes(of: symbols, block.symbolBitCount) else { return false }
    if termCount == 0 { firstSymbols = symbols }
    if termCount == TermDictionaryFormat.halfLength, !term.lexicographicallyPrecedes(bytes) {
      return false
    }
    term = bytes
    return true
  }

  /// Whether the second half begins where the block says, before its first term.
  private var isAtHalf: Bool {
    let half = block.firstHalf(hasPositions: dictionary.positions != nil)
    var first = (terms: TermCursor(block), lists: TermListCursor(block, of: dictionary))
    first.terms.jump(half)
    first.lists.jump(half)
    return first.terms.position == terms.position && first.lists.position == lists.position
      && first.lists.postingsEnd == lists.postingsEnd
      && first.lists.positionsEnd == lists.positionsEnd
  }

  /// Reads what there is of the term; nil if it cannot be true.
  ///
  /// Lists that it has not got lie where those of the term before end.
  private mutating func readInfo() -> TermInfo? {
    let (postings, positions) = (lists.postingsEnd, lists.positionsEnd)
    if block.isSingle(termCount) {
      guard var info = dictionary.info(ofSingle: singleCount, block), 0 <= postings,
        postings <= dictionary.postings.count, 0 <= positions,
        positions <= dictionary.positions?.count ?? 0
      else { return nil }
      singleCount += 1
      info.postings = postings..<postings
      info.positions = positions..<positions
      return info
    }
    return lists.next() ? lists.info(in: dictionary) : nil
  }
}
