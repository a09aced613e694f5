import Foundation

/// What a program did.
public struct CommandResult: Sendable {
  /// The exit status, or minus the number of the signal that ended the program.
  public var status: Int32
  /// What it wrote to standard output.
  public var output: [UInt8]
  /// What it wrote to standard error.
  public var errorOutput: [UInt8]

  /// Standard output as text.
  public var text: String { String(decoding: output, as: UTF8.self) }
  /// Standard error as text.
  public var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}

/// Runs the program at the path `program`, or found by that name, and waits for its end.
///
/// Its input and output go through files, so that no pipe can fill up and block.
/// - Parameter environment: variables to set (or, as nil, to remove) on top of this process's.
/// - Throws: if the program cannot be started; a failure of the program is in the result.
public func run(
  _ program: String, _ arguments: [String] = [], input: [UInt8] = [], in directory: String? = nil,
  environment: [String: String?] = [:]
) throws -> CommandResult {
  let folder = try TemporaryDirectory()
  try folder.write(input, to: "in")
  try folder.write([], to: "out")
  try folder.write([], to: "err")

  let process = Process()
  let isPath = program.contains("/")
  process.executableURL = URL(fileURLWithPath: isPath ? program : "/usr/bin/env")
  process.arguments = isPath ? arguments : [program] + arguments
  if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
  process.environment = ProcessInfo.processInfo.environment
    .merging(environment.compactMapValues { $0 }) { _, new in new }
    .filter { name, _ in environment[name] != .some(nil) }
  process.standardInput = FileHandle(forReadingAtPath: folder.path("in"))
  process.standardOutput = FileHandle(forWritingAtPath: folder.path("out"))
  process.standardError = FileHandle(forWritingAtPath: folder.path("err"))
  try process.run()
  process.waitUntilExit()
  let signalled = process.terminationReason == .uncaughtSignal
  return CommandResult(
    status: signalled ? -process.terminationStatus : process.terminationStatus,
    output: try folder.read("out"), errorOutput: try folder.read("err"))
}
