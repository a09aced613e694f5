/// One pass over a text, batch by batch.
///
/// Text is taken in blocks of 64 bytes, as bit masks. A *run* is a maximal stretch of letters,
/// digits, the marks that join them, and bytes that are no ASCII; both its ends are word
/// boundaries. A run of plain ASCII is a token: its term is already there, in the lower-case image
/// of the text that the block left in the buffer. Other runs go through `WordBreaker` and
/// `WordFolder`. `fillStepwise` is the same without blocks: the definition, and the way for buffers
/// too small for a block.
struct TokenScanner {
  private let text: TextView
  private let language: Language
  private let dropsStopWords: Bool
  private let stopWords: StopWordSet?

  /// Where the next segment starts.
  private var offset = 0
  /// The ordinal of the next token.
  private var position: UInt32 = 0

  init(text: TextView, language: Language, stopWords: StopWordSet?, dropsStopWords: Bool) {
    self.text = text
    self.language = language
    self.stopWords = stopWords
    self.dropsStopWords = dropsStopWords
  }

  /// The tokens that one block may add, with the run that it completes.
  private static let tokensPerBlock = 2 * ASCIIBlock.byteCount
  /// The bytes of folded terms that one block may add before its last term: a byte of text becomes
  /// at most 11.
  private static let foldedBytesPerBlock = 16 * ASCIIBlock.byteCount
  /// An open run that is longer at the end of a block leaves the fast path: it may be endless, and
  /// no plain run gets as long as `plainTokenLimit`.
  private static let longestOpenRun = 190

  /// Fills `buffer` until it is full or the text ends; false if there is no token any more.
  mutating func fill(_ buffer: inout TokenBuffer) -> Bool {
    while offset < text.count {
      if buffer.tokenCapacity > Self.tokensPerBlock {
        fillFromBlocks(&buffer)
      } else {
        fillStepwise(&buffer)
      }
      // A batch may be all stop words, dropped; go on until there is a token.
      if buffer.count > 0 { return true }
    }
    return false
  }

  private mutating func fillFromBlocks(_ buffer: inout TokenBuffer) {
    let windowStart = offset
    var rows = TokenRows(
      buffer, windowStart: windowStart, position: position, stopWords: stopWords,
      dropsStopWords: dropsStopWords)
    let image = buffer.byteColumn.view
    let tokenLimit = buffer.tokenCapacity - Self.tokensPerBlock
    let windowEnd = windowStart + buffer.imageCapacity - 2 * ASCIIBlock.byteCount
    let foldedLimit = buffer.foldedLimit - Self.foldedBytesPerBlock
    var base = windowStart
    // The run that is open at the start of the block.
    var runStart = -1
    // Whether the byte before the block is a letter, a digit or other.
    var carry: UInt64 = 0
    while base < text.count, rows.count <= tokenLimit, base <= windowEnd,
      rows.foldedEnd <= foldedLimit
    {
      let block = loadBlock(at: base, image, at: base &- windowStart)
      let solid = block.alphanumerics | block.others
      let (runs, special) = findRuns(in: block, at: base, solid: solid, carry: carry)
      let edges = runs ^ (runs << 1 | (runStart >= 0 ? 1 : 0))
      if special == 0 {
        appendPlainRuns(edges, at: base, &runStart, &rows)
      } else {
        appendRuns(edges, special, at: base, &runStart, &buffer, &rows)
      }
      if runStart >= 0 {
        let firstBit = UInt64(max(0, runStart &- base))
        let end = base &+ ASCIIBlock.byteCount
        if special & (~0 << firstBit) != 0 || end &- runStart > Self.longestOpenRun {
          // Do not look for the end of the run: it may be all of the text.
          base = appendSpecial(from: runStart, to: end, &buffer, &rows)
          runStart = -1
          carry = 0
          continue
        }
      }
      carry = solid >> 63
      base &+= ASCIIBlock.byteCount
    }
    if runStart >= 0, base >= text.count {
      rows.appendPlain(runStart, text.count)
      runStart = -1
    }
    offset = runStart >= 0 ? runStart : min(base, text.count)
    position = rows.position
    buffer.count = rows.count
  }

  /// Appends the runs that end in a block, all of them plain; `edges` are their starts and ends in
  /// turn, beginning with an end if a run is open.
  @inline(__always)
  private func appendPlainRuns(
    _ edges: UInt64, at base: Int, _ runStart: inout Int, _ rows: inout TokenRows
  ) {
    var edges = edges
    if runStart >= 0, edges != 0 {
      rows.appendPlain(runStart, base &+ edges.trailingZeroBitCount)
      edges &= edges &- 1
      runStart = -1
    }
    while edges != 0 {
      let start = base &+ edges.trailingZeroBitCount
      edges &= edges &- 1
      guard edges != 0 else {
        runStart = start
        return
      }
      rows.appendPlain(start, base &+ edges.trailingZeroBitCount)
      edges &= edges &- 1
    }
  }

