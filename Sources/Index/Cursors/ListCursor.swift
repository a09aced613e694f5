import Tokenizer

/// A forward-only position in one posting list, block by block, with its term's weight.
///
/// Trivial: offsets, views of the mapped file and of memory lent by the search. Blocks are passed
/// over by their skip data; a block is decoded when it is asked for, its frequencies only when
/// they are.
struct ListCursor {
  /// The list.
  let list: PostingList
  /// The weight of its term.
  let weight: TermWeight
  /// The documents of the decoded block, in the slots of `DeltaBlock`; the greatest number in those
  /// that a short block leaves.
  let docs: ColumnView<UInt32>
  /// Their frequencies in the same slots, once decoded.
  let frequencies: ColumnView<UInt32>
  /// A bound on the share of any posting of the list.
  private(set) var maxShare: UInt32

  /// The current block; `list.blockCount` at the end.
  private(set) var block = 0
  /// The number of postings of the decoded block.
  private(set) var count = 0
  private var openBlock = -1
  /// Blocks read so far.
  private(set) var blocksRead = 0
  private var decodedBlock = -1
  private var frequencyOffset = -1
  /// The documents of the open block, if they are a bitset.
  private(set) var bitset = DocumentBitset()
  private var table: SlotTable
  private var tabledBlock = -1
  /// The last document of a list without skip data.
  private var onlyLastDoc: UInt32 = 0

  /// Values of memory that a cursor takes: two blocks and a table.
  static let memoryCount = 2 * PostingsFormat.blockLength + SlotTable.memoryCount

  /// A cursor on the start of a list; `memory` has room for `memoryCount` values.
  init(
    _ list: PostingList, weight: TermWeight, memory: ColumnView<UInt32>,
    _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    self.list = list
    self.weight = weight
    docs = memory.part(at: 0, count: PostingsFormat.blockLength)
    frequencies = memory.part(
      at: PostingsFormat.blockLength, count: PostingsFormat.blockLength)
    table = SlotTable(
      memory.part(at: 2 * PostingsFormat.blockLength, count: SlotTable.memoryCount))
    maxShare = weight.maxShare
    if list.hasSkipData {
      maxShare = weight.bound(list)
    } else {
      try decodeDocs(segment)
      onlyLastDoc = doc(count - 1)
      if list.documentFrequency > 1 {
        maxShare = weight.bound(impact: list.tailImpact)
      }
    }
  }

  /// Whether all postings lie behind.
  @inline(__always)
  var isExhausted: Bool { block >= list.blockCount }

  /// The last document of the current block.
  @inline(__always)
  var lastDoc: UInt32 { list.hasSkipData ? list.lastDoc(block) : onlyLastDoc }

  /// A document that no posting of the current block comes before.
  @inline(__always)
  var firstPossibleDoc: UInt32 {
    if !list.hasSkipData { return docs[0] }
    return list.docBefore(block) &+ 1
  }

  /// A bound on the share of the postings of block `block`.
  @inline(__always)
  func bound(ofBlock block: Int) -> UInt32 {
    list.hasSkipData ? weight.bound(list, block: block) : maxShare
  }

  /// The greatest impact from the current block to the one that `doc` would be in.
  ///
  /// - Parameter many: whether that are mostly many blocks: then they are taken by fours.
  @inline(__always)
  func maxImpact(upTo doc: UInt32, many: Bool = false) -> UInt8 {
    if !list.hasSkipData { return list.documentFrequency > 1 ? list.tailImpact : .max }
    var block = block
    var impact = list.impact(block)
    while many, block &+ 4 < list.blockCount, list.lastDoc(block &+ 3) < doc {
      let first = max(list.impact(block &+ 1), list.impact(block &+ 2))
      impact = max(impact, max(first, max(list.impact(block &+ 3), list.impact(block &+ 4))))
      block &+= 4
    }
    while list.lastDoc(block) < doc, block &+ 1 < list.blockCount {
      block &+= 1
      impact = max(impact, list.impact(block))
    }
    return impact
  }

  /// A bound on the share of postings from the current block to the one that `doc` would be in.
  @inline(__always)
  func bound(upTo doc: UInt32) -> UInt32 {
    if !list.hasSkipData { return maxShare }
    return weight.bound(impact: maxImpact(upTo: doc))
  }

  /// The document of posting `index` of the decoded block.
  @inline(__always)
  func doc(_ index: Int) -> UInt32 { docs[DeltaBlock.slot(index)] }

  /// The decoded frequencies of the first `count` postings of the current block, added up.
  func frequencySum(before count: Int) -> UInt32 {
    var sum: UInt32 = 0
    for index in 0..<count { sum &+= frequencies[DeltaBlock.slot(index)] }
    return sum
  }

  /// Moves to the block that `doc` would be in; stays if that is the current one.
  @inline(__always)
  mutating func seekBlock(to doc: UInt32) {
    if isExhausted || lastDoc >= doc { return }
    block &+= 1
    // Mostly the next one.
    if isExhausted || list.lastDoc(block) >= doc { return }
    gallop(to: doc)
  }

