import Tokenizer

/// An open file, closed when it is dropped.
struct OpenFile: ~Copyable {
  private let descriptor: Int32
  /// The path it was opened by.
  let path: String

  private init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit {
    SystemCalls.closeFile(descriptor)
  }

  /// Opens a file, or a folder to sync it, for reading.
  static func open(_ path: String) throws(IndexError) -> OpenFile {
    OpenFile(descriptor: try SystemCalls.openForReading(path), path: path)
  }

  /// Creates a file for writing; fails if there is one of that name.
  static func create(_ path: String) throws(IndexError) -> OpenFile {
    OpenFile(descriptor: try SystemCalls.create(path), path: path)
  }

  /// Opens a file for reading and writing; creates it if need be, never shortens it.
  static func openOrCreate(_ path: String) throws(IndexError) -> OpenFile {
    OpenFile(descriptor: try SystemCalls.openOrCreate(path), path: path)
  }

  /// The size in bytes.
  ///
  /// - Throws: `invalidInput` if it is not a regular file: a device or a pipe has no size.
  func byteCount() throws(IndexError) -> Int {
    let (byteCount, isRegular) = try SystemCalls.size(of: descriptor, path)
    guard isRegular else { throw .invalidInput("\(path) is not a regular file") }
    return byteCount
  }

  /// Reads `count` bytes at `offset`, fewer only where the file ends, to the start of `buffer`.
  func read(
    _ count: Int, at offset: Int, into buffer: ColumnView<UInt8>
  ) throws(IndexError) -> Int {
    precondition(count <= buffer.count)
    var done = 0
    while done < count {
      // SAFETY: the buffer has room for `count` bytes.
      let base = unsafe UnsafeMutableRawPointer(buffer.base + done)
      let readCount = try unsafe SystemCalls.read(
        descriptor, into: base, count: count - done, at: offset + done, path)
      if readCount == 0 { break }
      done += readCount
    }
    return done
  }

  /// The first `limit` bytes, fewer if the file is shorter.
  func readPrefix(upTo limit: Int) throws(IndexError) -> [UInt8] {
    let buffer = Column<UInt8>(capacity: limit)
    let count = try read(limit, at: 0, into: buffer.view)
    return buffer.view.bytes(count: count).copied()
  }

  /// Writes all of `bytes` after what was written before.
  func write(_ bytes: Bytes) throws(IndexError) {
    try SystemCalls.write(descriptor, bytes, path)
  }

  /// Writes all of `bytes` at `offset`; what is written elsewhere goes on where it was.
  ///
  /// Several threads may write different parts at the same time.
  func write(_ bytes: Bytes, at offset: Int) throws(IndexError) {
    try SystemCalls.write(descriptor, bytes, at: offset, path)
  }

  /// Waits until what was written is safe on the device.
  func sync() throws(IndexError) {
    try SystemCalls.sync(descriptor, path)
  }

  /// Sets the size.
  func truncate(to byteCount: Int) throws(IndexError) {
    try SystemCalls.truncate(descriptor, to: byteCount, path)
  }

  /// Takes the exclusive lock, held until the file is closed; false if someone else has it.
  func tryLock() throws(IndexError) -> Bool {
    try SystemCalls.tryLock(descriptor, path)
  }

  /// Ends the lock, if there is one.
  func unlock() {
    SystemCalls.unlock(descriptor)
  }

  /// Maps the first `byteCount` bytes, at least 1, for reading.
  ///
  /// The mapping outlives the file being open; `SystemCalls.unmap` ends it.
  func map(byteCount: Int) throws(IndexError) -> Bytes {
    try SystemCalls.map(descriptor, byteCount: byteCount, path)
  }
}
