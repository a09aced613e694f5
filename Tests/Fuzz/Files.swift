#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The names in the folder `path`, sorted, but those that start with a dot.
func fileNames(in path: String) throws -> [String] {
  // SAFETY: the folder is open until `closedir`; each entry is copied before the next is read.
  guard let directory = unsafe opendir(path) else { throw BrokenLaw("no folder \(path)") }
  defer { unsafe closedir(directory) }
  var names: [String] = []
  while let entry = unsafe readdir(directory) {
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names.sorted()
}

/// The bytes of a file of at most 4 MiB.
func readFile(_ path: String) throws -> [UInt8] {
  guard let file = unsafe fopen(path, "r") else { throw BrokenLaw("cannot read \(path)") }
  defer { unsafe fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 1 << 22)
  // SAFETY: the call writes at most `count` bytes into the array's own memory.
  let count = unsafe bytes.withUnsafeMutableBytes {
    unsafe fread($0.baseAddress, 1, $0.count, file)
  }
  return Array(bytes.prefix(count))
}

/// Replaces a file, so that a mapping of what it was stays whole.
func replaceFile(_ path: String, by bytes: [UInt8]) throws {
  unsafe unlink(path)
  guard let file = unsafe fopen(path, "w") else { throw BrokenLaw("cannot write \(path)") }
  defer { unsafe fclose(file) }
  // SAFETY: the call reads the array's own memory.
  let count = unsafe bytes.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, $0.count, file) }
  guard count == bytes.count else { throw BrokenLaw("cannot write \(path)") }
}
