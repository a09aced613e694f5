/// A set of words with a test that costs two loads and no branch.
///
/// Cuckoo hashing (Pagh and Rodler, "Cuckoo Hashing", 2004) over 64-bit keys. The key of a word of
/// at most 8 bytes is the word; a hit of a longer one is compared in full.
final class StopWordSet: Sendable {
  /// The longest word that is tested, in bytes.
  static let longestKey = 64

  /// Entry `i` of the two tables lies at `2 * i` and `2 * i + 1`; 0 is empty.
  private let slots: Column<UInt64>
  private let shift: UInt64
  /// The words of more than 8 bytes.
  private let longWords: [[UInt8]]

  /// The set of the words in `words`, any number, each of 1 to `longestKey` bytes; others are
  /// left out.
  init(_ words: [[UInt8]]) {
    var builder = Builder()
    for word in words {
      for byte in word { builder.append(byte) }
      builder.endWord()
    }
    slots = builder.makeSlots()
    shift = StopWordView.shift(of: slots)
    longWords = builder.longWords
  }

  /// The set of the words of some built-in lists.
  init(_ lists: [StaticString]) {
    var builder = Builder()
    for list in lists {
      // SAFETY: a literal of more than one character has an address, and lives for ever.
      let text = unsafe TextView(base: list.utf8Start, count: list.utf8CodeUnitCount)
      for offset in 0..<text.count {
        if text[offset] == UInt8(ascii: " ") {
          builder.endWord()
        } else {
          builder.append(text[offset])
        }
      }
      builder.endWord()
    }
    slots = builder.makeSlots()
    shift = StopWordView.shift(of: slots)
    longWords = builder.longWords
  }

  /// The built-in list of English, made when first asked for.
  static let english = StopWordSet([StopWordList.english])
  /// The built-in list of French, made when first asked for.
  static let french = StopWordSet([StopWordList.french])
  /// The built-in list of Dutch, made when first asked for.
  static let dutch = StopWordSet([StopWordList.dutch])

  /// Whether the set has the `count` bytes at `offset`; 8 bytes from there must be readable.
  @inline(__always)
  func contains(_ bytes: ColumnView<UInt8>, at offset: Int, count: Int) -> Bool {
    let view = StopWordView(slots: slots.view, shift: shift)
    guard view.mayContain(Self.key(bytes, at: offset, count: count)) else { return false }
    return count <= 8 || hasLongWord(bytes, at: offset, count: count)
  }

  /// The tables, for loops that must not touch a reference.
  var view: StopWordView { StopWordView(slots: slots.view, shift: shift) }

  /// The key of a word of at most 8 bytes: these bytes; of a longer one: a zero, then its first 7.
  @inline(__always)
  static func key(_ bytes: ColumnView<UInt8>, at offset: Int, count: Int) -> UInt64 {
    key(UInt64(littleEndian: bytes.load(at: offset)), count: count)
  }

  /// The key of a word of `count` bytes; `head` has the first 8, the first one lowest.
  @inline(__always)
  static func key(_ head: UInt64, count: Int) -> UInt64 {
    let isLong = count > 8
    let unused = isLong ? 8 : UInt64(truncatingIfNeeded: 64 &- 8 &* count)
    let shifted = head &<< unused
    return isLong ? shifted : shifted &>> unused
  }

  /// Whether a word of more than 8 bytes is in the set; asked only after a hit on its key.
  @inline(never)
  func hasLongWord(_ bytes: ColumnView<UInt8>, at offset: Int, count: Int) -> Bool {
    longWords.contains { word in
      word.count == count && (0..<count).allSatisfy { word[$0] == bytes[offset + $0] }
    }
  }
}

/// Collects words, byte by byte, and lays out their keys.
private struct Builder {
  private(set) var longWords: [[UInt8]] = []
  private var keys: [UInt64] = []
  private var word: [UInt8] = []

  mutating func append(_ byte: UInt8) {
    word.append(byte)
  }

  mutating func endWord() {
    defer { word.removeAll(keepingCapacity: true) }
    guard !word.isEmpty, word.count <= StopWordSet.longestKey else { return }
    var head: UInt64 = 0
    for (index, byte) in word.prefix(8).enumerated() { head |= UInt64(byte) << UInt64(8 * index) }
    keys.append(StopWordSet.key(head, count: word.count))
    if word.count > 8 { longWords.append(word) }
  }

  /// A table with all keys, at most half full.
  func makeSlots() -> Column<UInt64> {
    var bits = 8
    while 1 << bits < keys.count { bits += 1 }
    while true {
      let slots = Column<UInt64>(capacity: 2 << bits)
      let view = StopWordView(slots: slots.view, shift: StopWordView.shift(of: slots))
      if fill(view) { return slots }
      bits += 1
    }
  }

  /// Puts all keys into their slots, moving others out of the way; false if they do not fit.
  private func fill(_ view: StopWordView) -> Bool {
    for key in keys where !view.mayContain(key) {
      var homeless = key
      var place = view.firstPlace(homeless)
      var attempts = 0
      while view.slots[place] != 0 {
        guard attempts < 100 else { return false }
        attempts += 1
        let evicted = view.slots[place]
        view.slots[place] = homeless
        homeless = evicted
        place = place & 1 == 0 ? view.secondPlace(homeless) : view.firstPlace(homeless)
      }
      view.slots[place] = homeless
    }
    return true
  }
}

/// A view of a `StopWordSet`, valid while the set lives.
struct StopWordView {
  let slots: ColumnView<UInt64>
  let shift: UInt64

  /// What is left of a hash in a table: its high bits, one less than the table's size has.
  static func shift(of slots: borrowing Column<UInt64>) -> UInt64 {
    UInt64(65 - slots.capacity.trailingZeroBitCount)
  }

  /// Whether the set has this key: certain for words of at most 8 bytes.
  @inline(__always)
  func mayContain(_ key: UInt64) -> Bool {
    let isFirst = slots[firstPlace(key)] == key
    let isSecond = slots[secondPlace(key)] == key
    return isFirst != isSecond
  }

  @inline(__always)
  func firstPlace(_ key: UInt64) -> Int {
    2 &* Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> shift)
  }

  @inline(__always)
  func secondPlace(_ key: UInt64) -> Int {
    2 &* Int(truncatingIfNeeded: (key &* 0xC2B2_AE3D_27D4_EB4F) &>> shift) &+ 1
  }
}
