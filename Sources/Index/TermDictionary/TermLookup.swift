extension TermDictionaryReader {
  /// What is known of `term`, or nil if no document has it.
  ///
  /// The ranges of lists of a term that stands once are empty: it has none.
  ///
  /// - Complexity: O(log of the number of blocks), then at most half a block of 32 terms.
  func find(_ term: Bytes) throws(IndexError) -> TermInfo? {
    guard let number = try lastBlock(notAfter: term) else { return nil }
    if !isTight { return try findByEntries(term, inBlock: number) }
    let block = try TermBlock(self, number)
    guard let search = TermSearch(term, block, hasPositions: positions != nil) else {
      throw impossible("terms", ofBlock: number)
    }
    return search.order == .equal ? try info(block, search.index) : nil
  }

  /// The info of term `index` of a block.
  private func info(_ block: TermBlock, _ index: Int) throws(IndexError) -> TermInfo {
    if block.isSingle(index) {
      if let info = info(ofSingle: block.singleCount(before: index), block) { return info }
    } else {
      var cursor = TermListCursor(block, of: self)
      // What is passed over is not checked one by one; what it adds up to is.
      if cursor.move(to: index, of: block), cursor.next(), let info = cursor.info(in: self) {
        return info
      }
    }
    throw impossible("entry \(index)", ofBlock: block.number)
  }

  /// The info of the term that is number `number` of those of the block that stand once; nil if
  /// what is stored of it is impossible.
  @inline(__always)
  func info(ofSingle number: Int, _ block: TermBlock) -> TermInfo? {
    let (doc, position) = block.single(number)
    guard Int(doc) < documentCount else { return nil }
    var info = TermInfo()
    info.documentFrequency = 1
    info.totalFrequency = 1
    info.singleDoc = doc
    info.singlePosition = position
    return info
  }

  func impossible(_ what: String, ofBlock block: Int) -> IndexError {
    damagedTerms("block \(block): the \(what) is impossible")
  }

  /// As `find`, term by term: for formats before 5.
  func findByEntries(_ term: Bytes, inBlock block: Int) throws(IndexError) -> TermInfo? {
    var found: TermInfo?
    try forEachTerm(inBlock: block) { (other, info) throws(IndexError) in
      let order = other.span.withBytes { compareTerms($0, term) }
      if order == 0 { found = info }
      return order < 0
    }
    return found
  }

  // MARK: - Blocks

  /// The last block whose first term is not after `term`.
  func lastBlock(notAfter term: Bytes) throws(IndexError) -> Int? {
    let wanted = TermDictionaryFormat.prefix(of: term)
    var low = try firstBlock(notBelow: wanted)
    if low < blockCount, try firstTermPrefix(low) == wanted {
      // Among blocks whose first terms agree in eight bytes the rest of them decides.
      var high = wanted == .max ? blockCount : try firstBlock(notBelow: wanted + 1)
      while low < high {
        let middle = (low + high) / 2
        if try compareFirstTerm(middle, term) > 0 { high = middle } else { low = middle + 1 }
      }
    }
    return low == 0 ? nil : low - 1
  }

  /// The first block whose prefix is not below `prefix`.
  private func firstBlock(notBelow prefix: UInt64) throws(IndexError) -> Int {
    var low = 0
    var count = blockCount
    // As soon as few enough are left they are verified together.
    while count > TermDictionaryFormat.prefixesInUnit {
      let half = count / 2
      let goesOn = try firstTermPrefix(low + half) < prefix
      low = goesOn ? low + half + 1 : low
      count = goesOn ? count - half - 1 : half
    }
    if count == 0 { return low }
    let start = index.lowerBound
    try file.verify(start + low * 8..<start + (low + count) * 8)
    let prefixes = file.bytes.slice(at: start + low * 8, count: count * 8)
    return low
      + BinarySearch.firstIndex(of: count) {
        UInt64(littleEndian: prefixes.load(at: $0 &* 8)) < prefix
      }
  }

  func firstTermPrefix(_ block: Int) throws(IndexError) -> UInt64 {
    let offset = index.lowerBound + block * 8
    try file.verify(offset..<offset + 8)
    return UInt64(littleEndian: file.bytes.load(at: offset))
  }

  private func compareFirstTerm(_ number: Int, _ term: Bytes) throws(IndexError) -> Int {
    if isTight {
      let block = try TermBlock(self, number)
      var (cursor, match) = (TermCursor(block), TermMatch(term, block))
      guard let order = match.begin(&cursor, block, term) else {
        throw impossible("first term", ofBlock: number)
      }
      return order == .equal ? 0 : order == .before ? -1 : 1
    }
    var order = 0
    try forEachTerm(inBlock: number) { (first, _) in
      order = first.span.withBytes { compareTerms($0, term) }
      return false
    }
    return order
  }
}

/// The first term of a block that is not before the one that is looked for.
struct TermSearch {
  /// How the term that was found stands to the one that is looked for: before it if all do.
  private(set) var order: TermMatch.Order
  /// Its number; the number of terms if all are before.
  private(set) var index = 0
  /// How far it is what is looked for, and how far the first term of the block.
  private(set) var match: TermMatch
  private(set) var firstMatch: TermMatch
  /// Stands at it.
  private(set) var cursor: TermCursor

