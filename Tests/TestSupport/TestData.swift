import Foundation

/// Conformance data that is not part of the repository: the folder `SEARCH_TEST_DATA` names.
public enum TestData {
  /// The folder, or nil when the variable is not set.
  public static let directory: String? = {
    guard let path = ProcessInfo.processInfo.environment["SEARCH_TEST_DATA"], !path.isEmpty else {
      return nil
    }
    return path
  }()

  /// Whether there is a folder.
  public static var isAvailable: Bool { directory != nil }

  /// The bytes of a file in the folder, unpacked when only a gzipped copy is there.
  public static func bytes(_ path: String) throws -> [UInt8] {
    guard let directory else { throw Missing(path: path) }
    if let data = FileManager.default.contents(atPath: "\(directory)/\(path)") {
      return [UInt8](data)
    }
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-dc", "\(directory)/\(path).gz"]
    let pipe = Pipe()
    gzip.standardOutput = pipe
    try gzip.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    gzip.waitUntilExit()
    guard gzip.terminationStatus == 0 else { throw Missing(path: path) }
    return [UInt8](data)
  }

  /// The lines of a text file in the folder.
  public static func lines(_ path: String) throws -> [String] {
    try bytes(path).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// A file that should be there and is not.
  public struct Missing: Error {
    /// Its path within the folder.
    public let path: String
  }
}
