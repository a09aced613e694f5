import TestSupport
import Testing
import Tokenizer

@testable import Index

/// What stands in the way of a text whose terms all are looked for at one place.
@Suite struct TermFloodTests {
  /// Where terms were looked for while everybody knew the secrets.
  private struct KnownSecrets: RandomNumberGenerator {
    private var values: [UInt64] = [0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93]

    mutating func next() -> UInt64 { values.removeFirst() }

    /// The low 16 bits of where a word of eight bytes is looked for.
    static func home(_ word: UInt64) -> UInt64 {
      let product = (word ^ 0x9E37_79B9_7F4A_7C15)
        .multipliedFullWidth(by: 8 << 60 ^ 0xD6E8_FEB8_6659_FD93)
      return (product.high ^ product.low) >> 16 & 0xFFFF
    }
  }

  /// Eight letters of `number`, the first of which changes fastest.
  private static func letters(_ number: UInt64) -> [UInt8] {
    var rest = number
    return (0..<8).map { _ in
      defer { rest /= 26 }
      return UInt8(97 + rest % 26)
    }
  }

  /// Distinct words with one of 2,048 of 65,536 homes, found by trying.
  private static func makeCollidingWords(_ count: Int) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var random = SplitMix64(seed: 7)
    while words.count < count {
      // Eight letters at once, four bits each.
      let bits = random.next()
      let word = 0x6161_6161_6161_6161 + (bits & 0x0F0F_0F0F_0F0F_0F0F)
      guard KnownSecrets.home(word) < 2_048 else { continue }
      words.append((0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) })
    }
    return words
  }

  /// How far the terms of a table stand from where they are looked for, on average.
  private static func meanDisplacement(
    of words: some Sequence<[UInt8]>, in table: consuming TermTable
  ) -> Double {
    _ = TermTableTests.intern(TermTableTests.text(of: words), batchSize: 4096, &table)
    return Double(table.displacement) / Double(table.count)
  }

  @Test func wordsThatCollideForOneSecretAreSpreadByOthers() {
    let words = Self.makeCollidingWords(20_000)
    var known = KnownSecrets()
    // It takes the square of their number; some show that it would.
    #expect(
      Self.meanDisplacement(of: words.prefix(4_000), in: TermTable(secretsFrom: &known)) > 300)
    #expect(Self.meanDisplacement(of: words, in: TermTable()) < 2)
  }

  /// Words alike but for some bytes: at the front, in the middle, at the end, in the word after the
  /// first eight, and longer than keys hold.
  @Test(arguments: [
    ("", "zzz"), ("zz", "z"), ("zzz", ""), ("zzzzzzz", ""), ("zzzzzzzz", "zzzzzzz"),
  ])
  func wordsThatAreAlikeAreSpread(start: String, end: String) {
    var random = SplitMix64(seed: TestSeed.value)
    let words = (0..<20_000).map { number in
      Array(start.utf8) + Self.letters(number).prefix(5) + Array(end.utf8)
    }
    // Few secrets leave one such set of many near each other; who writes it cannot know for whom.
    let displacements = (0..<5).map { _ in
      Self.meanDisplacement(of: words, in: TermTable(secretsFrom: &random))
    }
    #expect(displacements.sorted()[2] < 2, "\(displacements), seed \(TestSeed.value)")
  }
}
