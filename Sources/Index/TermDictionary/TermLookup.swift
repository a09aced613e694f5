extension TermDictionaryReader {
  /// What is known of `term`, or nil if no document has it.
  ///
  /// - Complexity: O(log of the number of blocks), then half a block of 32 terms.
  func find(_ term: Bytes) throws(IndexError) -> TermInfo? {
    guard let block = try lastBlock(notAfter: term) else { return nil }
    if !isCompact { return try findByEntries(term, inBlock: block) }
    let range = try byteRange(ofBlock: block)
    var scan = BlockScan(file.bytes, range, once, hasPositions: positions != nil)
    var match = TermMatch(term)
    while scan.offset < scan.end {
      let entry = scan.entry
      guard entry.counts < scan.end else { break }
      switch match.compare(file.bytes, entry) {
      case .before: break
      case .equal: return try info(scan, at: entry.counts, block)
      case .after: return nil
      }
      scan.pass(entry)
    }
    if scan.offset != scan.end { throw impossible(block, at: scan.offset) }
    return nil
  }

  /// Reads what the entry of a term says that was found.
  private func info(
    _ scan: borrowing BlockScan, at counts: Int, _ block: Int
  ) throws(IndexError) -> TermInfo {
    var info = TermInfo()
    // What is passed over is not checked one by one; what it adds up to is.
    if scan.postings <= UInt64(postings.count), scan.positions <= UInt64(positions?.count ?? 0) {
      info.postings = Int(scan.postings)..<Int(scan.postings)
      info.positions = Int(scan.positions)..<Int(scan.positions)
      var reader = ByteReader(file.bytes.slice(at: counts, count: scan.end - counts))
      do {
        try info.readNext(from: &reader, self)
        if info.isPlausible(in: self) { return info }
      } catch {}
    }
    throw impossible(block, at: counts)
  }

  private func impossible(_ block: Int, at offset: Int) -> IndexError {
    damage(terms, "block \(block): the entry at byte \(offset) of the file is impossible")
  }

  /// As `find`, entry by entry: for formats before 3.
  func findByEntries(_ term: Bytes, inBlock block: Int) throws(IndexError) -> TermInfo? {
    var entries = try TermEntries(self, block: block)
    var match = TermMatch(term)
    while try entries.next() {
      let suffix = entries.suffix
      let entry = BlockScan.Entry(shared: entries.sharedCount, suffix: 0, counts: suffix.count)
      switch match.compare(suffix, entry) {
      case .before: continue
      case .equal: return entries.info
      case .after: return nil
      }
    }
    return nil
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

  private func compareFirstTerm(_ block: Int, _ term: Bytes) throws(IndexError) -> Int {
    var entries = try TermEntries(self, block: block)
    guard try entries.next() else { throw damage(terms, "block \(block) is empty") }
    return compareTerms(entries.suffix, term)
  }
}

/// Compares a term with the entries of a block, one after the other.
private struct TermMatch {
  enum Order { case before, equal, after }

  private let term: Bytes
  /// So many bytes of the term are equal to those of the entry before.
  ///
  /// An entry that shares more with the one before is still before the term; one that shares less
  /// is after it.
  private var matched = 0

  init(_ term: Bytes) { self.term = term }

  /// How an entry, whose suffix lies in `bytes`, stands to the term.
  @inline(__always)
  mutating func compare(_ bytes: Bytes, _ entry: BlockScan.Entry) -> Order {
    if entry.shared > matched { return .before }
    if entry.shared < matched {
      // Entries never say that they share more than the limit; then they are compared from there.
      if entry.shared < TermDictionaryFormat.maxSharedCount { return .after }
      matched = TermDictionaryFormat.maxSharedCount
    }
    let limit = min(entry.counts, entry.suffix &+ term.count &- matched)
    var offset = entry.suffix
    while offset < limit, bytes[offset] == term[matched] {
      offset &+= 1
      matched &+= 1
    }
    if offset == limit {
      if matched < term.count { return .before }
      return offset == entry.counts ? .equal : .after
    }
    return bytes[offset] < term[matched] ? .before : .after
  }
}

/// Where the entries of a block lie, one after the other; from format 3 on.
///
/// Half of all terms stand once, the others have lists: nothing branches on that, nor on the
/// lengths of numbers that lie within 8 bytes.
private struct BlockScan {
  /// Where an entry has what.
  struct Entry {
    /// The bytes shared with the term before.
    var shared: Int
    /// Where the suffix starts.
    var suffix: Int
    /// Where it ends and the counts start.
    var counts: Int
  }

  private let bytes: Bytes
  private let once: OnceLayout
  private let hasPositions: Bool
  /// All bits if there are no positions, else none.
  private let noPositions: UInt64
  /// Where the next entry starts.
  private(set) var offset: Int
  /// Where the block ends.
  let end: Int
  /// Where the lists of the next entry start.
  private(set) var postings: UInt64
  private(set) var positions: UInt64

  /// A scan from the first entry of the block at `range`, after which 8 bytes can be read.
  init(_ bytes: Bytes, _ range: Range<Int>, _ once: OnceLayout, hasPositions: Bool) {
    self.bytes = bytes
    self.hasPositions = hasPositions
    noPositions = hasPositions ? 0 : .max
    self.once = once
    end = range.upperBound
    offset = range.lowerBound
    (postings, positions) = (0, 0)
    postings = readVariable()
    positions = readVariable()
  }

  private mutating func readVariable() -> UInt64 {
    let (value, length) = bytes.loadVariable(at: offset)
    offset += length
    return value
  }

  /// The next entry; beyond the end if the block is damaged.
  @inline(__always)
  var entry: Entry {
    let (shared, suffixLength, suffix) = TermDictionaryFormat.lengths(bytes, at: offset)
    return Entry(shared: shared, suffix: suffix, counts: suffix &+ suffixLength)
  }

  /// Moves behind `entry`.
  @inline(__always)
  mutating func pass(_ entry: Entry) {
    let word = UInt64(littleEndian: bytes.load(at: entry.counts))
    // The last bytes of the numbers in these eight; those of the one before the postings' length,
    // of that, and of the one after it.
    let ends = ~word & 0x8080_8080_8080_8080
    // All bits or none: of a choice between two numbers a compiler makes a branch.
    let isOnce = 0 &- (word & 1)
    let isEqual = 0 &- (word &>> 1 & 1)
    let before = ends & (isEqual | (ends &- 1))
    let middle = before & (before &- 1)
    let after = middle & (middle &- 1 | noPositions)
    if after | isOnce == 0 { return passLong(entry.counts) }
    // A term of one document, whose code is 4 to 7, has its number where others have the length
    // of postings.
    let isListed = 0 &- ((0 &- (word & 0xFC ^ 4)) &>> 63) & ~isOnce
    postings &+= BlockScan.value(word, after: before, end: middle) & isListed
    positions &+= BlockScan.value(word, after: middle, end: after) & ~(isOnce | noPositions)
    let listsByteCount = UInt64(truncatingIfNeeded: after.trailingZeroBitCount &>> 3 &+ 1)
    let onceByteCount = UInt64(truncatingIfNeeded: once.byteCount)
    offset =
      entry.counts
      &+ Int(truncatingIfNeeded: onceByteCount & isOnce | listsByteCount & ~isOnce)
    // Few are; of lists none.
    if once.isFar(word) { offset &+= bytes.variableLength(at: min(offset, end)) }
  }

  /// The number whose last byte is that of the lowest bit of `end`, after the byte of the lowest
  /// bit of `before`.
  @inline(__always)
  private static func value(_ word: UInt64, after before: UInt64, end: UInt64) -> UInt64 {
    // Bits up to and with the lowest of each.
    let mask = (end ^ (end &- 1)) & ~(before ^ (before &- 1))
    return Bytes.joinedSevens(
      (word & mask) &>> UInt64(truncatingIfNeeded: before.trailingZeroBitCount &+ 1))
  }

  /// Moves behind an entry of lists whose numbers take more than 8 bytes.
  @inline(never)
  private mutating func passLong(_ counts: Int) {
    offset = counts
    let code = readVariable()
    if code & 2 == 0, offset < end { _ = readVariable() }
    guard offset < end else { return }
    let value = readVariable()
    if code >> 2 != 1 { postings &+= value }
    if hasPositions, offset < end { positions &+= readVariable() }
  }
}