  @inline(never)
  private mutating func gallop(to doc: UInt32) {
    var step = 1
    var low = block &+ 1
    while low + step < list.blockCount, list.lastDoc(low + step - 1) < doc {
      low += step
      step *= 2
    }
    let list = list
    block =
      low
      + BinarySearch.firstIndex(of: min(low + step, list.blockCount) - low) {
        list.lastDoc(low &+ $0) < doc
      }
  }

  /// Moves to the next block.
  @inline(__always)
  mutating func nextBlock() { block &+= 1 }

  /// Reads the current block, if that is not done; the documents of a bitset stay undecoded.
  ///
  /// - Parameter isVerified: whether all bytes of the list were verified.
  @inline(__always)
  mutating func open(
    _ segment: borrowing SearchedSegment, isVerified: Bool = false
  ) throws(IndexError) {
    if openBlock == block { return }
    let opened = try list.open(
      block, docs, frequencies, segment.file, isVerified: isVerified)
    count = opened.count
    frequencyOffset = opened.frequencyOffset
    bitset = opened.bitset
    openBlock = block
    blocksRead &+= 1
    if bitset.wordCount == 0 { decodedBlock = block }
  }

  /// Decodes the documents of the current block, if that is not done.
  @inline(__always)
  mutating func decodeDocs(_ segment: borrowing SearchedSegment) throws(IndexError) {
    try open(segment)
    if decodedBlock == block { return }
    try list.decode(bitset, ofBlock: block, docs, segment.file)
    decodedBlock = block
  }

