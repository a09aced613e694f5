import Tokenizer

/// A reader of a run that can stand in an array: a merge keeps one for each run.
///
/// Each member is one access of a variable that others might change too, which Swift checks at
/// run time; within the reader nothing is checked.
final class RunCursor {
  private var reader: RunReader

  /// A cursor on the first term of `run` that is not before `lowerBound`.
  init(
    _ run: StoredRun, docBase: Int, from lowerBound: [UInt8]?, windowByteCount: Int
  ) throws(IndexError) {
    reader = try RunReader(
      run, docBase: docBase, from: lowerBound, windowByteCount: windowByteCount)
  }

  /// Whether there is a current term.
  var isValid: Bool { reader.isValid }
  /// The current term, valid until the next call of `next`.
  var term: Bytes { reader.term }
  /// The first eight bytes of the current term, as a number.
  var prefix: UInt64 { reader.prefix }

  /// Moves to the next term; false if there is none.
  func next() throws(IndexError) -> Bool { try reader.next() }

  /// Hands all occurrences of the current term to `encoder`.
  func appendOccurrences(to encoder: inout PostingListEncoder) throws(IndexError) {
    try reader.appendOccurrences(to: &encoder)
  }
}

/// Reads the terms of a run in order, and the occurrences of each, through two windows.
private struct RunReader: ~Copyable {
  private let run: StoredRun
  /// What is added to the run's document numbers.
  private let docBase: UInt32

  // A window on the section `terms`.
  private var window: Column<UInt8>
  private var windowOffset = 0
  private var windowCount = 0
  private var cursor = 0

  // The current term.
  private var termStart = 0
  private var termCount = 0
  private(set) var occurrenceCount = 0
  private var occurrenceStart: Int
  /// The first eight bytes of the current term, as a number.
  private(set) var prefix: UInt64 = 0

  private let occurrenceWindow: Column<UInt8>
  private let occurrenceWindowByteCount: Int

  // A window on the occurrences, as most terms have few.
  private var loaded = 0..<0

  /// The longest record of a term: its bytes and two numbers.
  private static let maxRecordByteCount = (1 << 16) + 20

  /// A cursor on the first term of `run` that is not before `lowerBound`.
  init(
    _ run: StoredRun, docBase: Int, from lowerBound: [UInt8]?, windowByteCount: Int
  ) throws(IndexError) {
    self.run = run
    self.docBase = UInt32(docBase)
    window = Column(capacity: windowByteCount)
    occurrenceWindowByteCount = windowByteCount & ~7
    occurrenceWindow = Column(capacity: occurrenceWindowByteCount)
    occurrenceStart = 0
    if let lowerBound, let mark = RunReader.lastMark(of: run, upTo: lowerBound) {
      windowOffset = mark.termOffset
      occurrenceStart = mark.occurrenceStart
    }
    guard try next(), let lowerBound else { return }
    while compare(lowerBound) < 0, try next() {}
  }

  private static func lastMark(of run: StoredRun, upTo term: [UInt8]) -> Run.Mark? {
    var low = 0
    var high = run.run.marks.count
    while low < high {
      let middle = (low + high) / 2
      if run.run.marks[middle].term.lexicographicallyPrecedes(term)
        || run.run.marks[middle].term == term
      {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low == 0 ? nil : run.run.marks[low - 1]
  }

  /// The current term, valid until the next call of `next`.
  var term: Bytes { window.view.bytes(count: windowCount).slice(at: termStart, count: termCount) }

  /// Whether there is a current term.
  private(set) var isValid = false

  private func compare(_ other: [UInt8]) -> Int {
    other.span.withBytes { compareTerms(term, $0) }
  }

  /// Moves to the next term; false if there is none.
  mutating func next() throws(IndexError) -> Bool {
    occurrenceStart += occurrenceCount
    occurrenceCount = 0
    if windowCount - cursor < 64 { try refill(64) }
    guard cursor < windowCount else {
      isValid = false
      return false
    }
    termCount = readVariable()
    if windowCount - cursor < termCount + 10 { try refill(termCount + 10) }
    termStart = cursor
    cursor += termCount
    occurrenceCount = readVariable()
    prefix = TermDictionaryFormat.prefix(of: term)
    isValid = true
    return true
  }

  private mutating func readVariable() -> Int {
    var value = 0
    var shift = 0
    while true {
      let byte = Int(window[cursor])
      cursor &+= 1
      value |= (byte & 0x7F) &<< shift
      if byte < 0x80 { return value }
      shift &+= 7
    }
  }

  /// Makes `needed` bytes available at the cursor, if the run has them.
  private mutating func refill(_ needed: Int) throws(IndexError) {
    let rest = windowCount - cursor
    let nextOffset = windowOffset + windowCount
    guard nextOffset < run.terms.byteCount else { return }
    if needed > window.capacity {
      window.grow(to: max(needed, RunReader.maxRecordByteCount), keeping: windowCount)
    }
    for index in 0..<rest { window[index] = window[cursor + index] }
    let count = min(window.capacity - rest, run.terms.byteCount - nextOffset)
    try run.readTerms(
      at: nextOffset, count: count, into: window.view.slice(at: rest, count: count))
    windowOffset += cursor
    windowCount = rest + count
    cursor = 0
  }

  /// Hands all occurrences of the current term to `encoder`.
  mutating func appendOccurrences(to encoder: inout PostingListEncoder) throws(IndexError) {
    let width = run.run.occurrenceWidth
    var offset = occurrenceStart * width
    let end = offset + occurrenceCount * width
    while offset < end {
      if offset < loaded.lowerBound || offset >= loaded.upperBound { try load(at: offset) }
      let upper = min(end, loaded.upperBound)
      let first = (offset - loaded.lowerBound) / width
      let range = first..<first + (upper - offset) / width
      if width == 4 {
        encoder.append(
          occurrenceWindow.view.reinterpreted(as: UInt32.self), range,
          positionBits: run.run.positionBits, docBase: docBase)
      } else {
        encoder.append(
          occurrenceWindow.view.reinterpreted(as: UInt64.self), range,
          positionBits: run.run.positionBits, docBase: docBase)
      }
      offset = upper
    }
  }

  private mutating func load(at offset: Int) throws(IndexError) {
    let count = min(occurrenceWindowByteCount, run.occurrences.byteCount - offset)
    try run.readOccurrences(at: offset, count: count, into: occurrenceWindow.view)
    loaded = offset..<offset + count
  }
}

extension ColumnView where Element == UInt8 {
  /// The same memory as values of another type.
  ///
  /// - Precondition: the memory is aligned for `T`.
  fileprivate func reinterpreted<T: BitwiseCopyable>(as type: T.Type) -> ColumnView<T> {
    // SAFETY: columns are aligned to 16 bytes; the values are trivial.
    unsafe ColumnView<T>(
      base: UnsafeMutableRawPointer(base).assumingMemoryBound(to: T.self),
      count: count / MemoryLayout<T>.stride)
  }
}
