#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard output: results, collected and written in large steps.
///
/// A reader that has gone away ends the process quietly with success; any other failure to write
/// ends it with a message.
struct StandardOutput: ~Copyable {
  private var buffer: [UInt8] = []

  init() { buffer.reserveCapacity(1 << 12) }

  /// Prints a text, which is all that a command has to say.
  static func show(_ text: String) -> ExitStatus {
    var output = StandardOutput()
    output.write(text)
    output.flush()
    return .success
  }

  /// Adds text.
  mutating func write(_ text: String) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= 1 << 16 { flush() }
  }

  /// Adds text and an end of line.
  mutating func writeLine(_ text: String) {
    write(text)
    write("\n")
  }

  /// Writes what is collected.
  mutating func flush() {
    defer { buffer.removeAll(keepingCapacity: true) }
    switch writeAll(buffer, to: STDOUT_FILENO) {
    case 0: return
    case EPIPE: exitProcess(.success)
    case let code:
      let failure = Failure(
        "standard output: \(SystemFailure.reason(of: code))",
        hint: "the output is not complete; send it to a place that takes it")
      StandardError.write(failure.text)
      exitProcess(.trouble)
    }
  }
}

/// Standard error: notes, warnings and errors, written at once.
enum StandardError {
  static func write(_ text: String) {
    _ = writeAll(Array(text.utf8), to: STDERR_FILENO)
  }
}

/// Writes all bytes; returns 0 or an errno.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
  // SAFETY: the buffer is valid during the call, and `start` stays within it.
  unsafe bytes.withUnsafeBytes { buffer in
    var start = 0
    while start < buffer.count {
      guard let base = buffer.baseAddress else { return 0 }
      let count = unsafe writeBytes(descriptor, base + start, buffer.count - start)
      if count >= 0 {
        start += count
      } else if errno == EAGAIN {
        // SAFETY: one record is given, and one is there during the call.
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&waiting, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}

@unsafe
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  unsafe write(descriptor, bytes, count)
}
