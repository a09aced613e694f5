import TestSupport
import Testing

@testable import Index

/// Terms in symbols of 5 bits.
@Suite struct TermSpellingTests {
  private static let short = TermSpelling.shortSymbolBitCount

  private func symbols(_ bytes: [UInt8], _ symbolBitCount: Int = short) -> [UInt8] {
    var symbols: [UInt8] = []
    for byte in bytes { TermSpelling.append(byte, symbolBitCount, to: &symbols) }
    return symbols
  }

  @Test func bytesAreSpelledAsTheFormatSays() {
    #expect(symbols(Array("az".utf8)) == [1, 26])
    #expect(symbols([0, 0x30, 0x60]) == [0, 0, 0, 0, 1, 16, 0, 3, 0])
    #expect(symbols([0x7B, 0x7F]) == [27, 27, 27, 31])
    #expect(symbols([0x80, 0xC3, 0xFF]) == [28, 0, 30, 3, 31, 31])
    #expect(symbols([0, 97, 255], 8) == [0, 97, 255])
  }

  /// No byte's symbols begin another's, and all are in the order of bytes.
  @Test func symbolsHaveTheOrderOfBytes() {
    let all = (0...255).map { symbols([UInt8($0)]) }
    for (left, right) in zip(all, all.dropFirst()) {
      #expect(left.lexicographicallyPrecedes(right))
      #expect(!right.starts(with: left))
    }
  }

  @Test(arguments: [short, 8])
  func termsComeBack(symbolBitCount: Int) {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<500 {
      let term = random.chance(0.5) ? random.bytes(random.below(9)) : Array("cafe9".utf8)
      let symbols = symbols(term, symbolBitCount)
      #expect(TermSpelling.bytes(of: symbols, symbolBitCount) == term)
      let read = term.span.withBytes { bytes in
        var rest = SpelledTerm(bytes, symbolBitCount: symbolBitCount)
        var read: [UInt8] = []
        while rest.symbol >= 0 {
          read.append(UInt8(rest.symbol))
          rest.advance()
        }
        return read
      }
      #expect(read == symbols, "\(term)")
    }
  }

  /// A term is spelled in one way only.
  @Test func otherSymbolsAreNothing() {
    var random = SplitMix64(seed: TestSeed.value)
    for wrong in [[0], [0, 0], [0, 4, 0], [0, 3, 1], [27], [27, 26], [28], [1, 31]] as [[UInt8]] {
      #expect(TermSpelling.bytes(of: wrong, Self.short) == nil, "\(wrong)")
    }
    for _ in 0..<2_000 {
      let any = (0..<random.below(6)).map { _ in UInt8(random.below(32)) }
      if let bytes = TermSpelling.bytes(of: any, Self.short) { #expect(symbols(bytes) == any) }
    }
  }

  @Test func lettersAreLettersOnly() {
    for byte in 0...255 as ClosedRange<UInt64> {
      for place in 0..<8 as Range<UInt64> {
        let bytes = 0x6161_6161_6161_6161 & ~(0xFF << (8 * place)) | byte << (8 * place)
        let isLetter = (0x61...0x7A).contains(byte)
        for count in 1...8 {
          let isSeen = Int(place) >= 8 - count
          #expect(TermSpelling.areLetters(bytes, byteCount: count) == (isLetter || !isSeen))
        }
      }
    }
  }
}
