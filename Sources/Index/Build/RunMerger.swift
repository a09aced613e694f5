internal import Synchronization
import Tokenizer

/// Merges runs into the posting lists of one segment, term by term, on several threads.
///
/// The terms are cut into ranges of about equal work. Each range is merged and encoded by itself;
/// the results are handed over in order, so that they do not depend on the number of threads.
final class RunMerger: Sendable {
  private let runs: Mutex<[StoredRun]>
  private let docBases: [Int]
  private let bounds: [[UInt8]?]
  private let windowByteCount: Int
  private let norms: Column<UInt8>
  private let averageLength: Float
  private let options: BuildOptions
  /// Where a part goes that gets larger than there is memory for.
  private let spillPath: @Sendable (_ part: Int) -> String
  /// The threads that there is work and memory for.
  private let workerCount: Int
  /// The most parts at a time.
  private let partLimit: Int

  /// The encoded lists of a range of terms.
  struct Part: ~Copyable {
    /// Posting lists, one after the other.
    var postings = SpillableBytes(capacity: 1 << 16)
    /// Position lists, one after the other.
    var positions = SpillableBytes(capacity: 1 << 16)
    /// The terms with what the dictionary needs.
    var terms = MergedTerms()

    /// Bytes of all lists in memory.
    var memoryByteCount: Int { postings.memory.count + positions.memory.count }

    /// Forgets all lists and terms, keeps the memory.
    mutating func removeAll() {
      postings.removeAll()
      positions.removeAll()
      terms.removeAll()
    }
  }

  /// A merger of `runs`, in collection order, of documents with the given norms.
  init(
    _ runs: [StoredRun], norms: consuming Column<UInt8>, averageLength: Float,
    options: BuildOptions, spillPath: @escaping @Sendable (_ part: Int) -> String
  ) {
    self.runs = Mutex(runs)
    self.norms = norms
    self.averageLength = averageLength
    self.options = options
    self.spillPath = spillPath
    var base = 0
    docBases = runs.map { run in
      defer { base += run.run.documentCount }
      return base
    }
    let threadCount = options.threadCount
    let memoryBudget = options.memoryBudget
    // With little memory for each thread there is room for short lists only.
    let rangeTokenCount = min(
      options.mergeRangeTokenCount, max(1 << 16, memoryBudget / (16 * max(4, threadCount))))
    bounds = RunMerger.bounds(of: runs, rangeTokenCount: rangeTokenCount)
    // Lists take two bytes a token or fewer, and as much again in memory that grows by doubling.
    let partsInMemory = max(2, memoryBudget / 3 / (4 * rangeTokenCount))
    workerCount = min(threadCount, partsInMemory, bounds.count - 1)
    partLimit = min(workerCount + RunMerger.spareParts, partsInMemory)
    let windowCount = max(1, runs.count { $0.isInFile } * workerCount * 2)
    windowByteCount =
      min(1 << 15, max(RunMerger.leastWindowByteCount, memoryBudget / 8 / windowCount)) & ~7
  }

  /// Of many runs little is read at a time, so that there is memory for all.
  private static let leastWindowByteCount = 1 << 9

  /// The norm of every document of the segment.
  var allNorms: ColumnView<UInt8> { norms.view }

  /// The first terms of the ranges, nil for the start, followed by nil for the end.
  ///
  /// The last ranges are shorter if there is memory for more parts, so that no thread waits long
  /// for another's.
  private static func bounds(of runs: [StoredRun], rangeTokenCount: Int) -> [[UInt8]?] {
    let runs = runs.sorted { $0.run.tokenCount > $1.run.tokenCount }
    guard let largest = runs.first else { return [nil, nil] }
    let work = runs.reduce(0) { $0 + $1.run.mergeWork }
    let count = max(1, min(work / rangeTokenCount, largest.run.mergeWork / leastSliceWork))
    // Entry points of one run are few; what lies between those of several tells more places.
    var points: [(term: [UInt8], work: Int)] = []
    for run in runs where points.count < pointsInRange * count {
      points += run.run.marks.indices.map { mark in
        (run.run.term(at: mark).copied(), run.run.mergeWork(after: mark))
      }
    }
    points.sort { $0.term.lexicographicallyPrecedes($1.term) }
    let rangeWork = points.reduce(0) { $0 + $1.work } / count
    let lastRangeWork = rangeTokenCount > 2 << 20 ? rangeWork / 4 : rangeWork
    let lastStart = rangeWork * count - rangeWork * count / 8
    var bounds: [[UInt8]?] = [nil]
    var (done, next) = (0, rangeWork)
    for point in points {
      if done >= next, bounds.last != point.term {
        bounds.append(point.term)
        next = done + (done < lastStart ? rangeWork : lastRangeWork)
      }
      done += point.work
    }
    return bounds + [nil]
  }