  /// The place of `doc` in the current block, or -1 if it is not there.
  ///
  /// - Precondition: `doc` lies between `firstPossibleDoc` and `lastDoc`.
  @inline(__always)
  mutating func place(
    of doc: UInt32, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> Int {
    try open(segment)
    if bitset.wordCount > 0 {
      let rank = bitset.rank(of: doc, in: list.bytes)
      guard rank < PostingsFormat.blockLength else {
        throw list.damage(segment.file, "more than 128 documents in block \(block)")
      }
      return rank
    }
    let place = firstIndex(notBefore: doc)
    return place < count && self.doc(place) == doc ? place : -1
  }

  /// Looks up in the current block all documents of `candidates` from place `start` on that it may
  /// have.
  ///
  /// Returns how many of them it has, and the place after them.
  /// Whether a document is there is as hard to predict as anything: nothing branches on it.
  ///
  /// - Parameters:
  ///   - candidates: documents, increasing; the first is not before `firstPossibleDoc` unless the
  ///     list has no skip data. After the last comes `endMarkCount` times the greatest number.
  ///   - found: for each that the block has, `FoundPosting` of its place there.
  mutating func lookUp(
    from start: Int, of candidates: ColumnView<UInt32>, into found: ColumnView<UInt32>,
    _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> (foundCount: Int, end: Int) {
    let (foundCount, wantedCount) = try lookUp(
      WantedDocs(start: start, lastDoc: lastDoc), of: candidates, into: found, segment)
    return (foundCount, start &+ wantedCount)
  }

  /// How often the greatest number stands after candidates, so that it takes no count to know when
  /// to stop, nor whether there are many.
  static let endMarkCount = SlotTable.leastLookupCount

  /// Writes what stands after the first `count` of `candidates`.
  @inline(__always)
  static func markEnd(of candidates: ColumnView<UInt32>, count: Int) {
    for place in count..<count &+ endMarkCount { candidates[place] = .max }
  }

  @inline(__always)
  private mutating func lookUp(
    _ wanted: WantedDocs, of candidates: ColumnView<UInt32>,
    into found: ColumnView<UInt32>, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> (foundCount: Int, wantedCount: Int) {
    // Makes sure too that the last document is below end marks.
    try open(segment)
    if bitset.wordCount > 0 {
      return try lookUpInBitset(wanted, of: candidates, into: found, segment)
    }
    if tabledBlock == block || wanted.areMany(of: candidates),
      count == PostingsFormat.blockLength
    {
      return lookUpInTable(wanted, of: candidates, into: found)
    }
    var (index, foundCount) = (0, 0)
    while let (candidate, doc) = wanted[index, candidates] {
      let place = DeltaBlock.firstIndex(in: docs, notBelow: doc)
      assert(place < PostingsFormat.blockLength)
      found[foundCount] = FoundPosting(candidate, place: place).bits
      foundCount &+= Int(docs[DeltaBlock.slot(place)], equals: doc)
      index &+= 1
    }
    return (foundCount, index)
  }

  @inline(__always)
  private func lookUpInBitset(
    _ wanted: WantedDocs, of candidates: ColumnView<UInt32>,
    into found: ColumnView<UInt32>, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> (foundCount: Int, wantedCount: Int) {
    var (wantedCount, foundCount) = (0, 0)
    while let (candidate, doc) = wanted[wantedCount, candidates] {
      found[foundCount] = candidate
      foundCount &+= bitset.bit(of: doc, in: list.bytes)
      wantedCount &+= 1
    }
    for index in 0..<foundCount {
      let candidate = found[index]
      let rank = bitset.rank(of: candidates[Int(candidate)], in: list.bytes)
      guard rank < PostingsFormat.blockLength else {
        throw list.damage(segment.file, "more than 128 documents in block \(block)")
      }
      found[index] = FoundPosting(candidate, place: rank).bits
    }
    return (foundCount, wantedCount)
  }

  @inline(__always)
  private mutating func lookUpInTable(
    _ wanted: WantedDocs, of candidates: ColumnView<UInt32>,
    into found: ColumnView<UInt32>
  ) -> (foundCount: Int, wantedCount: Int) {
    if tabledBlock != block {
      table.fill(docs, first: firstPossibleDoc, last: lastDoc)
      tabledBlock = block
    }
    var (wantedCount, possibleCount) = (0, 0)
    while let (candidate, doc) = wanted[wantedCount, candidates] {
      let entry = table.entry(of: doc)
      found[possibleCount] = FoundPosting(candidate, place: entry).bits
      possibleCount &+= SlotTable.isUsed(entry)
      wantedCount &+= 1
    }
    var foundCount = 0
    for index in 0..<possibleCount {
      let possible = FoundPosting(bits: found[index])
      let doc = candidates[possible.candidate]
      // The last document with these high bits, or the one before it. That there are more, and that
      // it may be one of those, is rare, and so are the first documents of lanes.
      let last = SlotTable.slot(possible.place)
      let step = last < 4 ? 0 : 4
      let before = docs[last &- step]
      var slot = last &- step & (0 &- Int(before, equals: doc))
      if before > doc {
        slot = DeltaBlock.slot(DeltaBlock.firstIndex(in: docs, notBelow: doc))
      }
      found[foundCount] =
        FoundPosting(UInt32(possible.candidate), place: DeltaBlock.index(slot)).bits
      foundCount &+= Int(docs[slot], equals: doc)
    }
    return (foundCount, wantedCount)
  }

  /// Makes sure that the norms of the documents of the decoded block may be read unchecked.
  func verifyNorms(_ segment: borrowing SearchedSegment) throws(IndexError) {
    let docs = docs
    try segment.verifyNorms(ofDocs: count) { docs[DeltaBlock.slot($0)] }
  }

  /// Decodes the frequencies of the current block, whose documents are decoded.
  @inline(__always)
  mutating func decodeFrequencies(_ segment: borrowing SearchedSegment) throws(IndexError) {
    assert(openBlock == block)
    if frequencyOffset < 0 { return }
    try list.decodeFrequencies(at: frequencyOffset, frequencies, segment.file)
    frequencyOffset = -1
  }

  /// Decodes the frequencies of the current block if `count` of them are asked for, and that takes
  /// less than to take each out by itself.
  @inline(__always)
  mutating func decodeFrequencies(
    toRead count: Int, _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    if count >= 3 { try decodeFrequencies(segment) }
  }

  /// The frequency of posting `index` of the decoded block; other frequencies are left alone.
  @inline(__always)
  func frequency(
    _ index: Int, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> UInt32 {
    let slot = DeltaBlock.slot(index)
    if frequencyOffset < 0 { return frequencies[slot] }
    return try list.frequency(inSlot: slot, at: frequencyOffset, segment.file)
  }

  /// Where the frequency of posting `index` of the current block stands, to be read later.
  @inline(__always)
  func frequencyPlace(_ index: Int) -> FrequencyPlace {
    let slot = DeltaBlock.slot(index)
    if frequencyOffset < 0 { return FrequencyPlace(offset: -1, value: frequencies[slot]) }
    return FrequencyPlace(offset: frequencyOffset, value: UInt32(truncatingIfNeeded: slot))
  }

  /// The frequency at a place in any block.
  @inline(__always)
  func frequency(
    at place: FrequencyPlace, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> UInt32 {
    if place.offset < 0 { return place.value }
    return try list.frequency(inSlot: Int(place.value), at: place.offset, segment.file)
  }

  /// The place of the first posting of the decoded block at or after `doc`.
  @inline(__always)
  func firstIndex(notBefore doc: UInt32) -> Int {
    DeltaBlock.firstIndex(in: docs, notBelow: doc)
  }
}

extension ColumnView where Element == ListCursor {
  /// Blocks that the cursors have read.
  var blocksRead: Int { (0..<count).reduce(0) { $0 + self[$1].blocksRead } }
}

/// The candidates that a block may have.
private struct WantedDocs {
  /// The place of the first.
  let start: Int
  /// The last document of the block.
  let lastDoc: UInt32

  /// The place of number `index` among all candidates, and the document there; nil after the last.
  @inline(__always)
  subscript(index: Int, candidates: ColumnView<UInt32>) -> (place: UInt32, doc: UInt32)? {
    let doc = candidates[start &+ index]
    return doc <= lastDoc ? (UInt32(truncatingIfNeeded: start &+ index), doc) : nil
  }

  /// Whether there are enough to pay for a table.
  @inline(__always)
  func areMany(of candidates: ColumnView<UInt32>) -> Bool {
    candidates[start &+ SlotTable.leastLookupCount &- 1] <= lastDoc
  }
}
