import Tokenizer

/// Gives every distinct term of a unit of work a dense number, in the order of first sight.
///
/// An open-addressing table of numbers, four bytes a slot, and apart from it a key of 16 bytes for
/// each term, which is the term itself if it has at most 12:
///
///     slot := number of the term + 1: u32                 0 if the slot is free
///     key  := bytes 0..<12 of the term, zero-padded: 12 bytes, length << 28: u32    length 1...12
///           | hash: u64, start in the arena: u32, 15 << 28: u32                     for a longer term
///
/// Frequent terms are seen first, so their keys lie together, and what most tokens touch is a
/// part of what a table with the keys in its slots would take. Longer terms are compared in the
/// arena:
///
///     arena := 0: u32, (length: u32, term: bytes) ^ terms of more than 12 bytes
///
/// Where a term is looked for depends on two secrets, drawn for each table: nobody can write a text
/// whose terms all are looked for at one place. The numbers do not depend on them.
struct TermTable: ~Copyable {
  /// The number of distinct terms.
  private(set) var count = 0
  /// How often each term was seen, by id.
  private(set) var occurrenceCounts = Column<UInt32>(capacity: 1 << 12)

  private var slots: Column<UInt32>
  private var slotMask: Int
  /// Two words a term; those of term `id` at `2 * (id + 1)`, as no term has the key at 0.
  private var keys = Column<UInt64>(capacity: 2 << 12)
  private var arena = Column<UInt8>(capacity: 1 << 16)
  private var arenaCount = TermTable.arenaStart
  /// What both words of a key are mixed with before they are multiplied.
  private let secrets: (UInt64, UInt64)

  // One entry a token of the batch that is being looked up.
  private let homes = Column<UInt32>(capacity: TermTable.batchLength)
  /// By length, what to keep of the first eight bytes of a term.
  private let masks = Column<UInt64>(capacity: TermTable.inlineLength + 1)
  private let words = Column<UInt64>(capacity: 2 * TermTable.batchLength)
  /// The tokens of the batch that need more than the others.
  private let odd = Column<UInt32>(capacity: TermTable.batchLength + 1)

  /// Tokens looked up together, step by step: no step of one token waits for another's, so that
  /// their cache misses overlap.
  static let batchLength = 256
  /// The longest term that its key holds.
  private static let inlineLength = 12
  /// The least second word of longer terms: what they have for a length.
  private static let longTail: UInt64 = 15 << 60
  /// Not 0, so that the key of a longer term never is what it is looked for by.
  private static let arenaStart = 4
  /// The most terms there may be.
  static let maxCount = 1 << 28
  /// The most bytes that there may be of longer terms: keys say in 32 bits where these are.
  static let maxLongByteCount = Int(UInt32.max)
  private let longByteLimit: Int
  /// Readable bytes after the last term of the arena.
  private static let padding = 32

  /// An empty table with secrets of its own.
  init(longByteLimit: Int = TermTable.maxLongByteCount) {
    var generator = SystemRandomNumberGenerator()
    self.init(longByteLimit: longByteLimit, secretsFrom: &generator)
  }

  /// An empty table whose secrets `generator` gives.
  init(
    longByteLimit: Int = TermTable.maxLongByteCount,
    secretsFrom generator: inout some RandomNumberGenerator
  ) {
    assert(longByteLimit <= TermTable.maxLongByteCount)
    self.longByteLimit = longByteLimit
    secrets = (generator.next(), generator.next())
    let slotCount = 1 << 14
    slots = Column(capacity: slotCount)
    slotMask = slotCount - 1
    for length in 0...TermTable.inlineLength { masks[length] = lowBytes(length) }
  }

  /// The bytes of a term, valid until the next term is added.
  func term(_ id: Int) -> Bytes {
    let word1 = keys[2 * id + 3]
    if word1 < TermTable.longTail {
      // SAFETY: the term begins its key.
      return unsafe Bytes(
        base: UnsafeRawPointer(keys.view.base + (2 * id + 2)), count: Int(word1 >> 60))
    }
    return longTerm(word1)
  }

  /// Appends the length of a term, as a variable number, and its bytes to `writer`.
  @inline(__always)
  func appendTerm(_ id: Int, to writer: inout ByteWriter) {
    let word1 = keys[2 * id + 3]
    if word1 < TermTable.longTail {
      let length = Int(word1 >> 60)
      writer.append(UInt8(length))
      writer.append(keys[2 * id + 2], word1, byteCount: length)
    } else {
      let term = longTerm(word1)
      writer.appendVariable(term.count)
      writer.append(term)
    }
  }

