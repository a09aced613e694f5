import Tokenizer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What becomes of the program if the system gives it no more memory.
///
/// Nothing was changed then: an index is put in place in one step, and that is the last.
enum LackOfMemory {
  private static let message: StaticString = """
    search: out of memory; nothing was changed
    hint: build with less, as with --memory 64M --threads 1, or allow more

    """

  /// From now on that ends the program with a message and the status for trouble.
  static func explain() {
    OutOfMemory.end {
      // SAFETY: the bytes are those of a literal.
      _ = unsafe write(
        STDERR_FILENO, LackOfMemory.message.utf8Start, LackOfMemory.message.utf8CodeUnitCount)
      _exit(ExitStatus.trouble.rawValue)
    }
  }
}
