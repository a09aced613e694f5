internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A call to the operating system, as an interceptor sees it just before it is made.
enum SystemCall: Hashable, Sendable {
  case open(path: String)
  case create(path: String)
  case read(path: String)
  case write(path: String)
  case size(path: String)
  case map(path: String)
  case sync(path: String)
  case truncate(path: String)
  case lock(path: String)
  case rename(path: String, to: String)
  case remove(path: String)
  case createFolder(path: String)
  case list(path: String)
}

/// What an interceptor makes of a call.
enum SystemCallResponse: Hashable, Sendable {
  /// The call is made.
  case proceed
  /// The call is not made; it seems to fail with this errno.
  case fail(Int32)
  /// A write is made with at most this many bytes (at least 1).
  case shorten(Int)
}

/// Everything this module asks of the operating system: the only file that knows which it is.
///
/// Failures are `IndexError.system` with the call, the path and errno. Interrupted calls are
/// repeated, short reads and writes continued.
enum SystemCalls {
  /// The text of an errno.
  static func reason(of code: Int32) -> String {
    // SAFETY: `strerror` returns a NUL-terminated string, copied at once.
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }

  /// What sees, fails or shortens calls; it runs before each attempt.
  typealias Interceptor = @Sendable (SystemCall) -> SystemCallResponse

  private final class InterceptorBox: Sendable {
    let function: Interceptor?
    /// Former ones are kept, as a call on another thread may still be in one.
    let former: InterceptorBox?

    init(_ function: Interceptor?, former: InterceptorBox?) {
      self.function = function
      self.former = former
    }
  }

  /// An atomic and not a mutex, whose library the thread sanitizer does not see into.
  // SAFETY: what it refers to is retained once and never released.
  private static let interceptor = unsafe Atomic<Unmanaged<InterceptorBox>?>(nil)

  /// Puts a function before all calls of the process, or takes it away again; for tests, one at
  /// a time.
  static func intercept(with function: Interceptor?) {
    // SAFETY: boxes are never released.
    let former = unsafe interceptor.load(ordering: .acquiring)
    let box = unsafe InterceptorBox(function, former: former?.takeUnretainedValue())
    unsafe interceptor.store(.passRetained(box), ordering: .releasing)
  }

  /// A file open for reading; a pipe in its place is not waited for.
  static func openForReading(_ path: String) throws(IndexError) -> Int32 {
    // SAFETY: the path is a string that Swift ends with a zero byte for the call.
    try check(.open(path: path), "open", path) {
      unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    }
  }

  /// A new file, open for writing; fails if there is one of that name.
  static func create(_ path: String) throws(IndexError) -> Int32 {
    // SAFETY: as above; a new file needs the mode that is given.
    try check(.create(path: path), "create", path) {
      unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    }
  }

  /// A file open for reading and writing, which is created if need be and never shortened.
  ///
  /// A symbolic link is an error: it may lead to a file that is somebody's.
  static func openOrCreate(_ path: String) throws(IndexError) -> Int32 {
    // SAFETY: as above.
    try check(.create(path: path), "open", path) {
      unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    }
  }

  /// Closes a file.
  ///
  /// Its data is safe only if it was synced before, so errors mean nothing here.
  static func closeFile(_ descriptor: Int32) {
    _ = close(descriptor)
  }

  /// The size of an open file in bytes, and whether it is a regular file.
  static func size(of descriptor: Int32, _ path: String) throws(IndexError) -> (
    byteCount: Int, isRegular: Bool
  ) {
    var status = stat()
    // SAFETY: the system fills the record that is given, during the call.
    _ = try check(.size(path: path), "stat", path) {
      unsafe fstat(descriptor, &status)
    }
    return (Int(status.st_size), status.st_mode & S_IFMT == S_IFREG)
  }

