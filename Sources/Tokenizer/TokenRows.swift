/// The rows of the batch being filled: copies of the column views and of all else that adding a
/// row needs, for the loop.
struct TokenRows {
  private let image: ColumnView<UInt8>
  private let offsets: ColumnView<UInt32>
  private let lengths: ColumnView<UInt32>
  private let positions: ColumnView<UInt32>
  private let sourceStarts: ColumnView<UInt32>
  private let sourceEnds: ColumnView<UInt32>
  private let stopFlags: ColumnView<UInt8>
  private let keepsSources: Bool
  private let windowStart: Int
  private let stopWords: StopWordSet?
  private let stopWordView: StopWordView?
  private let dropsStopWords: Bool

  /// The number of rows.
  private(set) var count = 0
  /// The ordinal of the next token.
  private(set) var position: UInt32
  /// Where the next folded term goes.
  private(set) var foldedEnd: Int

  /// No rows yet, in the columns of `buffer`, whose image begins with the byte of the text at
  /// `windowStart`.
  init(
    _ buffer: borrowing TokenBuffer, windowStart: Int, position: UInt32, stopWords: StopWordSet?,
    dropsStopWords: Bool
  ) {
    image = buffer.byteColumn.view
    offsets = buffer.offsetColumn.view
    lengths = buffer.lengthColumn.view
    positions = buffer.positionColumn.view
    sourceStarts = buffer.sourceStartColumn.view
    sourceEnds = buffer.sourceEndColumn.view
    stopFlags = buffer.stopColumn.view
    keepsSources = buffer.keepsSources
    foldedEnd = buffer.imageCapacity
    self.windowStart = windowStart
    self.position = position
    self.stopWords = stopWords
    stopWordView = stopWords?.view
    self.dropsStopWords = dropsStopWords
  }

  /// Appends the token at `start..<end` of the text, whose term is in the image.
  @inline(__always)
  mutating func appendPlain(_ start: Int, _ end: Int) {
    let place = start &- windowStart
    let length = end &- start
    var isStopWord = false
    if let stopWordView {
      // No branch on the outcome: nothing is harder to predict than whether a word is a stop word.
      isStopWord = stopWordView.mayContain(StopWordSet.key(image, at: place, count: length))
      if isStopWord, length > 8 {
        isStopWord = stopWords?.hasLongWord(image, at: place, count: length) ?? false
      }
    }
    append(offset: place, length: length, start: start, end: end, isStopWord: isStopWord)
  }

  /// Appends a token whose term was written at `foldedEnd`.
  @inline(__always)
  mutating func appendFolded(length: Int, start: Int, end: Int, isStopWord: Bool) {
    append(offset: foldedEnd, length: length, start: start, end: end, isStopWord: isStopWord)
    foldedEnd += length
  }

  @inline(__always)
  private mutating func append(
    offset: Int, length: Int, start: Int, end: Int, isStopWord: Bool
  ) {
    offsets[count] = UInt32(truncatingIfNeeded: offset)
    lengths[count] = UInt32(truncatingIfNeeded: length)
    positions[count] = position
    if keepsSources {
      sourceStarts[count] = UInt32(truncatingIfNeeded: start)
      sourceEnds[count] = UInt32(truncatingIfNeeded: end)
      stopFlags[count] = isStopWord ? 1 : 0
    }
    position &+= 1
    count &+= isStopWord && dropsStopWords ? 0 : 1
  }
}
