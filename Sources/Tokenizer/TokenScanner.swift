/// One pass over a text, batch by batch.
struct TokenScanner {
  let text: TextView
  let language: Language
  let stopWords: StopWordSet?
  let dropsStopWords: Bool

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

  /// Fills `buffer` until it is full or the text ends; false if there is no token any more.
  mutating func fill(_ buffer: inout TokenBuffer) -> Bool {
    var foldedEnd = buffer.imageCapacity + 64
    let breaker = WordBreaker(text: text, isTailored: true)
    while offset < text.count, buffer.count < buffer.tokenCapacity, foldedEnd <= buffer.foldedLimit
    {
      if language == .none {
        appendPlainToken(to: &buffer, &foldedEnd)
        continue
      }
      let segment = breaker.segment(from: offset)
      offset = segment.end
      guard segment.bits & ScalarProperties.word != 0 else { continue }
      appendWord(segment, to: &buffer, &foldedEnd)
    }
    return buffer.count > 0
  }

  /// Appends the term of a segment, if anything is left of it.
  @inline(__always)
  private mutating func appendWord(
    _ segment: WordBreaker.Segment, to buffer: inout TokenBuffer, _ foldedEnd: inout Int
  ) {
    let output = buffer.byteColumn.view
    let term = buffer.folder.fold(
      text, from: segment.wordStart, to: segment.end, bits: segment.bits, language: language,
      stopWords: stopWords, into: output, at: foldedEnd)
    guard let term else { return }
    append(
      to: &buffer, offset: foldedEnd, length: term.length, start: term.sourceStart,
      end: term.sourceEnd, isStopWord: term.isStopWord)
    foldedEnd += term.length
  }

  @inline(__always)
  private mutating func append(
    to buffer: inout TokenBuffer, offset: Int, length: Int, start: Int, end: Int, isStopWord: Bool
  ) {
    let ownPosition = position
    position += 1
    if isStopWord, dropsStopWords { return }
    let row = buffer.count
    buffer.offsetColumn[row] = UInt32(truncatingIfNeeded: offset)
    buffer.lengthColumn[row] = UInt32(truncatingIfNeeded: length)
    buffer.positionColumn[row] = ownPosition
    buffer.sourceStartColumn[row] = UInt32(truncatingIfNeeded: start)
    buffer.sourceEndColumn[row] = UInt32(truncatingIfNeeded: end)
    buffer.stopColumn[row] = isStopWord ? 1 : 0
    buffer.count = row + 1
  }

  /// Moves to the next plain token and appends it.
  private mutating func appendPlainToken(to buffer: inout TokenBuffer, _ foldedEnd: inout Int) {
    let output = buffer.byteColumn.view
    let start = offset
    var length = 0
    var unitCount = 0
    while offset < text.count {
      let (scalar, byteCount) = text.decodeScalar(at: offset)
      guard ScalarProperties(scalar).has(ScalarProperties.alphanumeric) else {
        if length == 0 { offset += byteCount }
        break
      }
      offset += byteCount
      let lower = ScalarMapping.lowercase(scalar)[0]
      length += output.encodeScalar(lower, at: foldedEnd + length)
      unitCount += lower < 0x10000 ? 1 : 2
      if unitCount >= Self.plainTokenLimit { break }
    }
    guard length > 0 else { return }
    let isStopWord = stopWords?.contains(output, at: foldedEnd, count: length) ?? false
    append(
      to: &buffer, offset: foldedEnd, length: length, start: start, end: offset,
      isStopWord: isStopWord)
    foldedEnd += length
  }

  /// Plain tokens end at this many UTF-16 code units, and the rest is the next token, as Lucene's
  /// `CharTokenizer` does.
  static let plainTokenLimit = 255
}