  /// Reads at most `count` bytes at `offset` of the file; 0 at its end.
  ///
  /// `base` has room for `count` bytes.
  @unsafe
  static func read(
    _ descriptor: Int32, into base: UnsafeMutableRawPointer, count: Int, at offset: Int,
    _ path: String
  ) throws(IndexError) -> Int {
    try check(.read(path: path), "read", path) {
      unsafe pread(descriptor, base, count, off_t(offset))
    }
  }

  /// Writes all of `bytes` at the file's current position.
  static func write(
    _ descriptor: Int32, _ bytes: Bytes, _ path: String
  ) throws(IndexError) {
    var written = 0
    while written < bytes.count {
      // Linux writes at most 2 GB a call, other systems refuse more.
      let rest = min(bytes.count - written, 1 << 30)
      written += try check(.write(path: path), "write", path, limit: rest) { limit in
        // SAFETY: `written + limit` bytes are readable.
        #if canImport(Glibc)
          return unsafe Glibc.write(descriptor, bytes.base + written, limit)
        #elseif canImport(Darwin)
          return unsafe Darwin.write(descriptor, bytes.base + written, limit)
        #endif
      }
    }
  }

  /// Writes all of `bytes` at `offset` of the file; the current position does not count.
  static func write(
    _ descriptor: Int32, _ bytes: Bytes, at offset: Int, _ path: String
  ) throws(IndexError) {
    var written = 0
    while written < bytes.count {
      let rest = min(bytes.count - written, 1 << 30)
      written += try check(.write(path: path), "write", path, limit: rest) { limit in
        // SAFETY: `written + limit` bytes are readable.
        unsafe pwrite(descriptor, bytes.base + written, limit, off_t(offset + written))
      }
    }
  }

  /// Waits until the data and the size of a file, or the names in a folder, are on the device.
  static func sync(_ descriptor: Int32, _ path: String) throws(IndexError) {
    _ = try check(.sync(path: path), "fsync", path) {
      #if canImport(Darwin)
        // fsync alone leaves the data in the drive's cache there.
        let code = fcntl(descriptor, F_FULLFSYNC)
        return code == -1 ? fsync(descriptor) : code
      #else
        return fsync(descriptor)
      #endif
    }
  }

  /// Sets the length of a file open for writing.
  static func truncate(
    _ descriptor: Int32, to byteCount: Int, _ path: String
  ) throws(IndexError) {
    _ = try check(.truncate(path: path), "truncate", path) {
      ftruncate(descriptor, off_t(byteCount))
    }
  }

  /// Takes the exclusive lock of an open file; returns false if someone else has it.
  ///
  /// The lock ends when the file is closed, also by the death of the process.
  static func tryLock(_ descriptor: Int32, _ path: String) throws(IndexError) -> Bool {
    do {
      _ = try check(.lock(path: path), "flock", path) {
        flock(descriptor, LOCK_EX | LOCK_NB)
      }
      return true
    } catch .system(_, _, EWOULDBLOCK) {
      return false
    }
  }

  /// Ends the lock of an open file, whoever else has the file open by the same call.
  static func unlock(_ descriptor: Int32) {
    flock(descriptor, LOCK_UN)
  }

