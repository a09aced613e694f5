import Synchronization

/// One line at the terminal that is rewritten while an index is built.
///
/// It appears only on a terminal, and only once the work has lasted half a second.
final class ProgressLine: Sendable {
  private static let firstNanoseconds: UInt64 = 500_000_000
  private static let intervalNanoseconds: UInt64 = 100_000_000

  private struct State {
    var next: UInt64
    var isShown = false
  }

  private let report: InputReport
  private let totalByteCount: Int?
  private let fileCount: Int
  private let countsFiles: Bool
  private let isEnabled: Bool
  private let start: UInt64
  private let state: Mutex<State>

  init(plan: InputPlan, isQuiet: Bool) {
    report = plan.report
    totalByteCount = plan.byteCount
    fileCount = plan.items.count
    countsFiles = plan.items.allSatisfy { !$0.format.holdsRecords }
    isEnabled = !isQuiet && Terminal.errorIsTerminal && Environment.value("TERM") != "dumb"
    start = Environment.nanoseconds
    state = Mutex(State(next: start + Self.firstNanoseconds))
  }

  /// Shows where the work is, if it is time to.
  func update(documentCount: Int) {
    guard isEnabled else { return }
    let now = Environment.nanoseconds
    state.withLock { state in
      guard now >= state.next else { return }
      state.next = now + Self.intervalNanoseconds
      state.isShown = true
      let text = text(documentCount: documentCount, now: now).prefix(Terminal.errorWidth - 1)
      StandardError.write("\r\u{1B}[K\(text)")
    }
  }

  /// Takes the line away.
  func clear() {
    state.withLock { state in
      if state.isShown { StandardError.write("\r\u{1B}[K") }
      state.isShown = false
    }
  }

  /// Such as `indexing  43 %  5,310/12,431 files  24.9 MB/s  ETA 1 s`; at the end `writing the
  /// index` in place of the time left.
  func text(documentCount: Int, now: UInt64) -> String {
    let seconds = Double(now - start) / 1e9
    let done = report.byteCount.load(ordering: .relaxed)
    var parts = ["indexing"]
    if let total = totalByteCount, total > 0 {
      parts.append("\(min(100, done * 100 / total)) %")
    }
    if countsFiles {
      let files = report.fileCount.load(ordering: .relaxed)
      parts.append("\(grouped(files))/\(grouped(fileCount)) files")
    } else {
      parts.append(counted(documentCount, "document"))
    }
    parts.append("\(byteCountText(Int(Double(done) / seconds)))/s")
    if let total = totalByteCount, total > 0, done >= total {
      // Merging and writing take a fifth of the time, and what is left of it nobody knows.
      parts.append("writing the index")
    } else if let total = totalByteCount, done > 0 {
      let left = seconds * Double(total - done) / Double(done)
      parts.append("ETA \(Int(left.rounded(.up))) s")
    }
    return parts.joined(separator: "  ")
  }
}
