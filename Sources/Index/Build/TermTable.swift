import Tokenizer

/// Gives every distinct term of a unit of work a dense number, in the order of first sight.
///
/// An open-addressing table of 32-byte slots, two to a cache line, with the term itself in the
/// slot if it has at most 20 bytes, so that almost every token costs one cache miss:
///
///     slot := bytes 0..<20 of the term, zero-padded: 20 bytes,
///             id: u32, length: u32 (0 if the slot is free), hash: u32
///
/// Longer terms keep only their hash and length there, and are compared in the arena, which holds
/// all terms in order of their ids.
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
  private let hashes = Column<UInt32>(capacity: TermTable.batchLength)
  private let words = Column<UInt64>(capacity: 3 * TermTable.batchLength + 1)

  /// Tokens looked up together: all slots of a batch are touched before the first is needed, so
  /// that their cache misses overlap.
  static let batchLength = 256
  /// The longest term that is kept in its slot.
  private static let inlineLength = 20
  /// Readable bytes after the last term of the arena.
  private static let padding = 32

  /// An empty table.
  init() {
    let slotCount = 1 << 14
    slots = Column(capacity: slotCount * 4)
    slotMask = slotCount - 1
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
  mutating func intern(
    _ buffer: borrowing TokenBuffer, into ids: ColumnView<UInt32>, at start: Int
  ) {
    let bytes = buffer.termBytes
    let offsets = buffer.termOffsets
    let lengths = buffer.termLengths
    var first = 0
    while first < buffer.count {
      let batch = first..<min(first + TermTable.batchLength, buffer.count)
      // Half full at most, whatever the batch brings.
      while (count + batch.count) * 2 > slotMask { growSlots() }
      loadKeys(bytes, offsets, lengths, batch)
      touchSlots(batch.count)
      for index in 0..<batch.count {
        let token = batch.lowerBound &+ index
        let length = Int(lengths[token])
        let id: Int
        if length <= TermTable.inlineLength {
          id = internShort(index, length: length, bytes, at: Int(offsets[token]))
        } else {
          id = internLong(index, length: length, bytes, at: Int(offsets[token]))
        }
        occurrenceCounts[id] = occurrenceCounts[id] &+ 1
        ids[start &+ token] = UInt32(truncatingIfNeeded: id)
      }
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
    let hashes = hashes.view
    var index = 0
    for token in batch {
      let offset = Int(offsets[token])
      let length = Int(lengths[token])
      if length <= TermTable.inlineLength {
        let word0 = bytes.load(at: offset, as: UInt64.self) & lowBytes(length)
        var word1: UInt64 = 0
        var word2: UInt64 = 0
        if length > 8 {
          word1 = bytes.load(at: offset &+ 8, as: UInt64.self) & lowBytes(length &- 8)
          if length > 16 {
            word2 = bytes.load(at: offset &+ 16, as: UInt64.self) & lowBytes(length &- 16)
          }
        }
        words[index &* 3] = word0
        words[index &* 3 &+ 1] = word1
        words[index &* 3 &+ 2] = word2
        hashes[index] = hash(word0, word1, word2, length)
      } else {
        hashes[index] = hashLong(bytes, offset, length)
      }
      index &+= 1
    }
  }

  /// A mask of the low `count` bytes, all of them from 8 on; `count` is at least 1.
  @inline(__always)
  private func lowBytes(_ count: Int) -> UInt64 {
    count >= 8 ? .max : ~(UInt64.max &<< UInt64(truncatingIfNeeded: count &* 8))
  }

  @inline(__always)
  private func hash(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ length: Int) -> UInt32 {
    let left = word0 ^ (UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15)
    let right = (word1 &+ word2 &* 0xC2B2_AE3D_27D4_EB4F) ^ 0xD6E8_FEB8_6659_FD93
    let product = left.multipliedFullWidth(by: right)
    return UInt32(truncatingIfNeeded: (product.high ^ product.low) >> 16)
  }

  @inline(never)
  private func hashLong(_ bytes: ColumnView<UInt8>, _ offset: Int, _ length: Int) -> UInt32 {
    var state = UInt64(length)
    for index in offset..<offset + length {
      state = (state ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3
    }
    return hash(state, 0, 0, length)
  }

  @inline(__always)
  private func touchSlots(_ batchCount: Int) {
    let slots = slots.view
    let hashes = hashes.view
    var sum: UInt64 = 0
    for index in 0..<batchCount {
      sum &+= slots[(Int(hashes[index]) & slotMask) &* 4]
    }
    // The loads are what counts; the sum keeps them from being left out.
    words[3 * TermTable.batchLength] ^= sum
  }

  // MARK: - Slots

  @inline(__always)
  private mutating func internShort(
    _ index: Int, length: Int, _ bytes: ColumnView<UInt8>, at offset: Int
  ) -> Int {
    let word0 = words[index &* 3]
    let word1 = words[index &* 3 &+ 1]
    let word2 = words[index &* 3 &+ 2]
    var slot = Int(hashes[index]) & slotMask
    while true {
      let entry = slot &* 4
      let tail = slots[entry &+ 3]
      let slotLength = Int(truncatingIfNeeded: tail & 0xFFFF_FFFF)
      if slotLength == length && slots[entry] == word0 && slots[entry &+ 1] == word1
        && slots[entry &+ 2] & 0xFFFF_FFFF == word2
      {
        return Int(truncatingIfNeeded: slots[entry &+ 2] >> 32)
      }
      if slotLength == 0 {
        return insert(slot, word0, word1, word2, hashes[index], length, bytes, offset)
      }
      slot = (slot &+ 1) & slotMask
    }
  }

  @inline(never)
  private mutating func internLong(
    _ index: Int, length: Int, _ bytes: ColumnView<UInt8>, at offset: Int
  ) -> Int {
    let hash = hashes[index]
    var slot = Int(hash) & slotMask
    while true {
      let tail = slots[slot &* 4 &+ 3]
      let slotLength = Int(truncatingIfNeeded: tail & 0xFFFF_FFFF)
      if slotLength == 0 { return insert(slot, 0, 0, 0, hash, length, bytes, offset) }
      if slotLength == length && UInt32(truncatingIfNeeded: tail >> 32) == hash {
        let id = Int(truncatingIfNeeded: slots[slot &* 4 &+ 2] >> 32)
        let known = term(id)
        // SAFETY: the buffer holds `length` bytes at `offset`.
        let wanted = unsafe Bytes(base: UnsafeRawPointer(bytes.base) + offset, count: length)
        if compareTerms(known, wanted) == 0 { return id }
      }
      slot = (slot &+ 1) & slotMask
    }
  }

  @inline(never)
  private mutating func insert(
    _ slot: Int, _ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ hash: UInt32,
    _ length: Int, _ bytes: ColumnView<UInt8>, _ offset: Int
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
    slots[slot * 4] = word0
    slots[slot * 4 + 1] = word1
    slots[slot * 4 + 2] = word2 | UInt64(id) << 32
    slots[slot * 4 + 3] = UInt64(length) | UInt64(hash) << 32
    return id
  }

  private mutating func growSlots() {
    let slotCount = (slotMask + 1) * 2
    let larger = Column<UInt64>(capacity: slotCount * 4)
    for old in 0...slotMask where slots[old * 4 + 3] & 0xFFFF_FFFF != 0 {
      var slot = Int(slots[old * 4 + 3] >> 32) & (slotCount - 1)
      while larger[slot * 4 + 3] & 0xFFFF_FFFF != 0 { slot = (slot + 1) & (slotCount - 1) }
      for word in 0..<4 { larger[slot * 4 + word] = slots[old * 4 + word] }
    }
    slots = larger
    slotMask = slotCount - 1
  }
}
