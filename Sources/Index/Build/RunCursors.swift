import Tokenizer

/// The place of a merge in all its runs; the run with the first term is current.
///
/// A tournament tree (Knuth, The Art of Computer Programming, vol. 3, section 5.4.1) of losers:
/// after a step one comparison a level tells the next run. It compares keys, in which terms of up
/// to 12 bytes are complete and equal terms differ by their run, so almost all comparisons are
/// one of two numbers. The keys themselves lie in the nodes, so that no step up the tree waits to
/// learn whose key is next.
struct RunCursors: ~Copyable {
  private let runs: [StoredRun]
  private let windowByteCount: Int
  private let places: Column<RunPlace>
  /// The key of the loser of each inner node; node 1 is the root, run `i` the leaf
  /// `runs.count + i`.
  private let losers: Column<MergeKey>
  /// The key of the current term.
  private(set) var key = MergeKey.end
  /// What runs that are in files are read through; a place refers to its windows.
  private var windows: [RunWindows?]

  /// Cursors on the first term of each run that is not before `lowerBound`.
  ///
  /// - Parameter docBases: what is added to the document numbers of each run.
  init(
    _ runs: [StoredRun], docBases: [Int], from lowerBound: [UInt8]?, windowByteCount: Int
  ) throws(IndexError) {
    self.runs = runs
    self.windowByteCount = windowByteCount
    places = Column(capacity: runs.count)
    losers = Column(capacity: runs.count)
    windows = runs.map { _ in nil }
    let keys = Column<MergeKey>(capacity: runs.count)
    for (index, run) in runs.enumerated() {
      places[index] = RunPlace(run, docBase: docBases[index], from: lowerBound)
      keys[index] = try step(index)
      guard let lowerBound else { continue }
      while !keys[index].isEnd,
        lowerBound.span.withBytes({ compareTerms(places[index].term, $0) }) < 0
      {
        keys[index] = try step(index)
      }
    }
    buildTree(keys)
  }

  /// Whether all runs are at their end.
  var isAtEnd: Bool { key.isEnd }

  /// The current term, valid until the next step.
  var term: Bytes { places[key.run].term }

  /// The first eight bytes of the current term, as a number.
  var prefix: UInt64 { key.high }

  /// Whether the current term is `other`, whose key is `otherKey`.
  @inline(__always)
  func isAt(_ other: Bytes, key otherKey: MergeKey) -> Bool {
    guard key.hasTerm(of: otherKey) else { return false }
    return !key.isLong || !isAtEnd && compareTerms(term, other) == 0
  }

  /// Moves to the next term, of any run; runs with the same term come in order.
  mutating func advance() throws(IndexError) {
    let run = key.run
    var winner = try step(run)
    var node = (places.capacity &+ run) &>> 1
    let losers = losers.view
    while node > 0 {
      let other = losers[node]
      var isOtherFirst = other < winner
      if other.hasTerm(of: winner), other.isLong {
        isOtherFirst = longTermPrecedes(other, winner)
      }
      losers[node] = isOtherFirst ? winner : other
      winner = isOtherFirst ? other : winner
      node &>>= 1
    }
    key = winner
  }
}

// MARK: - Tree

extension RunCursors {
  private mutating func buildTree(_ keys: borrowing Column<MergeKey>) {
    let count = runs.count
    let winners = Column<MergeKey>(capacity: 2 * count)
    for index in 0..<count { winners[count + index] = keys[index] }
    for node in (1..<max(1, count)).reversed() {
      let left = winners[2 * node]
      let right = winners[2 * node + 1]
      let isLeft =
        left.hasTerm(of: right) && left.isLong ? longTermPrecedes(left, right) : left < right
      winners[node] = isLeft ? left : right
      losers[node] = isLeft ? right : left
    }
    if count > 0 { key = winners[1] }
  }

