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

  /// - Parameter countsUp: whether fronts may be 0.
  init(_ bytes: Bytes, countsUp: Bool) {
    reader = ByteReader(bytes)
    self.countsUp = countsUp
  }

  /// Whether all strings were read.
  var isAtEnd: Bool { reader.remaining == 0 }

  /// The string read last, valid until the next.
  var current: Bytes { text.bytes }

  /// Reads a string.
  @inline(__always)
  mutating func advance() throws(ByteReader.Failure) {
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
