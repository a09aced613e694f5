import Tokenizer

/// Bytes that wait for their place in a file: in memory up to a limit, then in a temporary file.
struct SpillingBuffer: ~Copyable {
  private let memoryLimit: Int
  /// What is in memory, all blocks but the last full: no more than what is in them is touched.
  private var blocks: [Block?] = []
  private var file: LazySpillFile

  private final class Block: Sendable {
    let column = Column<UInt8>(capacity: SpillingBuffer.blockByteCount)
  }

  private static let blockByteCount = 4 << 20

  /// The bytes in memory.
  private var memoryByteCount = 0

  /// An empty buffer; the file at `path` is made when it is needed.
  init(path: String, memoryLimit: Int) {
    file = LazySpillFile(path: path)
    self.memoryLimit = memoryLimit
  }

  /// Appends `bytes`.
  mutating func append(_ bytes: Bytes) throws(IndexError) {
    if file.opened == nil, memoryByteCount + bytes.count <= memoryLimit {
      copy(bytes)
      return
    }
    _ = try file.open().append(bytes)
  }

  private mutating func copy(_ bytes: Bytes) {
    var done = 0
    while done < bytes.count {
      let place = memoryByteCount % Self.blockByteCount
      if place == 0 { blocks.append(Block()) }
      let count = min(bytes.count - done, Self.blockByteCount - place)
      blocks[blocks.count - 1]?.column.view.slice(at: place, count: count).copy(
        from: bytes.slice(at: done, count: count))
      done += count
      memoryByteCount += count
    }
  }

  /// Appends all bytes to the current section of `writer`, in order; the buffer is empty then.
  mutating func write(to writer: SectionedFileWriter) throws(IndexError) {
    for index in blocks.indices {
      let count = min(Self.blockByteCount, memoryByteCount - index * Self.blockByteCount)
      // Each block is given up as soon as it is written.
      let block = blocks[index]
      blocks[index] = nil
      if let block {
        try withExtendedLifetime(block) { () throws(IndexError) in
          try writer.append(block.column.view.bytes(count: count))
        }
      }
    }
    blocks = []
    memoryByteCount = 0
    if let spilled = file.opened?.contents { try writer.append(spilled) }
  }
}
