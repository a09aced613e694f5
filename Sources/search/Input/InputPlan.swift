/// Everything that will be read, in order: what the paths on the command line stand for.
struct InputPlan {
  private(set) var items: [InputItem] = []
  let report = InputReport()

  /// The bytes of all files, or nil if one is among them that does not say, such as standard input.
  var byteCount: Int? {
    items.contains { $0.opened != nil } ? nil : items.reduce(0) { $0 + $1.byteCount }
  }

  /// Lists the files behind `operands`.
  init(operands: [Path], options: FolderWalker.Options) throws(Failure) {
    var walker = FolderWalker(options: options, report: report)
    for path in operands {
      do throws(SystemFailure) {
        if path == Path("-") {
          if walker.items.contains(where: { $0.path == nil }) {
            let place = InputReport.Place(item: walker.items.count, line: 0)
            report.add(.namedTwice, at: place) { "stdin" }
            continue
          }
          walker.append(try Self.standardInput(options.format))
          continue
        }
        let status = try FileStatus(of: path)
        if status.kind != .folder {
          walker.append(try Self.named(path, status, options.format))
          continue
        }
      } catch {
        throw Failure(error, hint: "check the path; folders, files and - for stdin will do")
      }
      try walker.walk(path)
    }
    items = operands.count > 1 ? withoutRepetitions(walker.items) : walker.items
  }

  private static func standardInput(_ format: InputFormat?) throws(SystemFailure) -> InputItem {
    let file = InputFile()
    let format = if let format { format } else { try guess(file) }
    return InputItem(path: nil, format: format, byteCount: 0, isNamed: true, opened: file)
  }

  private static func named(_ path: Path, _ status: FileStatus, _ format: InputFormat?)
    throws(SystemFailure) -> InputItem
  {
    // Opening it now tells of a file that cannot be read before any work is done.
    let file = try InputFile(path: path)
    var format = format
    if format == nil, !path.fileExtension.isEmpty {
      format = InputFormat(fileExtension: path.fileExtension)
    }
    if format == nil { format = try guess(file) }
    // Who writes to a pipe is gone when it is closed: it must not be opened a second time.
    return InputItem(
      path: path, format: format ?? .text, byteCount: status.byteCount, isNamed: true,
      opened: status.kind == .file ? nil : file)
  }

  /// What a file without an extension looks like; it can be read from its start afterwards.
  private static func guess(_ file: InputFile) throws(SystemFailure) -> InputFormat {
    let start = try firstBytes(of: file, limit: 4096)
    file.giveBack(start)
    let visible = start.drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
    if visible.first == UInt8(ascii: "{") { return .jsonLines }
    let beginning = String(decoding: visible.prefix(14), as: UTF8.self).lowercased()
    return beginning.hasPrefix("<!doctype html") || beginning.hasPrefix("<html") ? .html : .text
  }

  /// The items, each path once, however it is spelt without `..`, which a symbolic link may lead
  /// elsewhere.
  private func withoutRepetitions(_ items: [InputItem]) -> [InputItem] {
    var seen: Set<Path> = []
    var result: [InputItem] = []
    for item in items {
      guard let path = item.path, !seen.insert(path.withoutEmptySteps).inserted else {
        result.append(item)
        continue
      }
      report.add(.namedTwice, at: InputReport.Place(item: result.count, line: 0)) { path.text }
    }
    return result
  }
}
