import Index

/// Where the index is: `--index`, else `$SEARCH_INDEX`, else `.search` here or in a folder above.
enum IndexLocation {
  private static let folderName = ".search"

  /// The index to read.
  static func existing(_ arguments: ParsedArguments) throws(Failure) -> String {
    if let named = named(arguments) { return named }
    guard let current = Environment.currentFolder else {
      throw Failure("the current folder is gone", hint: "name the index with --index")
    }
    if mayHoldIndex("./\(folderName)") { return "./\(folderName)" }
    var folder = current
    var above = "."
    while let slash = folder.bytes.lastIndex(of: UInt8(ascii: "/")), folder.bytes.count > 1 {
      folder.bytes.removeSubrange((slash == 0 ? 1 : slash)...)
      above += "/.."
      let candidate = folder.appending(Array(folderName.utf8))
      // A path that is not UTF-8 has no text that names it; the way up has.
      let path = candidate.isUTF8 ? candidate.text : "\(above)/\(folderName)"
      if mayHoldIndex(path) { return path }
    }
    throw Failure(
      "no index here or in any parent folder",
      hint: "make one with 'search build-index FOLDER', or name one with --index "
        + "(or SEARCH_INDEX)")
  }

  /// The index to write.
  static func target(_ arguments: ParsedArguments) -> String {
    named(arguments) ?? "./\(folderName)"
  }

  /// Opens the index to read.
  static func open(
    _ arguments: ParsedArguments
  ) throws(Failure) -> (reader: IndexReader, path: String) {
    let path = try existing(arguments)
    return (try translatingErrors { () throws(IndexError) in try IndexReader(path: path) }, path)
  }

  private static func named(_ arguments: ParsedArguments) -> String? {
    if let option = arguments.value(.index) { return option }
    return Environment.value("SEARCH_INDEX").flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether `path` is a folder with more in it than a first build leaves that did not get far:
  /// such a one must not hide the index above it.
  private static func mayHoldIndex(_ path: String) -> Bool {
    guard (try? FileStatus(of: Path(path)))?.kind == .folder else { return false }
    guard let isUnused = try? IndexBuilder.isUnused(path), isUnused else { return true }
    // A segment without a manifest is an index that has lost it, and that has to be said.
    let names = (try? folderEntries(Path(path))) ?? []
    return names.contains { IndexFiles.isSegment(named: String(decoding: $0, as: UTF8.self)) }
  }
}
