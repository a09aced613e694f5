#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Programs that a benchmark starts and waits for.
enum ChildProcess {
  /// What a program left.
  struct Result {
    /// The exit status, or 128 and the number of the signal that ended it.
    var status: Int
    /// What it wrote to standard output.
    var output: [UInt8]
  }

  /// The path of the program that runs.
  static func ownPath() throws -> String {
    #if canImport(Glibc)
      var buffer = [CChar](repeating: 0, count: 4096)
      // SAFETY: the call writes at most as many bytes as the array has.
      let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
      if count > 0 {
        return String(
          decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    #endif
    guard let path = CommandLine.arguments.first, path.contains("/") else {
      throw BenchmarkFailure("this program does not know where it is")
    }
    return path
  }

  /// The program `name` in the folder of the program that runs, or nil if there is none.
  static func sibling(_ name: String) -> String? {
    guard let own = try? ownPath(), let slash = own.lastIndex(of: "/") else { return nil }
    let path = own[...slash] + name
    // SAFETY: the path is copied to a string that ends with a zero.
    return unsafe access(String(path), X_OK) == 0 ? String(path) : nil
  }

  /// Runs the program `arguments[0]` and waits for its end.
  ///
  /// - Parameter environment: `NAME=VALUE`, in place of the environment of this process.
  static func run(_ arguments: [String], environment: [String]? = nil) throws -> Result {
    var output: [UInt8] = []
    let status = try run(arguments, environment: environment) { output += $0 }
    return Result(status: status, output: output)
  }

  /// Runs a program, hands over its output piece by piece, and returns its status.
  static func run(
    _ arguments: [String], environment: [String]?, _ body: (ArraySlice<UInt8>) throws -> Void
  ) throws -> Int {
    var ends: [Int32] = [-1, -1]
    // SAFETY: the call fills the two numbers of the array.
    guard unsafe pipe(&ends) == 0 else { throw BenchmarkFailure("no pipe") }
    defer { close(ends[0]) }
    // The child must not keep the reading end open.
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    let process: pid_t
    do {
      defer { close(ends[1]) }
      process = try start(arguments, environment, output: ends[1])
    }
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // SAFETY: the call writes at most `count` bytes into the array's own memory.
      let count = unsafe piece.withUnsafeMutableBytes {
        unsafe read(ends[0], $0.baseAddress, $0.count)
      }
      guard count > 0 else { break }
      try body(piece.prefix(count))
    }
    var status: Int32 = 0
    // SAFETY: the call fills `status`, which is ours.
    while unsafe waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw BenchmarkFailure("\(arguments[0]): cannot wait for it") }
    }
    let signal = Int(status & 0x7F)
    return signal == 0 ? Int(status >> 8 & 0xFF) : 128 + signal
  }

  /// Starts a program whose standard output is `output`.
  private static func start(
    _ arguments: [String], _ environment: [String]?, output: Int32
  ) throws -> pid_t {
    #if canImport(Glibc)
      var actions = unsafe posix_spawn_file_actions_t()
    #else
      var actions: posix_spawn_file_actions_t?
    #endif
    // SAFETY: the actions are made before and destroyed after they are used.
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    // SAFETY: the copies end with zeros, the lists with nil; all live until after the call.
    let words = unsafe arguments.map { unsafe strdup($0) }
    let variables = unsafe (environment ?? []).map { unsafe strdup($0) }
    defer { unsafe releaseAll(words + variables) }
    let list = unsafe words + [nil]
    let variableList = unsafe variables + [nil]
    var process = pid_t()
    // SAFETY: as above; `environ` is that of this process, which has one thread.
    let error =
      unsafe environment == nil
      ? posix_spawn(&process, arguments[0], &actions, nil, list, environ)
      : posix_spawn(&process, arguments[0], &actions, nil, list, variableList)
    guard error == 0 else {
      let reason = unsafe String(cString: strerror(error))
      throw BenchmarkFailure("\(arguments[0]): \(reason)")
    }
    return process
  }

  private static func releaseAll(_ strings: [UnsafeMutablePointer<CChar>?]) {
    for index in unsafe strings.indices {
      // SAFETY: `strdup` made each of the strings, and nobody else frees them.
      unsafe free(strings[index])
    }
  }
}
