internal import Synchronization
import Tokenizer

/// What a unit of work left behind.
struct CollectedUnit: Sendable {
  /// Where its terms occur.
  let run: StoredRun
  /// The norm of each document.
  let norms: [UInt8]
  /// What is stored of its documents.
  let documents: DocumentStorePart
}

/// The temporary files of a thread, made when they are needed.
private struct SpillFiles {
  var runs: LazySpillFile
  /// On their own: documents are written, and their file is gone, while runs wait to be merged.
  var documents: LazySpillFile

  init(_ directory: IndexDirectory, _ worker: Int) {
    runs = LazySpillFile(path: directory.temporaryPath("runs-\(worker)"))
    documents = LazySpillFile(path: directory.temporaryPath("documents-\(worker)"))
  }
}

extension CollectedUnit {
  /// The same unit in files.
  fileprivate func spilled(to files: inout SpillFiles) throws(IndexError) -> CollectedUnit {
    var documents = documents
    try documents.spill(to: files.documents.open())
    return CollectedUnit(
      run: try StoredRun(copying: run.run, to: files.runs.open()), norms: norms,
      documents: documents)
  }
}

/// Takes a feed apart on several threads: pieces in, stored runs out.
final class UnitCollector<Feed: DocumentFeed>: Sendable {
  private let feed: Feed
  private let options: BuildOptions
  private let directory: IndexDirectory
  private let progress: @Sendable (Int, Int) -> Bool
  private let state = Mutex(State())
  private let documentCount = Atomic<Int>(0)
  private let textByteCount = Atomic<Int>(0)

  private struct State {
    var nextNumber = 0
    var isAtEnd = false
    /// Bytes of runs that stay in memory.
    var keptByteCount = 0
    /// The units that do.
    var keptNumbers: [Int] = []
    /// Bytes of runs in files.
    var spilledByteCount = 0
    var units: [Int: CollectedUnit] = [:]
  }

  init(
    _ feed: Feed, options: BuildOptions, directory: IndexDirectory,
    progress: @escaping @Sendable (Int, Int) -> Bool
  ) {
    self.feed = feed
    self.options = options
    self.directory = directory
    self.progress = progress
  }

  /// Bytes of input in a unit of work.
  ///
  /// Does not depend on the number of threads, as documents are compressed unit by unit.
  /// Larger ones make fewer runs to merge; smaller ones share the work more evenly, and their
  /// terms are nearer at hand.
  private var unitByteCount: Int {
    let budget = options.memoryBudget
    return min(1 << 28, max(1 << 20, min(budget / 16, 4 << 20), budget / 32))
  }

  /// How many times its input a unit takes: the input, four bytes a token twice, the terms.
  private static var memoryPerUnit: Int { 4 }

  private var workerCount: Int {
    let unitCount = options.memoryBudget / (unitByteCount * UnitCollector.memoryPerUnit)
    return max(1, min(options.threadCount, unitCount))
  }

  /// The units of the whole feed, in collection order.
  func collect() throws(IndexError) -> [CollectedUnit] {
    try runConcurrently(count: workerCount) { worker throws(IndexError) in
      do throws(IndexError) {
        try self.work(worker)
      } catch {
        self.state.withLock { $0.isAtEnd = true }
        throw error
      }
    }
    return state.withLock { state in
      (0..<state.nextNumber).compactMap { state.units[$0] }
    }
  }

  private func work(_ worker: Int) throws(IndexError) {
    var inverter = Inverter(analyzer: Analyzer(options.analyzer), byteLimit: unitByteCount)
    var documents = DocumentStoreBuilder(storesText: options.storeText)
    var files = SpillFiles(directory, worker)
    var next = try nextPiece()
    while let (number, piece) = next {
      try invert(piece, &inverter, &documents)
      next = try nextPiece()
      var run = inverter.finishUnit()
      let norms = run.takeNorms()
      // The last unit of a thread makes room for nothing.
      if next == nil || keepsInMemory(run.byteCount + documents.byteCount) {
        add(
          number,
          CollectedUnit(run: StoredRun(run), norms: norms, documents: documents.takePart()))
        continue
      }
      let part = try documents.spillPart(to: files.documents.open())
      let stored = try StoredRun(run, in: files.runs.open(), reusing: &inverter.spareMemory)
      add(number, CollectedUnit(run: stored, norms: norms, documents: part))
      if let (number, unit) = takeKeptUnit() { add(number, try unit.spilled(to: &files)) }
    }
  }

