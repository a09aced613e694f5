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

  /// A set of the words in `words`, any number, each of 1 to `longestKey` bytes.
  init(_ words: [[UInt8]]) {
    var keys: [UInt64] = []
    var long: [[UInt8]] = []
    let scratch = Column<UInt8>(capacity: Self.longestKey + 32)
    for word in words where !word.isEmpty && word.count <= Self.longestKey {
      for (index, byte) in word.enumerated() { scratch[index] = byte }
      keys.append(Self.key(scratch.view, at: 0, count: word.count))
      if word.count > 8 { long.append(word) }
    }
    longWords = long
    var bits: UInt64 = 8
    while 1 << bits < 2 * keys.count { bits += 1 }
    while true {
      let table = Column<UInt64>(capacity: 2 << Int(bits))
      if Self.fill(table.view, with: keys, bits: bits) {
        slots = table
        shift = 64 - bits
        return
      }
      bits += 1
    }
  }

  /// The set of a built-in list.
  convenience init(_ list: StaticString) {
    self.init([list])
  }

  /// The set of the words of some built-in lists.
  convenience init(_ lists: [StaticString]) {
    self.init(lists.flatMap(Self.words))
  }

  private static func words(of list: StaticString) -> [[UInt8]] {
    // SAFETY: a literal of more than one character has an address, and lives for ever.
    let text = unsafe TextView(base: list.utf8Start, count: list.utf8CodeUnitCount)
    var words: [[UInt8]] = [[]]
    for offset in 0..<text.count {
      if text[offset] == UInt8(ascii: " ") {
        words.append([])
      } else {
        words[words.count - 1].append(text[offset])
      }
    }
    return words
  }

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
    let head = UInt64(littleEndian: bytes.load(at: offset))
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

  /// Puts all keys into their slots, or fails when they do not fit.
  private static func fill(_ slots: ColumnView<UInt64>, with keys: [UInt64], bits: UInt64) -> Bool {
    let view = StopWordView(slots: slots, shift: 64 - bits)
    for key in keys where !view.mayContain(key) {
      var homeless = key
      var place = view.firstPlace(homeless)
      var attempts = 0
      while slots[place] != 0 {
        guard attempts < 100 else { return false }
        attempts += 1
        swap(&homeless, in: slots, at: place)
        place =
          place & 1 == 0 ? view.secondPlace(homeless) : view.firstPlace(homeless)
      }
      slots[place] = homeless
    }
    return true
  }

  private static func swap(_ key: inout UInt64, in slots: ColumnView<UInt64>, at place: Int) {
    let evicted = slots[place]
    slots[place] = key
    key = evicted
  }
}

/// A view of a `StopWordSet`, valid while the set lives.
struct StopWordView {
  let slots: ColumnView<UInt64>
  let shift: UInt64

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
