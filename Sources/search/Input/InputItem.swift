import Tokenizer

/// A file, or standard input, that will be read.
struct InputItem: Sendable {
  /// Nil for standard input.
  let path: Path?
  let format: InputFormat
  /// The size when it was listed; 0 if unknown.
  let byteCount: Int
  /// Whether the user named it, so that passing over it would be no answer.
  var isNamed = false
  /// The file if it is open already, as what can be read only once has to stay: standard input, a
  /// pipe, a device.
  var opened: InputFile?

  /// How messages and ids name it.
  var name: String { path?.text ?? "stdin" }

  /// Opens it for reading from its start.
  func open() throws(SystemFailure) -> InputFile {
    if let opened { return opened }
    guard let path else { return InputFile() }
    return try InputFile(path: path, mustBeRegular: true)
  }
}

/// The first bytes of a file, at most `limit`.
func firstBytes(of file: InputFile, limit: Int) throws(SystemFailure) -> [UInt8] {
  var buffer = ByteBuffer()
  while buffer.count < limit {
    let wanted = min(1 << 14, limit - buffer.count)
    buffer.reserve(wanted)
    let count = try file.read(into: buffer.view, at: buffer.count, count: wanted)
    if count == 0 { break }
    buffer.setCount(buffer.count + count)
  }
  return (0..<buffer.count).map { buffer.view[$0] }
}

/// The content of a file of settings, all of it.
///
/// - Throws: what opening and reading it does; `tooLarge` for more than 4 MiB, which is no such file.
func readSmallFile(_ path: Path, mustBeRegular: Bool = false) throws(SystemFailure) -> [UInt8] {
  let limit = 4 << 20
  let file = try InputFile(path: path, mustBeRegular: mustBeRegular)
  let bytes = try firstBytes(of: file, limit: limit + 1)
  guard bytes.count <= limit else {
    throw SystemFailure(path: path.text, code: SystemFailure.tooLarge)
  }
  return bytes
}
