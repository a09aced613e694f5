import Tokenizer

/// Builds a whole index from a feed, and puts it in place of what was there in one step.
public struct IndexBuilder: Sendable {
  /// How the index is built.
  public let options: BuildOptions

  /// Creates a builder.
  public init(options: BuildOptions = BuildOptions()) {
    var options = options
    options.threadCount = allowedThreadCount(options.threadCount)
    self.options = options
  }

  /// Whether the folder `path` is empty, or holds only what builds left that ended before their
  /// first commit: another build takes nothing from anyone.
  ///
  /// - Throws: `system`, also if there is no such folder; `invalidInput` for an empty path.
  public static func isUnused(_ path: String) throws(IndexError) -> Bool {
    try IndexDirectory(named: path).holdsOnlyLeftovers()
  }

  /// Builds the index at the folder `path`, which is created if need be.
  ///
  /// Until the last step a former index there stays whole and in use; if anything fails before, it
  /// stays for good. Only if the device fails to make that step safe, there is an error though the
  /// new index is in place, as whole as the former one.
  /// - Parameters:
  ///   - feed: where the documents come from; the build is done with it when this returns.
  ///   - path: the folder. Files of other names than those of an index stay as they are.
  ///   - progress: called now and then until the index is written, on any thread, with the documents
  ///     and bytes of text so far; returning false cancels the build. One of the threads is the
  ///     calling one, so `!Task.isCancelled` does that, too.
  /// - Throws: what `feed` throws; `cancelled`; `locked` if another build is at work there;
  ///   `invalidInput` for an empty path or one with a zero byte, and if a file `lock` there is not
  ///   that of an index; `noDocuments` if there are none and `requiresDocuments` is set;
  ///   `limitExceeded`; `system`, such as for a full disk; `damaged` if a temporary file is.
  public func build(
    from feed: some DocumentFeed, at path: String,
    progress: @escaping @Sendable (_ documentCount: Int, _ textByteCount: Int) -> Bool = { _, _ in
      true
    }
  ) throws(IndexError) -> BuildReport {
    let directory = try IndexDirectory(named: path)
    try directory.create()
    let lock = try WriterLock(directory, holder: "building the index")
    let generation = try Manifest.nextGeneration(in: directory)
    try? Manifest.removeLeftovers(in: directory)
    do throws(IndexError) {
      let report = try build(
        from: feed, in: directory, generation: generation, progress: progress)
      _ = consume lock
      return report
    } catch {
      try? directory.removeTemporaryFiles()
      throw error
    }
  }

  private func build(
    from feed: some DocumentFeed, in directory: IndexDirectory, generation: UInt64,
    progress: @escaping @Sendable (Int, Int) -> Bool
  ) throws(IndexError) -> BuildReport {
    let units = try UnitCollector(
      feed, options: options, directory: directory, progress: progress
    ).collect()
    var report = BuildReport()
    report.textByteCount = units.reduce(0) { $0 + $1.run.run.textByteCount }
    report.unitCount = units.count
    report.spilledByteCount = units.reduce(0) { $0 + $1.run.spilledByteCount }
    let name = IndexDirectory.segmentName(generation: generation, number: 0)
    let textByteCount = report.textByteCount
    let documentCount = units.reduce(0) { $0 + $1.run.run.documentCount }
    if options.requiresDocuments, documentCount == 0 { throw .noDocuments }
    let assembler = SegmentAssembler(options: options, directory: directory) {
      () throws(IndexError) in
      if !progress(documentCount, textByteCount) { throw .cancelled }
    }
    let result = try assembler.write(consume units, to: name)
    let manifest = Manifest(
      generation: generation, analyzerOptions: options.analyzer.encoded,
      segments: [
        Manifest.Segment(
          fileName: name, documentCount: result.metadata.documentCount, file: result.file)
      ])
    try manifest.commit(in: directory)
    report.documentCount = result.metadata.documentCount
    report.tokenCount = result.metadata.tokenCount
    report.indexByteCount = result.file.byteCount + manifest.encoded.count
    report.duplicateIDCount = result.documents.duplicateIDCount
    report.duplicateIDExamples = result.documents.duplicateIDExamples
    return report
  }
}
