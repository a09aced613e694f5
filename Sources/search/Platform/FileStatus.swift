#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the system says about a file.
struct FileStatus: Sendable {
  enum Kind: Sendable { case file, folder, symbolicLink, other }

  let kind: Kind
  let byteCount: Int
  /// Device and number, which together identify the file.
  let identity: FileIdentity

  /// Asks about `path`; `followsLinks` decides about a symbolic link itself or its target.
  init(of path: Path, followsLinks: Bool = true) throws(SystemFailure) {
    var status = stat()
    let name = path.terminated
    // SAFETY: `name` is NUL-terminated and `status` is ours.
    let result = unsafe followsLinks ? stat(name, &status) : lstat(name, &status)
    guard result == 0 else { throw SystemFailure(path: path.text, code: errno) }
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .symbolicLink
      default: .other
      }
    byteCount = Int(status.st_size)
    identity = FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }
}

/// What tells two files apart, whatever their paths.
struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let number: UInt64
}

/// The names in a folder, in the system's order, without `.` and `..`.
func folderEntries(_ path: Path) throws(SystemFailure) -> [[UInt8]] {
  // SAFETY: `terminated` is NUL-terminated; the stream is closed below and used by us alone.
  guard let stream = unsafe opendir(path.terminated) else {
    throw SystemFailure(path: path.text, code: errno)
  }
  defer { _ = unsafe closedir(stream) }
  var names: [[UInt8]] = []
  while true {
    errno = 0
    // SAFETY: the stream is open; the entry is valid until the next is read.
    guard let entry = unsafe readdir(stream) else {
      if errno != 0 { throw SystemFailure(path: path.text, code: errno) }
      return names
    }
    // SAFETY: the system ends the name with a NUL within the record.
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      unsafe Array(bytes.prefix { $0 != 0 })
    }
    if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
  }
}
