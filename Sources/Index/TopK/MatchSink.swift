/// What receives the matches of a segment, in increasing order of documents.
protocol MatchSink {
  /// Whether scores matter; if not, algorithms may leave them 0.
  static var needsScores: Bool { get }
  /// The least score worth adding; never falls. Algorithms may leave out what is below.
  var minScore: UInt32 { get }
  /// Takes a match; `doc` counts within the segment.
  mutating func add(doc: UInt32, score: UInt32)
  /// Takes a match that may come before others of its segment that are added already; false if it
  /// does not matter, nor any later one of this score or less.
  mutating func addLate(doc: UInt32, score: UInt32) -> Bool
}

extension MatchSink {
  @inline(__always)
  mutating func addLate(doc: UInt32, score: UInt32) -> Bool {
    add(doc: doc, score: score)
    return true
  }
}

/// Keeps the best matches of all segments.
struct TopKSink: MatchSink {
  static var needsScores: Bool { true }
  /// The best so far.
  var queue: TopKQueue
  /// What is added to document numbers.
  var docBase: UInt32 = 0

  @inline(__always)
  var minScore: UInt32 { queue.minScore }

  @inline(__always)
  mutating func add(doc: UInt32, score: UInt32) {
    queue.insert(doc: docBase &+ doc, score: score)
  }

  mutating func addLate(doc: UInt32, score: UInt32) -> Bool {
    queue.insertLate(doc: docBase &+ doc, score: score)
  }
}

/// Keeps the best matches of all segments, and counts all of them.
///
/// Not a `TopKSink` that may count: asking for each match costs scans of one term a tenth.
struct CountedTopKSink: MatchSink {
  static var needsScores: Bool { true }
  /// The best so far.
  var best: TopKSink
  /// The number of matches.
  var count = 0

  /// Nothing is left out.
  @inline(__always)
  var minScore: UInt32 { 0 }

  @inline(__always)
  mutating func add(doc: UInt32, score: UInt32) {
    count &+= 1
    best.add(doc: doc, score: score)
  }

  mutating func addLate(doc: UInt32, score: UInt32) -> Bool {
    count &+= 1
    _ = best.addLate(doc: doc, score: score)
    return true
  }
}

/// Keeps all matches.
struct MatchList: MatchSink {
  static var needsScores: Bool { true }
  /// The documents, increasing.
  var docs: [UInt32] = []
  /// Their scores.
  var scores: [UInt32] = []

  var minScore: UInt32 { 0 }

  mutating func add(doc: UInt32, score: UInt32) {
    docs.append(doc)
    scores.append(score)
  }
}

/// Counts matches.
struct MatchCounter: MatchSink {
  static var needsScores: Bool { false }
  /// The number of matches.
  var count = 0

  @inline(__always)
  var minScore: UInt32 { 0 }

  @inline(__always)
  mutating func add(doc: UInt32, score: UInt32) { count &+= 1 }
}
