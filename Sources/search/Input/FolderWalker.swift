import Index

/// Lists the files of a folder and of the folders in it, in the order of the bytes of their paths,
/// which does not depend on the order in which the system lists them.
///
/// Symbolic links inside a folder are not followed, so there are no loops.
struct FolderWalker {
  /// What to take.
  struct Options: Sendable {
    /// The format of every file, or nil to go by the extension.
    var format: InputFormat?
    var includesHidden = false
    var obeysIgnoreFiles = true
    /// Rules of `--glob`.
    var globs = IgnoreRules(patterns: [])
    /// A folder to leave out: the one of the index.
    var excluded: FileIdentity?
  }

  /// The rules that hold in a folder, with the length of the part of a path before them.
  private struct Scope {
    let rules: IgnoreRules
    let prefixLength: Int
  }

  let options: Options
  let report: InputReport
  private(set) var items: [InputItem] = []

  init(options: Options, report: InputReport) {
    self.options = options
    self.report = report
  }

  /// Adds the files below `folder`.
  mutating func walk(_ folder: Path) throws(Failure) {
    let scopes = options.obeysIgnoreFiles ? outerScopes(of: folder) : []
    try visit(folder, relative: [], scopes: scopes, isRoot: true)
  }

  /// Adds a file that was named.
  mutating func append(_ item: InputItem) { items.append(item) }

  private mutating func visit(
    _ folder: Path, relative: [UInt8], scopes: [Scope], isRoot: Bool
  ) throws(Failure) {
    var names: [[UInt8]]
    do throws(SystemFailure) {
      names = try folderEntries(folder)
    } catch {
      if isRoot { throw Failure(error) }
      return skip(.unreadable, folder, "\(folder.text): \(error.reason)")
    }
    if isIndex(folder, names) {
      guard isRoot else { return skip(.index, folder) }
      // A folder that was named may have documents beside the index.
      names.removeAll { IndexFiles.isIndexFile(named: String(decoding: $0, as: UTF8.self)) }
    }
    var scopes = scopes
    let ignoreName = Array(".gitignore".utf8)
    if options.obeysIgnoreFiles, names.contains(ignoreName),
      let text = ignoreFile(folder.appending(ignoreName))
    {
      scopes.append(Scope(rules: IgnoreRules(text), prefixLength: relative.count))
    }
    for entry in sortedEntries(of: folder, names) {
      let path = relative + entry.name
      let full = folder.appending(entry.name)
      guard isWanted(full, path, isFolder: entry.status.kind == .folder, scopes) else { continue }
      switch entry.status.kind {
      case .folder:
        if entry.status.identity == options.excluded { continue }
        try visit(full, relative: path + [UInt8(ascii: "/")], scopes: scopes, isRoot: false)
      case .file: add(full, relative: path, byteCount: entry.status.byteCount)
      case .symbolicLink: skip(.symbolicLink, full)
      case .other: skip(.notAFile, full)
      }
    }
  }

  /// Whether a folder with the entries `names` is an index.
  private func isIndex(_ folder: Path, _ names: [[UInt8]]) -> Bool {
    let name = Array(IndexFiles.manifestName.utf8)
    guard names.contains(name),
      let file = try? InputFile(path: folder.appending(name), mustBeRegular: true)
    else { return false }
    let start = IndexFiles.manifestStart
    return (try? firstBytes(of: file, limit: start.count)) == start
  }

  /// The entries in such an order that the paths below come out sorted by bytes: a folder counts
  /// as its name with a slash.
  private mutating func sortedEntries(of folder: Path, _ names: [[UInt8]])
    -> [(name: [UInt8], status: FileStatus)]
  {
    var entries: [(name: [UInt8], key: [UInt8], status: FileStatus)] = []
    for name in names {
      let path = folder.appending(name)
      do throws(SystemFailure) {
        let status = try FileStatus(of: path, followsLinks: false)
        let key = status.kind == .folder ? name + [UInt8(ascii: "/")] : name
        entries.append((name, key, status))
      } catch {
        skip(.unreadable, path, "\(path.text): \(error.reason)")
      }
    }
    entries.sort { $0.key.lexicographicallyPrecedes($1.key) }
    return entries.map { ($0.name, $0.status) }
  }

