import Tokenizer

/// Gives every distinct term of a unit of work a dense number, in the order of first sight.
///
/// An open-addressing table of 16-byte slots, four to a cache line, with the term itself in the
/// slot if it has at most 12 bytes, so that almost every token costs one cache miss:
///
///     slot := bytes 0..<12 of the term, zero-padded: 12 bytes,
///             length << 28 | id: u32                  length 1...12, 0 if the slot is free
///           | hash: u64, 0: u32, 15 << 28 | id: u32   for a longer term
///
/// Longer terms keep only their hash there, and are compared in the arena, which holds all terms
/// in order of their ids.
struct TermTable: ~Copyable {
  /// The number of distinct terms.
  private(set) var count = 0
  /// How often each term was seen, by id.
  private(set) var occurrenceCounts = Column<UInt32>(capacity: 1 << 12)

  private var slots: Column<UInt64>
  private var slotMask: Int
  private var arena = Column<UInt8>(capacity: 1 << 16)
  private var arenaCount = 0
  private var offsets = Column<UInt32>(capacity: 1 << 12)

  // One entry a token of the batch that is being looked up.
  private let homes = Column<UInt32>(capacity: TermTable.batchLength)
  /// By length, what to keep of the first eight bytes of a term.
  private let masks = Column<UInt64>(capacity: TermTable.inlineLength + 1)
  private let words = Column<UInt64>(capacity: 2 * TermTable.batchLength + 1)

  /// Tokens looked up together: all slots of a batch are touched before the first is needed, so
  /// that their cache misses overlap.
  static let batchLength = 256
  /// The longest term that is kept in its slot.
  private static let inlineLength = 12
  /// The bits of the second word of a slot that are an id.
  private static let idMask: UInt64 = 0x0FFF_FFFF << 32
  /// The least second word of longer terms: what they have for a length.
  private static let longTail: UInt64 = 15 << 60
  /// The most terms there may be.
  static let maxCount = 1 << 28
  /// Readable bytes after the last term of the arena.
  private static let padding = 32

  /// An empty table.
  init() {
    let slotCount = 1 << 14
    slots = Column(capacity: slotCount * 2)
    slotMask = slotCount - 1
    for length in 0...TermTable.inlineLength { masks[length] = lowBytes(length) }
  }

  /// The bytes of a term, valid until the next term is added.
  func term(_ id: Int) -> Bytes {
    let start = Int(offsets[id])
    let end = id + 1 < count ? Int(offsets[id + 1]) : arenaCount
    // SAFETY: the arena holds these bytes, and `padding` more.
    return unsafe Bytes(base: UnsafeRawPointer(arena.view.base) + start, count: end - start)
  }

  /// Forgets all terms; keeps the memory.
  mutating func removeAll() {
    for index in 0..<slots.capacity { slots[index] = 0 }
    for index in 0..<count { occurrenceCounts[index] = 0 }
    count = 0
    arenaCount = 0
  }

  /// Writes the ids of all tokens of `buffer` to `ids`, starting at `start`, and counts them.
  ///
  /// - Precondition: the table has room for as many terms.
  mutating func intern(
    _ buffer: borrowing TokenBuffer, into ids: ColumnView<UInt32>, at start: Int
  ) {
    let bytes = buffer.termBytes
    let offsets = buffer.termOffsets
    let lengths = buffer.termLengths
    precondition(count + buffer.count <= TermTable.maxCount)
    var first = 0
    while first < buffer.count {
      let batch = first..<min(first + TermTable.batchLength, buffer.count)
      // Half full at most, whatever the batch brings.
      while (count + batch.count) * 2 > slotMask { growSlots() }
      loadKeys(bytes, offsets, lengths, batch)
      touchSlots(batch.count)
      lookUp(batch.count, bytes, offsets, lengths, at: first, into: ids, at: start &+ first)
      count(batch.count, of: ids, at: start &+ first)
      first = batch.upperBound
    }
  }

  // MARK: - Keys

  @inline(__always)
  private func loadKeys(
    _ bytes: ColumnView<UInt8>, _ offsets: ColumnView<UInt32>, _ lengths: ColumnView<UInt32>,
    _ batch: Range<Int>
  ) {
    let words = words.view
    let homes = homes.view
    let masks = masks.view
    let mask = UInt32(truncatingIfNeeded: slotMask)
    var index = 0
    for token in batch {
      let offset = Int(offsets[token])
      let length = Int(lengths[token])
      var word0: UInt64
      var word1: UInt64
      if length <= TermTable.inlineLength {
        // No branch on the length: it is as hard to predict as anything.
        word0 = bytes.load(at: offset) & masks[length]
        word1 = bytes.load(at: offset &+ 8) & masks[max(length, 8) &- 8]
        word1 |= UInt64(truncatingIfNeeded: length) &<< 60
      } else {
        word0 = hashLong(bytes, offset, length)
        word1 = TermTable.longTail
      }
      words[index &* 2] = word0
      words[index &* 2 &+ 1] = word1
      homes[index] = home(word0, word1) & mask
      index &+= 1
    }
  }

  /// A mask of the low `count` bytes, all of them from 8 on.
  private func lowBytes(_ count: Int) -> UInt64 {
    let mask = ~(UInt64.max &<< UInt64(truncatingIfNeeded: count &* 8))
    return count >= 8 ? .max : mask
  }

