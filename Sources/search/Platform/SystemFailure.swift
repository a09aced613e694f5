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
