import Tokenizer

/// Finds where the leaves of a pattern stand in a text, in one pass and bounded memory.
///
/// Of a leaf that is very frequent only the first occurrences are kept, and `isComplete` is
/// false then; the pass ends where every leaf has as many as are kept.
struct SnippetMatches {
  /// One occurrence of a leaf.
  struct Match {
    /// Where it starts in the text, in bytes.
    var start: Int
    /// Where it ends.
    var end: Int
    /// What it is an occurrence of.
    var leaf: Int
    /// The words of a phrase among `words`; none for a term, which is its own.
    var words: Range<Int>
  }

  /// The occurrences, by start.
  private(set) var matches: [Match] = []
  /// The words of all phrases found, in bytes of the text.
  private(set) var words: [Range<Int>] = []
  /// Whether `matches` are all there are.
  private(set) var isComplete = true

  private let pattern: SnippetPattern
  /// How many more occurrences of each leaf may be kept.
  private var room: [Int]
  private var openLeafCount: Int
  /// The last tokens with a term of the query, by position modulo a power of two.
  private var recent: [RecentToken]
  /// How many more words may be compared to find phrases: nobody misses what comes after.
  private var comparisonBudget = 1 << 24

  private struct RecentToken {
    var position = -1
    var term: Int32 = -1
    var start = 0
    var end = 0
  }

  private struct Finished: Error {}

  /// The most words kept, of all leaves together, about.
  private static let wordLimit = 1 << 16
  /// The most words kept of one leaf.
  private static let leafWordLimit = 1 << 10

  /// Nothing found yet.
  init(_ pattern: SnippetPattern) {
    self.pattern = pattern
    let leafCount = pattern.weights.count
    let limit = min(
      SnippetMatches.leafWordLimit, max(16, SnippetMatches.wordLimit / max(1, leafCount)))
    room = pattern.wordCounts.map { max(1, limit / $0) }
    openLeafCount = leafCount
    var ringSize = 1
    while ringSize <= pattern.longestOffset { ringSize *= 2 }
    recent = [RecentToken](repeating: RecentToken(), count: pattern.phrases.isEmpty ? 0 : ringSize)
  }

  /// Adds what `text` has, whose first byte is byte `origin` of the whole text.
  mutating func collect(
    _ text: Span<UInt8>, origin: Int = 0, analyzer: Analyzer, language: Language,
    buffer: inout TokenBuffer
  ) {
    guard openLeafCount > 0 else { return }
    for index in recent.indices { recent[index].position = -1 }
    do throws(Finished) {
      try analyzer.analyze(text, language: language, into: &buffer) { (batch) throws(Finished) in
        for row in 0..<batch.count {
          for prefix in pattern.prefixes where pattern.has(prefix, batch, row) {
            add(
              prefix, start: origin + Int(batch.sourceStarts[row]),
              end: origin + Int(batch.sourceEnds[row]))
          }
          guard let term = pattern.find(batch, row) else { continue }
          add(
            term, at: Int(batch.positions[row]), start: origin + Int(batch.sourceStarts[row]),
            end: origin + Int(batch.sourceEnds[row]))
        }
        if openLeafCount == 0 { throw Finished() }
      }
    } catch {
      isComplete = false
    }
    if !pattern.phrases.isEmpty { matches.sort { $0.start < $1.start } }
  }

  private mutating func add(_ prefix: SnippetPattern.Prefix, start: Int, end: Int) {
    keep(prefix.leaf) { _ in Match(start: start, end: end, leaf: prefix.leaf, words: 0..<0) }
  }

  private mutating func add(_ term: Int, at position: Int, start: Int, end: Int) {
    let leaf = pattern.termLeaves[term]
    if leaf >= 0 { keep(leaf) { _ in Match(start: start, end: end, leaf: leaf, words: 0..<0) } }
    guard !recent.isEmpty else { return }
    recent[position & (recent.count - 1)] = RecentToken(
      position: position, term: Int32(term), start: start, end: end)
    for phrase in pattern.phrasesEndingWith[term] { addPhrase(phrase, endingAt: position) }
  }

  /// Adds a phrase if all of its words stand where they should, the last at `position`.
  private mutating func addPhrase(_ index: Int, endingAt position: Int) {
    let phrase = pattern.phrases[index]
    guard room[phrase.leaf] > 0, comparisonBudget > 0 else {
      isComplete = false
      return
    }
    let first = position - phrase.places[phrase.places.count - 1].offset
    guard first >= 0 else { return }
    for place in phrase.places.reversed() {
      comparisonBudget -= 1
      let token = recent[(first + place.offset) & (recent.count - 1)]
      guard token.position == first + place.offset, place.terms.contains(token.term) else { return }
    }
    keep(phrase.leaf) { matches in
      let firstWord = matches.words.count
      for place in phrase.places {
        let token = matches.recent[(first + place.offset) & (matches.recent.count - 1)]
        matches.words.append(token.start..<token.end)
      }
      let found = matches.words[firstWord...]
      return Match(
        start: found[firstWord].lowerBound, end: found[matches.words.count - 1].upperBound,
        leaf: phrase.leaf, words: firstWord..<matches.words.count)
    }
  }

  private mutating func keep(_ leaf: Int, _ makeMatch: (inout Self) -> Match) {
    guard room[leaf] > 0 else {
      isComplete = false
      return
    }
    matches.append(makeMatch(&self))
    room[leaf] -= 1
    if room[leaf] == 0 { openLeafCount -= 1 }
  }

  /// The words to highlight within `range` of the text: in order, apart, in bytes of the text.
  ///
  /// A word that starts before is none of them: what is left of it would look like another. (A
  /// character may be the end of one word and the start of the next, so that none can be cut off.)
  func words(in range: Range<Int>) -> [Range<Int>] {
    let words = words(touching: range).filter { $0.lowerBound >= range.lowerBound }
    return SnippetMatches.merged(words.map { $0.clamped(to: range) })
  }

  /// Where the word to highlight ends that goes across `offset`; `offset` if none does.
  func wordEnd(from offset: Int) -> Int {
    let across = words(touching: offset..<offset + 1).filter { $0.lowerBound < offset }
    return across.reduce(offset) { max($0, $1.upperBound) }
  }

  /// The words of all matches that `range` touches, whole.
  func words(touching range: Range<Int>) -> [Range<Int>] {
    var found: [Range<Int>] = []
    for match in matches where match.start < range.upperBound && match.end > range.lowerBound {
      if match.words.isEmpty {
        found.append(match.start..<match.end)
      } else {
        found += words[match.words]
      }
    }
    return found
  }

  /// The same places in order, once each; those that overlap are one.
  static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var merged: [Range<Int>] = []
    for range in ranges.sorted(by: {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    })
    where !range.isEmpty {
      if let last = merged.last, range.lowerBound < last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}
