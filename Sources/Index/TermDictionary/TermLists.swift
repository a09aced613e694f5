/// How a block of the dictionary encodes the frequencies of a term that has lists, and their sizes.
///
///     List := EG(1) of documentFrequency - 1,
///             EG(g) of totalFrequency - documentFrequency             less 1 if documentFrequency = 1
///             document: docBitCount bits                              if documentFrequency = 1
///             EG(0) of what postings differ from what is expected     otherwise
///             EG(0) of what positions differ                          if there are positions
///
/// with exponential Golomb codes. The sizes of lists follow from the frequencies but for a few bytes;
/// only these are stored.
struct TermListCode: Sendable {
  /// Twice the bits that a posting is expected to take where one document has the term: the logarithm
  /// of the number of documents and 1.6, as if they were scattered evenly.
  private let postingHalfBitCount: Int

  init(documentCount: Int) {
    let count = max(1, documentCount)
    postingHalfBitCount = Int.bitWidth - (count * count).leadingZeroBitCount + 3
  }

  /// The parameter of frequencies.
  static let documentFrequencyParameter = 1

  /// The parameter of `totalFrequency - documentFrequency`, where `logarithm` is that of
  /// `documentFrequency + 1`.
  static func excessParameter(_ logarithm: Int) -> Int { min(max(logarithm - 2, 0), 14) }

  /// The expected size of a list of postings, where `logarithm` is that of `documentFrequency + 1`;
  /// hostile numbers give anything.
  @inline(__always)
  func postingsByteCount(
    _ documentFrequency: Int, _ totalFrequency: Int, _ logarithm: Int
  ) -> Int {
    let halfBitCount = postingHalfBitCount &- logarithm &<< 1
    return (documentFrequency &* halfBitCount &+ totalFrequency &<< 1 &+ 24) >> 4
  }

  /// The expected size of a list of positions, if one takes `rate` eighths of a bit.
  @inline(__always)
  static func positionsByteCount(_ totalFrequency: Int, rate: Int) -> Int {
    (totalFrequency &* rate &+ 56) >> 6
  }

  /// The logarithm to base 2, rounded down; 0 for 0.
  static func logarithm(_ number: Int) -> Int { (number | 1).leadingZeroBitCount ^ 63 }
}

/// Decodes the frequencies and lists of the terms of a block that have lists, one after the other.
struct TermListCursor {
  private let code: TermListCode
  private let hasPositions: Bool
  private let positionRate: Int
  private let docBitCount: Int
  private var reader: RiceReader
  private(set) var documentFrequency = 0
  private(set) var totalFrequency = 0
  /// The only document, if there is one only.
  private(set) var singleDoc: UInt32 = 0
  /// Where the lists end, as far as nothing is damaged: anywhere; and their sizes.
  private(set) var postingsEnd: Int
  private(set) var positionsEnd = 0
  private(set) var postingsByteCount = 0
  private(set) var positionsByteCount = 0

  /// Stands before the first term with lists.
  @inline(__always)
  init(_ block: borrowing TermBlock, of dictionary: borrowing TermDictionaryReader) {
    code = dictionary.listCode
    hasPositions = dictionary.positions != nil
    docBitCount = dictionary.docBitCount
    positionRate = block.positionRate
    reader = RiceReader(block.bytes, at: block.lists)
    let (postings, length) = block.bytes.loadVariable(at: block.listStartsOffset)
    postingsEnd = Int(truncatingIfNeeded: postings)
    if hasPositions {
      positionsEnd = Int(
        truncatingIfNeeded: block.bytes.loadVariable(at: block.listStartsOffset &+ length).value)
    }
  }

  /// Moves from before the first term with lists to before the first one of the second half.
  @inline(__always)
  mutating func jump(_ half: TermBlock.Half) {
    reader.skip(half.listBitCount)
    postingsEnd &+= half.postingsByteCount
    positionsEnd &+= half.positionsByteCount
  }

  /// What is said of a term, as far as the bits at hand tell.
  private struct Record {
    var documentFrequency: Int
    var totalFrequency: Int
    var singleDoc: UInt32 = 0
    var postingsByteCount = 0
    var positionsByteCount = 0
    /// The bits it takes; 0 if there are not enough.
    var bitCount: Int
  }

  @inline(__always)
  private func record(_ word: UInt64) -> Record {
    var bits = ExponentialBits(word)
    let documents = bits.next(TermListCode.documentFrequencyParameter) &+ 1
    // That of the frequency plus 1.
    let logarithm = bits.zeros &+ 1
    let excess = bits.next(max(0, logarithm &- 2))
    let isOne = documents == 1
    var record = Record(
      documentFrequency: documents, totalFrequency: documents &+ excess &+ (isOne ? 1 : 0),
      bitCount: 0)
    if isOne {
      record.singleDoc = UInt32(truncatingIfNeeded: bits.next(bitCount: docBitCount))
    } else {
      record.postingsByteCount =
        code.postingsByteCount(documents, record.totalFrequency, logarithm) &+ bits.nextSigned()
    }
    if hasPositions {
      record.positionsByteCount =
        TermListCode.positionsByteCount(record.totalFrequency, rate: positionRate)
        &+ bits.nextSigned()
    }
    record.bitCount = bits.isLong ? 0 : bits.count
    return record
  }

