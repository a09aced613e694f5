import Synchronization
import Tokenizer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A call to the system that failed: what was tried, on what, and the system's reason.
struct SystemFailure: Error {
  let path: String
  let code: Int32

  /// The reason as text, such as `No such file or directory`.
  var reason: String { Self.reason(of: code) }

  /// What can be done where reading or writing an index fails with an errno; nil if nobody knows.
  static func hint(of code: Int32) -> String? {
    switch code {
    case EACCES, EPERM: "mend the permissions, or name another place with --index"
    case EROFS: "name a place that can be written to with --index"
    case EFBIG: "allow larger files (ulimit -f), or name another place with --index"
    case ENOSPC, EDQUOT: "make room there, or name another place with --index"
    case ENOMEM: "an index is mapped whole: allow the process more address space (ulimit -v)"
    case EMFILE, ENFILE: "allow the process more open files (ulimit -n)"
    default: nil
    }
  }

  /// The errno of a file that is too large.
  static let tooLarge = EFBIG

  /// The code, no errno, of what is not a file and was to be one.
  static let notRegular: Int32 = -1

  /// The text of an errno.
  static func reason(of code: Int32) -> String {
    if code == notRegular { return "not a regular file" }
    // SAFETY: `strerror` returns a NUL-terminated string, copied at once.
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}

/// A path as the system has it: bytes, which need not be UTF-8.
struct Path: Hashable, Sendable {
  var bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }
  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The path for people; ill-formed parts become U+FFFD.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether `text` names the same.
  var isUTF8: Bool { text.utf8.elementsEqual(bytes) }

  /// The last component.
  var name: ArraySlice<UInt8> {
    let slash = bytes.lastIndex(of: UInt8(ascii: "/"))
    return bytes[(slash.map { $0 + 1 } ?? 0)...]
  }

  /// What follows the last dot of the name, in lower case; empty if there is none, or if the
  /// name only begins with a dot.
  var fileExtension: String {
    let name = self.name
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else {
      return ""
    }
    return String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased()
  }

  /// The same place without `.` and repeated slashes.
  var withoutEmptySteps: Path {
    let parts = bytes.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual([0x2E]) }
    let root = bytes.first == UInt8(ascii: "/") ? [UInt8(ascii: "/")] : []
    return Path(bytes: root + parts.joined(separator: [UInt8(ascii: "/")]))
  }

  /// This folder's entry `name`; the folder `.` adds no prefix.
  func appending(_ name: [UInt8]) -> Path {
    var bytes = self.bytes
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    if bytes == [UInt8(ascii: ".")] || bytes.isEmpty { return Path(bytes: name) }
    if bytes.last != UInt8(ascii: "/") { bytes.append(UInt8(ascii: "/")) }
    return Path(bytes: bytes + name)
  }

  fileprivate var terminated: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}

/// What the system says about a file.
struct FileStatus: Sendable {
  enum Kind: Sendable { case file, folder, symbolicLink, other }

  let kind: Kind
  let byteCount: Int
  /// Device and number, which together identify the file.
  let identity: FileIdentity

  /// Asks about `path`; `followsLinks` decides about a symbolic link itself or its target.
  init(of path: Path, followsLinks: Bool = true) throws(SystemFailure) {
    var status = stat()
    let name = path.terminated
    // SAFETY: `name` is NUL-terminated and `status` is ours.
    let result = unsafe followsLinks ? stat(name, &status) : lstat(name, &status)
    guard result == 0 else { throw SystemFailure(path: path.text, code: errno) }
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .symbolicLink
      default: .other
      }
    byteCount = Int(status.st_size)
    identity = FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }
}

/// What tells two files apart, whatever their paths.
struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let number: UInt64
}

/// The names in a folder, in the system's order, without `.` and `..`.
func folderEntries(_ path: Path) throws(SystemFailure) -> [[UInt8]] {
  // SAFETY: `terminated` is NUL-terminated; the stream is closed below and used by us alone.
  guard let stream = unsafe opendir(path.terminated) else {
    throw SystemFailure(path: path.text, code: errno)
  }
  defer { _ = unsafe closedir(stream) }
  var names: [[UInt8]] = []
  while true {
    errno = 0
    // SAFETY: the stream is open; the entry is valid until the next is read.
    guard let entry = unsafe readdir(stream) else {
      if errno != 0 { throw SystemFailure(path: path.text, code: errno) }
      return names
    }
    // SAFETY: the system ends the name with a NUL within the record.
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      unsafe Array(bytes.prefix { $0 != 0 })
    }
    if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
  }
}

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

/// The place of the first `byte` in `start ..< end`, or nil.
@inline(__always)
func firstIndex(of byte: UInt8, in bytes: ColumnView<UInt8>, from start: Int, to end: Int) -> Int? {
  precondition(start >= 0 && start <= end && end <= bytes.count)
  // SAFETY: the precondition keeps the search within the column.
  guard let found = unsafe memchr(bytes.base + start, Int32(byte), end - start) else { return nil }
  return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(bytes.base)
}

/// Copies `count` bytes at `offset` to `targetOffset` of `target`; the two may overlap.
@inline(__always)
func copyBytes(
  _ source: ColumnView<UInt8>, at offset: Int, count: Int,
  to target: ColumnView<UInt8>, at targetOffset: Int
) {
  precondition(offset >= 0 && count >= 0 && offset <= source.count - count)
  precondition(targetOffset >= 0 && targetOffset <= target.count - count)
  // SAFETY: the preconditions keep both sides within their columns.
  unsafe memmove(target.base + targetOffset, source.base + offset, count)
}

extension ColumnView where Element == UInt8 {
  /// Calls `body` with a part of the column as a span, valid during the call.
  @inline(__always)
  func withSpan<R, E: Error>(_ range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R)
    throws(E) -> R
  {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the precondition keeps the span within the column, which the caller keeps.
    let part = unsafe UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    return try body(unsafe Span(_unsafeElements: part))
  }
}
