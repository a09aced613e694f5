#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What becomes of the program if a file that it maps loses its end.
///
/// The pages are gone then, and the system ends whoever touches them, whatever was checked before.
/// All that can be done is to say so.
enum ShortenedFile {
  private static let message: StaticString = """
    search: a file of the index was shortened or its device failed while it was in use
    hint: see what 'search verify' says, and build the index anew

    """

  /// From now on that ends the program with a message and the status for trouble.
  static func explain() {
    signal(SIGBUS) { _ in
      // Nothing but system calls: the signal may come at any place.
      // SAFETY: the bytes are those of a literal.
      _ = unsafe write(
        STDERR_FILENO, ShortenedFile.message.utf8Start, ShortenedFile.message.utf8CodeUnitCount)
      _exit(ExitStatus.trouble.rawValue)
    }
  }
}
