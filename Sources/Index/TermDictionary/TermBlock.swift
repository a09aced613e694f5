/// A block of the dictionary as `TermDictionaryFormat` lays it out: where its parts are.
///
/// The parts are read by themselves: who looks a term up reads no lists before it is found, and
/// who finds one that stands once reads none at all.
struct TermBlock {
  let bytes: Bytes
  let number: Int
  let entryCount: Int
  /// The bits of a symbol.
  let symbolBitCount: Int
  /// The first bytes of the first term, from the high end on.
  let prefix: UInt64
  let prefixByteCount: Int
  /// Whether each of these bytes is a symbol.
  var hasPlainPrefix: Bool {
    symbolBitCount != TermSpelling.shortSymbolBitCount
      || TermSpelling.areLetters(prefix, byteCount: prefixByteCount)
  }
  /// Bit *i* tells that term *i* stands once in all documents.
  let singles: UInt64
  /// The fewest symbols that a term shares with the one before.
  let leastSharedCount: Int
  /// Where in the file the parts are: the heads of its terms, what these do not share, its lists.
  let headsStart: Int
  let suffixes: Range<Int>
  let lists: Range<Int>
  /// Where in the file it stands where the block's first lists start in their sections.
  let listStartsOffset: Int
  /// Where in the file it stands how large the first half is.
  let halfOffset: Int
  /// The eighths of a bit that a position is expected to take.
  let positionRate: Int

  /// The first bit of what there is of terms that stand once.
  private let singlesStart: Int
  private let docBitCount: Int
  private let positionBitCount: Int

  /// The block of this number.
  @inline(__always)
  init(_ dictionary: borrowing TermDictionaryReader, _ number: Int) throws(IndexError) {
    let range = try dictionary.byteRange(ofBlock: number)
    let bytes = dictionary.file.bytes
    listStartsOffset = range.lowerBound
    // At most 70 bytes are read before an end is compared; more follow the last section.
    var offset = listStartsOffset &+ bytes.variableLength(at: listStartsOffset)
    let hasPositions = dictionary.positions != nil
    if hasPositions { offset &+= bytes.variableLength(at: offset) }
    let header = Int(UInt16(littleEndian: bytes.load(at: offset)))
    leastSharedCount = Int(bytes[offset &+ 2])
    offset &+= 3
    positionRate = hasPositions ? Int(bytes[offset]) : 0
    offset &+= hasPositions ? 1 : 0
    entryCount = header & 63 &+ 1
    prefixByteCount = header &>> 6 & 7 &+ 1
    symbolBitCount = header &>> 9 & 1 == 0 ? TermSpelling.shortSymbolBitCount : 8
    positionBitCount = header &>> 10
    docBitCount = dictionary.docBitCount
    let kinds = UInt64(littleEndian: bytes.load(at: offset))
    let kindByteCount = (entryCount &+ 7) &>> 3
    singles = kinds & UInt64.max &>> UInt64(64 &- kindByteCount &<< 3)
    offset &+= kindByteCount
    let (suffixByteCount, suffixLength) = bytes.loadVariable(at: offset)
    offset &+= suffixLength
    halfOffset = offset
    if entryCount > TermDictionaryFormat.halfLength {
      for _ in 0..<(hasPositions ? 4 : 3) { offset &+= bytes.variableLength(at: offset) }
    }
    headsStart = offset
    offset &+= TermDictionaryFormat.headByteCount(termCount: entryCount)
    singlesStart = offset &<< 3
    offset &+= (singles.nonzeroBitCount &* (docBitCount &+ positionBitCount) &+ 7) &>> 3
    guard offset <= range.upperBound, suffixByteCount <= UInt64(range.upperBound &- offset),
      positionBitCount <= (hasPositions ? 32 : 0),
      singles &>> UInt64(entryCount &- 1) <= 1
    else { throw dictionary.impossible("start", ofBlock: number) }
    suffixes = offset..<offset &+ Int(suffixByteCount)
    lists = suffixes.upperBound..<range.upperBound
    prefix = try dictionary.firstTermPrefix(number)
    self.bytes = bytes
    self.number = number
  }

  /// The size of the first half, in blocks that have a second one.
  struct Half {
    var suffixBitCount = 0
    var listBitCount = 0
    var postingsByteCount = 0
    var positionsByteCount = 0
  }

  /// The size of the first half as it is stored; anything if it is damaged.
  func firstHalf(hasPositions: Bool) -> Half {
    let (suffixes, first) = bytes.loadVariable(at: halfOffset)
    let (lists, second) = bytes.loadVariable(at: halfOffset &+ first)
    let (postings, third) = bytes.loadVariable(at: halfOffset &+ first &+ second)
    var positions: UInt64 = 0
    if hasPositions {
      positions = bytes.loadVariable(at: halfOffset &+ first &+ second &+ third).value
    }
    return Half(
      suffixBitCount: Int(truncatingIfNeeded: suffixes & .max >> 8),
      listBitCount: Int(truncatingIfNeeded: lists & .max >> 8),
      postingsByteCount: Int(truncatingIfNeeded: postings),
      positionsByteCount: Int(truncatingIfNeeded: positions))
  }

  /// Whether term `index` stands once in all documents.
  @inline(__always)
  func isSingle(_ index: Int) -> Bool { singles &>> UInt64(truncatingIfNeeded: index) & 1 != 0 }

  /// How many terms before term `index`, which there is, stand once.
  @inline(__always)
  func singleCount(before index: Int) -> Int {
    (singles & (1 &<< UInt64(truncatingIfNeeded: index) &- 1)).nonzeroBitCount
  }

