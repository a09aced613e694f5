import Tokenizer

/// A number that orders terms, and equal ones by run: 12 bytes of the term, the long bit, then the
/// run in 31 bits.
///
/// Only keys of two terms that both have the long bit, and agree in the bits above it, do not tell
/// which term is first.
struct MergeKey: BitwiseCopyable {
  var high: UInt64
  var low: UInt64

  /// The key of a run at its end, after all others.
  static var end: MergeKey { MergeKey(high: .max, low: .max) }
  /// Set in keys of terms that the other bits of the key do not tell.
  static var longBit: UInt64 { 1 << 31 }

  /// The run.
  @inline(__always)
  var run: Int { Int(truncatingIfNeeded: low & (MergeKey.longBit &- 1)) }

  @inline(__always)
  var isLong: Bool { low & MergeKey.longBit != 0 }

  @inline(__always)
  var isEnd: Bool { high & low == .max }

  /// Whether both are keys of the same term, or do not tell that they are not.
  @inline(__always)
  func hasTerm(of other: MergeKey) -> Bool {
    (high ^ other.high) | (low ^ other.low) &>> 31 == 0
  }

  @inline(__always)
  static func < (left: MergeKey, right: MergeKey) -> Bool {
    UInt128(left.high) &<< 64 | UInt128(left.low)
      < UInt128(right.high) &<< 64 | UInt128(right.low)
  }
}

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

  /// Moves to the next term, or to the end if there is no record at hand; returns its key.
  @inline(__always)
  mutating func next(order: Int) -> MergeKey {
    occurrenceStart &+= occurrenceCount
    // Each step of a field in memory would wait for the one before.
    let terms = terms
    var place = nextRecord
    guard place < terms.count else {
      occurrenceCount = 0
      termCount = -1
      return .end
    }
    let count = RunPlace.readVariable(terms, &place)
    let start = place
    place &+= count
    termStart = start
    termCount = count
    occurrenceCount = RunPlace.readVariable(terms, &place)
    nextRecord = place
    return RunPlace.makeKey(terms, start, count, order)
  }

  @inline(__always)
  private static func readVariable(_ bytes: Bytes, _ place: inout Int) -> Int {
    var value = Int(bytes[place])
    place &+= 1
    if value < 0x80 { return value }
    value &= 0x7F
    var shift = 7
    while true {
      let byte = Int(bytes[place])
      place &+= 1
      value |= (byte & 0x7F) &<< shift
      if byte < 0x80 { return value }
      shift &+= 7
    }
  }

  /// The key of the term of `count` bytes at `start` of `terms`.
  @inline(__always)
  private static func makeKey(
    _ terms: Bytes, _ start: Int, _ count: Int, _ order: Int
  ) -> MergeKey {
    var high: UInt64
    var low: UInt64
    if start &+ 16 <= terms.count {
      high = UInt64(bigEndian: terms.load(at: start))
      low = UInt64(bigEndian: terms.load(at: start &+ 8))
      // No branch on the length: it is as hard to predict as anything. Swift's shifts by 64 bits
      // and more give 0.
      high &= ~(UInt64.max >> UInt64(truncatingIfNeeded: 8 &* count))
      low &= ~(UInt64.max >> UInt64(truncatingIfNeeded: 8 &* min(max(count, 8) &- 8, 4)))
    } else {
      (high, low) = slowWords(terms, start, count)
    }
    // A zero byte at the end looks like none at all.
    if count > RunPlace.keyByteCount || count == 0 || terms[start &+ count &- 1] == 0 {
      low |= MergeKey.longBit
    }
    return MergeKey(high: high, low: low | UInt64(truncatingIfNeeded: order))
  }

  /// The first 12 bytes of a term that lies at the end of what is at hand.
  @inline(never)
  private static func slowWords(
    _ terms: Bytes, _ start: Int, _ count: Int
  ) -> (high: UInt64, low: UInt64) {
    var high: UInt64 = 0
    var low: UInt64 = 0
    for index in 0..<min(count, RunPlace.keyByteCount) {
      let byte = UInt64(terms[start + index])
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
