import Tokenizer

/// Reads byte strings each of which shares its start with the one before.
///
///     Front := 0: u8 | sharedCount + 1: varint, suffix: bytes
///
/// A front of 0 is the string before, with one more in the number it ends with. Before format 5 all
/// fronts are `sharedCount: varint, suffix: bytes`.
struct FrontCodedReader: ~Copyable {
  private var reader: ByteReader
  private let countsUp: Bool
  private var text = ByteWriter(capacity: 64)
  /// The number of strings read.
  private(set) var count = 0

  /// - Parameter countsUp: whether fronts may be 0.
  init(_ bytes: Bytes, countsUp: Bool) {
    reader = ByteReader(bytes)
    self.countsUp = countsUp
  }

  /// Begins with other fronts of the same kind.
  mutating func restart(_ bytes: Bytes) {
    reader = ByteReader(bytes)
    text.removeAll()
    count = 0
  }

  /// The number of bytes of all fronts.
  var byteCount: Int { reader.bytes.count }

  /// Whether all strings were read.
  var isAtEnd: Bool { reader.remaining == 0 }

  /// The string read last, valid until the next.
  var current: Bytes { text.bytes }

  /// Reads a string.
  @inline(__always)
  mutating func advance() throws(ByteReader.Failure) {
    count &+= 1
    var shared = try reader.readCount(limit: text.count + (countsUp ? 1 : 0))
    if countsUp {
      if shared == 0 {
        guard text.countUp() else { throw .overflow(offset: reader.offset) }
        return
      }
      shared -= 1
    }
    let count = try reader.readCount(limit: reader.remaining)
    text.removeLast(text.count - shared)
    if count <= 16, reader.remaining >= 16 {
      // Most are short: two words, of which only so many bytes count.
      let bytes = reader.bytes
      text.append(
        UInt64(littleEndian: bytes.load(at: reader.offset)),
        UInt64(littleEndian: bytes.load(at: reader.offset + 8)), byteCount: count)
      reader.skip(count)
    } else {
      text.append(try reader.readBytes(count))
    }
  }
}

extension FrontCodedReader {
  /// Reads on to the string at `index`, from 0, as far as the first `end` bytes of the fronts go;
  /// returns whether it was reached.
  ///
  /// The same as so many times `advance`, with the same strings and failures, in a quarter of the
  /// time or less.
  /// - Precondition: no string after it was read.
  mutating func seek(to index: Int, before end: Int) throws(ByteReader.Failure) -> Bool {
    assert(index + 1 >= count && end <= byteCount)
    while count <= index {
      try passShortFronts(index + 1 - count, before: end)
      if count > index { break }
      guard end == byteCount else { return false }
      try advance()
    }
    return true
  }

  /// Passes over up to `limit` fronts before `end`, up to one that is long or near to it.
  private mutating func passShortFronts(
    _ limit: Int, before end: Int
  ) throws(ByteReader.Failure) {
    let bytes = reader.bytes
    let sharedBias = countsUp ? 1 : 0
    var memory = text.memory(atLeast: Self.shortTextByteCount)
    var textByteCount = text.count
    var left = limit
    var offset = reader.offset
    while left > 0, offset &+ 2 <= end {
      let head = Int(bytes[offset])
      let suffixCount = Int(bytes[offset &+ 1])
      if head < sharedBias {
        let run = bytes.repeatedByteCount(of: 0, in: offset..<min(end, offset + left))
        text.setCount(textByteCount)
        guard text.countUp(by: run) else { throw .overflow(offset: offset) }
        memory = text.memory(atLeast: Self.shortTextByteCount)
        textByteCount = text.count
        offset &+= run
        left &-= run
        continue
      }
      let shared = head &- sharedBias
      if shared | suffixCount == 0 {
        // Empty strings, as where there are no titles: two equal bytes each.
        let run = bytes.repeatedByteCount(
          of: UInt64(sharedBias) &* 0x0001_0001_0001_0001, in: offset..<min(end, offset + 2 * left))
        textByteCount = 0
        offset &+= run & ~1
        left &-= run &>> 1
        continue
      }
      let next = offset &+ 2 &+ suffixCount
      guard head < 0x80, suffixCount <= Self.shortSuffixByteCount, next &+ 16 <= end else { break }
      guard shared <= textByteCount else { throw .overflow(offset: offset) }
      // Whole vectors, of which only so many bytes count.
      var done = 0
      repeat {
        memory.store(
          bytes.load(at: offset &+ 2 &+ done, as: SIMD2<UInt64>.self), at: shared &+ done)
        done &+= 16
      } while done < suffixCount
      textByteCount = shared &+ suffixCount
      offset = next
      left &-= 1
    }
    text.setCount(textByteCount)
    count &+= limit &- left
    reader.skip(offset &- reader.offset)
  }

