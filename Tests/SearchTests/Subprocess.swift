import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// A finished process.
struct Subprocess {
  let output: String
  let errors: String
  let status: Int32

  /// The program under test, built next to the tests.
  static var search: String {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("search")
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate.path }
      folder.deleteLastPathComponent()
    }
    return "search"
  }

  /// What the program sees of the environment, unless a test says otherwise.
  static let environment = ["PATH": "/usr/bin:/bin", "TERM": "xterm", "LC_ALL": "C.UTF-8"]

  /// Runs a program to its end.
  static func run(
    _ program: String, _ arguments: [String], folder: String? = nil, input: String = "",
    environment: [String: String] = [:]
  ) throws -> Subprocess {
    let process = Process()
    let (inputPipe, outputPipe, errorPipe) = (Pipe(), Pipe(), Pipe())
    process.standardInput = inputPipe
    process.standardOutput = outputPipe
    process.standardError = errorPipe
    try start(process, program, arguments, folder, environment)
    // Writing and reading errors must not wait for each other.
    let inputData = Data(input.utf8)
    let inputThread = Thread {
      try? inputPipe.fileHandleForWriting.write(contentsOf: inputData)
      try? inputPipe.fileHandleForWriting.close()
    }
    inputThread.start()
    let errors = Box()
    let done = DispatchSemaphore(value: 0)
    let errorThread = Thread {
      errors.data = errorPipe.fileHandleForReading.readDataToEndOfFile()
      done.signal()
    }
    errorThread.start()
    let output = outputPipe.fileHandleForReading.readDataToEndOfFile()
    done.wait()
    process.waitUntilExit()
    return Subprocess(
      output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors.data, as: UTF8.self), status: exitStatus(of: process))
  }

  /// Runs a program at a terminal of `columns` columns; `output` has both streams.
  static func runAtTerminal(
    _ program: String, _ arguments: [String], folder: String? = nil, columns: UInt16 = 60,
    environment: [String: String] = [:]
  ) throws -> Subprocess {
    let (master, slave) = try openTerminal()
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    // SAFETY: `size` is ours and what this request takes.
    _ = unsafe ioctl(slave, UInt(TIOCSWINSZ), &size)
    let process = Process()
    let handle = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    process.standardInput = handle
    process.standardOutput = handle
    process.standardError = handle
    try start(process, program, arguments, folder, environment)
    try handle.close()
    var data: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      // SAFETY: the array has room for what is asked for.
      let count = unsafe read(master, &chunk, chunk.count)
      if count <= 0 { break }
      data += chunk.prefix(count)
    }
    _ = close(master)
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    return Subprocess(output: text, errors: "", status: exitStatus(of: process))
  }

  /// A new pair of terminal ends: what is written to one is read from the other.
  private static func openTerminal() throws -> (master: Int32, slave: Int32) {
    #if canImport(Glibc)
      // Glibc keeps posix_openpt from Swift; these are the requests it makes (ioctl_tty(2)).
      let (getNumber, setLock) = (UInt(0x8004_5430), UInt(0x4004_5431))
      // SAFETY: the name is a string of ours.
      let master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
      try #require(master >= 0)
      var (number, unlocked) = (UInt32(0), Int32(0))
      // SAFETY: both variables are ours and of the size the requests are for.
      try unsafe #require(ioctl(master, getNumber, &number) == 0)
      try unsafe #require(ioctl(master, setLock, &unlocked) == 0)
      let name = "/dev/pts/\(number)"
    #else
      let master = posix_openpt(O_RDWR | O_NOCTTY)
      try #require(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0)
      let name = try unsafe String(cString: #require(ptsname(master)))
    #endif
    // SAFETY: the name is a string of ours.
    let slave = unsafe open(name, O_RDWR | O_NOCTTY)
    try #require(slave >= 0)
    return (master, slave)
  }

  private static func start(
    _ process: Process, _ program: String, _ arguments: [String], _ folder: String?,
    _ environment: [String: String]
  ) throws {
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = Self.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    try process.run()
  }

  /// As a shell shows it: 128 and the number for a signal.
  private static func exitStatus(of process: Process) -> Int32 {
    process.terminationReason == .uncaughtSignal
      ? 128 + process.terminationStatus : process.terminationStatus
  }

  // SAFETY: one thread writes, the other reads after the semaphore.
  private final class Box: @unchecked Sendable { var data = Data() }
}
