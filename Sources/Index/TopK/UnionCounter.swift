import Tokenizer

/// Counts the documents that have at least one of several terms.
///
/// A bit for each document of a window: blocks that are bitsets are joined word by word, the
/// documents of others are set one by one, and the bits of the window are counted. Frequencies
/// and norms are not read.
struct UnionCounter: ~Copyable {
  private let windowLength: UInt32
  private let bits: ColumnView<UInt64>
  private var start: UInt32 = 0
  private var end: UInt32 = 0

  /// A counter for segments of up to `documentCount` documents.
  ///
  /// `windowLength` is a multiple of 64; the bits of a window, 32 kB, stay in a near cache.
  init(documentCount: Int, windowLength: UInt32 = 1 << 18, _ memory: SearchMemory) {
    self.windowLength = windowLength
    bits = memory.takeZeros((min(documentCount, Int(windowLength)) + 63) / 64)
  }

  /// The number of documents in the lists of `cursors`, which stand on their starts.
  mutating func count(
    _ cursors: ColumnView<ListCursor>, _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> Int {
    // All blocks are read, so none of them is asked about by itself.
    for index in 0..<cursors.count { try cursors[index].list.verify(segment.file) }
    var count = 0
    start = 0
    while start < segment.documentCount {
      end = min(start + windowLength, UInt32(segment.documentCount))
      for index in 0..<cursors.count { try add(&cursors[index], segment) }
      dropExcess()
      count += takeCount()
      start = end
    }
    return count
  }

  /// Sets the bits of a list's documents in the window.
  private func add(
    _ list: inout ListCursor, _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    // A copy on the stack, whose values stay in registers.
    var cursor = list
    while !cursor.isExhausted {
      let first = cursor.firstPossibleDoc
      if first >= end { break }
      try cursor.open(segment, isVerified: true)
      let last = cursor.lastDoc
      let isWhole = first >= start && last < end
      if cursor.bitset.wordCount > 0 {
        add(cursor.bitset, cursor.list.bytes)
      } else if isWhole, cursor.count == PostingsFormat.blockLength {
        addAll(cursor.docs)
      } else {
        for index in 0..<cursor.count {
          let doc = cursor.doc(index)
          if doc >= start, doc < end { set(doc) }
        }
      }
      if last >= end { break }
      cursor.nextBlock()
    }
    list = cursor
  }

  private func addAll(_ docs: ColumnView<UInt32>) {
    // The order does not matter, so slots are taken as they lie.
    for slot in 0..<PostingsFormat.blockLength { set(docs[slot]) }
  }

  @inline(__always)
  private func set(_ doc: UInt32) {
    let place = doc &- start
    let word = Int(place &>> 6)
    bits[word] = bits[word] | 1 &<< UInt64(place & 63)
  }

  private func add(_ bitset: DocumentBitset, _ bytes: Bytes) {
    let first = Int(bitset.base &>> 6) &- Int(start &>> 6)
    let lower = max(0, -first)
    let upper = min(bitset.wordCount, bits.count &- first)
    guard lower < upper else { return }
    for word in lower..<upper {
      bits[first &+ word] = bits[first &+ word] | bitset.word(word, of: bytes)
    }
  }

  /// Clears the bits after the last document, which a forged bitset may have: only in a last word.
  private func dropExcess() {
    if end & 63 == 0 { return }
    let word = Int((end &- start) &>> 6)
    bits[word] = bits[word] & ((1 &<< UInt64(end & 63)) &- 1)
  }

  /// The number of bits that are set; clears them.
  private func takeCount() -> Int {
    var count = 0
    for word in 0..<bits.count {
      count &+= bits[word].nonzeroBitCount
      bits[word] = 0
    }
    return count
  }
}
