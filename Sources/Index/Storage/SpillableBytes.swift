import Tokenizer

/// Bytes that are appended to: the last of them in memory, those before, if they became too many,
/// in a temporary file.
struct SpillableBytes: ~Copyable {
  /// What is in memory; all bytes, if none were spilled.
  var memory: ByteWriter
  /// What comes before that.
  private(set) var pieces: [SpilledBytes] = []
  private var spilledCount = 0

  /// No bytes yet.
  init(capacity: Int) {
    memory = ByteWriter(capacity: capacity)
  }

  /// The number of all bytes.
  @inline(__always)
  var count: Int { spilledCount &+ memory.count }

  /// Forgets all bytes, keeps the memory.
  mutating func removeAll() {
    memory.removeAll()
    if isSpilled { pieces = [] }
    spilledCount = 0
  }

  /// Moves what is in memory to `file`, which nobody else appends to, and gives up the memory.
  mutating func spill(to file: SpillFile) throws(IndexError) {
    if memory.count == 0 { return }
    pieces.append(try file.append(memory.bytes))
    spilledCount += memory.count
    memory = ByteWriter()
  }

  /// Whether a part of the bytes is in a file.
  var isSpilled: Bool { spilledCount > 0 }

  /// Appends all of `other`, which is empty then.
  ///
  /// - Precondition: if `other` is spilled, nothing is in memory here.
  mutating func append(_ other: inout SpillableBytes) {
    if other.isSpilled {
      precondition(memory.count == 0)
      pieces += other.pieces
      spilledCount += other.spilledCount
    }
    memory.append(other.memory.bytes)
    other.removeAll()
  }

  /// Calls `body` with all bytes, piece by piece.
  func forEachPiece(_ body: (Bytes) throws(IndexError) -> Void) throws(IndexError) {
    for piece in pieces { try piece.forEachChunk(body) }
    try body(memory.bytes)
  }
}
