/// How terms are spelled in a block of the dictionary: in symbols of 8 bits, which are their bytes,
/// or in symbols of 5 bits, most of which are a letter.
///
///     a...z                 1...26
///     0x00...0x60           0, byte >> 5, byte & 31
///     0x7B...0x7F           27, byte & 31
///     0x80...0xFF           28 | byte >> 5 & 3, byte & 31
///
/// No byte's symbols begin those of another, and they are in the order of the bytes. So terms in
/// symbols have the order of terms in bytes, and begin with each other when those do: who compares
/// symbols need not spell them out.
enum TermSpelling {
  /// The bits of a symbol in blocks that are written with few.
  static let shortSymbolBitCount = 5

  /// The bits of a symbol in blocks whose terms are spelled in bytes or not.
  static func symbolBitCount(inBytes: Bool) -> Int { inBytes ? 8 : shortSymbolBitCount }

  /// The number of symbols of a byte in blocks that are written with few bits.
  @inline(__always)
  static func shortSymbolCount(of byte: UInt8) -> Int {
    if byte &- 0x61 < 26 { return 1 }
    return byte < 0x61 ? 3 : 2
  }

  /// The symbols of a byte, from the low end on.
  @inline(__always)
  static func symbols(of byte: UInt8, _ symbolBitCount: Int) -> (bits: UInt32, count: Int) {
    if symbolBitCount != shortSymbolBitCount { return (UInt32(byte), 1) }
    if byte &- 0x61 < 26 { return (UInt32(byte & 31), 1) }
    return manySymbols(of: UInt32(byte))
  }

  @inline(never)
  private static func manySymbols(of byte: UInt32) -> (bits: UInt32, count: Int) {
    let low = byte & 31
    if byte < 0x61 { return ((byte & ~31) | low << 10, 3) }
    return (byte < 0x80 ? 27 | low << 5 : 28 | byte >> 5 & 3 | low << 5, 2)
  }

  /// Whether the first 1 to 8 bytes of a number, from the high end on, are all letters.
  static func areLetters(_ bytes: UInt64, byteCount: Int) -> Bool {
    let low = bytes & 0x1F1F_1F1F_1F1F_1F1F
    // Bit 5 of a byte is set in `some` from 1 on, in `many` from 27 on.
    let some = low &+ 0x1F1F_1F1F_1F1F_1F1F
    let many = low &+ 0x0505_0505_0505_0505
    let wrong =
      (bytes & 0xE0E0_E0E0_E0E0_E0E0 ^ 0x6060_6060_6060_6060)
      | (~some | many) & 0x2020_2020_2020_2020
    return wrong &>> UInt64(truncatingIfNeeded: 64 &- byteCount &* 8) == 0
  }

  /// Appends the symbols of `byte`.
  static func append(_ byte: UInt8, _ symbolBitCount: Int, to symbols: inout [UInt8]) {
    var (bits, count) = TermSpelling.symbols(of: byte, symbolBitCount)
    while count > 1 {
      symbols.append(UInt8(bits & 31))
      bits >>= 5
      count -= 1
    }
    symbols.append(UInt8(bits))
  }

  /// The bytes that `symbols` spell; nil if there are none that are spelled so.
  static func bytes(of symbols: [UInt8], _ symbolBitCount: Int) -> [UInt8]? {
    if symbolBitCount != shortSymbolBitCount { return symbols }
    var bytes: [UInt8] = []
    var index = 0
    while index < symbols.count {
      let symbol = symbols[index]
      let count = symbol == 0 ? 3 : symbol < 27 ? 1 : 2
      guard count <= symbols.count - index else { return nil }
      let last = symbols[index + count - 1]
      let byte =
        switch count {
        case 1: 0x60 | symbol
        case 2: symbol == 27 ? 0x60 | last : symbol << 5 | last
        default: symbols[index + 1] << 5 | last
        }
      if count == 2, symbol == 27, byte < 0x7B { return nil }
      if count == 3, symbols[index + 1] > 3 || byte > 0x60 { return nil }
      bytes.append(byte)
      index += count
    }
    return bytes
  }
}

/// The symbols of a term that is looked for, one after the other.
struct SpelledTerm {
  private let term: Bytes
  private let symbolBitCount: Int
  /// The byte after the one that the symbol is of.
  private var offset: Int
  /// The symbols of that byte which come after it.
  private var rest: (bits: UInt32, count: Int) = (0, 0)
  /// The symbol at hand; less than all symbols at the end.
  private(set) var symbol = -1

  /// Starts with the first symbol of the byte at `offset`.
  @inline(__always)
  init(_ term: Bytes, symbolBitCount: Int, from offset: Int = 0) {
    self.term = term
    self.symbolBitCount = symbolBitCount
    self.offset = offset
    advance()
  }

  /// Moves to the next symbol.
  @inline(__always)
  mutating func advance() {
    if rest.count == 0 {
      guard offset < term.count else {
        symbol = -1
        return
      }
      rest = TermSpelling.symbols(of: term[offset], symbolBitCount)
      offset &+= 1
    }
    rest.count &-= 1
    // With symbols of 8 bits there is one only.
    symbol = Int(rest.count == 0 ? rest.bits : rest.bits & 31)
    rest.bits &>>= 5
  }
}