  /// The term of more than 12 bytes whose key has `word1`.
  private func longTerm(_ word1: UInt64) -> Bytes {
    let start = Int(UInt32(truncatingIfNeeded: word1))
    let length: UInt32 = arena.view.load(at: start)
    // SAFETY: the arena holds these bytes, and `padding` more.
    return unsafe Bytes(
      base: UnsafeRawPointer(arena.view.base) + (start + 4), count: Int(length))
  }

  /// The first 16 bytes of a term, zeros if it is shorter, as two numbers whose order is that of
  /// the bytes.
  @inline(__always)
  func prefix(_ id: Int) -> (first: UInt64, second: UInt64) {
    let word1 = keys[2 * id + 3]
    if word1 >= TermTable.longTail { return longPrefix(word1) }
    return (UInt64(bigEndian: keys[2 * id + 2]), UInt64(bigEndian: word1 & 0xFFFF_FFFF))
  }

  @inline(never)
  private func longPrefix(_ word1: UInt64) -> (first: UInt64, second: UInt64) {
    let term = longTerm(word1)
    let second = UInt64(bigEndian: term.load(at: min(8, term.count - 8)))
    return (
      UInt64(bigEndian: term.load(at: 0)), second << UInt64(8 * max(0, 16 - term.count))
    )
  }

  /// Forgets all terms; keeps the memory.
  mutating func removeAll() {
    for index in 0..<slots.capacity { slots[index] = 0 }
    for index in 0..<count { occurrenceCounts[index] = 0 }
    count = 0
    arenaCount = TermTable.arenaStart
  }

