/// The folder of one index: the names of its files, and who may change them.
///
///     manifest                          the list of live segments; replaced atomically
///     segment-<generation>-<n>.seg      immutable
///     writer-*.tmp                      of a writer at work, or left by one that died
///     lock                              locked by the writer; says who it is
///
/// Files of other names are never touched.
struct IndexDirectory: Hashable, Sendable {
  /// The path of the folder.
  let path: String

  /// The name of the manifest.
  static let manifestName = "manifest"
  /// The name of the lock file.
  static let lockName = "lock"

  /// The folder that a caller names by `path`, which need not exist.
  ///
  /// - Throws: `invalidInput` if the path is empty, as of a setting that was not made: to take it for
  ///   the current folder would fill that with files, or search an index that nobody meant.
  init(named path: String) throws(IndexError) {
    guard !path.isEmpty else {
      throw .invalidInput(
        "the path of the index is empty; the current folder is named by \".\"")
    }
    self.init(path: path)
  }

  /// Names the folder at `path`, which need not exist.
  init(path: String) {
    self.path = path.isEmpty ? "." : path
  }

  /// The path of a file of this folder.
  func path(of fileName: String) -> String {
    path.utf8.last == UInt8(ascii: "/") ? path + fileName : path + "/" + fileName
  }

  /// The path of a temporary file.
  func temporaryPath(_ name: String) -> String {
    path(of: "writer-" + name + ".tmp")
  }

  /// Whether a writer would name a temporary file so.
  static func isTemporary(_ name: String) -> Bool {
    name.hasPrefix("writer-") && name.hasSuffix(".tmp")
  }

  /// Whether only a writer would name a file so: what it may have left, if no manifest lists it.
  static func isTemporaryOrSegment(_ name: String) -> Bool {
    isTemporary(name) || generation(ofSegment: name) != nil
  }

  /// Whether there are only files that writers leave when they end before their first commit.
  func holdsOnlyLeftovers() throws(IndexError) -> Bool {
    try fileNames().allSatisfy { name in
      name == Self.lockName || Self.isTemporaryOrSegment(name)
    }
  }

  /// The name of the segment with a number within a generation.
  static func segmentName(generation: UInt64, number: Int) -> String {
    "segment-\(generation)-\(number).seg"
  }

  /// The generation in the name of a segment, or nil if it is not such a name.
  static func generation(ofSegment name: String) -> UInt64? {
    guard name.hasPrefix("segment-"), name.hasSuffix(".seg") else { return nil }
    let parts = name.utf8.dropFirst(8).dropLast(4).split(
      separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 2, let number = UInt64(Substring(parts[1])), number <= Int.max,
      let generation = UInt64(Substring(parts[0])),
      segmentName(generation: generation, number: Int(number)) == name
    else { return nil }
    return generation
  }

  /// Creates the folder and those it lies in, as far as they are missing.
  func create() throws(IndexError) {
    do {
      if try SystemCalls.createFolder(path), let parent { try parent.sync() }
    } catch {
      guard SystemCalls.isMissing(error), let parent, parent != self else { throw error }
      try parent.create()
      _ = try SystemCalls.createFolder(path)
      try parent.sync()
    }
  }

  /// The folder that this one lies in, or nil for the root.
  private var parent: IndexDirectory? {
    var bytes = Array(path.utf8)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard bytes != [UInt8(ascii: "/")] else { return nil }
    while let last = bytes.last, last != UInt8(ascii: "/") { bytes.removeLast() }
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    return IndexDirectory(path: String(decoding: bytes, as: UTF8.self))
  }

  /// The names of all files in the folder, sorted by their bytes.
  func fileNames() throws(IndexError) -> [String] {
    try SystemCalls.names(inFolder: path)
  }

  /// Removes what an unfinished writer may have left, temporary files only.
  func removeTemporaryFiles() throws(IndexError) {
    for name in try fileNames() where Self.isTemporary(name) {
      try SystemCalls.remove(path(of: name))
    }
  }

  /// Waits until the names of the folder's files are safe on the device.
  func sync() throws(IndexError) {
    try OpenFile.open(path).sync()
  }

  /// Removes the segments and temporary files that are not in `kept`.
  ///
  /// Those are what earlier commits need no more and what dead writers left. For the holder of
  /// the lock only.
  func removeStrays(keeping kept: Set<String>) throws(IndexError) {
    for name in try fileNames() where !kept.contains(name) {
      if Self.isTemporaryOrSegment(name) { try SystemCalls.remove(path(of: name)) }
    }
  }
}

/// The right to change the files of one index, for as long as this value lives.
///
/// The system ends it with the process, so it never has to be broken by hand.
struct WriterLock: ~Copyable {
  private let file: OpenFile
  /// What the file begins with.
  private static let prefix = "pid "

  /// Takes the lock of `directory`, which must exist, without waiting.
  ///
  /// - Parameter holder: what others are told of this process, besides its number.
  /// - Throws: `locked` if another has it; `invalidInput` if a file of that name is somebody's.
  init(_ directory: IndexDirectory, holder: String) throws(IndexError) {
    let file = try OpenFile.openOrCreate(directory.path(of: IndexDirectory.lockName))
    guard try file.tryLock() else {
      throw .locked(path: directory.path, holder: try Self.holder(in: file))
    }
    do throws(IndexError) {
      guard try Self.isOurs(file, directory) else {
        throw .invalidInput(
          "\(directory.path(of: IndexDirectory.lockName)): not the lock of an index; "
            + "an index needs a folder of its own")
      }
      try file.truncate(to: 0)
      let description = ByteWriter(
        text: "\(WriterLock.prefix)\(SystemCalls.processID) \(holder)\n")
      try file.write(description.bytes)
    } catch {
      file.unlock()
      throw error
    }
    self.file = file
  }

  deinit {
    // A process that another thread is just starting has the file too, until it runs its program:
    // closing ours would not be enough.
    file.unlock()
  }

  /// Whether the file of the lock is one: it says so, or there is other work of writers beside it.
  private static func isOurs(
    _ file: borrowing OpenFile, _ directory: IndexDirectory
  ) throws(IndexError) -> Bool {
    let start = try file.readPrefix(upTo: prefix.utf8.count)
    // A power failure may have left less, or zeros.
    if prefix.utf8.starts(with: start) || start.allSatisfy({ $0 == 0 }) { return true }
    return try directory.fileNames().contains {
      $0 == IndexDirectory.manifestName || IndexDirectory.isTemporaryOrSegment($0)
    }
  }

  private static func holder(in file: borrowing OpenFile) throws(IndexError) -> String {
    let text = try file.readPrefix(upTo: 256)
    let line = text.prefix { $0 != UInt8(ascii: "\n") }
    return String(decoding: line, as: UTF8.self)
  }
}