  /// Maps a file of `byteCount` bytes, at least 1, into memory for reading.
  static func map(
    _ descriptor: Int32, byteCount: Int, _ path: String
  ) throws(IndexError) -> Bytes {
    // SAFETY: the address is compared before it is used; without a wish for one the system
    // chooses where nothing lies yet.
    var base = unsafe MAP_FAILED
    _ = try check(.map(path: path), "mmap", path) {
      unsafe base = mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0)
      return unsafe base == MAP_FAILED ? -1 : 0
    }
    // SAFETY: the mapping has `byteCount` bytes; who asked for it unmaps it.
    guard let base = unsafe base else {
      throw .system(operation: "mmap", path: path, code: ENOMEM)
    }
    return unsafe Bytes(base: UnsafeRawPointer(base), count: byteCount)
  }

  /// Ends a mapping made by `map`.
  static func unmap(_ bytes: Bytes) {
    // SAFETY: the address and the size are those that `map` returned.
    unsafe munmap(UnsafeMutableRawPointer(mutating: bytes.base), bytes.count)
  }

  /// Gives a file another name, in place of a file that has it.
  static func rename(_ path: String, to newPath: String) throws(IndexError) {
    // SAFETY: both paths are strings that Swift ends with a zero byte for the call.
    _ = try check(.rename(path: path, to: newPath), "rename", path) {
      #if canImport(Glibc)
        return unsafe Glibc.rename(path, newPath)
      #elseif canImport(Darwin)
        return unsafe Darwin.rename(path, newPath)
      #endif
    }
  }

  /// Removes a file; one that is not there is no error.
  static func remove(_ path: String) throws(IndexError) {
    // SAFETY: the path is a string that Swift ends with a zero byte for the call.
    do {
      _ = try check(.remove(path: path), "unlink", path) { unsafe unlink(path) }
    } catch .system(_, _, ENOENT) {
      return
    }
  }

  /// Creates a folder; returns false if it is there already.
  static func createFolder(_ path: String) throws(IndexError) -> Bool {
    // SAFETY: as above.
    do {
      _ = try check(.createFolder(path: path), "mkdir", path) { unsafe mkdir(path, 0o755) }
      return true
    } catch .system(_, _, EEXIST) {
      return false
    }
  }

  /// The names in a folder, without `.` and `..`, sorted by their bytes.
  static func names(inFolder path: String) throws(IndexError) -> [String] {
    try checkPath(path)
    if case .fail(let code) = intercept(.list(path: path)) {
      throw .system(operation: "opendir", path: path, code: code)
    }
    // SAFETY: the path ends with a zero byte; the stream is closed once, below, and used by us
    // alone.
    guard let folder = unsafe opendir(path) else {
      throw .system(operation: "opendir", path: path, code: errno)
    }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while true {
      errno = 0
      // SAFETY: the entry is valid until the next is read, and its name ends with a zero byte.
      guard let entry = unsafe readdir(folder) else { break }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe String(cString: UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self))
      }
      if name != "." && name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw .system(operation: "readdir", path: path, code: errno) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The number of this process.
  static var processID: Int { Int(getpid()) }

  /// Whether `error` says that a file or folder is not there.
  static func isMissing(_ error: IndexError) -> Bool {
    if case .system(_, _, let code) = error { return code == ENOENT || code == ENOTDIR }
    return false
  }
}

extension SystemCalls {
  private static func intercept(_ call: SystemCall) -> SystemCallResponse {
    // SAFETY: boxes are never released.
    guard let box = unsafe interceptor.load(ordering: .acquiring) else { return .proceed }
    return unsafe box.takeUnretainedValue().function?(call) ?? .proceed
  }

  /// Throws if `path` has a zero byte, where the system would take it to end: it would read or
  /// create something of another name.
  private static func checkPath(_ path: String) throws(IndexError) {
    guard !path.utf8.contains(0) else {
      throw .invalidInput("\(path.debugDescription): a path has no zero byte")
    }
  }

  /// Makes a call until it is not interrupted; -1 becomes an error.
  private static func check<Result: SignedInteger>(
    _ call: SystemCall, _ operation: String, _ path: String, _ body: () -> Result
  ) throws(IndexError) -> Result {
    try check(call, operation, path, limit: 0) { _ in body() }
  }

  private static func check<Result: SignedInteger>(
    _ call: SystemCall, _ operation: String, _ path: String, limit: Int,
    _ body: (_ limit: Int) -> Result
  ) throws(IndexError) -> Result {
    try checkPath(path)
    while true {
      let code: Int32
      let response = intercept(call)
      if case .fail(let failure) = response {
        code = failure
      } else {
        var callLimit = limit
        if case .shorten(let count) = response { callLimit = min(limit, count) }
        let result = body(callLimit)
        if result != -1 { return result }
        code = errno
      }
      if code != EINTR { throw .system(operation: operation, path: path, code: code) }
    }
  }
}
