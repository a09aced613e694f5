import Tokenizer

/// What a query asks for beside what a search is after: its words, or a phrase.
enum QueryPart {
  /// Any of some words, by cursors that stand on the starts of their lists.
  case words(ColumnView<ListCursor>)
  case phrase(PhraseSearch)

  /// A bound on what it adds to the score of a document.
  var maxShare: UInt32 {
    switch self {
    case .words(let cursors): (0..<cursors.count).reduce(0) { $0 &+ cursors[$1].maxShare }
    case .phrase(let search): search.conjunction.maxPhraseShare()
    }
  }
}

/// A search for one phrase that is asked about documents that were found elsewhere.
final class PhraseSearch {
  var conjunction: BlockConjunction

  init(_ conjunction: consuming BlockConjunction) {
    self.conjunction = conjunction
  }
}

/// Completes the scores of documents that one part of a query has by what the other parts add,
/// 128 at a time.
final class RestScorer {
  /// The most documents at a time.
  static let capacity = PostingsFormat.blockLength

  /// The documents at work.
  fileprivate var candidates: CandidateList
  /// A bound on what the other parts add.
  let maxShare: UInt32
  private let parts: [(part: QueryPart, maxShare: UInt32)]
  private let segment: SearchedSegment

  /// A scorer for `parts`, by their bounds, the greatest first.
  init(
    _ parts: [(part: QueryPart, maxShare: UInt32)], _ segment: SearchedSegment,
    _ memory: SearchMemory
  ) {
    self.parts = parts
    self.segment = segment
    maxShare = parts.reduce(0) { $0 &+ $1.maxShare }
    candidates = CandidateList(capacity: RestScorer.capacity, memory)
  }

  /// Completes the scores of the first `count` candidates; keeps those that reach `minScore`.
  fileprivate func complete(_ count: Int, _ minScore: UInt32) throws(IndexError) {
    candidates.take(first: count)
    let docs = candidates.docs
    try segment.verifyNorms(ofDocs: count) { docs[$0] }
    var rest = maxShare
    for (part, maxShare) in parts where candidates.count > 0 {
      rest &-= maxShare
      switch part {
      case .phrase(let search):
        try search.conjunction.ask(about: &candidates, rest: rest, minScore, segment)
      case .words(let cursors):
        var others = rest &+ maxShare
        for index in 0..<cursors.count where candidates.count > 0 {
          others &-= cursors[index].maxShare
          try candidates.ask(&cursors[index], rest: others, minScore, segment)
        }
      }
    }
    candidates.keep(reaching: minScore, with: 0)
  }

  /// What the other parts have read.
  var profile: SearchProfile {
    var profile = SearchProfile()
    for (part, _) in parts {
      switch part {
      case .words(let cursors): profile.blocksRead += cursors.blocksRead
      case .phrase(let search):
        profile.blocksRead += search.conjunction.cursors.blocksRead
        profile.positionBlocksDecoded += search.conjunction.phrases.blocksDecoded
      }
    }
    return profile
  }
}

/// Takes the documents that one part of a query has, completes their scores, and hands them on,
/// unless that was done when another part was searched.
struct RestSink<Base: MatchSink>: MatchSink {
  static var needsScores: Bool { true }
  /// Where the matches go.
  private(set) var base: Base
  /// Documents handed on before, increasing.
  private let seen: [UInt32]
  /// Those handed on by this.
  private(set) var added: [UInt32] = []
  /// What went wrong; nothing more is taken then.
  private(set) var failure: IndexError?
  private let scorer: RestScorer
  private var count = 0

  init(base: Base, _ scorer: RestScorer, seen: [UInt32]) {
    self.base = base
    self.scorer = scorer
    self.seen = seen
  }

  /// What a document must score in all.
  private var minTotal: UInt32 {
    // A document that comes before others of its segment wins ties with them.
    seen.isEmpty ? base.minScore : max(1, base.minScore) &- 1
  }

  var minScore: UInt32 {
    if failure != nil { return .max }
    let (least, most) = (minTotal, scorer.maxShare)
    return least > most ? least &- most : min(least, 1)
  }

  mutating func add(doc: UInt32, score: UInt32) {
    scorer.candidates.docs[count] = doc
    scorer.candidates.scores[count] = score
    count &+= 1
    if count == RestScorer.capacity { flush() }
  }

  /// Hands on what is still at work.
  mutating func flush() {
    let count = count
    self.count = 0
    if count == 0 || failure != nil { return }
    do throws(IndexError) {
      try scorer.complete(count, minTotal)
    } catch {
      failure = error
      return
    }
    for index in 0..<scorer.candidates.count {
      let (doc, score) = (scorer.candidates.docs[index], scorer.candidates.scores[index])
      if seen.isEmpty {
        base.add(doc: doc, score: score)
      } else {
        if contains(doc) { continue }
        _ = base.addLate(doc: doc, score: score)
      }
      added.append(doc)
    }
  }

  private func contains(_ doc: UInt32) -> Bool {
    let place = BinarySearch.firstIndex(of: seen.count) { seen[$0] < doc }
    return place < seen.count && seen[place] == doc
  }
}