  /// The hash that tells where a slot with these words is looked for, its id being 0.
  @inline(__always)
  private func home(_ word0: UInt64, _ word1: UInt64) -> UInt32 {
    let product = (word0 ^ 0x9E37_79B9_7F4A_7C15)
      .multipliedFullWidth(by: word1 ^ 0xD6E8_FEB8_6659_FD93)
    return UInt32(truncatingIfNeeded: (product.high ^ product.low) >> 16)
  }

  @inline(never)
  private func hashLong(_ bytes: ColumnView<UInt8>, _ offset: Int, _ length: Int) -> UInt64 {
    var state = UInt64(length)
    var place = offset
    let end = offset + length
    while place + 8 <= end {
      state = mix(state, bytes.load(at: place))
      place += 8
    }
    let last: UInt64 = bytes.load(at: place)
    return mix(state, last & lowBytes(end - place))
  }

  @inline(__always)
  private func mix(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let product = (state ^ 0xC2B2_AE3D_27D4_EB4F)
      .multipliedFullWidth(by: word ^ 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }

  @inline(__always)
  private func touchSlots(_ batchCount: Int) {
    let slots = slots.view
    let homes = homes.view
    var sum: UInt64 = 0
    for index in 0..<batchCount {
      sum &+= slots[Int(homes[index]) &* 2]
    }
    // The loads are what counts; the sum keeps them from being left out.
    words[2 * TermTable.batchLength] ^= sum
  }

  // MARK: - Slots

  /// Writes the ids of the tokens of the batch, from token `first` of the columns on.
  @inline(__always)
  private mutating func lookUp(
    _ batchCount: Int, _ bytes: ColumnView<UInt8>, _ offsets: ColumnView<UInt32>,
    _ lengths: ColumnView<UInt32>, at first: Int, into ids: ColumnView<UInt32>, at start: Int
  ) {
    // The table does not grow within a batch.
    let slots = slots.view
    let words = words.view
    let homes = homes.view
    for index in 0..<batchCount {
      let word1 = words[index &* 2 &+ 1]
      let slot = Int(homes[index])
      let tail = slots[slot &* 2 &+ 1]
      // Almost every token is found where it is looked for first.
      let difference =
        (tail ^ word1) & ~TermTable.idMask | (slots[slot &* 2] ^ words[index &* 2])
      if difference == 0, word1 < TermTable.longTail {
        ids[start &+ index] = UInt32(truncatingIfNeeded: (tail & TermTable.idMask) &>> 32)
      } else {
        let token = first &+ index
        ids[start &+ index] = search(
          index, bytes, at: Int(offsets[token]), length: Int(lengths[token]))
      }
    }
  }

  /// Counts the terms of a batch, in a loop of its own, whose steps do not wait for each other.
  @inline(__always)
  private func count(_ batchCount: Int, of ids: ColumnView<UInt32>, at start: Int) {
    let counts = occurrenceCounts.view
    for index in start..<start &+ batchCount {
      let id = Int(ids[index])
      counts[id] = counts[id] &+ 1
    }
  }

  /// The id of the term in token `index` of the batch, whose bytes are at `offset`.
  @inline(never)
  private mutating func search(
    _ index: Int, _ bytes: ColumnView<UInt8>, at offset: Int, length: Int
  ) -> UInt32 {
    let word0 = words[index * 2]
    let word1 = words[index * 2 + 1]
    var slot = Int(homes[index])
    while true {
      let tail = slots[slot * 2 + 1]
      if (tail ^ word1) & ~TermTable.idMask | (slots[slot * 2] ^ word0) == 0 {
        let id = Int((tail & TermTable.idMask) >> 32)
        if length <= TermTable.inlineLength || isTerm(id, bytes, offset, length) {
          return UInt32(id)
        }
      } else if tail == 0 {
        return UInt32(insert(slot, word0, word1, length, bytes, offset))
      }
      slot = (slot + 1) & slotMask
    }
  }

  @inline(never)
  private func isTerm(
    _ id: Int, _ bytes: ColumnView<UInt8>, _ offset: Int, _ length: Int
  ) -> Bool {
    // SAFETY: the buffer holds `length` bytes at `offset`.
    let wanted = unsafe Bytes(base: UnsafeRawPointer(bytes.base) + offset, count: length)
    return compareTerms(term(id), wanted) == 0
  }

  @inline(never)
  private mutating func insert(
    _ slot: Int, _ word0: UInt64, _ word1: UInt64, _ length: Int, _ bytes: ColumnView<UInt8>,
    _ offset: Int
  ) -> Int {
    let id = count
    if id == offsets.capacity {
      offsets.grow(to: id + 1, keeping: id)
      occurrenceCounts.grow(to: id + 1, keeping: id)
    }
    arena.grow(to: arenaCount + length + TermTable.padding, keeping: arenaCount)
    for index in 0..<length { arena[arenaCount + index] = bytes[offset + index] }
    offsets[id] = UInt32(arenaCount)
    arenaCount += length
    count += 1
    slots[slot * 2] = word0
    slots[slot * 2 + 1] = word1 | UInt64(id) << 32
    return id
  }

  private mutating func growSlots() {
    let slotCount = (slotMask + 1) * 2
    let larger = Column<UInt64>(capacity: slotCount * 2)
    for old in 0...slotMask where slots[old * 2 + 1] != 0 {
      let word0 = slots[old * 2]
      let word1 = slots[old * 2 + 1]
      var slot = Int(home(word0, word1 & ~TermTable.idMask)) & (slotCount - 1)
      while larger[slot * 2 + 1] != 0 { slot = (slot + 1) & (slotCount - 1) }
      larger[slot * 2] = word0
      larger[slot * 2 + 1] = word1
    }
    slots = larger
    slotMask = slotCount - 1
  }
}
