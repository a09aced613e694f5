internal import Synchronization
import Tokenizer

/// Writes a segment file from the units of a build.
struct SegmentAssembler {
  private let options: BuildOptions
  private let directory: IndexDirectory

  init(options: BuildOptions, directory: IndexDirectory) {
    self.options = options
    self.directory = directory
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

  /// Writes the segment file `name` with all `units`, in order.
  func write(_ units: [CollectedUnit], to name: String) throws(IndexError) -> Result {
    let writer = try SectionedFileWriter(path: directory.path(of: name))
    let documents = try DocumentStoreSections.write(
      units.map(\.documents), storesText: options.storeText, to: writer)
    var metadata = makeMetadata(units)
    let merger = RunMerger(
      units.map(\.run), averageLength: metadata.averageLength,
      storesPositions: options.positions, threadCount: options.threadCount,
      memoryBudget: options.memoryBudget, rangeTokenCount: options.mergeRangeTokenCount)
    let lists = try ListSections(
      writer, positionsPath: directory.temporaryPath("positions"),
      storesPositions: options.positions)
    try merger.merge(threadCount: options.threadCount) { (part) throws(IndexError) in
      try lists.append(part)
    }
    try lists.finish(&metadata)
    writer.beginSection(SegmentFormat.norms)
    try writer.append(merger.allNorms.bytes(count: metadata.documentCount))
    let file = try writer.finish(
      formatVersion: SegmentFormat.version, metadata: metadata.encoded())
    return Result(file: file, metadata: metadata, documents: documents)
  }

  private func makeMetadata(_ units: [CollectedUnit]) -> SegmentMetadata {
    var metadata = SegmentMetadata()
    metadata.hasPositions = options.positions
    metadata.hasText = options.storeText
    metadata.unicodeVersion = Analyzer.unicodeVersion
    for unit in units {
      metadata.documentCount += unit.run.run.documentCount
      metadata.tokenCount += unit.run.run.tokenCount
      metadata.nonEmptyDocumentCount += unit.run.run.norms.count { $0 != 0 }
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
    var positions: OpenFile?
    var postingCount = 0
  }

  // SAFETY: parts arrive one at a time, under the lock of `state`; the last call comes after all.
  private nonisolated(unsafe) let writer: SectionedFileWriter
  private let positionsPath: String
  private let state: Mutex<State>

  /// Begins with the postings; positions wait in a temporary file until those are complete.
  init(
    _ writer: SectionedFileWriter, positionsPath: String, storesPositions: Bool
  ) throws(IndexError) {
    unsafe self.writer = writer
    self.positionsPath = positionsPath
    try SystemCalls.remove(positionsPath)
    state = Mutex(
      State(
        dictionary: TermDictionaryWriter(storesPositions: storesPositions),
        positions: storesPositions ? try OpenFile.create(positionsPath) : nil))
    writer.beginSection(SegmentFormat.postings)
  }

  func append(_ part: consuming RunMerger.Part) throws(IndexError) {
    try state.withLock { (state) throws(IndexError) in
      try unsafe writer.append(part.postings.bytes)
      try state.positions?.write(part.positions.bytes)
      try part.terms.append(to: &state.dictionary)
      state.postingCount += part.terms.postingCount
    }
  }

  /// Writes the other sections and what is now known to `metadata`.
  func finish(_ metadata: inout SegmentMetadata) throws(IndexError) {
    var counts = (terms: 0, postings: 0)
    try state.withLock { (state) throws(IndexError) in
      if state.positions != nil {
        unsafe writer.beginSection(SegmentFormat.positions)
        try unsafe writer.appendFile(positionsPath)
        state.positions = nil
        try SystemCalls.remove(positionsPath)
      }
      unsafe writer.beginSection(SegmentFormat.terms)
      try unsafe writer.append(state.dictionary.terms.bytes)
      unsafe writer.beginSection(SegmentFormat.termIndex)
      // A name of its own: a temporary would end before its bytes are read.
      let index = state.dictionary.makeIndex()
      try unsafe writer.append(index.bytes)
      counts = (state.dictionary.termCount, state.postingCount)
    }
    metadata.termCount = counts.terms
    metadata.postingCount = counts.postings
  }
}