  /// Moves to the next term with lists; false if it is not in the block.
  @inline(__always)
  mutating func next() -> Bool {
    guard let word = reader.peek() else { return false }
    let record = record(word)
    if record.bitCount == 0 { return nextLong() }
    reader.skip(record.bitCount)
    documentFrequency = record.documentFrequency
    totalFrequency = record.totalFrequency
    singleDoc = record.singleDoc
    postingsByteCount = record.postingsByteCount
    positionsByteCount = record.positionsByteCount
    postingsEnd &+= postingsByteCount
    positionsEnd &+= positionsByteCount
    return true
  }

  /// Moves from before the first term with lists to before the first of them from term `index` on;
  /// false if those before are not in the block.
  @inline(__always)
  mutating func move(to index: Int, of block: TermBlock) -> Bool {
    var count = index &- block.singleCount(before: index)
    let half = TermDictionaryFormat.halfLength
    if index >= half {
      jump(block.firstHalf(hasPositions: hasPositions))
      count &-= half &- block.singleCount(before: half)
    }
    return pass(count)
  }

  /// Passes over `count` terms with lists; false if they are not in the block.
  @inline(never)
  mutating func pass(_ count: Int) -> Bool {
    var left = count
    while left > 0 {
      // All in registers, as long as nothing is long.
      var reader = reader
      var (postings, positions) = (postingsEnd, positionsEnd)
      var isLong = false
      while left > 0, !isLong {
        guard let word = reader.peek() else { return false }
        let record = record(word)
        isLong = record.bitCount == 0
        if !isLong {
          postings &+= record.postingsByteCount
          positions &+= record.positionsByteCount
          reader.skip(record.bitCount)
          left &-= 1
        }
      }
      self.reader = reader
      (postingsEnd, positionsEnd) = (postings, positions)
      if isLong {
        guard nextLong() else { return false }
        left &-= 1
      }
    }
    return true
  }

  /// The same for numbers of any size.
  @inline(never)
  private mutating func nextLong() -> Bool {
    guard let less = reader.nextExponential(TermListCode.documentFrequencyParameter) else {
      return false
    }
    documentFrequency = Int(truncatingIfNeeded: less) &+ 1
    let logarithm = TermListCode.logarithm(documentFrequency &+ 1)
    guard let excess = reader.nextExponential(TermListCode.excessParameter(logarithm)) else {
      return false
    }
    let isOne = documentFrequency == 1
    totalFrequency = documentFrequency &+ Int(truncatingIfNeeded: excess) &+ (isOne ? 1 : 0)
    if isOne {
      guard let doc = reader.bits(docBitCount) else { return false }
      singleDoc = UInt32(truncatingIfNeeded: doc)
      postingsByteCount = 0
    } else {
      guard let difference = reader.nextExponential(0) else { return false }
      postingsByteCount =
        code.postingsByteCount(documentFrequency, totalFrequency, logarithm)
        &+ ExponentialGolombCode.unzigzag(difference)
    }
    if hasPositions {
      guard let difference = reader.nextExponential(0) else { return false }
      positionsByteCount =
        TermListCode.positionsByteCount(totalFrequency, rate: positionRate)
        &+ ExponentialGolombCode.unzigzag(difference)
    }
    postingsEnd &+= postingsByteCount
    positionsEnd &+= positionsByteCount
    return true
  }

  /// What there is of the term; nil if it cannot be true.
  @inline(__always)
  func info(in dictionary: borrowing TermDictionaryReader) -> TermInfo? {
    guard documentFrequency <= dictionary.documentCount,
      totalFrequency &- documentFrequency <= TermDictionaryFormat.maxExcess,
      documentFrequency > 1 || Int(singleDoc) < dictionary.documentCount,
      let postings = postings(in: dictionary), 0 <= positionsByteCount,
      positionsByteCount <= positionsEnd, positionsEnd <= dictionary.positions?.count ?? 0
    else { return nil }
    var info = TermInfo()
    info.documentFrequency = documentFrequency
    info.totalFrequency = totalFrequency
    info.singleDoc = documentFrequency == 1 ? singleDoc : 0
    info.postings = postings
    info.positions = positionsEnd &- positionsByteCount..<positionsEnd
    return info
  }

  /// Where the term's postings lie in their section; nil if they cannot lie there.
  @inline(__always)
  func postings(in dictionary: borrowing TermDictionaryReader) -> Range<Int>? {
    guard 0 <= postingsByteCount, postingsByteCount <= postingsEnd,
      postingsEnd <= dictionary.postings.count
    else { return nil }
    return postingsEnd &- postingsByteCount..<postingsEnd
  }

  /// The next bit of the file.
  var position: Int { reader.position }

  /// Whether nothing is left but bits that fill up the last byte.
  var isAtEnd: Bool { reader.isAtEnd }
}
