#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

// All that the benchmarks ask of the system: time, memory, files and a place for them.

/// Something that keeps the benchmarks from running; `description` says what.
struct BenchmarkFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Nanoseconds on a clock that never goes back.
func monotonicNanoseconds() -> Int {
  var time = timespec()
  // SAFETY: the call fills `time`, which is ours.
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
}

/// The number of processors that threads can run on.
func processorCount() -> Int {
  max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}

/// The most memory this process has had resident since `resetPeakMemory`, in bytes; since its
/// start where the system cannot reset that.
func peakResidentByteCount() -> Int {
  if let peak = linuxStatus("VmHWM") { return peak }
  var usage = rusage()
  let thisProcess: Int32 = 0
  // SAFETY: the call fills `usage`, which is ours.
  unsafe getrusage(thisProcess, &usage)
  #if canImport(Darwin)
    return Int(usage.ru_maxrss)
  #else
    return Int(usage.ru_maxrss) * 1024
  #endif
}

/// The memory this process has resident now, in bytes; 0 where the system does not say.
func residentByteCount() -> Int {
  linuxStatus("VmRSS") ?? 0
}

/// Starts a new measurement of the peak, where the system can.
func resetPeakMemory() {
  guard let file = unsafe fopen("/proc/self/clear_refs", "w") else { return }
  // SAFETY: `file` is open, and closed here.
  unsafe fputs("5", file)
  unsafe fclose(file)
}

/// Gives the system back what memory is free, so that the next measurement starts from what is
/// used; does nothing where there is no such call.
func releaseFreeMemory() {
  typealias Trim = @convention(c) (Int) -> Int32
  // SAFETY: glibc's `malloc_trim` has this type; no other library has one of that name.
  guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return }
  _ = unsafe unsafeBitCast(symbol, to: Trim.self)(0)
}

/// The end of the heap.
///
/// With `wholeHeap` it moves by what the heap grew at its greatest.
func heapEnd() -> Int {
  #if canImport(Glibc)
    // SAFETY: asks only; the address is taken as a number.
    return unsafe Int(bitPattern: sbrk(0))
  #else
    return 0
  #endif
}

/// What a process of glibc is started with, so that all it allocates lies in one heap that never
/// shrinks.
let wholeHeap = [
  "MALLOC_MMAP_THRESHOLD_=1073741824", "MALLOC_TRIM_THRESHOLD_=1073741824",
  "MALLOC_TOP_PAD_=0",
]

/// The memory this process has resident that no file stands behind, in bytes; 0 where the system
/// does not say.
func anonymousByteCount() -> Int {
  linuxStatus("RssAnon") ?? 0
}

/// The memory of mapped files that this process has resident, in bytes; 0 where the system does
/// not say.
func mappedByteCount() -> Int {
  linuxStatus("RssFile") ?? 0
}

/// A size from Linux's list of facts on this process.
private func linuxStatus(_ name: String) -> Int? {
  guard let text = try? readFile("/proc/self/status") else { return nil }
  for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
    guard line.hasPrefix(name + ":") else { continue }
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
    return words.count > 1 ? Int(words[1]).map { $0 * 1024 } : nil
  }
  return nil
}

/// What the processor calls itself.
func processorName() -> String {
  let text = (try? readFile("/proc/cpuinfo")) ?? []
  for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
    guard line.hasPrefix("model name"), let colon = line.firstIndex(of: ":") else { continue }
    return String(line[line.index(after: colon)...].drop(while: { $0 == " " }))
  }
  return "unknown"
}

/// Seconds since the start of 1970, by the clock on the wall.
func secondsSince1970() -> Int {
  var time = timespec()
  // SAFETY: the call fills `time`, which is ours.
  unsafe clock_gettime(CLOCK_REALTIME, &time)
  return Int(time.tv_sec)
}

/// When the file at `path` was last written, in seconds since the start of 1970; 0 if there is
/// none.
func modificationTime(of path: String) -> Int {
  var status = stat()
  // SAFETY: the call fills `status`, which is ours.
  guard unsafe stat(path, &status) == 0 else { return 0 }
  #if canImport(Darwin)
    return Int(status.st_mtimespec.tv_sec)
  #else
    return Int(status.st_mtim.tv_sec)
  #endif
}

