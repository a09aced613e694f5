import Synchronization
import Tokenizer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file to read; closed when dropped, unless it is standard input.
final class InputFile: Sendable {
  let name: String
  private let descriptor: Int32
  /// Bytes that were read before, and come first.
  private let peeked: Mutex<[UInt8]>
  /// Whether a read may wait for somebody to write: a pipe or a terminal.
  private let mayWait: Bool

  /// Opens the file at `path`.
  ///
  /// With `mustBeRegular` all else is an error: what was a file when it was listed may be a pipe
  /// since, and opening that would wait for somebody to write.
  init(path: Path, mustBeRegular: Bool = false) throws(SystemFailure) {
    name = path.text
    peeked = Mutex([])
    let flags = O_RDONLY | O_CLOEXEC | (mustBeRegular ? O_NONBLOCK : 0)
    var descriptor: Int32
    repeat {
      // SAFETY: `terminated` is NUL-terminated.
      descriptor = unsafe open(path.terminated, flags)
    } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw SystemFailure(path: path.text, code: errno) }
    self.descriptor = descriptor
    mayWait = Self.mayWait(descriptor)
    if mustBeRegular, mayWait {
      throw SystemFailure(path: path.text, code: SystemFailure.notRegular)
    }
  }

  /// Standard input.
  init() {
    peeked = Mutex([])
    name = "stdin"
    descriptor = STDIN_FILENO
    mayWait = Self.mayWait(STDIN_FILENO)
  }

  private static func mayWait(_ descriptor: Int32) -> Bool {
    var status = stat()
    // SAFETY: `status` is ours.
    return unsafe fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG
  }

  deinit {
    if descriptor != STDIN_FILENO { _ = close(descriptor) }
  }

  /// Takes back what was read last, to be read again.
  func giveBack(_ bytes: [UInt8]) { peeked.withLock { $0 = bytes + $0 } }

  /// Reads up to `count` bytes to `offset` of `target`; 0 means the end.
  func read(into target: ColumnView<UInt8>, at offset: Int, count: Int)
    throws(SystemFailure) -> Int
  {
    precondition(offset >= 0 && count >= 0 && offset <= target.count - count)
    let first = peeked.withLock { peeked in
      let first = Array(peeked.prefix(count))
      peeked.removeFirst(first.count)
      return first
    }
    for (index, byte) in first.enumerated() { target[offset + index] = byte }
    if !first.isEmpty { return first.count }
    while true {
      if mayWait { try waitForInput() }
      // SAFETY: the precondition keeps the write within the column.
      let result = unsafe readBytes(descriptor, target.base + offset, count)
      if result >= 0 { return result }
      if errno != EINTR { throw SystemFailure(path: name, code: errno) }
    }
  }
}

extension InputFile {
  /// Waits until there is something to read, or the user has interrupted a build.
  ///
  /// An interrupt reaches any one thread, so the others have to look for it. It may come between
  /// the look and the waiting, so that must not be long.
  private func waitForInput() throws(SystemFailure) {
    while !Interruption.isRequested {
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      // SAFETY: the structure is ours.
      let readyCount = unsafe poll(&waiting, 1, 100)
      if readyCount > 0 { return }
      // To be interrupted is no input: a read would wait for it, and go on after any signal.
      if readyCount < 0, errno != EINTR, errno != EAGAIN {
        throw SystemFailure(path: name, code: errno)
      }
    }
    throw SystemFailure(path: name, code: EINTR)
  }
}

@unsafe
private func readBytes(_ descriptor: Int32, _ target: UnsafeMutablePointer<UInt8>, _ count: Int)
  -> Int
{
  unsafe read(descriptor, target, count)
}