  /// Less of a run in a range would take longer to find than to merge.
  private static let leastSliceWork = 1 << 12
  /// The entry points that a range is to have at least, to be about as large as the others.
  private static let pointsInRange = 8

  /// Parts besides those that threads are at: done, and waiting for their turn.
  private static let spareParts = 2

  /// Merges all ranges, and hands the parts to `consume` in order, one at a time.
  ///
  /// First `before` is called, by one thread, while others merge already. What runs in memory say
  /// of a part is given up when it was consumed.
  func merge(
    before: @escaping @Sendable () throws(IndexError) -> Void,
    consume: @escaping @Sendable (borrowing Part) throws(IndexError) -> Void
  ) throws(IndexError) {
    let queue = PartQueue(
      count: bounds.count - 1, partLimit: partLimit, keptByteCount: options.listByteLimit
    ) { (part, number) throws(IndexError) in
      try consume(part)
      self.discardOccurrences(before: self.bounds[number + 1])
    }
    try runConcurrently(count: workerCount) { worker throws(IndexError) in
      if worker == 0 {
        do throws(IndexError) {
          try queue.open(after: before)
        } catch {
          queue.stop()
          throw error
        }
      }
      var encoder = PostingListEncoder(
        norms: self.norms.view, averageLength: self.averageLength,
        storesPositions: self.options.positions)
      while let range = queue.nextNumber() {
        do throws(IndexError) {
          var part = queue.takeFreePart()
          try self.merge(range, &encoder, into: &part)
          try queue.add(part, number: range)
        } catch {
          queue.stop()
          throw error
        }
      }
    }
  }

  /// Gives up all runs, with the files that some are in; nothing can be merged afterwards.
  func releaseRuns() {
    runs.withLock { $0 = [] }
  }

  private func discardOccurrences(before bound: [UInt8]?) {
    guard let bound else { return }
    for run in runs.withLock({ $0 }) where !run.isInFile {
      guard let mark = run.run.lastMark(upTo: bound) else { continue }
      run.run.occurrences.discard(first: mark.occurrenceStart * run.run.occurrenceWidth)
    }
  }

  private func merge(
    _ range: Int, _ encoder: inout PostingListEncoder, into part: inout Part
  ) throws(IndexError) {
    var cursors = try RunCursors(
      runs.withLock { $0 }, docBases: docBases, from: bounds[range],
      windowByteCount: windowByteCount)
    // The lists go where the part keeps them.
    swap(&part.postings, &encoder.postings)
    swap(&part.positions, &encoder.positions)
    defer {
      swap(&part.postings, &encoder.postings)
      swap(&part.positions, &encoder.positions)
    }
    encoder.spillFile = LazySpillFile(path: spillPath(range))
    let end = bounds[range + 1]
    let endPrefix = end.map { $0.span.withBytes { TermDictionaryFormat.prefix(of: $0) } }
    while !cursors.isAtEnd {
      if let end, let endPrefix, cursors.prefix >= endPrefix,
        end.span.withBytes({ compareTerms(cursors.term, $0) >= 0 })
      {
        break
      }
      part.terms.begin(cursors.term)
      let key = cursors.key
      encoder.begin()
      // Runs with the same term come in collection order.
      repeat {
        try cursors.appendOccurrences(to: &encoder)
        if encoder.memoryByteCount > options.listByteLimit { try encoder.spill() }
        try cursors.advance()
      } while cursors.isAt(part.terms.current, key: key)
      part.terms.end(try encoder.finish())
    }
  }
}
