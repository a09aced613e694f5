import Index

extension Failure {
  /// What the library says, with the command that mends it.
  init(_ error: IndexError) {
    let rebuild = "rebuild with 'search build-index --force PATH...'"
    switch error {
    case .noIndex(let path):
      let kind = (try? FileStatus(of: Path(path)))?.kind
      let isTaken = kind != nil && kind != .folder
      self.init(
        error.description,
        hint: isTaken
          ? "it is no folder: name that of an index with --index"
          : "make one with 'search build-index --index \(path) FOLDER'")
    case .locked:
      self.init(error.description, hint: "wait for it to end, then try again")
    case .unsupportedFormat(_, let found, let supported):
      self.init(
        error.description,
        hint: found > supported.upperBound ? "update search, or \(rebuild)" : rebuild)
    case .unsupportedAnalysis: self.init(error.description, hint: rebuild)
    case .damaged(let damage):
      self.init(
        "\(damage.path): damaged: \(damage.summary)",
        hint: "'search verify' lists all damage; "
          + "'search build-index --force PATH...' rebuilds the index")
    case .system(_, _, let code): self.init(error.description, hint: SystemFailure.hint(of: code))
    case .invalidInput, .noDocuments, .limitExceeded: self.init(error.description)
    case .cancelled: self.init(error.description, status: .interrupted)
    }
  }
}

extension Damage {
  /// Section, detail and bytes on one line, the bytes in groups of digits.
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