  /// Whether the table has room for the terms of `buffer`, even if it knows none of them yet.
  func hasRoom(for buffer: borrowing TokenBuffer) -> Bool {
    guard buffer.count <= TermTable.maxCount - count else { return false }
    let spare = longByteLimit - arenaCount
    // Only near the limit are the lengths worth a look.
    if buffer.count * (4 + maxTermByteCount) <= spare { return true }
    var byteCount = 0
    for token in 0..<buffer.count where buffer.termLengths[token] > TermTable.inlineLength {
      byteCount += 4 + Int(buffer.termLengths[token])
    }
    return byteCount <= spare
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
    precondition(hasRoom(for: buffer))
    var first = 0
    while first < buffer.count {
      let batch = first..<min(first + TermTable.batchLength, buffer.count)
      // Half full at most, whatever the batch brings.
      while (count + batch.count) * 2 > slotMask { growSlots() }
      loadKeys(bytes, offsets, lengths, batch)
      loadSlots(batch.count, into: ids, at: start &+ first)
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
    let odd = odd.view
    let mask = UInt32(truncatingIfNeeded: slotMask)
    var longCount = 0
    var index = 0
    for token in batch {
      let offset = Int(offsets[token])
      let length = Int(lengths[token])
      // No branch on the length: it is as hard to predict as anything.
      let shown = min(length, TermTable.inlineLength)
      let word0 = bytes.load(at: offset, as: UInt64.self) & masks[shown]
      let word1 =
        bytes.load(at: offset &+ 8, as: UInt64.self) & masks[max(shown, 8) &- 8]
        | UInt64(truncatingIfNeeded: shown) &<< 60
      words[index &* 2] = word0
      words[index &* 2 &+ 1] = word1
      homes[index] = home(word0, word1) & mask
      odd[longCount] = UInt32(truncatingIfNeeded: index)
      longCount &+= length > TermTable.inlineLength ? 1 : 0
      index &+= 1
    }
    for place in 0..<longCount {
      let index = Int(odd[place])
      let token = batch.lowerBound &+ index
      let hash = hashLong(bytes, Int(offsets[token]), Int(lengths[token]))
      words[index &* 2] = hash
      words[index &* 2 &+ 1] = TermTable.longTail
      homes[index] = home(hash, TermTable.longTail) & mask
    }
  }

  /// A mask of the low `count` bytes, all of them from 8 on.
  private func lowBytes(_ count: Int) -> UInt64 {
    let mask = ~(UInt64.max &<< UInt64(truncatingIfNeeded: count &* 8))
    return count >= 8 ? .max : mask
  }

  /// The hash that tells where a term with these words is looked for.
  @inline(__always)
  private func home(_ word0: UInt64, _ word1: UInt64) -> UInt32 {
    // Each word with a secret: for a factor that is known, words whose products collide are found by
    // trying.
    let product = (word0 ^ secrets.0).multipliedFullWidth(by: word1 ^ secrets.1)
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
    let product = (state ^ secrets.0).multipliedFullWidth(by: word ^ secrets.1)
    return product.high ^ product.low
  }

  // MARK: - Slots

  /// Writes what the slots say in which the terms of the batch are looked for first.
  @inline(__always)
  private func loadSlots(_ batchCount: Int, into ids: ColumnView<UInt32>, at start: Int) {
    let slots = slots.view
    let homes = homes.view
    for index in 0..<batchCount { ids[start &+ index] = slots[Int(homes[index])] }
  }

  /// Writes the ids of the tokens of the batch, from token `first` of the columns on, in place of
  /// what their slots say.
  @inline(__always)
  private mutating func lookUp(
    _ batchCount: Int, _ bytes: ColumnView<UInt8>, _ offsets: ColumnView<UInt32>,
    _ lengths: ColumnView<UInt32>, at first: Int, into ids: ColumnView<UInt32>, at start: Int
  ) {
    let keys = keys.view
    let words = words.view
    let odd = odd.view
    var oddCount = 0
    for index in 0..<batchCount {
      let number = ids[start &+ index]
      let key = Int(number) &* 2
      // Almost every token is found where it is looked for first; which ones are not cannot be
      // predicted. Longer terms never are: their keys say where in the arena they are.
      let difference =
        (keys[key] ^ words[index &* 2]) | (keys[key &+ 1] ^ words[index &* 2 &+ 1])
      ids[start &+ index] = number &- 1
      odd[oddCount] = UInt32(truncatingIfNeeded: index)
      oddCount &+= difference != 0 ? 1 : 0
    }
    for place in 0..<oddCount {
      let index = Int(odd[place])
      let token = first &+ index
      ids[start &+ index] = search(
        index, bytes, at: Int(offsets[token]), length: Int(lengths[token]))
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
      let number = Int(slots[slot])
      if number == 0 {
        insert(slot, word0, word1, length, bytes, offset)
        return UInt32(count - 1)
      }
      let tail = keys[2 * number + 1]
      if keys[2 * number] == word0, tail == word1 || tail > word1 && word1 == TermTable.longTail {
        if length <= TermTable.inlineLength || isTerm(tail, bytes, offset, length) {
          return UInt32(number - 1)
        }
      }
      slot = (slot + 1) & slotMask
    }
  }

  @inline(never)
  private func isTerm(
    _ word1: UInt64, _ bytes: ColumnView<UInt8>, _ offset: Int, _ length: Int
  ) -> Bool {
    // SAFETY: the buffer holds `length` bytes at `offset`.
    let wanted = unsafe Bytes(base: UnsafeRawPointer(bytes.base) + offset, count: length)
    return compareTerms(longTerm(word1), wanted) == 0
  }

  private mutating func insert(
    _ slot: Int, _ word0: UInt64, _ word1: UInt64, _ length: Int, _ bytes: ColumnView<UInt8>,
    _ offset: Int
  ) {
    count += 1
    if 2 * count + 2 > keys.capacity {
      keys.grow(to: 2 * count + 2, keeping: 2 * count)
      occurrenceCounts.grow(to: keys.capacity / 2, keeping: count - 1)
    }
    keys[2 * count] = word0
    keys[2 * count + 1] = word1
    if length > TermTable.inlineLength { addLong(bytes, offset, length) }
    slots[slot] = UInt32(count)
  }

  /// Adds the last term to the arena, and its place there to its key.
  private mutating func addLong(_ bytes: ColumnView<UInt8>, _ offset: Int, _ length: Int) {
    let end = arenaCount + 4 + length
    arena.grow(to: end + TermTable.padding, keeping: arenaCount)
    arena.view.store(UInt32(length), at: arenaCount)
    var place = 0
    while place < length {
      // What is too much is written again by the next term.
      arena.view.store(bytes.load(at: offset + place, as: UInt64.self), at: arenaCount + 4 + place)
      place += 8
    }
    keys[2 * count + 1] = TermTable.longTail | UInt64(UInt32(arenaCount))
    arenaCount = end
  }

  private mutating func growSlots() {
    let slotCount = (slotMask + 1) * 2
    let larger = Column<UInt32>(capacity: slotCount)
    // In the order of first sight, so that frequent terms are where they are looked for.
    for number in 0..<count {
      var slot = home(ofTerm: number) & (slotCount - 1)
      while larger[slot] != 0 { slot = (slot + 1) & (slotCount - 1) }
      larger[slot] = UInt32(number + 1)
    }
    slots = larger
    slotMask = slotCount - 1
  }

  /// The hash that tells where term `id` is looked for.
  private func home(ofTerm id: Int) -> Int {
    let word1 = keys[2 * id + 3]
    return Int(home(keys[2 * id + 2], min(word1, TermTable.longTail)))
  }

  /// How many steps past where they are looked for first the terms stand, all together: less than
  /// half a step a term on average, as the table is half full at most.
  ///
  /// - Complexity: O(size of the table); for tests.
  var displacement: Int {
    var sum = 0
    for slot in 0...slotMask where slots[slot] != 0 {
      sum += (slot - home(ofTerm: Int(slots[slot]) - 1)) & slotMask
    }
    return sum
  }
}
