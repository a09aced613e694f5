import Tokenizer

/// Reads text line by line, as it comes: a line is handed out as soon as it is complete.
///
/// A byte order mark at the start is no part of the text.
struct LineReader: ~Copyable {
  /// The longest line that is taken, in bytes: what becomes of one takes forty times the memory.
  static let maxLineByteCount = 16_000_000

  /// The number of the last line, from 1.
  private(set) var number = 0

  private let file: InputFile
  private var buffer = ByteBuffer(capacity: 1 << 14)
  private var start = 0
  private var searched = 0
  private var isAtEnd = false
  private var isAtStart = true

  init(_ file: InputFile) { self.file = file }

  /// The next line without its end, or nil.
  mutating func next() throws(Failure) -> String? {
    while true {
      if let newline = firstIndex(of: 0x0A, in: buffer.view, from: searched, to: buffer.count) {
        return take(to: newline, next: newline + 1)
      }
      searched = buffer.count
      if isAtEnd {
        return start < buffer.count ? take(to: buffer.count, next: buffer.count) : nil
      }
      guard buffer.count - start <= Self.maxLineByteCount else {
        throw Failure(
          "\(file.name): line \(grouped(number + 1)): longer than "
            + byteCountText(Self.maxLineByteCount),
          hint: "is it a file of lines?")
      }
      try fill()
    }
  }

  private mutating func take(to end: Int, next: Int) -> String {
    var end = end
    if end > start, buffer.view[end - 1] == 0x0D { end -= 1 }
    let line = String(decoding: (start..<end).map { buffer.view[$0] }, as: UTF8.self)
    (start, searched) = (next, next)
    isAtStart = false
    number += 1
    return line
  }

  private mutating func fill() throws(Failure) {
    if start > 0 {
      let rest = buffer.count - start
      copyBytes(buffer.view, at: start, count: rest, to: buffer.view, at: 0)
      buffer.setCount(rest)
      searched -= start
      start = 0
    }
    buffer.reserve(1 << 14)
    do throws(SystemFailure) {
      let count = try file.read(into: buffer.view, at: buffer.count, count: 1 << 14)
      buffer.setCount(buffer.count + count)
      isAtEnd = count == 0
    } catch {
      throw Failure(error)
    }
    if isAtStart { try lookAtStart() }
  }

  /// Passes over a byte order mark, and refuses what no line of could be understood.
  private mutating func lookAtStart() throws(Failure) {
    // The shortest line with a mark has four bytes.
    guard buffer.count >= 4 || isAtEnd else { return }
    isAtStart = false
    let bytes = (0..<min(4, buffer.count)).map { buffer.view[$0] }
    start = Signature.markByteCount(bytes)
    switch Signature(bytes) {
    case .utf16:
      throw Failure("\(file.name): is UTF-16", hint: "make it UTF-8: iconv -f UTF-16 -t UTF-8")
    case .compressed: throw Failure("\(file.name): is compressed", hint: "unpack it first")
    case .text, .binary: break
    }
  }
}