  /// As `appendPlainRuns`, for a block with bytes that need the general rules: `special`.
  @inline(__always)
  private func appendRuns(
    _ edges: UInt64, _ special: UInt64, at base: Int, _ runStart: inout Int,
    _ buffer: inout TokenBuffer, _ rows: inout TokenRows
  ) {
    var edges = edges
    while edges != 0 {
      let bit = UInt64(truncatingIfNeeded: edges.trailingZeroBitCount)
      let place = base &+ Int(truncatingIfNeeded: bit)
      edges &= edges &- 1
      guard runStart >= 0 else {
        runStart = place
        continue
      }
      // The bits of the run in this block: from its start, up to `bit`.
      let firstBit = UInt64(max(0, runStart &- base))
      let before = bit == 0 ? 0 : (~0 as UInt64) >> (64 &- bit)
      if special & before & (~0 << firstBit) == 0 {
        rows.appendPlain(runStart, place)
      } else {
        let end = appendSpecial(from: runStart, to: place, &buffer, &rows)
        assert(end == place, "a run ends at a boundary")
      }
      runStart = -1
    }
  }

  /// The bits of the runs of a block, and those of their bytes that need the general rules.
  ///
  /// `solid` are its letters, digits and others; `carry` is 1 if such a byte is before it.
  @inline(__always)
  private func findRuns(
    in block: ASCIIBlock, at base: Int, solid: UInt64, carry: UInt64
  ) -> (runs: UInt64, special: UInt64) {
    var runs = solid
    var special = block.others
    guard language != .plain else { return (runs, special) }
    let between = (solid << 1 | carry) & (solid >> 1 | followsSolid(base) << 63)
    // WB7a: an apostrophe may join a Hebrew letter before it, whatever follows.
    let candidates = block.middles & (between | block.others << 1)
    if candidates != 0 {
      joinCandidates(candidates, at: base, &runs, &special, language != .undetermined)
    }
    if language == .dutch {
      // A lone letter after an apostrophe may be a clitic.
      special |= lettersAfterApostrophes(block, at: base)
    }
    return (runs, special)
  }

  /// The block at `base`; past the end of the text, it has zeros.
  @inline(__always)
  private func loadBlock(
    at base: Int, _ image: ColumnView<UInt8>, at place: Int
  ) -> ASCIIBlock {
    let lowLineIsOther = language != .plain
    if base &+ ASCIIBlock.byteCount <= text.count {
      return ASCIIBlock(text, at: base, image: image, at: place, lowLineIsOther: lowLineIsOther)
    }
    return loadLastBlock(at: base, image, at: place)
  }

  @inline(never)
  private func loadLastBlock(
    at base: Int, _ image: ColumnView<UInt8>, at place: Int
  ) -> ASCIIBlock {
    for index in 0..<ASCIIBlock.byteCount {
      image[place + index] = base + index < text.count ? text[base + index] : 0
    }
    // SAFETY: the block was just written there, and the image outlives the call.
    let copy = unsafe TextView(base: image.base + place, count: ASCIIBlock.byteCount)
    return ASCIIBlock(copy, at: 0, image: image, at: place, lowLineIsOther: language != .plain)
  }

  /// 1 if the byte after the block at `base` is a letter, a digit or none of ASCII, else 0.
  @inline(__always)
  private func followsSolid(_ base: Int) -> UInt64 {
    let next = base &+ ASCIIBlock.byteCount
    guard next < text.count else { return 0 }
    let kind = ByteKind(text[next])
    return kind == .separator ? 0 : 1
  }

  /// Decides which marks join the bytes around them: WB6, WB7, WB11 and WB12.
  @inline(never)
  private func joinCandidates(
    _ candidates: UInt64, at base: Int, _ runs: inout UInt64, _ special: inout UInt64,
    _ marksApostrophes: Bool
  ) {
    var rest = candidates
    while rest != 0 {
      let place = base + rest.trailingZeroBitCount
      let bit = rest & (0 &- rest)
      rest &= rest &- 1
      let mark = text[place]
      let follows = place + 1 < text.count ? ByteKind(text[place + 1]) : .separator
      switch (ByteKind(text[place - 1]), follows) {
      case (.other, _), (_, .other):
        // The general rules decide.
        runs |= bit
        special |= bit
      case (.letter, .letter):
        guard mark == UInt8(ascii: "'") || mark == UInt8(ascii: ".") else { continue }
        runs |= bit
        if mark == UInt8(ascii: "'"), marksApostrophes { special |= bit }
      case (.digit, .digit):
        if mark != UInt8(ascii: "\"") { runs |= bit }
      default: break
      }
    }
  }

