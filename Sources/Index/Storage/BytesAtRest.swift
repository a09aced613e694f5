import Tokenizer

/// Bytes of a build that were written once and wait to be read: in memory, or in a temporary file.
enum BytesAtRest: Sendable {
  case memory(FrozenBytes)
  case spilled(SpilledBytes)

  /// The number of bytes.
  var count: Int {
    switch self {
    case .memory(let frozen): frozen.bytes.count
    case .spilled(let spilled): spilled.count
    }
  }

  /// The same bytes in a file: `file`, to which they are appended, unless they are in one.
  func spilled(to file: SpillFile) throws(IndexError) -> BytesAtRest {
    guard case .memory(let frozen) = self else { return self }
    return try withExtendedLifetime(frozen) { () throws(IndexError) in
      .spilled(try file.append(frozen.bytes))
    }
  }

  /// What an error calls the place.
  var path: String {
    switch self {
    case .memory: "memory"
    case .spilled(let spilled): spilled.path
    }
  }

  /// Calls `body` with all bytes, those in a file 64 KiB at a time.
  func forEachChunk(_ body: (Bytes) throws(IndexError) -> Void) throws(IndexError) {
    switch self {
    case .memory(let frozen):
      try withExtendedLifetime(frozen) { () throws(IndexError) in try body(frozen.bytes) }
    case .spilled(let spilled): try spilled.forEachChunk(body)
    }
  }

  /// Copies `count` bytes from `offset` on, all of which must be there, to the start of `target`.
  func read(
    _ count: Int, at offset: Int, into target: ColumnView<UInt8>
  ) throws(IndexError) {
    switch self {
    case .memory(let frozen):
      withExtendedLifetime(frozen) {
        target.copy(from: frozen.bytes.slice(at: offset, count: count))
      }
    case .spilled(let spilled): try spilled.read(count, at: offset, into: target)
    }
  }
}

/// Bytes that were written once and are only read now.
final class FrozenBytes: Sendable {
  private let writer: ByteWriter

  /// Takes over what was written.
  init(_ writer: consuming ByteWriter) {
    self.writer = writer
  }

  /// The bytes, valid as long as this object.
  var bytes: Bytes { writer.bytes }
}
