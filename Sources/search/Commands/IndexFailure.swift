import Index

extension Failure {
  /// What the library says, with the command that mends it.
  init(_ error: IndexError) {
    switch error {
    case .noIndex(let path):
      self.init(
        "\(path): no index there",
        hint: "make one with 'search build-index --index \(path) FOLDER'")
    case .locked(let path, let holder):
      let who = holder.isEmpty ? "" : " (\(holder))"
      self.init(
        "\(path): another process is writing\(who)",
        hint: "wait for it to end, then try again")
    case .unsupportedFormat(let path, let found, let supported):
      let isNewer = found > supported.upperBound
      let range =
        supported.count == 1
        ? "\(supported.lowerBound)" : "\(supported.lowerBound) to \(supported.upperBound)"
      self.init(
        "\(path): format \(found) is \(isNewer ? "newer" : "older") than this program reads "
          + "(\(range))",
        hint: (isNewer ? "update search, or rebuild" : "rebuild")
          + " with 'search build-index --force PATH...'")
    case .damaged(let damage):
      self.init(
        "\(damage.path): damaged: \(damage.summary)",
        hint: "'search verify' lists all damage; "
          + "'search build-index --force PATH...' rebuilds the index")
    case .system(let operation, let path, let code):
      self.init(
        "\(path): \(operation): \(SystemFailure.reason(of: code))",
        hint: SystemFailure.hint(of: code))
    case .invalidInput(let message), .limitExceeded(let message):
      self.init(message)
    case .cancelled:
      self.init("interrupted", status: .interrupted)
    }
  }
}

extension Damage {
  /// Section, bytes and detail on one line.
  var summary: String {
    let bytes =
      byteRange.isEmpty
      ? ""
      : " (bytes \(grouped(Int(byteRange.lowerBound)))-\(grouped(Int(byteRange.upperBound - 1))))"
    return (section.isEmpty ? "" : "\(section): ") + detail + bytes
  }
}

/// Runs what may throw an error of the library; errors become failures with a hint.
func translatingErrors<R>(_ body: () throws(IndexError) -> R) throws(Failure) -> R {
  do throws(IndexError) {
    return try body()
  } catch {
    throw Failure(error)
  }
}
