internal import Synchronization
import Tokenizer

/// A temporary file that is appended to, then read at random, then removed.
final class SpillFile: Sendable {
  fileprivate let path: String
  private let output: OpenFile
  private let input: OpenFile
  private let byteCount = Atomic<Int>(0)

  /// Creates the file, which must not exist.
  init(path: String) throws(IndexError) {
    self.path = path
    output = try OpenFile.create(path)
    input = try OpenFile.open(path)
  }

  deinit {
    try? SystemCalls.remove(path)
  }

  /// Appends `bytes`; only one thread may do so.
  func append(_ bytes: Bytes) throws(IndexError) -> SpilledBytes {
    try output.write(bytes)
    let (offset, _) = byteCount.add(bytes.count, ordering: .relaxed)
    return SpilledBytes(file: self, offset: offset, count: bytes.count)
  }

  /// All that was appended.
  var contents: SpilledBytes {
    SpilledBytes(file: self, offset: 0, count: byteCount.load(ordering: .relaxed))
  }

  fileprivate func read(
    _ count: Int, at offset: Int, into target: ColumnView<UInt8>
  ) throws(IndexError) {
    let readCount = try input.read(count, at: offset, into: target)
    guard readCount == count else {
      throw .damaged(
        Damage(
          path: path, section: "spill", byteRange: UInt64(offset)..<UInt64(offset + count),
          detail: "the temporary file was shortened"))
    }
  }
}

/// A temporary file that is made when it is needed.
struct LazySpillFile {
  private let path: String
  /// The file, if it was needed.
  private(set) var opened: SpillFile?

  /// None yet; that of `path`, which must not exist, if it is needed.
  init(path: String) {
    self.path = path
  }

  /// The file.
  mutating func open() throws(IndexError) -> SpillFile {
    if let opened { return opened }
    let file = try SpillFile(path: path)
    opened = file
    return file
  }
}

/// Bytes that wait in a temporary file, which stays as long as any of these.
struct SpilledBytes: Sendable {
  private let file: SpillFile
  private let offset: Int
  /// The number of bytes.
  let count: Int

  /// The path of the file.
  var path: String { file.path }

  fileprivate init(file: SpillFile, offset: Int, count: Int) {
    self.file = file
    self.offset = offset
    self.count = count
  }

  /// Reads `count` bytes from `offset` on, all of which must be there, to the start of `target`.
  func read(
    _ count: Int, at offset: Int, into target: ColumnView<UInt8>
  ) throws(IndexError) {
    precondition(offset >= 0 && offset + count <= self.count)
    try file.read(count, at: self.offset + offset, into: target)
  }

  /// Calls `body` with all bytes, 64 KiB at a time.
  func forEachChunk(_ body: (Bytes) throws(IndexError) -> Void) throws(IndexError) {
    let buffer = Column<UInt8>(capacity: 1 << 16)
    for offset in stride(from: 0, to: count, by: buffer.capacity) {
      let count = min(buffer.capacity, count - offset)
      try read(count, at: offset, into: buffer.view)
      try body(buffer.view.bytes(count: count))
    }
  }
}
