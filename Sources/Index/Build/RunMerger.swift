internal import Synchronization
import Tokenizer

/// Merges runs into the posting lists of one segment, term by term, on several threads.
///
/// The terms are cut into ranges of about equal work. Each range is merged and encoded by itself;
/// the results are handed over in order, so that they do not depend on the number of threads.
final class RunMerger: Sendable {
  private let runs: [StoredRun]
  private let docBases: [Int]
  private let bounds: [[UInt8]?]
  private let windowByteCount: Int
  private let norms: Column<UInt8>
  private let averageLength: Float
  private let storesPositions: Bool

  /// The encoded lists of a range of terms.
  struct Part: ~Copyable {
    /// Posting lists, one after the other.
    var postings = ByteWriter(capacity: 1 << 20)
    /// Position lists, one after the other.
    var positions = ByteWriter(capacity: 1 << 20)
    /// The terms with what the dictionary needs.
    var terms = MergedTerms()

    /// The posting lists, which the part is then without.
    mutating func takePostings() -> ByteWriter {
      var taken = ByteWriter(capacity: 0)
      swap(&taken, &postings)
      return taken
    }
  }

  /// A merger of `runs`, in collection order.
  init(
    _ runs: [StoredRun], averageLength: Float, storesPositions: Bool, threadCount: Int,
    memoryBudget: Int, rangeTokenCount: Int
  ) {
    self.runs = runs
    self.averageLength = averageLength
    self.storesPositions = storesPositions
    var base = 0
    var docBases: [Int] = []
    for run in runs {
      docBases.append(base)
      base += run.run.documentCount
    }
    self.docBases = docBases
    norms = Column(capacity: base)
    for (run, base) in zip(runs, docBases) {
      for document in 0..<run.run.documentCount { norms[base + document] = run.run.norms[document] }
    }
    bounds = RunMerger.bounds(of: runs, rangeTokenCount: rangeTokenCount)
    let windowCount = max(1, runs.count) * max(1, threadCount) * 2
    windowByteCount = min(1 << 15, max(1 << 12, memoryBudget / 4 / windowCount)) & ~7
  }

  /// The norm of every document of the segment.
  var allNorms: ColumnView<UInt8> { norms.view }

  /// The first terms of the ranges, nil for the start, followed by nil for the end.
  private static func bounds(of runs: [StoredRun], rangeTokenCount: Int) -> [[UInt8]?] {
    let tokenCount = runs.reduce(0) { $0 + $1.run.tokenCount }
    let rangeCount = max(1, tokenCount / rangeTokenCount)
    guard let largest = runs.max(by: { $0.run.tokenCount < $1.run.tokenCount }) else {
      return [nil, nil]
    }
    var bounds: [[UInt8]?] = [nil]
    for mark in largest.run.marks
    where mark.occurrenceStart * rangeCount >= largest.run.tokenCount * bounds.count {
      if mark.occurrenceStart > 0 { bounds.append(mark.term) }
    }
    return bounds + [nil]
  }

  /// Merges all ranges; `consume` gets the parts in order, one at a time.
  func merge(
    threadCount: Int, _ consume: @escaping @Sendable (consuming Part) throws(IndexError) -> Void
  ) throws(IndexError) {
    let queue = PartQueue(consume)
    let rangeCount = bounds.count - 1
    try runConcurrently(count: min(threadCount, rangeCount)) { _ throws(IndexError) in
      var encoder = PostingListEncoder(
        norms: self.norms.view, averageLength: self.averageLength,
        storesPositions: self.storesPositions)
      while let range = queue.nextNumber(below: rangeCount) {
        do throws(IndexError) {
          try queue.add(self.merge(range, &encoder), number: range)
        } catch {
          queue.stop()
          throw error
        }
      }
    }
  }

