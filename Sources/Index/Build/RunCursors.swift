import Tokenizer

/// The place of a merge in all its runs; the run with the first term is current.
///
/// A tournament tree (Knuth, The Art of Computer Programming, vol. 3, section 5.4.1) of losers:
/// after a step one comparison a level tells the next run. It compares keys, in which terms of up
/// to 12 bytes are complete and equal terms differ by their run, so almost all comparisons are
/// one of two numbers. What changes from term to term is in plain records, one a run.
struct RunCursors: ~Copyable {
  private let runs: [StoredRun]
  private let windowByteCount: Int
  private let places: Column<RunPlace>
  private let keys: Column<UInt128>
  /// The loser of each inner node; node 1 is the root, run `i` the leaf `runs.count + i`.
  private let losers: Column<UInt32>
  private var current = 0
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
    keys = Column(capacity: runs.count)
    losers = Column(capacity: runs.count)
    windows = runs.map { _ in nil }
    for (index, run) in runs.enumerated() {
      places[index] = RunPlace(run, docBase: docBases[index], from: lowerBound)
      try step(index)
      guard let lowerBound else { continue }
      while places[index].isValid,
        lowerBound.span.withBytes({ compareTerms(places[index].term, $0) }) < 0
      {
        try step(index)
      }
    }
    buildTree()
  }

  /// Whether all runs are at their end.
  var isAtEnd: Bool { runs.isEmpty || !places[current].isValid }

  /// The current term, valid until the next step.
  var term: Bytes { places[current].term }

  /// The key of the current term.
  var key: UInt128 { keys[current] }

  /// The first eight bytes of the current term, as a number.
  var prefix: UInt64 { UInt64(truncatingIfNeeded: keys[current] >> 64) }

  /// Whether the current term is `other`, whose key is `otherKey`.
  @inline(__always)
  func isAt(_ other: Bytes, key otherKey: UInt128) -> Bool {
    if (keys[current] ^ otherKey) >> RunPlace.orderBits != 0 || isAtEnd { return false }
    return otherKey & RunPlace.longBit == 0 || compareTerms(term, other) == 0
  }

  /// Moves to the next term, of any run; runs with the same term come in order.
  mutating func advance() throws(IndexError) {
    try step(current)
    var winner = UInt32(truncatingIfNeeded: current)
    var key = keys[current]
    var node = (runs.count &+ current) >> 1
    while node > 0 {
      let other = losers[node]
      let otherKey = keys[Int(other)]
      if precedes(otherKey, other, key, winner) {
        losers[node] = winner
        winner = other
        key = otherKey
      }
      node >>= 1
    }
    current = Int(winner)
  }
}

// MARK: - Tree

extension RunCursors {
  private mutating func buildTree() {
    let count = runs.count
    let winners = Column<UInt32>(capacity: 2 * count)
    for index in 0..<count { winners[count + index] = UInt32(index) }
    for node in (1..<max(1, count)).reversed() {
      let left = winners[2 * node]
      let right = winners[2 * node + 1]
      let isLeft = precedes(keys[Int(left)], left, keys[Int(right)], right)
      winners[node] = isLeft ? left : right
      losers[node] = isLeft ? right : left
    }
    current = count > 1 ? Int(winners[1]) : 0
  }

  @inline(__always)
  private func precedes(
    _ leftKey: UInt128, _ left: UInt32, _ rightKey: UInt128, _ right: UInt32
  ) -> Bool {
    if (leftKey ^ rightKey) >> RunPlace.orderBits == 0, leftKey & RunPlace.longBit != 0 {
      return longTermPrecedes(Int(left), Int(right))
    }
    return leftKey < rightKey
  }

  @inline(never)
  private func longTermPrecedes(_ left: Int, _ right: Int) -> Bool {
    guard places[left].isValid, places[right].isValid else { return places[left].isValid }
    let order = compareTerms(places[left].term, places[right].term)
    return order != 0 ? order < 0 : left < right
  }
}

// MARK: - Runs

extension RunCursors {
  /// Moves one run to its next term.
  @inline(__always)
  private mutating func step(_ index: Int) throws(IndexError) {
    var place = places[index]
    if !place.isNextAtHand {
      try refill(index, &place)
    }
    place.next()
    places[index] = place
    keys[index] = place.isValid ? place.makeKey(order: index) : .max
  }

  /// Gets the record of the next term into the window, if there is one.
  @inline(never)
  private mutating func refill(_ index: Int, _ place: inout RunPlace) throws(IndexError) {
    let run = runs[index]
    guard run.isInFile, place.termsOffset + place.terms.count < run.terms.byteCount else { return }
    let restOffset = place.termsOffset + place.nextRecord
    var byteCount = min(windowByteCount, run.terms.byteCount - restOffset)
    while true {
      let view = self.windows(index).terms(byteCount)
      try run.readTerms(at: restOffset, count: byteCount, into: view)
      place.terms = view.bytes(count: byteCount)
      place.termsOffset = restOffset
      place.nextRecord = 0
      if place.isNextAtHand || byteCount == run.terms.byteCount - restOffset { return }
      byteCount = min(2 * byteCount, run.terms.byteCount - restOffset)
    }
  }

  private mutating func windows(_ index: Int) -> RunWindows {
    if let known = windows[index] { return known }
    let new = RunWindows(byteCount: windowByteCount)
    windows[index] = new
    return new
  }

  /// Hands all occurrences of the current term, in the current run, to `encoder`.
  mutating func appendOccurrences(to encoder: inout PostingListEncoder) throws(IndexError) {
    let place = places[current]
    let width = place.occurrenceWidth
    var offset = place.occurrenceStart * width
    let end = offset + place.occurrenceCount * width
    if offset >= place.occurrencesOffset,
      end <= place.occurrencesOffset + place.occurrences.count
    {
      place.append(offset..<end, to: &encoder)
      return
    }
    while offset < end {
      let loaded = places[current]
      let loadedEnd = loaded.occurrencesOffset + loaded.occurrences.count
      if offset < loaded.occurrencesOffset || offset >= loadedEnd {
        try load(at: offset)
      } else {
        let upper = min(end, loadedEnd)
        loaded.append(offset..<upper, to: &encoder)
        offset = upper
      }
    }
  }

  /// Gets the occurrences at `offset` of the section, and what follows, into the window.
  private mutating func load(at offset: Int) throws(IndexError) {
    let run = runs[current]
    let view = windows(current).occurrences.view
    let count = min(view.count, run.occurrences.byteCount - offset)
    try run.readOccurrences(at: offset, count: count, into: view)
    places[current].occurrences = view.bytes(count: count)
    places[current].occurrencesOffset = offset
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
