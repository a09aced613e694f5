import Tokenizer

/// The order in which ids need no table: that of their bytes, but numbers by their size.
///
/// Where two ids differ first, that within a number which is followed by more digits is the greater,
/// for the number is; otherwise bytes decide, and nothing is less than a byte. So `w9` comes before
/// `w10`, `a-9-7` before `a-10-2`, and `a07` before `a08`; collections are numbered like that more
/// often than in the order of bytes, and ids with numbers of one length are in both.
///
/// It is a total order of byte strings: that of the strings as sequences of numbers (by the count of
/// their digits, then by these) and other bytes.
enum IDOrder {
  /// Whether `left` comes before `right`, from which it differs then.
  static func isLess(_ left: Bytes, _ right: Bytes) -> Bool {
    let place = left.commonByteCount(with: right)
    let leftDigitCount = digitCount(left, from: place)
    let rightDigitCount = digitCount(right, from: place)
    let isInNumber =
      place > 0 && isDigit(left[place - 1]) || leftDigitCount > 0 && rightDigitCount > 0
    if isInNumber && leftDigitCount != rightDigitCount { return leftDigitCount < rightDigitCount }
    if place == left.count || place == right.count { return left.count < right.count }
    return left[place] < right[place]
  }

  /// Whether a byte is a digit of ASCII.
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  private static func digitCount(_ id: Bytes, from start: Int) -> Int {
    var end = start
    while end < id.count, isDigit(id[end]) { end += 1 }
    return end - start
  }
}

/// What is known of the order of some consecutive ids.
struct IDSequence: Sendable {
  /// Whether each comes after the one before.
  private(set) var isIncreasing = true
  // Of an increasing sequence that is not empty.
  private var isEmpty = true
  private var first: [UInt8] = []
  private var last: [UInt8] = []

  /// Adds an id at the end.
  mutating func append(_ id: Bytes) {
    guard isIncreasing else { return }
    if isEmpty {
      isEmpty = false
      first = id.copied()
    } else {
      isIncreasing = last.span.withBytes { IDOrder.isLess($0, id) }
    }
    last.removeAll(keepingCapacity: true)
    if isIncreasing { id.withSpan { for place in $0.indices { last.append($0[place]) } } }
  }

  /// Adds a sequence at the end.
  mutating func append(_ other: IDSequence) {
    isIncreasing = isIncreasing && other.isIncreasing
    guard isIncreasing, !other.isEmpty else { return }
    other.first.span.withBytes { append($0) }
    if isIncreasing { last = other.last }
  }
}