  private func merge(
    _ range: Int, _ encoder: inout PostingListEncoder
  ) throws(IndexError) -> Part {
    var cursors: [RunCursor] = []
    for (index, run) in runs.enumerated() {
      cursors.append(
        try RunCursor(
          run, docBase: docBases[index], from: bounds[range], windowByteCount: windowByteCount))
    }
    var heap = RunHeap(cursors)
    var part = Part()
    while !heap.isEmpty {
      let term = heap.first.term
      if let end = bounds[range + 1], end.span.withBytes({ compareTerms(term, $0) >= 0 }) {
        break
      }
      part.terms.begin(term)
      encoder.begin()
      // Runs with the same term come in collection order.
      while !heap.isEmpty, compareTerms(heap.first.term, part.terms.current) == 0 {
        try heap.first.appendOccurrences(to: &encoder)
        try heap.advanceFirst()
      }
      part.terms.end(try encoder.finish())
    }
    swap(&part.postings, &encoder.postings)
    swap(&part.positions, &encoder.positions)
    return part
  }
}

/// Hands parts over in the order of their numbers, whatever the order they are made in.
private final class PartQueue: Sendable {
  private struct State: ~Copyable {
    var nextNumber = 0
    var nextToHandOver = 0
    var waiting: [Int: Box] = [:]
    var isHandingOver = false
    var isStopped = false
  }

  private final class Box: Sendable {
    let part: Mutex<RunMerger.Part?>

    init(_ part: consuming RunMerger.Part) {
      self.part = Mutex(part)
    }
  }

  private let state = Mutex(State())
  private let consume: @Sendable (consuming RunMerger.Part) throws(IndexError) -> Void

  init(_ consume: @escaping @Sendable (consuming RunMerger.Part) throws(IndexError) -> Void) {
    self.consume = consume
  }

  /// The next number to make a part for, or nil if there is none below `limit`.
  func nextNumber(below limit: Int) -> Int? {
    state.withLock { state in
      guard !state.isStopped, state.nextNumber < limit else { return nil }
      state.nextNumber += 1
      return state.nextNumber - 1
    }
  }

  /// No more numbers are given out.
  func stop() {
    state.withLock { $0.isStopped = true }
  }

  /// Adds a part; hands over all that are next in order, unless another thread is at it.
  func add(_ part: consuming RunMerger.Part, number: Int) throws(IndexError) {
    let box = Box(part)
    state.withLock { $0.waiting[number] = box }
    while let next = takeNext() {
      if let part = next.part.withLock({ $0.take() }) { try consume(part) }
      state.withLock { $0.isHandingOver = false }
    }
  }

  private func takeNext() -> Box? {
    state.withLock { state in
      guard !state.isHandingOver,
        let box = state.waiting.removeValue(forKey: state.nextToHandOver)
      else { return nil }
      state.nextToHandOver += 1
      state.isHandingOver = true
      return box
    }
  }
}

/// Cursors by their current term, then by the order of their runs.
///
/// A heap of numbers: moving cursors themselves would count references at every step.
private struct RunHeap {
  private let cursors: [RunCursor]
  private var entries: [(prefix: UInt64, order: Int)] = []

  /// A heap of `cursors`, in the order of their runs; those without a term are left out.
  init(_ cursors: [RunCursor]) {
    self.cursors = cursors
    for (order, cursor) in cursors.enumerated() where cursor.isValid {
      entries.append((cursor.prefix, order))
    }
    for parent in (0..<entries.count / 2).reversed() { siftDown(parent) }
  }

  var isEmpty: Bool { entries.isEmpty }

  /// The cursor with the first term; there must be one.
  var first: RunCursor { cursors[entries[0].order] }

  mutating func advanceFirst() throws(IndexError) {
    let cursor = first
    if try cursor.next() {
      entries[0].prefix = cursor.prefix
    } else {
      let last = entries.removeLast()
      if entries.isEmpty { return }
      entries[0] = last
    }
    siftDown(0)
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      let left = 2 * parent + 1
      var least = parent
      if left < entries.count, precedes(left, least) { least = left }
      if left + 1 < entries.count, precedes(left + 1, least) { least = left + 1 }
      if least == parent { return }
      entries.swapAt(parent, least)
      parent = least
    }
  }

  @inline(__always)
  private func precedes(_ left: Int, _ right: Int) -> Bool {
    if entries[left].prefix != entries[right].prefix {
      return entries[left].prefix < entries[right].prefix
    }
    return suffixPrecedes(entries[left].order, entries[right].order)
  }

  @inline(never)
  private func suffixPrecedes(_ left: Int, _ right: Int) -> Bool {
    let order = compareTerms(cursors[left].term, cursors[right].term)
    return order != 0 ? order < 0 : left < right
  }
}