  /// Looks for a term in a block; nil if that is damaged.
  @inline(__always)
  init?(_ term: Bytes, _ block: borrowing TermBlock, hasPositions: Bool) {
    cursor = TermCursor(block)
    match = TermMatch(term, block)
    guard let first = match.begin(&cursor, block, term) else { return nil }
    (order, firstMatch) = (first, match)
    if order != .before { return }
    var end = block.entryCount
    // The first term of the second half shares symbols with the first of all.
    var (second, secondMatch) = (TermCursor(block), match)
    if end > TermDictionaryFormat.halfLength {
      second.jump(block.firstHalf(hasPositions: hasPositions))
      guard second.next() else { return nil }
      let half = secondMatch.compare(second, block)
      if half == .after {
        end = TermDictionaryFormat.halfLength
      } else {
        index = TermDictionaryFormat.halfLength
        (cursor, match, order) = (second, secondMatch, half)
      }
    }
    while order == .before {
      // What shares more is before the term like the one before.
      let passed = cursor.next(sharingAtMost: match.count, of: end &- index &- 1)
      if passed < 0 { return nil }
      index &+= passed
      if passed == 0 || cursor.sharedCount > match.count {
        index = end
        if end < block.entryCount { (cursor, match, order) = (second, secondMatch, .after) }
        return
      }
      order = match.compare(cursor, block)
    }
  }

  /// Whether what is looked for begins the term that was found.
  var isBegunByTerm: Bool { order != .before && match.isAtEnd }

  /// Moves over those of the next `count` terms, of the same half, that begin with what is looked
  /// for, as this one does; says how many, or nil if they are not in the block.
  mutating func countBegun(upTo count: Int) -> Int? {
    let passed = cursor.next(sharingAtMost: match.count - 1, of: count)
    if passed < 0 { return nil }
    return passed > 0 && cursor.sharedCount < match.count ? passed - 1 : passed
  }

  /// Moves to the first term of the second half, which comes next; false if it is not in the block.
  mutating func nextHalf(_ block: borrowing TermBlock) -> Bool {
    guard cursor.next() else { return false }
    match = firstMatch
    if match.isAtEnd {
      order = cursor.sharedCount >= match.count ? .after : .before
    } else {
      order = match.compare(cursor, block)
    }
    return true
  }
}

/// Compares a term with those of a block, one after the other, symbol by symbol.
struct TermMatch {
  enum Order { case before, equal, after }

  /// The symbols of the term, from the first on that is not matched.
  private var rest: SpelledTerm
  /// So many symbols of the term are those of the entry before.
  ///
  /// An entry that shares more with the one before is still before the term; one that shares less
  /// is after it.
  private(set) var count = 0

  /// A comparison with the terms of `block`.
  @inline(__always)
  init(_ term: Bytes, _ block: borrowing TermBlock) {
    rest = SpelledTerm(term, symbolBitCount: block.symbolBitCount)
  }

  /// Whether the term begins with what is matched and nothing comes after.
  @inline(__always)
  var isAtEnd: Bool { rest.symbol < 0 }

  /// Moves `cursor` to the first term of `block`, which is not in it as far as it is its prefix, and
  /// says how that stands to the term; nil if it is damaged.
  @inline(__always)
  mutating func begin(
    _ cursor: inout TermCursor, _ block: borrowing TermBlock, _ term: Bytes
  ) -> Order? {
    if block.hasPlainPrefix { return beginPlainly(&cursor, block, term) }
    var symbolCount = 0
    var order = Order.equal
    for index in 0..<block.prefixByteCount {
      let byte = UInt8(truncatingIfNeeded: block.prefix &>> UInt64(56 &- index &* 8))
      var (bits, left) = TermSpelling.symbols(of: byte, block.symbolBitCount)
      symbolCount &+= left
      while order == .equal, left > 0 {
        order = match(Int(left == 1 ? bits : bits & 31))
        bits &>>= 5
        left &-= 1
      }
    }
    guard cursor.begin(prefixSymbolCount: symbolCount) else { return nil }
    return order == .equal ? compare(cursor, block) : order
  }

  /// The same where each byte of the prefix is a symbol.
  @inline(__always)
  private mutating func beginPlainly(
    _ cursor: inout TermCursor, _ block: borrowing TermBlock, _ term: Bytes
  ) -> Order? {
    let difference = block.prefix ^ TermDictionaryFormat.prefix(of: term)
    let sameCount = min(difference.leadingZeroBitCount &>> 3, block.prefixByteCount)
    count = min(sameCount, term.count)
    rest = SpelledTerm(term, symbolBitCount: block.symbolBitCount, from: count)
    guard cursor.begin(prefixSymbolCount: block.prefixByteCount) else { return nil }
    if count == block.prefixByteCount { return compare(cursor, block) }
    let byte = Int(truncatingIfNeeded: block.prefix &>> UInt64(56 &- count &* 8)) & 255
    let isShort = block.symbolBitCount == TermSpelling.shortSymbolBitCount
    return (isShort ? byte & 31 : byte) < rest.symbol ? .before : .after
  }

  /// How the term stands to the one `cursor` is at.
  @inline(__always)
  mutating func compare(_ cursor: TermCursor, _ block: borrowing TermBlock) -> Order {
    if cursor.sharedCount != count { return cursor.sharedCount > count ? .before : .after }
    var position = cursor.suffixStart
    let end = position &+ cursor.suffixCount &* block.symbolBitCount
    while position < end {
      let order = match(block.symbol(at: position))
      if order != .equal { return order }
      position &+= block.symbolBitCount
    }
    return isAtEnd ? .equal : .before
  }

  /// Moves on if the next symbol is this one; otherwise says how that of the block stands to it.
  @inline(__always)
  private mutating func match(_ symbol: Int) -> Order {
    if symbol != rest.symbol { return symbol < rest.symbol ? .before : .after }
    rest.advance()
    count &+= 1
    return .equal
  }
}
