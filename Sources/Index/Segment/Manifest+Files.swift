import Tokenizer

extension Manifest {
  /// The manifest of the index in `directory`.
  ///
  /// - Throws: `noIndex` if there is none, `damaged`, `unsupportedFormat`, `system`.
  static func load(from directory: IndexDirectory) throws(IndexError) -> Manifest {
    let path = directory.path(of: IndexDirectory.manifestName)
    let bytes: [UInt8]
    do throws(IndexError) {
      let file = try OpenFile.open(path)
      let byteCount = try file.byteCount()
      guard byteCount <= Manifest.maxByteCount else {
        throw .damaged(
          Damage(
            path: path, section: IndexDirectory.manifestName, byteRange: 0..<UInt64(byteCount),
            detail: "\(byteCount) bytes are too many for a manifest"))
      }
      bytes = try file.readPrefix(upTo: byteCount)
    } catch {
      throw SystemCalls.isMissing(error) ? .noIndex(path: directory.path) : error
    }
    return try Manifest(decoding: bytes, path: path)
  }

  /// The manifest of the index in `directory` with all of its segments open: one commit, whole.
  ///
  /// A writer may commit between the two steps and remove segments of the manifest just read;
  /// then the new manifest is read.
  /// - Throws: as `load` and `VerifiedFile.init`; `damaged` if a segment is not the one that the
  ///   manifest means.
  static func openSegments(
    in directory: IndexDirectory
  ) throws(IndexError) -> (manifest: Manifest, files: [VerifiedFile]) {
    var manifest = try load(from: directory)
    while true {
      do {
        var files: [VerifiedFile] = []
        for segment in manifest.segments { files.append(try segment.open(in: directory)) }
        return (manifest, files)
      } catch {
        let newer = try load(from: directory)
        if newer.generation == manifest.generation {
          guard SystemCalls.isMissing(error), case .system(_, let path, _) = error else {
            throw error
          }
          throw .damaged(
            Damage(path: path, section: "", byteRange: 0..<0, detail: "the file is missing"))
        }
        manifest = newer
      }
    }
  }

  /// Makes this the manifest of `directory`, then removes the files that it does not need.
  ///
  /// From here on readers see its segments, whose files must be complete and synced. When it
  /// returns, the commit is safe on the device. If it throws, either the former or this manifest is
  /// in place, so files of neither may be removed. For the holder of the lock only.
  func commit(in directory: IndexDirectory) throws(IndexError) {
    let encoded = encoded
    guard encoded.count <= Manifest.maxByteCount else {
      throw .limitExceeded("a manifest of \(encoded.count) bytes, most of them stop words")
    }
    let path = directory.path(of: IndexDirectory.manifestName)
    let temporaryPath = directory.temporaryPath(IndexDirectory.manifestName)
    try SystemCalls.remove(temporaryPath)
    let file = try OpenFile.create(temporaryPath)
    try encoded.span.withBytes { bytes throws(IndexError) in try file.write(bytes) }
    try file.sync()
    // Opened once, so that after the rename nothing but the device can fail.
    let folder = try OpenFile.open(directory.path)
    // The names of the segments must be safe before a manifest that lists them is.
    try folder.sync()
    try SystemCalls.rename(temporaryPath, to: path)
    // To report no error would promise what nobody knows; to undo the rename needs the same device.
    try folder.sync()
    // The commit is done; a stray that cannot be removed now is removed by the next.
    try? directory.removeStrays(keeping: Set(segments.map(\.fileName)))
  }

  /// Removes what writers left in `directory` that died or failed: the next needs the room.
  ///
  /// For the holder of the lock only.
  /// Where a manifest is that cannot be read, segments stay: nobody knows which are its own.
  static func removeLeftovers(in directory: IndexDirectory) throws(IndexError) {
    let kept: [Segment]
    do {
      kept = try load(from: directory).segments
    } catch .noIndex {
      kept = []
    } catch {
      return try directory.removeTemporaryFiles()
    }
    // Its name may not be safe yet, and what it would fall back to must stay until then.
    try directory.sync()
    try directory.removeStrays(keeping: Set(kept.map(\.fileName)))
  }

  /// A generation that no file of `directory` has: that of the manifest plus one, or, if it
  /// cannot be read, beyond those of all segments.
  static func nextGeneration(in directory: IndexDirectory) throws(IndexError) -> UInt64 {
    var last: UInt64 = 0
    for name in try directory.fileNames() {
      last = max(last, IndexDirectory.generation(ofSegment: name) ?? 0)
    }
    if let manifest = try? load(from: directory) { last = max(last, manifest.generation) }
    guard last < UInt64.max else { throw .limitExceeded("generations of the index") }
    return last + 1
  }

  /// How the text of the index in the folder `path` became terms.
  ///
  /// - Throws: `unsupportedAnalysis`.
  func options(ofIndex path: String) throws(IndexError) -> AnalyzerOptions {
    guard let options = AnalyzerOptions(encoded: analyzerOptions) else {
      throw .unsupportedAnalysis(path: path)
    }
    return options
  }
}

extension Manifest.Segment {
  /// The segment of a file just written.
  init(fileName: String, documentCount: Int, file: FinishedFile) {
    self.init(
      fileName: fileName, documentCount: documentCount, byteCount: file.byteCount,
      footerChecksum: file.footerChecksum)
  }

  /// Opens the segment's file and makes sure that it is the one the manifest means.
  func open(in directory: IndexDirectory) throws(IndexError) -> VerifiedFile {
    let file = try VerifiedFile(path: directory.path(of: fileName))
    guard file.bytes.count == byteCount, file.footerChecksum == footerChecksum else {
      throw .damaged(
        Damage(
          path: file.path, section: SectionedFileFooter.name,
          byteRange: 0..<UInt64(file.bytes.count),
          detail: "not the file that the manifest lists"))
    }
    return file
  }
}
