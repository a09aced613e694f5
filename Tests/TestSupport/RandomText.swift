/// Pseudo-random texts with everything in them that text analysis can stumble over.
public struct RandomText {
  private var random: SplitMix64

  /// A generator whose texts depend on `seed` alone.
  public init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  private static let pieces: [[UInt8]] = [
    "the", "The", "l'", "L’", "qu'", "jusqu’", "dog's", "foto's", "'s", "’s", "z'n", "don't", "été",
    "É", "e\u{301}", "œuvre", "straße", "ĳs", "naïve", "a.b", "U.S.A.", "1,000.50", "3.14", "12:30",
    "a:b", "_", "__", "snake_case", "x_1", "'", "''", ".", ",", ";", ":", "\"", " ", "  ", "\n",
    "\r\n", "\t", "\u{202F}", "\u{A0}", "\u{AD}", "\u{200D}", "\u{2060}", "\u{301}", "\u{308}",
    "日本", "カタ", "ひ", "한국", "\u{1112}\u{1161}\u{11AB}", "א", "א\"ב", "א'", "й", "Ω", "ΐ", "ﬁ",
    "🇫🇷", "🇧", "❤\u{FE0F}", "👩\u{200D}👧", "©", "…", "—", "«", "»", "\u{2BC}", "\u{2BB}", "\u{149}",
    "İ", "ı", "½", "²", "Ⅷ", "ﷺ", "\u{1D400}", "\u{2FA1D}", "\u{10FFFF}", "\u{E0041}", "0", "1",
    "42",
    "themselves", "yourselves", "being", "antidisestablishmentarianism", "a", "B", "z",
    "\u{FF21}\u{FF11}\u{FF07}", "\u{5D0}\u{5F4}", "٣", "\u{93E}", "क", "\u{115F}", "ͺ",
  ].map { Array($0.utf8) }

  /// A text of up to `pieceCount` words, marks, and, if wanted, bytes that are no UTF-8.
  public mutating func text(pieceCount: Int, withIllFormedBytes: Bool) -> [UInt8] {
    var text: [UInt8] = []
    // Some texts are mostly plain words, some anything but.
    let plainness = random.below(4)
    for _ in 0..<random.below(pieceCount + 1) {
      if random.below(4) < plainness {
        for _ in 0...random.below(9) { text.append(UInt8(ascii: "a") + UInt8(random.below(26))) }
        text.append([UInt8(ascii: " "), 0x20, 0x20, 0x2E, 0x2C, 0x27, 0x2D][random.below(7)])
      } else if withIllFormedBytes, random.below(8) == 0 {
        text.append(UInt8(truncatingIfNeeded: random.next()))
      } else {
        text += Self.pieces[random.below(Self.pieces.count)]
      }
    }
    return text
  }
}
