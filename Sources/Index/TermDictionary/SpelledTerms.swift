/// The terms of a block without what each shares with the one before, to be written in symbols of
/// either size.
///
/// What is kept is bytes. Symbols are counted at once, as which are fewer is known at the end only,
/// and spelled when they are written.
struct SpelledTerms: ~Copyable {
  /// What there is of a term in one spelling.
  private struct Counts {
    var shared = 0
    var suffix = 0
  }

  private struct Term {
    /// In bytes, which are symbols of 8 bits.
    var long = Counts()
    /// In symbols of 5 bits.
    var short = Counts()
    /// The symbols of 5 bits of the suffix's first byte that are shared, too.
    var dropped = 0
  }

  private var terms: [Term] = []
  /// The bytes of all suffixes.
  private var suffixes = ByteWriter(capacity: 1 << 9)
  private var first = ByteWriter(capacity: 1 << 7)
  private var last = ByteWriter(capacity: 1 << 7)

  /// The number of terms.
  var count: Int { terms.count }

  /// Begins the next block.
  mutating func removeAll() {
    terms.removeAll(keepingCapacity: true)
    suffixes.removeAll()
  }

  /// Appends a term, of which so many bytes are not stored if it is the first.
  mutating func append(_ bytes: Bytes, prefixByteCount: Int) {
    var term = Term()
    if terms.isEmpty {
      first.removeAll()
      first.append(bytes)
      term.long.shared = prefixByteCount
      term.short.shared = SpelledTerms.symbolCount(of: bytes, 0..<prefixByteCount)
    } else {
      // So that lookups can begin there.
      let isHalf = terms.count == TermDictionaryFormat.halfLength
      let before = isHalf ? first.bytes : last.bytes
      let shared = before.commonByteCount(with: bytes)
      term.long.shared = shared
      term.dropped = SpelledTerms.commonSymbolCount(before, bytes, at: shared)
      term.short.shared = SpelledTerms.symbolCount(of: bytes, 0..<shared) + term.dropped
    }
    let suffix = term.long.shared..<bytes.count
    term.long.suffix = suffix.count
    term.short.suffix = SpelledTerms.symbolCount(of: bytes, suffix) - term.dropped
    terms.append(term)
    suffixes.append(bytes.slice(at: suffix.lowerBound, count: suffix.count))
    last.removeAll()
    last.append(bytes)
  }

  private static func symbolCount(of bytes: Bytes, _ range: Range<Int>) -> Int {
    var count = 0
    for index in range { count += TermSpelling.shortSymbolCount(of: bytes[index]) }
    return count
  }

  /// The symbols of 5 bits that two terms have in common in the first byte that they have not.
  private static func commonSymbolCount(_ left: Bytes, _ right: Bytes, at index: Int) -> Int {
    guard index < left.count, index < right.count else { return 0 }
    let short = TermSpelling.shortSymbolBitCount
    let (a, b) = (
      TermSpelling.symbols(of: left[index], short), TermSpelling.symbols(of: right[index], short)
    )
    // No byte's symbols begin another's, so they differ before either ends.
    return (a.bits ^ b.bits).trailingZeroBitCount / short
  }

  // MARK: - Sizes

  /// Whether symbols of 8 bits take less.
  var takeLessInBytes: Bool {
    suffixBitCount(of: count, inBytes: true) < suffixBitCount(of: count, inBytes: false)
  }

  private func counts(_ index: Int, _ inBytes: Bool) -> Counts {
    inBytes ? terms[index].long : terms[index].short
  }

  /// The fewest symbols that a term after the first shares with the one before, as far as it can be
  /// said.
  func leastSharedCount(inBytes: Bool) -> Int {
    guard count > 1 else { return 0 }
    var least = 255
    for index in 1..<count { least = min(least, counts(index, inBytes).shared) }
    return least
  }

  /// The bits of the suffixes of the first `termCount` terms, with what is in no head.
  func suffixBitCount(of termCount: Int, inBytes: Bool) -> Int {
    let least = leastSharedCount(inBytes: inBytes)
    var symbolCount = 0
    var excessBitCount = 0
    for index in 0..<termCount {
      symbolCount += counts(index, inBytes).suffix
      let excess = excess(index, least, inBytes)
      excessBitCount += bitCount(ofExcess: excess.shared) + bitCount(ofExcess: excess.suffix)
    }
    return symbolCount * TermSpelling.symbolBitCount(inBytes: inBytes) + excessBitCount
  }

  /// What is more in the counts of a term than its head can say; less than 0 if that says all.
  private func excess(_ index: Int, _ least: Int, _ inBytes: Bool) -> Counts {
    let counts = counts(index, inBytes)
    if index == 0 { return Counts(shared: -1, suffix: counts.suffix) }
    let long = TermDictionaryFormat.longCount
    return Counts(shared: counts.shared - least - long, suffix: counts.suffix - 1 - long)
  }

  private func bitCount(ofExcess more: Int) -> Int {
    if more < 0 { return 0 }
    return ExponentialGolombCode.bitCount(
      UInt64(more), parameter: TermDictionaryFormat.countParameter)
  }

  // MARK: - Writing

  func writeHeads(inBytes: Bool, to target: inout ByteWriter) {
    let long = TermDictionaryFormat.longCount
    let least = leastSharedCount(inBytes: inBytes)
    var bits = BitWriter()
    for index in 1..<max(1, count) {
      let counts = counts(index, inBytes)
      let head = min(counts.shared - least, long) | min(counts.suffix - 1, long) << 3
      bits.append(UInt64(head), bitCount: TermDictionaryFormat.headBitCount, to: &target)
    }
    bits.finish(&target)
  }

  func writeSuffixes(inBytes: Bool, to target: inout ByteWriter) {
    let least = leastSharedCount(inBytes: inBytes)
    let symbolBitCount = TermSpelling.symbolBitCount(inBytes: inBytes)
    var bits = BitWriter()
    var start = 0
    for index in 0..<count {
      let excess = excess(index, least, inBytes)
      bits.append(excess: excess.shared, to: &target)
      bits.append(excess: excess.suffix, to: &target)
      let term = terms[index]
      var dropped = inBytes ? 0 : term.dropped
      for place in start..<start + term.long.suffix {
        let symbols = TermSpelling.symbols(of: suffixes.bytes[place], symbolBitCount)
        bits.append(
          UInt64(symbols.bits) >> UInt64(dropped * symbolBitCount),
          bitCount: (symbols.count - dropped) * symbolBitCount, to: &target)
        dropped = 0
      }
      start += term.long.suffix
    }
    bits.finish(&target)
  }
}

extension BitWriter {
  /// Appends what a count is more than a head can say, if it is.
  fileprivate mutating func append(excess more: Int, to target: inout ByteWriter) {
    if more < 0 { return }
    append(exponential: UInt64(more), parameter: TermDictionaryFormat.countParameter, to: &target)
  }
}