  /// A suffix of more bytes is copied by `advance`.
  private static var shortSuffixByteCount: Int { 64 }
  /// A string with a short front and suffix, and a vector.
  private static var shortTextByteCount: Int { 0x7F + shortSuffixByteCount + 16 }
}

extension Bytes {
  /// How many bytes of `range`, from its start on, are those of `pattern`, again and again.
  @inline(__always)
  fileprivate func repeatedByteCount(of pattern: UInt64, in range: Range<Int>) -> Int {
    var offset = range.lowerBound
    while offset &+ 8 <= range.upperBound {
      let difference = UInt64(littleEndian: load(at: offset)) ^ pattern
      if difference != 0 {
        return offset &- range.lowerBound &+ difference.trailingZeroBitCount &>> 3
      }
      offset &+= 8
    }
    var rest = pattern
    while offset < range.upperBound, self[offset] == UInt8(truncatingIfNeeded: rest) {
      offset &+= 1
      rest &>>= 8
    }
    return offset &- range.lowerBound
  }
}

/// Writes byte strings as `FrontCodedReader` reads them.
struct FrontCodedWriter: ~Copyable {
  /// What was written.
  private(set) var bytes = ByteWriter(capacity: 2 * DocumentStoreFormat.recordBlockByteCount)
  private var previous = ByteWriter(capacity: 64)

  /// Appends a string.
  mutating func append(_ text: Bytes) {
    let shared = previous.bytes.commonByteCount(with: text)
    if previous.countUp(), previous.count == text.count,
      previous.bytes.commonByteCount(with: text) == text.count
    {
      bytes.append(UInt8(0))
      return
    }
    let suffix = text.slice(at: shared, count: text.count - shared)
    bytes.appendVariable(shared + 1)
    bytes.appendVariable(suffix.count)
    bytes.append(suffix)
    previous.removeAll()
    previous.append(text)
  }

  /// Forgets everything.
  mutating func removeAll() {
    bytes.removeAll()
    previous.removeAll()
  }
}

extension ByteWriter {
  /// Adds one to the decimal number that the bytes end with, which keeps its leading zeros; false
  /// if they end with none.
  ///
  /// - Complexity: O(nines at the end).
  @inline(__always)
  fileprivate mutating func countUp() -> Bool {
    let last = count > 0 ? bytes[count - 1] : 0
    guard IDOrder.isDigit(last), last < 0x39 else { return countUpWithCarry() }
    removeLast(1)
    append(last + 1)
    return true
  }

  /// The same as so many times `countUp`.
  ///
  /// - Precondition: `amount` is at least 1, and not near the greatest number.
  /// - Complexity: O(digits of the two numbers).
  fileprivate mutating func countUp(by amount: Int) -> Bool {
    guard count > 0, IDOrder.isDigit(bytes[count - 1]) else { return false }
    var carry = amount
    var place = count
    while carry > 0, place > 0, IDOrder.isDigit(bytes[place - 1]) {
      place -= 1
      let (quotient, digit) = (carry + Int(bytes[place] - 0x30)).quotientAndRemainder(
        dividingBy: 10)
      replace(at: place, with: 0x30 + UInt8(digit))
      carry = quotient
    }
    if carry > 0 { insert(carry, at: place) }
    return true
  }

  /// Puts the digits of a number before the bytes from `place` on.
  @inline(never)
  private mutating func insert(_ number: Int, at place: Int) {
    let rest = bytes.slice(at: place, count: count - place).copied()
    removeLast(rest.count)
    append([UInt8](String(number).utf8).span)
    append(rest.span)
  }

  @inline(never)
  private mutating func countUpWithCarry() -> Bool {
    var nineCount = 0
    while nineCount < count, bytes[count - 1 - nineCount] == 0x39 { nineCount += 1 }
    let before = nineCount < count ? bytes[count - 1 - nineCount] : 0
    let isDigit = IDOrder.isDigit(before)
    guard isDigit || nineCount > 0 else { return false }
    removeLast(isDigit ? nineCount + 1 : nineCount)
    append(isDigit ? before + 1 : 0x31)
    for _ in 0..<nineCount { append(UInt8(0x30)) }
    return true
  }
}