  /// Whether `left` comes before `right`, whose keys do not tell.
  @inline(never)
  private func longTermPrecedes(_ left: MergeKey, _ right: MergeKey) -> Bool {
    if left.isEnd || right.isEnd { return !left.isEnd }
    let order = compareTerms(places[left.run].term, places[right.run].term)
    return order != 0 ? order < 0 : left.run < right.run
  }
}

// MARK: - Runs

extension RunCursors {
  /// Moves one run to its next term, and returns its key.
  @inline(__always)
  private mutating func step(_ index: Int) throws(IndexError) -> MergeKey {
    let places = places.view
    if !places[index].isNextAtHand { try refill(index) }
    return places[index].next(order: index)
  }

  /// Gets the record of the next term into the window, if there is one.
  @inline(never)
  private mutating func refill(_ index: Int) throws(IndexError) {
    let run = runs[index]
    var place = places[index]
    guard run.isInFile, place.termsOffset + place.terms.count < run.termsByteCount else { return }
    let restOffset = place.termsOffset + place.nextRecord
    var byteCount = min(windowByteCount, run.termsByteCount - restOffset)
    repeat {
      let view = self.windows(index).terms(byteCount)
      try run.readTerms(at: restOffset, count: byteCount, into: view)
      place.terms = view.bytes(count: byteCount)
      place.termsOffset = restOffset
      place.nextRecord = 0
      if place.isNextAtHand || byteCount == run.termsByteCount - restOffset { break }
      byteCount = min(2 * byteCount, run.termsByteCount - restOffset)
    } while true
    places[index] = place
  }

  private mutating func windows(_ index: Int) -> RunWindows {
    if let known = windows[index] { return known }
    let new = RunWindows(byteCount: windowByteCount)
    windows[index] = new
    return new
  }

  /// Hands all occurrences of the current term, in the current run, to `encoder`.
  @inline(__always)
  mutating func appendOccurrences(to encoder: inout PostingListEncoder) throws(IndexError) {
    let place = places.view[key.run]
    let width = place.occurrenceWidth
    let offset = place.occurrenceStart &* width
    let end = offset &+ place.occurrenceCount &* width
    if offset >= place.occurrencesOffset,
      end <= place.occurrencesOffset &+ place.occurrences.count
    {
      place.append(offset..<end, to: &encoder)
    } else {
      try appendOccurrences(offset..<end, to: &encoder)
    }
  }

  /// Hands occurrences that are not all at hand to `encoder`.
  @inline(never)
  private mutating func appendOccurrences(
    _ range: Range<Int>, to encoder: inout PostingListEncoder
  ) throws(IndexError) {
    let run = key.run
    var offset = range.lowerBound
    while offset < range.upperBound {
      let loaded = places[run]
      let loadedEnd = loaded.occurrencesOffset + loaded.occurrences.count
      if offset < loaded.occurrencesOffset || offset >= loadedEnd {
        try load(run, at: offset)
      } else {
        let upper = min(range.upperBound, loadedEnd)
        loaded.append(offset..<upper, to: &encoder)
        offset = upper
      }
    }
  }

  /// Gets the occurrences at `offset` of the section, and what follows, into the window.
  private mutating func load(_ index: Int, at offset: Int) throws(IndexError) {
    let run = runs[index]
    let view = windows(index).occurrences.view
    let count = min(view.count, run.occurrencesByteCount - offset)
    try run.readOccurrences(at: offset, count: count, into: view)
    places[index].occurrences = view.bytes(count: count)
    places[index].occurrencesOffset = offset
  }
}

/// The memory through which a run in a file is read.
private final class RunWindows {
  private var termColumn: Column<UInt8>
  let occurrences: Column<UInt8>

  init(byteCount: Int) {
    termColumn = Column(capacity: byteCount)
    occurrences = Column(capacity: byteCount & ~7)
  }

  /// Room for `byteCount` bytes of the section `terms`, in place of what was there.
  func terms(_ byteCount: Int) -> ColumnView<UInt8> {
    termColumn.grow(to: byteCount, keeping: 0)
    return termColumn.view
  }
}
