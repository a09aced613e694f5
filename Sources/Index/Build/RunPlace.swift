import Tokenizer

/// The place of a merge in one run: a current term and what of the run is at hand.
struct RunPlace {
  /// What is at hand of the section `terms`: all of it, or a window.
  var terms: Bytes
  /// Where that starts in the section.
  var termsOffset = 0
  /// Where the record after that of the current term starts in `terms`.
  var nextRecord = 0
  /// What is at hand of the section `occurrences`, aligned for its values.
  var occurrences: Bytes
  /// Where that starts in the section.
  var occurrencesOffset = 0

  /// The number of occurrences of the current term.
  private(set) var occurrenceCount = 0
  /// The number of occurrences of all terms before it.
  private(set) var occurrenceStart = 0
  private var termStart = 0
  /// -1 at the end.
  private var termCount = 0

  private let positionBits: Int
  private let docBase: UInt32
  /// Bytes of an occurrence.
  let occurrenceWidth: Int

  /// The bits of a key that tell the run.
  static let orderBits = 31
  /// Set in keys of terms that the other bits of the key do not tell.
  static let longBit: UInt128 = 1 << 31
  /// The bytes of a term that a key holds.
  private static let keyByteCount = 12
  /// More than the record of a term takes besides the term.
  private static let maxNumberByteCount = 20

  /// Before the first term of `run` from the last mark up to `lowerBound` on.
  init(_ run: StoredRun, docBase: Int, from lowerBound: [UInt8]?) {
    positionBits = run.run.positionBits
    self.docBase = UInt32(docBase)
    occurrenceWidth = run.run.occurrenceWidth
    terms = run.isInFile ? .empty : run.run.terms.bytes
    occurrences =
      run.isInFile
      ? .empty : run.run.occurrences.view.bytes(count: run.run.occurrenceByteCount)
    guard let lowerBound, let mark = run.run.lastMark(upTo: lowerBound) else { return }
    if run.isInFile {
      termsOffset = mark.termOffset
    } else {
      nextRecord = mark.termOffset
    }
    occurrenceStart = mark.occurrenceStart
  }

  /// Whether there is a current term.
  var isValid: Bool { termCount >= 0 }

  /// The current term, valid as long as what is at hand.
  var term: Bytes { terms.slice(at: termStart, count: termCount) }

  /// Whether all of the next record is at hand.
  @inline(__always)
  var isNextAtHand: Bool {
    let rest = terms.count &- nextRecord
    guard rest >= 3 else { return false }
    var length = Int(terms[nextRecord])
    if length >= 0x80 {
      // No length takes more than three bytes.
      length = length & 0x7F | Int(terms[nextRecord &+ 1]) << 7
      length = length & 0x3FFF | Int(terms[nextRecord &+ 2] & 0x7F) << 14
    }
    return rest >= length &+ RunPlace.maxNumberByteCount
  }

  /// Moves to the next term; to the end if there is no record at hand.
  @inline(__always)
  mutating func next() {
    occurrenceStart &+= occurrenceCount
    guard nextRecord < terms.count else {
      occurrenceCount = 0
      termCount = -1
      return
    }
    termCount = readVariable()
    termStart = nextRecord
    nextRecord &+= termCount
    occurrenceCount = readVariable()
  }

  @inline(__always)
  private mutating func readVariable() -> Int {
    var value = Int(terms[nextRecord])
    nextRecord &+= 1
    if value < 0x80 { return value }
    value &= 0x7F
    var shift = 7
    while true {
      let byte = Int(terms[nextRecord])
      nextRecord &+= 1
      value |= (byte & 0x7F) &<< shift
      if byte < 0x80 { return value }
      shift &+= 7
    }
  }

  /// A number that orders terms, and equal ones by `order`: 12 bytes of the term, the long bit,
  /// then the order in 31 bits.
  ///
  /// Only keys of two terms that both have the long bit, and agree in the bits above it, do not
  /// tell which term is first.
  @inline(__always)
  func makeKey(order: Int) -> UInt128 {
    var high: UInt64
    var low: UInt64
    if termStart &+ 16 <= terms.count {
      high = UInt64(bigEndian: terms.load(at: termStart))
      low = UInt64(bigEndian: terms.load(at: termStart &+ 8))
      if termCount < 8 {
        high &= ~(UInt64.max &>> UInt64(truncatingIfNeeded: 8 &* termCount))
        low = 0
      } else {
        let count = min(termCount, RunPlace.keyByteCount) &- 8
        low &= ~(UInt64.max &>> UInt64(truncatingIfNeeded: 8 &* count))
      }
    } else {
      (high, low) = slowWords
    }
    // A zero byte at the end looks like none at all.
    if termCount > RunPlace.keyByteCount || termCount == 0
      || terms[termStart &+ termCount &- 1] == 0
    {
      low |= 1 << 31
    }
    low |= UInt64(truncatingIfNeeded: order)
    return UInt128(high) << 64 | UInt128(low)
  }

  /// The first 12 bytes of a term that lies at the end of what is at hand.
  private var slowWords: (high: UInt64, low: UInt64) {
    var high: UInt64 = 0
    var low: UInt64 = 0
    for index in 0..<min(termCount, RunPlace.keyByteCount) {
      let byte = UInt64(terms[termStart + index])
      if index < 8 {
        high |= byte << UInt64(56 - 8 * index)
      } else {
        low |= byte << UInt64(120 - 8 * index)
      }
    }
    return (high, low)
  }

  /// Hands the occurrences at `range` of the section, which are at hand, to `encoder`.
  @inline(__always)
  func append(_ range: Range<Int>, to encoder: inout PostingListEncoder) {
    let first = range.lowerBound &- occurrencesOffset
    if occurrenceWidth == 4 {
      encoder.append(
        occurrences.values(of: UInt32.self), first / 4..<(first &+ range.count) / 4,
        positionBits: positionBits, docBase: docBase)
    } else {
      encoder.append(
        occurrences.values(of: UInt64.self), first / 8..<(first &+ range.count) / 8,
        positionBits: positionBits, docBase: docBase)
    }
  }
}

extension Bytes {
  /// The same memory as values of another type, to be read only.
  ///
  /// - Precondition: the memory is aligned for `T`.
  fileprivate func values<T: BitwiseCopyable>(of type: T.Type) -> ColumnView<T> {
    // SAFETY: the values are trivial, and who gets them only reads.
    unsafe ColumnView<T>(
      base: UnsafeMutableRawPointer(mutating: base).assumingMemoryBound(to: T.self),
      count: count / MemoryLayout<T>.stride)
  }
}
