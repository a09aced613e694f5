internal import Synchronization
import Tokenizer

/// Writes a segment file from the units of a build.
struct SegmentAssembler {
  private let options: BuildOptions
  private let directory: IndexDirectory
  private let checkpoint: @Sendable () throws(IndexError) -> Void

  /// - Parameter checkpoint: called often, on any thread; what it throws ends the work.
  init(
    options: BuildOptions, directory: IndexDirectory,
    checkpoint: @escaping @Sendable () throws(IndexError) -> Void
  ) {
    self.options = options
    self.directory = directory
    self.checkpoint = checkpoint
  }

  /// What became of the units.
  struct Result {
    /// The file.
    var file: FinishedFile
    /// What its metadata says.
    var metadata: SegmentMetadata
    /// What is to be told of the documents.
    var documents: DocumentStoreSections.Report
  }

  /// Writes the segment file `name` with all `units`, in order; nothing is left of these then.
  func write(_ units: consuming [CollectedUnit], to name: String) throws(IndexError) -> Result {
    let writer = try SectionedFileWriter(
      path: directory.path(of: name), syncsInBackground: true)
    var metadata = makeMetadata(units)
    let merger = RunMerger(
      units.map(\.run), norms: allNorms(units, metadata.documentCount),
      averageLength: metadata.averageLength, options: options,
      spillPath: { [directory] in directory.temporaryPath("lists-\($0)") })
    let lists = ListSections(
      writer, units.map(\.documents), directory, options: options,
      documentCount: metadata.documentCount)
    units = []
    let checkpoint = checkpoint
    try merger.merge(
      before: { () throws(IndexError) in try lists.begin(checkpoint) },
      consume: { (part) throws(IndexError) in
        try checkpoint()
        try lists.append(part)
      })
    // While the rest is written; memory and temporary files take a while to go.
    let release = BackgroundTask { merger.releaseRuns() }
    let documents = try lists.finish(&metadata)
    writer.beginSection(SegmentFormat.norms)
    try writer.append(merger.allNorms.bytes(count: metadata.documentCount))
    // Without `finish` the file goes away.
    try checkpoint()
    let file = try writer.finish(
      formatVersion: SegmentVersion.current, metadata: metadata.encoded())
    try release.wait()
    return Result(file: file, metadata: metadata, documents: documents)
  }

  private func allNorms(_ units: [CollectedUnit], _ documentCount: Int) -> Column<UInt8> {
    let norms = Column<UInt8>(uninitializedCapacity: documentCount)
    var document = 0
    for unit in units {
      for norm in unit.norms {
        norms[document] = norm
        document += 1
      }
    }
    return norms
  }

  private func makeMetadata(_ units: [CollectedUnit]) -> SegmentMetadata {
    var metadata = SegmentMetadata()
    metadata.hasPositions = options.positions
    metadata.hasText = options.storeText
    metadata.unicodeVersion = Analyzer.unicodeVersion
    for unit in units {
      metadata.documentCount += unit.run.run.documentCount
      metadata.tokenCount += unit.run.run.tokenCount
      metadata.nonEmptyDocumentCount += unit.norms.count { $0 != 0 }
      for (language, count) in unit.run.run.documentCountByLanguage.enumerated() where count > 0 {
        metadata.documentCountByLanguage[UInt8(language), default: 0] += count
      }
    }
    return metadata
  }
}

/// The sections of lists and terms, as merged parts arrive for them in order.
private final class ListSections: Sendable {
  private struct State: ~Copyable {
    var dictionary: TermDictionaryWriter
    var termsFile: LazySpillFile
    var postings: SpillingBuffer
    var postingCount = 0
    var parts: [DocumentStorePart]
    var documents = DocumentStoreSections.Report()
  }

  // SAFETY: parts arrive one at a time, under the lock of `state`; the last call comes after all.
  private nonisolated(unsafe) let writer: SectionedFileWriter
  private let state: Mutex<State>
  private let directory: IndexDirectory
  private let options: BuildOptions

  /// Sections in a file; the postings, which are fewer bytes than the positions, wait until those
  /// are complete, as terms do: in memory, or, if they are many, in temporary files.
  init(
    _ writer: SectionedFileWriter, _ documents: [DocumentStorePart],
    _ directory: IndexDirectory, options: BuildOptions, documentCount: Int
  ) {
    // SAFETY: see the property.
    unsafe self.writer = writer
    state = Mutex(
      State(
        dictionary: TermDictionaryWriter(
          documentCount: documentCount, storesPositions: options.positions),
        termsFile: LazySpillFile(path: directory.temporaryPath("terms")),
        postings: SpillingBuffer(
          path: directory.temporaryPath("postings"), memoryLimit: options.sharedByteCount / 4),
        parts: documents))
    self.directory = directory
    self.options = options
  }

  /// Writes the documents, which come first, and begins the positions.
  func begin(_ checkpoint: () throws(IndexError) -> Void) throws(IndexError) {
    try state.withLock { (state) throws(IndexError) in
      // SAFETY: under the lock.
      let writer = unsafe writer
      state.documents = try DocumentStoreSections.write(
        state.parts, storesText: options.storeText,
        memoryLimit: max(1 << 20, options.memoryBudget / 8),
        to: writer, checkpoint: checkpoint)
      // They make room for lists.
      state.parts = []
      if options.positions { writer.beginSection(SegmentFormat.positions) }
    }
  }

  func append(_ part: borrowing RunMerger.Part) throws(IndexError) {
    try state.withLock { (state) throws(IndexError) in
      // SAFETY: under the lock.
      let writer = unsafe writer
      try part.positions.forEachPiece { (bytes) throws(IndexError) in
        if bytes.count > 0 { try writer.append(bytes) }
      }
      try part.terms.append(to: &state.dictionary)
      state.postingCount += part.terms.postingCount
      try part.postings.forEachPiece { (bytes) throws(IndexError) in
        try state.postings.append(bytes)
      }
      if state.dictionary.terms.memory.count > options.listByteLimit {
        try state.dictionary.spillTerms(to: state.termsFile.open())
      }
    }
  }

  /// Writes the other sections and what is now known to `metadata`.
  func finish(
    _ metadata: inout SegmentMetadata
  ) throws(IndexError) -> DocumentStoreSections.Report {
    var counts = (terms: 0, postings: 0)
    var documents = DocumentStoreSections.Report()
    try state.withLock { (state) throws(IndexError) in
      // SAFETY: under the lock.
      let writer = unsafe writer
      writer.beginSection(SegmentFormat.postings)
      try state.postings.write(to: writer)
      writer.beginSection(SegmentFormat.terms)
      try state.dictionary.finish()
      try state.dictionary.terms.forEachPiece { (bytes) throws(IndexError) in
        try writer.append(bytes)
      }
      writer.beginSection(SegmentFormat.termIndex)
      // The buffer must live until its bytes are written: a view does not keep it.
      let index = state.dictionary.makeIndex()
      try writer.append(index.bytes)
      extendLifetime(index)
      counts = (state.dictionary.termCount, state.postingCount)
      documents = state.documents
    }
    metadata.termCount = counts.terms
    metadata.postingCount = counts.postings
    return documents
  }
}