  private func isWanted(_ full: Path, _ path: [UInt8], isFolder: Bool, _ scopes: [Scope]) -> Bool {
    if !options.includesHidden, full.name.first == UInt8(ascii: ".") {
      skip(.hidden, full)
      return false
    }
    for scope in scopes.reversed() {
      // Rules of folders above the one named see the path as it is from there on.
      let part =
        scope.prefixLength >= 0
        ? path[scope.prefixLength...] : (outerPrefix(-scope.prefixLength) + path)[...]
      guard let isIgnored = scope.rules.decision(for: part, isFolder: isFolder) else { continue }
      if !isIgnored { break }
      skip(.ignored, full)
      return false
    }
    switch options.globs.decision(for: path[...], isFolder: isFolder) {
    case true?: return true
    case false?:
      skip(.notMatching, full)
      return false
    case nil:
      if isFolder || !options.globs.hasPositive { return true }
      skip(.notMatching, full)
      return false
    }
  }

  private mutating func add(_ path: Path, relative: [UInt8], byteCount: Int) {
    let known = InputFormat(fileExtension: path.fileExtension)
    let isChosen = options.globs.decision(for: relative[...], isFolder: false) == true
    guard let format = options.format ?? known ?? (isChosen ? .text : nil) else {
      return skip(.otherType, path)
    }
    items.append(InputItem(path: path, format: format, byteCount: byteCount))
  }

  private func skip(_ reason: InputReport.Reason, _ path: Path, _ text: String? = nil) {
    let order = InputReport.Place(item: items.count, line: 0)
    report.add(reason, at: order) { text ?? path.text }
  }

  /// The text of a `.gitignore`; nil if there is none, or what can be read only by waiting, as a
  /// pipe, or if it cannot be read, which is told.
  private func ignoreFile(_ path: Path) -> [UInt8]? {
    guard (try? FileStatus(of: path))?.kind == .file else { return nil }
    do throws(SystemFailure) {
      return try readSmallFile(path, mustBeRegular: true)
    } catch {
      skip(.unreadable, path, "\(path.text): \(error.reason)")
      return nil
    }
  }

  // MARK: Folders above

  /// The names of the folders from the repository's root down to the folder named, outermost first.
  private var outerNames: [[UInt8]] = []

  private func outerPrefix(_ count: Int) -> [UInt8] {
    outerNames.suffix(count).flatMap { $0 + [UInt8(ascii: "/")] }
  }

  /// The rules of the folders above `folder`, up to the root of its git repository, if it has one.
  ///
  /// The prefix length of such a scope is minus the number of folders in between.
  private mutating func outerScopes(of folder: Path) -> [Scope] {
    outerNames = []
    guard let absolute = absolutePath(folder) else { return [] }
    var scopes: [Scope] = []
    var current = absolute
    var names: [[UInt8]] = []
    let marker = Array(".git".utf8)
    while true {
      if (try? FileStatus(of: current.appending(marker))) != nil {
        outerNames = names
        return scopes.reversed()
      }
      guard let slash = current.bytes.lastIndex(of: UInt8(ascii: "/")), current.bytes.count > 1
      else { return [] }
      names.insert(Array(current.bytes[(slash + 1)...]), at: 0)
      current = Path(bytes: slash == 0 ? [UInt8(ascii: "/")] : Array(current.bytes[..<slash]))
      if let text = ignoreFile(current.appending(Array(".gitignore".utf8))) {
        scopes.append(Scope(rules: IgnoreRules(text), prefixLength: -names.count))
      }
    }
  }

  /// `folder` from the root of the file system on, with `.` and `..` taken out.
  private func absolutePath(_ folder: Path) -> Path? {
    var bytes = folder.bytes
    if bytes.first != UInt8(ascii: "/") {
      guard let current = Environment.currentFolder else { return nil }
      bytes = current.bytes + [UInt8(ascii: "/")] + bytes
    }
    var parts: [ArraySlice<UInt8>] = []
    for part in bytes.split(separator: UInt8(ascii: "/")) where !part.elementsEqual([0x2E]) {
      if part.elementsEqual([0x2E, 0x2E]) {
        _ = parts.popLast()
      } else {
        parts.append(part)
      }
    }
    return Path(bytes: parts.isEmpty ? [0x2F] : parts.flatMap { [0x2F] + $0 })
  }
}