  /// Whether a unit of `byteCount` bytes may stay in memory; if so it is taken to do so.
  private func keepsInMemory(_ byteCount: Int) -> Bool {
    // Later the merge takes the place of the units at work; as its lists grow runs are given up,
    // bit by bit.
    let atWork = workerCount * unitByteCount * UnitCollector.memoryPerUnit
    let limit = options.sharedByteCount - atWork
    return state.withLock { state in
      guard state.keptByteCount + byteCount <= limit else { return false }
      state.keptByteCount += byteCount
      return true
    }
  }

  private func add(_ number: Int, _ unit: CollectedUnit) {
    state.withLock { state in
      state.units[number] = unit
      state.spilledByteCount += unit.run.spilledByteCount
      if !unit.run.isInFile { state.keptNumbers.append(number) }
    }
  }

  /// A unit in memory, if none is to stay there any more.
  private func takeKeptUnit() -> (number: Int, unit: CollectedUnit)? {
    state.withLock { state in
      guard state.spilledByteCount > options.spilledByteLimit,
        let number = state.keptNumbers.popLast(),
        let unit = state.units.removeValue(forKey: number)
      else { return nil }
      return (number, unit)
    }
  }

  private func nextPiece() throws(IndexError) -> (number: Int, piece: Feed.Piece)? {
    try state.withLock { (state) throws(IndexError) -> (number: Int, piece: Feed.Piece)? in
      guard !state.isAtEnd else { return nil }
      // Also if the feed throws: it is not asked again by threads that wait for the lock.
      state.isAtEnd = true
      guard let piece = try feed.nextPiece(byteLimit: unitByteCount) else { return nil }
      state.isAtEnd = false
      state.nextNumber += 1
      return (state.nextNumber - 1, piece)
    }
  }

  private func invert(
    _ piece: Feed.Piece, _ inverter: inout Inverter, _ documents: inout DocumentStoreBuilder
  ) throws(IndexError) {
    var newDocumentCount = 0
    var newByteCount = 0
    var failure: IndexError?
    try feed.forEachDocument(in: piece) { (id, title, text) throws(IndexError) in
      do throws(IndexError) {
        if let failure { throw failure }
        try UnitCollector.check(id: id, title: title)
        try inverter.add(text: text)
        documents.add(id: id, title: options.storeTitles ? title : Span(), text: text)
        newDocumentCount += 1
        newByteCount += text.count
        if newByteCount >= 1 << 20 {
          try report(newDocumentCount, newByteCount)
          newDocumentCount = 0
          newByteCount = 0
        }
      } catch {
        failure = error
        throw error
      }
    }
    // A feed may have caught it; but what it is of has been taken in by half.
    if let failure { throw failure }
    try report(newDocumentCount, newByteCount)
  }

  /// Throws if a block of records, which both go into as a whole, would be too large.
  private static func check(id: Span<UInt8>, title: Span<UInt8>) throws(IndexError) {
    guard id.count <= maxRecordByteCount, title.count <= maxRecordByteCount else {
      throw .limitExceeded(
        "an id of \(id.count) and a title of \(title.count) bytes; the most is 1 GiB each")
    }
  }

  private static var maxRecordByteCount: Int { 1 << 30 }

  private func report(_ newDocumentCount: Int, _ newByteCount: Int) throws(IndexError) {
    let documents = documentCount.add(newDocumentCount, ordering: .relaxed).newValue
    let bytes = textByteCount.add(newByteCount, ordering: .relaxed).newValue
    if !progress(documents, bytes) { throw .cancelled }
  }
}