/// The size of the file at `path` in bytes; 0 if there is none.
func fileByteCount(of path: String) -> Int {
  var status = stat()
  // SAFETY: the call fills `status`, which is ours.
  return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
}

/// The names in the folder at `path`, in no order.
func fileNames(in path: String) throws -> [String] {
  guard let folder = unsafe opendir(path) else {
    throw BenchmarkFailure("\(path): \(systemError())")
  }
  // SAFETY: `folder` is open until here; each entry is copied before the next is read.
  defer { unsafe closedir(folder) }
  var names: [String] = []
  while let entry = unsafe readdir(folder) {
    names.append(
      unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      })
  }
  return names.filter { $0 != "." && $0 != ".." }
}

/// A common logarithm.
func logarithm(_ value: Double) -> Double { log10(value) }

/// A power.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// Calls `body` with the bytes of the file at `path`, piece by piece.
func forEachPiece(
  ofFile path: String, byteCount: Int = 1 << 20, _ body: (Span<UInt8>) throws -> Void
) throws {
  let descriptor = unsafe open(path, O_RDONLY)
  guard descriptor >= 0 else { throw BenchmarkFailure("\(path): \(systemError())") }
  defer { close(descriptor) }
  var piece = [UInt8](repeating: 0, count: byteCount)
  while true {
    // SAFETY: the call writes at most `count` bytes into the array's own memory.
    let count = unsafe piece.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    if count == 0 { return }
    guard count > 0 else { throw BenchmarkFailure("\(path): \(systemError())") }
    try body(piece.span.extracting(first: count))
  }
}

/// The bytes of the file at `path`.
func readFile(_ path: String) throws -> [UInt8] {
  var bytes: [UInt8] = []
  try forEachPiece(ofFile: path) { piece in
    // SAFETY: the bytes are copied while the piece is borrowed.
    unsafe piece.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
  }
  return bytes
}

/// Writes a file.
func writeFile(_ text: String, to path: String) throws {
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  guard descriptor >= 0 else { throw BenchmarkFailure("\(path): \(systemError())") }
  defer { close(descriptor) }
  try write(text, to: descriptor, named: path)
}

/// Writes to standard output at once, with nothing held back.
func writeOutput(_ text: String) throws {
  try write(text, to: STDOUT_FILENO, named: "standard output")
}

/// Writes to standard error at once.
func writeError(_ text: String) {
  try? write(text, to: STDERR_FILENO, named: "standard error")
}

private func write(_ text: String, to descriptor: Int32, named name: String) throws {
  let bytes = Array(text.utf8)
  var done = 0
  while done < bytes.count {
    // SAFETY: the call reads the rest of the array's own memory.
    let count = unsafe bytes.withUnsafeBytes {
      unsafe write(descriptor, $0.baseAddress.map { unsafe $0 + done }, $0.count - done)
    }
    guard count > 0 else { throw BenchmarkFailure("\(name): \(systemError())") }
    done += count
  }
}

private func systemError() -> String {
  unsafe String(cString: strerror(errno))
}

/// A folder for the indexes of one run; it goes when the value does.
final class ScratchFolder {
  let path: String

  init() throws {
    // SAFETY: the environment is only read, by the one thread there is.
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array((parent + "/search-benchmarks-XXXXXX").utf8CString)
    // SAFETY: the template ends with a zero; the call changes its letters X only.
    let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return false }
      return unsafe mkdtemp(base) != nil
    }
    guard isMade else { throw BenchmarkFailure("\(parent): \(systemError())") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    remove(path)
  }

  /// Removes what is at `path`, a file or a folder with all it holds.
  func remove(_ path: String) {
    guard let names = try? fileNames(in: path) else {
      unsafe unlink(path)
      return
    }
    for name in names { remove(path + "/" + name) }
    unsafe rmdir(path)
  }
}
