import Foundation

/// The published test data that the repository does not hold: Unicode's conformance tests, stop
/// words, folding tables, a gold set of tokens, hard queries.
///
/// It lies in the folder that the environment variable `SEARCH_TEST_DATA` names. A test that needs
/// it has the trait `.needsTestData(name)`, so that a run without it shows as skipped, with the
/// reason.
public enum TestData {
  /// The folder, or nil.
  public static let folder: String? = {
    guard let path = ProcessInfo.processInfo.environment["SEARCH_TEST_DATA"], !path.isEmpty,
      FileManager.default.fileExists(atPath: path)
    else { return nil }
    return path
  }()

  /// Whether there is such a folder.
  public static var isAvailable: Bool { folder != nil }

  /// Whether the folder has the file or folder `name`.
  public static func has(_ name: String) -> Bool {
    guard let folder else { return false }
    return FileManager.default.fileExists(atPath: folder + "/" + name)
  }

  /// The path of `name` in the folder.
  ///
  /// - Throws: `Missing`, if there is no such file.
  public static func path(_ name: String) throws -> String {
    guard let folder, has(name) else { throw Missing(name: name) }
    return folder + "/" + name
  }

  /// The bytes of the file `name`; of what it holds, if it is compressed (`.gz`, `.zst`).
  ///
  /// Where there is no such file, a compressed one that has `.gz` after its name will do.
  public static func bytes(_ name: String) throws -> [UInt8] {
    if !has(name), has(name + ".gz") { return try bytes(name + ".gz") }
    let path = try path(name)
    if name.hasSuffix(".gz") { return try decompressed(["gzip", "-dc", path]) }
    if name.hasSuffix(".zst") { return try decompressed(["zstd", "-dcq", "--long=27", path]) }
    return try readFile(path)
  }

  /// The text of the file `name`, as `bytes` gives it.
  public static func text(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }

  /// The lines of the file `name`, without the line feeds at their ends.
  public static func lines(_ name: String) throws -> [String] {
    var lines = try bytes(name).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last == [] { lines.removeLast() }
    return lines.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func decompressed(_ command: [String]) throws -> [UInt8] {
    let result = try run(command[0], Array(command.dropFirst()))
    guard result.status == 0 else { throw CommandFailure(message: result.errorText) }
    return result.output
  }

  /// A file that the data should have.
  public struct Missing: Error {
    /// The file.
    public var name: String
  }

  /// A program that did not do its job.
  public struct CommandFailure: Error {
    /// What it said.
    public var message: String
  }
}
