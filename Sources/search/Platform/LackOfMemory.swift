import Tokenizer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What becomes of the program if the system gives it no more memory.
enum LackOfMemory {
  /// What any command can say.
  static let message: StaticString = """
    search: out of memory
    hint: allow the process more (ulimit -v)

    """

  /// From now on that ends the program with `message`, which no memory is left to make then, and the
  /// status for trouble.
  static func explain(_ message: StaticString = message) {
    OutOfMemory.end {
      // SAFETY: the bytes are those of a literal.
      _ = unsafe write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
      _exit(ExitStatus.trouble.rawValue)
    }
  }
}