  /// The letters of a block that follow an apostrophe, or may do so: before the block, a byte that
  /// is no ASCII may end one.
  private func lettersAfterApostrophes(_ block: ASCIIBlock, at base: Int) -> UInt64 {
    let isFirst = base > 0 && (text[base - 1] == UInt8(ascii: "'") || text[base - 1] >= 0x80)
    var rest = block.middles << 1 & block.alphanumerics
    var letters = isFirst ? block.alphanumerics & 1 : 0
    while rest != 0 {
      let bit = rest & (0 &- rest)
      if text[base + rest.trailingZeroBitCount - 1] == UInt8(ascii: "'") { letters |= bit }
      rest &= rest &- 1
    }
    return letters
  }

  /// Appends the tokens of the segments from `start`, a boundary, up to the first boundary at or
  /// after `end`, which is returned.
  @inline(never)
  private func appendSpecial(
    from start: Int, to end: Int, _ buffer: inout TokenBuffer, _ rows: inout TokenRows
  ) -> Int {
    let end = min(end, text.count)
    var place = start
    while place < end {
      place = appendNext(from: place, &buffer, &rows)
    }
    return place
  }

  /// Appends the token of the segment that starts at `start`, if it is one, and returns its end.
  @inline(__always)
  private func appendNext(
    from start: Int, _ buffer: inout TokenBuffer, _ rows: inout TokenRows
  ) -> Int {
    if language == .plain { return appendPlainToken(from: start, &buffer, &rows) }
    let segment = WordBreaker(text: text, isTailored: true).segment(from: start)
    guard segment.bits & ScalarProperties.word != 0 else { return segment.end }
    let term = buffer.folder.fold(
      text, from: segment.wordStart, to: segment.end, bits: segment.bits, language: language,
      stopWords: stopWords, into: buffer.byteColumn.view, at: rows.foldedEnd)
    guard let term else { return segment.end }
    rows.appendFolded(
      length: term.length, start: term.sourceStart, end: term.sourceEnd,
      isStopWord: term.isStopWord)
    return segment.end
  }

  /// Appends the plain token at `start`, or skips one scalar, and returns where it ends.
  @inline(never)
  private func appendPlainToken(
    from start: Int, _ buffer: inout TokenBuffer, _ rows: inout TokenRows
  ) -> Int {
    let output = buffer.byteColumn.view
    var end = start
    var length = 0
    var unitCount = 0
    while end < text.count, unitCount < Self.plainTokenLimit {
      let (scalar, byteCount) = text.decodeScalar(at: end)
      let properties = ScalarProperties(scalar)
      guard properties.has(ScalarProperties.alphanumeric) else {
        if length == 0 { return end + byteCount }
        break
      }
      end += byteCount
      let lower =
        properties.has(ScalarProperties.hasLowercase) ? ScalarMapping.lowercase(scalar)[0] : scalar
      length += output.encodeScalar(lower, at: rows.foldedEnd + length)
      unitCount += lower < 0x10000 ? 1 : 2
    }
    let isStopWord = stopWords?.contains(output, at: rows.foldedEnd, count: length) ?? false
    rows.appendFolded(
      length: length, start: start, end: end, isStopWord: isStopWord)
    return end
  }

  /// Plain tokens end at this many UTF-16 code units, and the rest is the next token, as Lucene's
  /// `CharTokenizer` does.
  private static let plainTokenLimit = 255

  /// What `fillFromBlocks` does, one segment at a time.
  private mutating func fillStepwise(_ buffer: inout TokenBuffer) {
    var rows = TokenRows(
      buffer, windowStart: offset, position: position, stopWords: stopWords,
      dropsStopWords: dropsStopWords)
    while offset < text.count, rows.count < buffer.tokenCapacity,
      rows.foldedEnd <= buffer.foldedLimit
    {
      offset = appendNext(from: offset, &buffer, &rows)
    }
    position = rows.position
    buffer.count = rows.count
  }
}

/// What a byte can be to the rules for runs.
private enum ByteKind {
  case letter, digit, separator, other

  @inline(__always)
  init(_ byte: UInt8) {
    if byte >= 0x80 || byte == 0x5F {
      self = .other
    } else if (byte | 0x20) &- 0x61 < 26 {
      self = .letter
    } else {
      self = byte &- 0x30 < 10 ? .digit : .separator
    }
  }
}
