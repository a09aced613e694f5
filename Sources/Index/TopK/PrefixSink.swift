import Tokenizer

/// The documents of a segment that have words with each of some prefixes, and what a match of one
/// is worth.
struct PrefixMatches {
  /// For each prefix a bit for each document, one prefix after the other.
  let bits: ColumnView<UInt64>
  /// The number of prefixes.
  let count: Int
  /// The share of a match of any of them.
  let share: UInt32

  /// The words of the bits of each.
  @inline(__always)
  var wordCount: Int { count == 0 ? 0 : bits.count / count }

  /// The most that all can be worth together.
  var maxShare: UInt32 { share &* UInt32(count) }

  /// The number of prefixes that a document matches; it matches none from then on, if `consuming`.
  @inline(__always)
  func matchCount(_ doc: UInt32, consuming: Bool) -> UInt32 {
    var matches: UInt32 = 0
    var word = Int(doc &>> 6)
    let wordCount = wordCount
    for _ in 0..<count {
      let old = bits[word]
      matches &+= UInt32(truncatingIfNeeded: old &>> UInt64(doc & 63)) & 1
      if consuming { bits[word] = old & ~(1 &<< UInt64(doc & 63)) }
      word &+= wordCount
    }
    return matches
  }

  /// The first document at or after `doc` that matches a prefix, `UInt32.max` if there is none.
  func nextDoc(from doc: UInt32, ofPrefix prefix: Int) -> UInt32 {
    var word = Int(doc &>> 6)
    guard word < wordCount else { return .max }
    var rest = bits[prefix &* wordCount &+ word] & UInt64.max &<< UInt64(doc & 63)
    while rest == 0 {
      word &+= 1
      if word == wordCount { return .max }
      rest = bits[prefix &* wordCount &+ word]
    }
    return UInt32(word &* 64 &+ rest.trailingZeroBitCount)
  }

  /// Adds the documents that match all of the prefixes to `sink`, in order, until it has enough.
  func addCommon(to sink: inout some MatchSink) {
    let score = maxShare
    for word in 0..<wordCount {
      var common = UInt64.max
      for prefix in 0..<count { common &= bits[prefix &* wordCount &+ word] }
      while common != 0 {
        if sink.minScore > score { return }
        sink.add(doc: UInt32(word &* 64 &+ common.trailingZeroBitCount), score: score)
        common &= common &- 1
      }
    }
  }

  /// Adds the documents that match any of the prefixes to `sink`, in order.
  ///
  /// Others that come after some of these may have been added to it before.
  func addLate(to sink: inout some MatchSink) {
    // Later documents of the least score lose ties, earlier ones win them.
    for word in 0..<wordCount {
      if sink.minScore > maxShare &+ 1 { return }
      var any: UInt64 = 0
      for prefix in 0..<count { any |= bits[prefix &* wordCount &+ word] }
      while any != 0 {
        let doc = UInt32(word &* 64 &+ any.trailingZeroBitCount)
        let score = share &* matchCount(doc, consuming: false)
        if !sink.addLate(doc: doc, score: score), score == maxShare { return }
        any &= any &- 1
      }
    }
  }
}

/// Adds what prefixes are worth to the matches of the rest of a query, before they go on to
/// another sink.
struct PrefixSink<Base: MatchSink>: MatchSink {
  static var needsScores: Bool { Base.needsScores }
  /// Where the matches go.
  var base: Base
  /// Which documents match the prefixes.
  let prefixes: PrefixMatches
  /// Whether only those are matches that match all prefixes; otherwise a document that has come by
  /// matches no prefix any more, so that what is left in the bits did not come by.
  let requiresAll: Bool

  @inline(__always)
  var minScore: UInt32 {
    let (least, most) = (base.minScore, prefixes.maxShare)
    return least > most ? least &- most : min(least, 1)
  }

  @inline(__always)
  mutating func add(doc: UInt32, score: UInt32) {
    let matches = prefixes.matchCount(doc, consuming: !requiresAll)
    if requiresAll, matches < UInt32(prefixes.count) { return }
    base.add(doc: doc, score: score &+ matches &* prefixes.share)
  }
}
