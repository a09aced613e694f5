/// Bytes that wait for their place in a file: in memory up to a limit, then in a temporary file.
struct SpillingBuffer: ~Copyable {
  private let path: String
  private let memoryLimit: Int
  private var parts: [FrozenBytes] = []
  private var memoryByteCount = 0
  private var file: OpenFile?

  /// An empty buffer; the file at `path` is made when it is needed.
  init(path: String, memoryLimit: Int) {
    self.path = path
    self.memoryLimit = memoryLimit
  }

  /// Appends a part; what stays in memory is not copied.
  mutating func append(_ part: consuming ByteWriter) throws(IndexError) {
    if file == nil, memoryByteCount + part.count <= memoryLimit {
      memoryByteCount += part.count
      parts.append(FrozenBytes(part))
      return
    }
    if file == nil {
      try SystemCalls.remove(path)
      file = try OpenFile.create(path)
    }
    try file?.write(part.bytes)
  }

  /// Appends all parts to the current section of `writer`, in order; the buffer is empty then.
  mutating func write(to writer: SectionedFileWriter) throws(IndexError) {
    for part in parts { try writer.append(part.bytes) }
    parts = []
    if file != nil {
      file = nil
      try writer.appendFile(path)
      try SystemCalls.remove(path)
    }
  }
}
