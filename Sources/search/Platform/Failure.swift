/// How a command ends, as scripts see it.
enum ExitStatus: Int32, Error {
  /// At least one hit, or the command did what it was asked to.
  case success = 0
  /// No hit, or problems found.
  case negative = 1
  /// Wrong usage, input or output that failed, a damaged index.
  case trouble = 2
  /// The user interrupted.
  case interrupted = 130
}

/// Something that ends a command: `what: why`, and the command that mends it.
struct Failure: Error {
  let message: String
  /// Lines between the message and the hint that show the place.
  let lines: [String]
  let hint: String?
  let status: ExitStatus

  init(
    _ message: String, lines: [String] = [], hint: String? = nil, status: ExitStatus = .trouble
  ) {
    self.message = message
    self.lines = lines
    self.hint = hint
    self.status = status
  }

  init(_ failure: SystemFailure, hint: String? = nil) {
    self.init("\(failure.path): \(failure.reason)", hint: hint)
  }

  /// The lines for standard error; names in them can do a terminal no harm.
  var text: String {
    let all = ["search: \(message)"] + lines + (hint.map { ["hint: \($0)"] } ?? [])
    return all.map { printable($0) + "\n" }.joined()
  }
}