  /// The document and position of the term that is number `number` of those that stand once; the
  /// document may be greater than there are.
  @inline(__always)
  func single(_ number: Int) -> (doc: UInt32, position: UInt32) {
    let start = singlesStart &+ number &* (docBitCount &+ positionBitCount)
    return (bits(at: start, docBitCount), bits(at: start &+ docBitCount, positionBitCount))
  }

  /// The symbol that starts with this bit of the file.
  @inline(__always)
  func symbol(at position: Int) -> Int { Int(bits(at: position, symbolBitCount)) }

  /// Whether the bits that fill up the bytes of `single` and of heads are zeros.
  var isFilledUp: Bool {
    let heads = headsStart << 3 + (entryCount - 1) * TermDictionaryFormat.headBitCount
    let end = singlesStart + singles.nonzeroBitCount * (docBitCount + positionBitCount)
    return bits(at: heads, -heads & 7) == 0 && bits(at: end, -end & 7) == 0
  }

  /// At most 32 bits.
  @inline(__always)
  private func bits(at position: Int, _ count: Int) -> UInt32 {
    let word = UInt64(littleEndian: bytes.load(at: position &>> 3)) &>> UInt64(position & 7)
    return UInt32(truncatingIfNeeded: word & (1 &<< UInt64(count) &- 1))
  }
}

/// The terms of a block, one after the other, as far as needed to tell where they are.
struct TermCursor {
  private let bytes: Bytes
  private let symbolBitCount: Int
  private let leastSharedCount: Int
  /// The bit where the next head starts.
  private var head: Int
  /// The bit where what is stored of the next term starts, and that where all of them end.
  private(set) var position: Int
  private let end: Int
  /// How many symbols the term shares with the one before.
  private(set) var sharedCount = 0
  /// How many others it has, and with which bit of the file they start.
  private(set) var suffixCount = 0
  private(set) var suffixStart = 0

  /// Stands before the first term of a block.
  @inline(__always)
  init(_ block: borrowing TermBlock) {
    bytes = block.bytes
    symbolBitCount = block.symbolBitCount
    leastSharedCount = block.leastSharedCount
    head = block.headsStart &<< 3
    position = block.suffixes.lowerBound &<< 3
    end = block.suffixes.upperBound &<< 3
  }

  /// Moves from before the first term of a block to before the first one of the second half.
  @inline(__always)
  mutating func jump(_ half: TermBlock.Half) {
    head &+= (TermDictionaryFormat.halfLength &- 1) &* TermDictionaryFormat.headBitCount
    position &+= half.suffixBitCount
  }

  /// Moves to the first term, which begins with so many symbols of the prefix; false if it is not
  /// in the block.
  @inline(__always)
  mutating func begin(prefixSymbolCount: Int) -> Bool {
    sharedCount = prefixSymbolCount
    return readMore(false, true) && pass()
  }

  /// Moves to the next term; false if it is not in the block.
  @inline(__always)
  mutating func next() -> Bool {
    let word = Int(UInt16(littleEndian: bytes.load(at: head &>> 3))) &>> (head & 7)
    head &+= TermDictionaryFormat.headBitCount
    let long = TermDictionaryFormat.longCount
    (sharedCount, suffixCount) = (word & long, word &>> 3 & long)
    if max(sharedCount, suffixCount) == long {
      guard readMore(sharedCount == long, suffixCount == long) else { return false }
    }
    sharedCount &+= leastSharedCount
    suffixCount &+= 1
    return pass()
  }

  /// Moves to the next of at most `count` terms that shares at most `limit` symbols with the one
  /// before, or to the last of them; says over how many that is, or -1 if they are not all in the
  /// block.
  @inline(never)
  mutating func next(sharingAtMost limit: Int, of count: Int) -> Int {
    // In registers, as long as heads say all.
    var (head, position) = (head, position)
    var (shared, suffix, start) = (0, 0, position)
    var passed = 0
    let long = TermDictionaryFormat.longCount
    while passed < count {
      let word = Int(UInt16(littleEndian: bytes.load(at: head &>> 3))) &>> (head & 7)
      head &+= TermDictionaryFormat.headBitCount
      (shared, suffix) = (word & long, word &>> 3 & long)
      if max(shared, suffix) == long {
        (self.position, sharedCount, suffixCount) = (position, shared, suffix)
        guard readMore(shared == long, suffix == long) else { return -1 }
        (position, shared, suffix) = (self.position, sharedCount, suffixCount)
      }
      start = position
      position &+= (suffix &+ 1) &* symbolBitCount
      if position > end { return -1 }
      passed &+= 1
      if shared &+ leastSharedCount <= limit { break }
    }
    if passed > 0 {
      (self.head, self.position, suffixStart) = (head, position, start)
      (sharedCount, suffixCount) = (shared &+ leastSharedCount, suffix &+ 1)
    }
    return passed
  }

  /// Moves behind the symbols.
  @inline(__always)
  private mutating func pass() -> Bool {
    suffixStart = position
    position &+= suffixCount &* symbolBitCount
    return position <= end
  }

  /// Reads by how much counts are more than a head can say; false if that is not there.
  @inline(never)
  private mutating func readMore(_ shared: Bool, _ suffix: Bool) -> Bool {
    var reader = RiceReader(bytes, from: position, to: end)
    if shared {
      guard let more = reader.nextExponential(TermDictionaryFormat.countParameter) else {
        return false
      }
      sharedCount &+= Int(truncatingIfNeeded: more)
    }
    if suffix {
      guard let more = reader.nextExponential(TermDictionaryFormat.countParameter) else {
        return false
      }
      suffixCount &+= Int(truncatingIfNeeded: more)
    }
    position = reader.position
    return true
  }

  /// Whether nothing is left but bits that fill up the last byte.
  var isAtEnd: Bool { RiceReader(bytes, from: position, to: end).isAtEnd }
}
