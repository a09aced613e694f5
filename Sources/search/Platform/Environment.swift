#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the process finds around it: variables, terminal, processors, time, signals.
enum Environment {
  /// The value of an environment variable, or nil.
  static func value(_ name: String) -> String? {
    // SAFETY: the value is NUL-terminated and copied at once; nothing here sets variables.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// The words after the name of the program, as the system has them.
  static var arguments: [Path] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { index in
      // SAFETY: the system gives `argc` NUL-terminated strings, which nothing here changes.
      guard let word = unsafe CommandLine.unsafeArgv[index] else { return nil }
      return unsafe Path(
        bytes: Array(UnsafeRawBufferPointer(start: word, count: strlen(word))))
    }
  }

  /// The number of processors that are running, at least 1.
  static var processorCount: Int {
    max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// Nanoseconds of a clock that only goes forward.
  static var nanoseconds: UInt64 {
    var time = timespec()
    // SAFETY: `time` is ours.
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// The current folder, or nil if it cannot be named.
  static var currentFolder: Path? {
    // SAFETY: with a null buffer the system allocates the string, which is freed below.
    guard let text = unsafe getcwd(nil, 0) else { return nil }
    defer { unsafe free(text) }
    return unsafe Path(
      bytes: text.withMemoryRebound(to: UInt8.self, capacity: strlen(text)) {
        unsafe Array(UnsafeBufferPointer(start: $0, count: strlen(text)))
      })
  }

  /// Sees to it that no file that is opened later gets the number of a standard stream that whoever
  /// started the program has closed: it would be read as standard input, or written to.
  ///
  /// Using such a stream is an error as before, as what is put there allows only the opposite.
  static func keepStandardStreamsApart() {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) == -1 {
      // SAFETY: the path is a string of ours. The lowest free number is taken, which is `stream`.
      _ = unsafe open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Makes a write to a closed pipe, or beyond the size that files may have, an error instead of
  /// a deadly signal.
  static func ignoreWriteSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}

/// What standard output and standard error are connected to.
enum Terminal {
  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// The width in columns of the terminal behind `descriptor`: 80 where nobody knows.
  static func width(of descriptor: Int32 = STDOUT_FILENO) -> Int {
    var size = winsize()
    // SAFETY: `size` is ours and what this request fills in.
    if unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return Int(size.ws_col)
    }
    if let columns = Environment.value("COLUMNS").flatMap({ Int($0) }), columns > 0 {
      return columns
    }
    return 80
  }

  static var errorWidth: Int { width(of: STDERR_FILENO) }
}

/// Leaves the process at once.
func exitProcess(_ status: ExitStatus) -> Never {
  exit(status.rawValue)
}
