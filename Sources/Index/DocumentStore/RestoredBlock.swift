import Tokenizer

/// A compressed block that is restored as far as it is needed.
///
/// One after the other may be in the same memory, which only grows: to allocate it anew, and to clear
/// it, costs a fifth of restoring a block of records.
struct RestoredBlock: ~Copyable {
  /// The number of bytes that the block holds.
  private(set) var byteCount = 0
  private var memory = Column<UInt8>(uninitializedCapacity: 0)
  private var decompressor: BlockDecompressor?
  private var progress = BlockDecompressor.Progress()

  /// Begins with `block`, which was compressed as what follows `prefix`.
  ///
  /// Nothing is restored yet; both must stay until the next begins.
  mutating func begin(_ block: Bytes, after prefix: Bytes) throws(BlockDecompressor.Failure) {
    let decompressor = try BlockDecompressor(block, after: prefix)
    byteCount = decompressor.rawByteCount
    makeRoom(for: byteCount + BlockDecompressor.slackByteCount)
    self.decompressor = decompressor
    progress = BlockDecompressor.Progress()
  }

  /// Takes a copy of a block that is not compressed.
  mutating func copy(_ block: Bytes) {
    makeRoom(for: block.count)
    memory.view.copy(from: block)
    byteCount = block.count
    decompressor = nil
  }

  private mutating func makeRoom(for byteCount: Int) {
    if memory.capacity < byteCount { memory = Column(uninitializedCapacity: byteCount) }
  }

  /// The bytes of the block, of which the first `restoredByteCount` may be read; valid until the
  /// next begins.
  var bytes: Bytes { memory.view.bytes(count: byteCount) }

  /// How many bytes are there.
  var restoredByteCount: Int { decompressor == nil ? byteCount : progress.written }

  /// Restores at least the first `count` bytes; all, if there are no more.
  ///
  /// - Throws: for all of them, also if more follows in the block.
  @inline(__always)
  mutating func restore(_ count: Int) throws(BlockDecompressor.Failure) {
    guard !progress.isWhole, let decompressor else { return }
    try decompressor.decompress(atLeast: count, to: memory.view, &progress)
  }

  /// Restores all bytes.
  @inline(__always)
  mutating func restore() throws(BlockDecompressor.Failure) { try restore(byteCount) }
}
