import Synchronization

/// Why a file cannot be used, or cannot be read further.
struct InputFault: Error {
  let reason: InputReport.Reason
  let name: String
  let detail: String
  let hint: String?

  init(
    _ reason: InputReport.Reason, _ name: String, _ detail: String, hint: String? = nil
  ) {
    self.reason = reason
    self.name = name
    self.detail = detail
    self.hint = hint
  }

  /// The same as what ends the command.
  var failure: Failure { Failure("\(name): \(detail)", hint: hint) }
}

/// What became of the input: everything that was left out or mended, counted by reason.
///
/// The examples kept are the first ones in the order of the input, whatever the number of threads.
final class InputReport: Sendable {
  /// Why something was left out or mended.
  enum Reason: Int, CaseIterable, Sendable {
    case unreadable, binary, compressed, empty, otherType, notAFile, symbolicLink, namedTwice
    case missingColumn, index
    case hidden, ignored, notMatching
    case badLine, noText, tooLong
    case missingID, illFormedText, illFormedName

    /// Whether a file, a line, or nothing was left out.
    enum Concern { case file, line, nothing }

    var concern: Concern {
      switch self {
      case .badLine, .noText, .tooLong: .line
      case .missingID, .illFormedText, .illFormedName: .nothing
      default: .file
      }
    }
  }

  /// Where in the input something is, for sorting.
  struct Place: Comparable, Sendable {
    /// The number of the file.
    var item: Int
    /// The line within it.
    var line: Int

    static func < (left: Place, right: Place) -> Bool {
      (left.item, left.line) < (right.item, right.line)
    }
  }

  /// The findings for one reason.
  struct Finding: Sendable {
    var count = 0
    /// The first few, in the order of the input, such as can do a terminal no harm.
    var examples: [(place: Place, text: String)] = []
  }

  /// How many examples are kept for each reason.
  static let exampleLimit = 3

  private let findings = Mutex<[Reason: Finding]>([:])
  private let fields = Mutex<Set<String>?>(nil)
  /// Bytes of input read so far.
  let byteCount = Atomic<Int>(0)
  /// Files read so far; those that were left out do not count.
  let fileCount = Atomic<Int>(0)

  /// Counts one more for `reason`; `example` is asked for only if it may be among the first.
  func add(_ reason: Reason, at place: Place, count: Int = 1, _ example: () -> String) {
    findings.withLock { findings in
      var finding = findings[reason] ?? Finding()
      finding.count += count
      if finding.examples.count < Self.exampleLimit
        || place < finding.examples[finding.examples.count - 1].place
      {
        finding.examples.append((place, printable(example())))
        finding.examples.sort { $0.place < $1.place }
        if finding.examples.count > Self.exampleLimit { finding.examples.removeLast() }
      }
      findings[reason] = finding
    }
  }

  /// What was found for `reason`.
  func finding(_ reason: Reason) -> Finding {
    findings.withLock { $0[reason] ?? Finding() }
  }

  /// Adds fields that a record had.
  func addFields(_ names: [String]) { fields.withLock { $0 = ($0 ?? []).union(names) } }

  /// The fields looked for that a record had; nil where there were no records.
  var foundFields: Set<String>? { fields.withLock { $0 } }

  /// The first line that was left out, and how many were.
  var skippedLines: (count: Int, first: String?) {
    findings.withLock { findings in
      let lines = Reason.allCases.filter { $0.concern == .line }.compactMap { findings[$0] }
      let first = lines.flatMap { $0.examples }.min { $0.place < $1.place }
      return (lines.reduce(0) { $0 + $1.count }, first?.text)
    }
  }
}
