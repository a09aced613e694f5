import Tokenizer

/// What of a query can be seen in a text: its terms, prefixes and phrases, whatever combines them.
///
/// Each distinct term, prefix or phrase is a *leaf*, by number. A term that is only part of phrases
/// is no leaf: alone it shows nothing that was asked for.
struct SnippetPattern {
  /// Words at given distances.
  struct Phrase {
    /// The phrase's leaf.
    var leaf: Int
    /// The places, in order, from offset 0; at least two.
    var places: [(offset: Int, terms: [Int32])]
  }

  /// The beginning of words.
  struct Prefix {
    /// The prefix's leaf.
    var leaf: Int
    /// The bytes.
    var bytes: [UInt8]
    /// The first eight bytes as a number, and which of its bytes count.
    fileprivate var start: UInt64
    fileprivate var mask: UInt64
  }

  /// The leaf of each term, or -1.
  private(set) var termLeaves: [Int] = []
  /// The phrases.
  private(set) var phrases: [Phrase] = []
  /// The phrases that may end with each term, by index.
  private(set) var phrasesEndingWith: [[Int]] = []
  /// The prefixes.
  private(set) var prefixes: [Prefix] = []
  /// The number of words of each leaf.
  private(set) var wordCounts: [Int] = []
  /// How much each leaf is worth, at least 1.
  private(set) var weights: [Int] = []
  /// The distance from the first to the last word of the longest phrase.
  private(set) var longestOffset = 0

  private var terms: [[UInt8]] = []
  private var ids: [[UInt8]: Int] = [:]
  private var slots: [Slot] = []

  /// Phrases that span more words are not looked for.
  private static let maxOffset = 1 << 16

  /// The pattern of a query whose terms are worth `weight`; a phrase is worth the sum.
  ///
  /// One that is too deep to be searched looks for nothing.
  init(_ query: Query, weight: (_ term: [UInt8]) -> Float) {
    if !query.hasLevels(beyond: Query.maxLevelCount) { add(query.simplified(), weight) }
    fillSlots()
  }

  private mutating func add(_ query: Query, _ weight: (_ term: [UInt8]) -> Float) {
    switch query {
    case .nothing:
      break
    case .term(let term):
      let id = id(of: term)
      guard termLeaves[id] < 0 else { return }
      termLeaves[id] = addLeaf(weight: weight(term), wordCount: 1)
    case .prefix(let bytes):
      guard !prefixes.contains(where: { $0.bytes == bytes }) else { return }
      prefixes.append(
        Prefix(
          leaf: addLeaf(weight: BoundQuery.Prefix.weight, wordCount: 1), bytes: bytes,
          start: SnippetPattern.start(of: bytes),
          mask: .max >> UInt64(64 - 8 * min(bytes.count, 8))))
    case .phrase(let places):
      let longest = places.last?.offset ?? 0
      guard longest <= SnippetPattern.maxOffset else { return }
      var total: Float = 0
      let numbered = places.map { place in
        total += place.terms.map(weight).max() ?? 0
        return (offset: place.offset, terms: place.terms.map { Int32(id(of: $0)) })
      }
      for id in numbered.last?.terms ?? [] { phrasesEndingWith[Int(id)].append(phrases.count) }
      let leaf = addLeaf(weight: total, wordCount: places.count)
      phrases.append(Phrase(leaf: leaf, places: numbered))
      longestOffset = max(longestOffset, longest)
    case .any(let parts), .all(let parts):
      for part in parts { add(part, weight) }
    }
  }

  private mutating func addLeaf(weight: Float, wordCount: Int) -> Int {
    // Whole numbers, so that sums do not depend on their order.
    weights.append(1 + (weight.isFinite ? Int(max(0, min(weight, 1_000_000)) * 256) : 0))
    wordCounts.append(wordCount)
    return weights.count - 1
  }

  private mutating func id(of term: [UInt8]) -> Int {
    if let id = ids[term] { return id }
    ids[term] = terms.count
    terms.append(term)
    termLeaves.append(-1)
    phrasesEndingWith.append([])
    return terms.count - 1
  }

  // MARK: - Looking a token up

  /// A slot of an open-addressing table: the first eight bytes of a term tell nearly all apart.
  private struct Slot {
    var prefix: UInt64 = 0
    /// The length in bytes, or 0 if the slot is free.
    var length: UInt32 = 0
    var id: Int32 = 0
  }

  private mutating func fillSlots() {
    var slotCount = 16
    while slotCount < 4 * terms.count { slotCount *= 2 }
    slots = [Slot](repeating: Slot(), count: slotCount)
    for (id, term) in terms.enumerated() where !term.isEmpty {
      let prefix = SnippetPattern.start(of: term)
      let length = UInt32(truncatingIfNeeded: term.count)
      var slot = SnippetPattern.hash(prefix, length) & (slotCount - 1)
      while slots[slot].length > 0 { slot = (slot + 1) & (slotCount - 1) }
      slots[slot] = Slot(prefix: prefix, length: length, id: Int32(id))
    }
  }

  /// The number of the term of a row, or nil if the query does not have it.
  @inline(__always)
  func find(_ batch: borrowing TokenBuffer, _ row: Int) -> Int? {
    let length = batch.termLengths[row]
    let start = Int(batch.termOffsets[row])
    let shift = UInt64(64) &- 8 &* UInt64(min(length, 8))
    let prefix = (UInt64(littleEndian: batch.termBytes.load(at: start)) << shift) >> shift
    var slot = SnippetPattern.hash(prefix, length) & (slots.count - 1)
    while slots[slot].length > 0 {
      if slots[slot].prefix == prefix, slots[slot].length == length {
        let id = Int(slots[slot].id)
        if length <= 8 || hasRest(of: id, batch, start) { return id }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func hasRest(of id: Int, _ batch: borrowing TokenBuffer, _ start: Int) -> Bool {
    for index in 8..<terms[id].count where batch.termBytes[start + index] != terms[id][index] {
      return false
    }
    return true
  }

  /// Whether the term of a row begins with a prefix.
  @inline(__always)
  func has(_ prefix: Prefix, _ batch: borrowing TokenBuffer, _ row: Int) -> Bool {
    guard batch.termLengths[row] >= prefix.bytes.count else { return false }
    let start = Int(batch.termOffsets[row])
    let word = UInt64(littleEndian: batch.termBytes.load(at: start))
    guard word & prefix.mask == prefix.start else { return false }
    for index in 8..<max(8, prefix.bytes.count)
    where batch.termBytes[start + index] != prefix.bytes[index] {
      return false
    }
    return true
  }

  /// The first eight bytes of a term as a little-endian number.
  private static func start(of term: [UInt8]) -> UInt64 {
    var start: UInt64 = 0
    for (index, byte) in term.prefix(8).enumerated() { start |= UInt64(byte) << (8 * index) }
    return start
  }

  @inline(__always)
  private static func hash(_ prefix: UInt64, _ length: UInt32) -> Int {
    let mixed = (prefix ^ UInt64(length) &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
    return Int(truncatingIfNeeded: mixed >> 32)
  }
}
