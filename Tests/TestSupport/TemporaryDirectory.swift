import Foundation

/// A folder of its own for one test; it goes when the value does.
public final class TemporaryDirectory: Sendable {
  /// The folder's absolute path, without a slash at its end.
  public let path: String

  /// Makes an empty folder under the system's temporary one.
  public init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("search-test-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of `name` in the folder.
  public func path(_ name: String) -> String {
    path + "/" + name
  }

  /// Writes a file, with the folders it lies in, and returns its path.
  @discardableResult
  public func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Writes a text file, with the folders it lies in, and returns its path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// The bytes of a file of the folder.
  public func read(_ name: String) throws -> [UInt8] {
    try readFile(path(name))
  }
}

/// The bytes of the file at `path`.
public func readFile(_ path: String) throws -> [UInt8] {
  try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
}
