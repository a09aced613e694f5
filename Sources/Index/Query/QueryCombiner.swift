/// A word of a query on its own, or all words of a phrase.
struct QueryItem {
  /// The words, by index.
  var words: Range<Int>
  /// Whether they stand in quotation marks.
  var isPhrase: Bool
  /// Where the item stands in the text, in bytes.
  var byteRange: Range<Int>

  /// The items of a text, in order; `quotations` of it without words are none.
  static func items(of words: [QueryWord], quotations: [Quotation]) -> [QueryItem] {
    var items: [QueryItem] = []
    var word = 0
    for quotation in quotations {
      while word < words.count, words[word].byteRange.lowerBound < quotation.inner.lowerBound {
        items.append(QueryItem(word, words[word]))
        word += 1
      }
      let first = word
      while word < words.count, words[word].byteRange.lowerBound < quotation.inner.upperBound {
        word += 1
      }
      if word > first {
        items.append(
          QueryItem(words: first..<word, isPhrase: true, byteRange: quotation.outer))
      }
    }
    for word in word..<words.count { items.append(QueryItem(word, words[word])) }
    return items
  }

  private init(_ index: Int, _ word: QueryWord) {
    self.init(words: index..<index + 1, isPhrase: false, byteRange: word.byteRange)
  }

  private init(words: Range<Int>, isPhrase: Bool, byteRange: Range<Int>) {
    self.words = words
    self.isPhrase = isPhrase
    self.byteRange = byteRange
  }
}

/// Puts the parts of a query together, each distinct part once, up to a number of terms.
struct QueryCombiner {
  /// What was mended.
  var warnings: [QueryWarning] = []
  /// Where the text starts that had no room, in bytes.
  private(set) var fullOffset = 0
  /// Whether something had no room.
  private(set) var isFull = false

  private let hasPositions: Bool
  private var room: Int
  private var prefixRoom = Query.maxPrefixCount
  private var parts: [Query] = []
  private var seen: Set<Query> = []

  /// A combiner for up to `limit` terms; without positions, phrases become all of their words.
  init(hasPositions: Bool, limit: Int) {
    self.hasPositions = hasPositions
    room = limit
  }

  /// All parts together.
  func query(_ mode: ParsedQuery.Mode) -> Query {
    let parts = mode == .all ? parts.filter { !isImplied($0) } : parts
    guard let first = parts.first else { return .nothing }
    if parts.count == 1 { return first }
    let query = mode == .any ? Query.any(parts) : .all(parts)
    return countsTwice(mode) ? query.simplified() : query
  }

  /// Whether one of the alternatives of a word is asked for by itself, too: where all words are, every
  /// document then has it, and it would count twice.
  private func isImplied(_ part: Query) -> Bool {
    guard case .any(let alternatives) = part else { return false }
    return alternatives.contains { seen.contains($0) }
  }

  /// Whether something would count twice: a word that is also an alternative of another, or that
  /// stands in a phrase which is searched as all of its words.
  private func countsTwice(_ mode: ParsedQuery.Mode) -> Bool {
    let levels = parts.compactMap { part in
      switch (part, mode) {
      case (.any(let inner), .any), (.all(let inner), .all): inner
      default: nil
      }
    }
    // The parts themselves are distinct.
    if levels.isEmpty { return false }
    var others = seen
    return levels.joined().contains { !others.insert($0).inserted }
  }

  /// Adds a word or a phrase, as far as there is room.
  mutating func add(_ item: QueryItem, words: [QueryWord]) {
    let word = words[item.words.lowerBound]
    if !item.isPhrase, !word.prefixes.isEmpty, addPrefix(word) { return }
    let indexed = item.words.filter { !words[$0].terms.isEmpty }
    guard let first = indexed.first, !isFull else { return }
    var places = indexed.map { PhrasePlace(offset: $0 - first, terms: words[$0].terms) }
    guard !seen.contains(QueryCombiner.part(places, hasPositions)) else { return }
    var termCount = 0
    for (index, place) in places.enumerated() {
      if termCount + place.terms.count > room {
        isFull = true
        fullOffset = words[indexed[index]].byteRange.lowerBound
        places.removeSubrange(index...)
        break
      }
      termCount += place.terms.count
    }
    if places.isEmpty { return }
    limitVariants(&places, item)
    let part = QueryCombiner.part(places, hasPositions)
    guard seen.insert(part).inserted else { return }
    parts.append(part)
    room -= termCount
    if places.count > 1, !hasPositions {
      warnings.append(
        QueryWarning(
          code: .noPositions, byteRange: item.byteRange,
          message: "the index has no positions: the phrase is searched as all of its words"))
    }
  }

  /// Adds a word with a star; false if it must be searched as it stands.
  private mutating func addPrefix(_ word: QueryWord) -> Bool {
    let part = QueryCombiner.part(prefixesOf: word)
    if isFull || seen.contains(part) { return true }
    guard word.prefixes.count <= min(prefixRoom, room) else {
      if prefixRoom >= 0, word.prefixes.count > prefixRoom {
        warnings.append(
          QueryWarning(
            code: .tooManyTerms, byteRange: word.byteRange,
            message: "more than \(Query.maxPrefixCount) words with a star: "
              + "the rest is searched as whole words"))
        prefixRoom = -1
      }
      return word.terms.isEmpty
    }
    seen.insert(part)
    parts.append(part)
    prefixRoom -= word.prefixes.count
    room -= word.prefixes.count
    return true
  }

  /// The query for a word with a star.
  ///
  /// What a word becomes as a whole is an alternative where it does not begin so: *anna* for
  /// `anna's*`. A single letter is not, as it rarely is what is meant by `o's*`; nor is a word that
  /// goes on after an apostrophe or a low line.
  private static func part(prefixesOf word: QueryWord) -> Query {
    var parts = word.prefixes.map { Query.prefix($0) }
    for term in word.terms where term.count > 1 {
      let isCovered = word.prefixes.contains {
        term.starts(with: $0) || $0.last == UInt8(ascii: "'") || $0.last == UInt8(ascii: "_")
      }
      if !isCovered { parts.append(.term(term)) }
    }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  /// Keeps the number of ways to read a phrase within what a search takes.
  ///
  /// Beyond that, words stand for what they are in the most frequent language alone.
  private mutating func limitVariants(_ places: inout [PhrasePlace], _ item: QueryItem) {
    guard places.count > 1, hasPositions else { return }
    var variantCount = 1
    var isLimited = false
    for index in places.indices {
      if variantCount * places[index].terms.count > Query.maxPhraseVariantCount {
        places[index].terms.removeLast(places[index].terms.count - 1)
        isLimited = true
      }
      variantCount *= places[index].terms.count
    }
    if isLimited {
      warnings.append(
        QueryWarning(
          code: .tooManyTerms, byteRange: item.byteRange,
          message: "the phrase can be read in too many ways: its last words were read in one"))
    }
  }

  /// The query for the words of an item.
  private static func part(_ places: [PhrasePlace], _ hasPositions: Bool) -> Query {
    if places.count == 1 { return alternatives(places[0].terms) }
    if hasPositions { return .phrase(places) }
    var distinct: [Query] = []
    var seen: Set<Query> = []
    for place in places {
      let word = alternatives(place.terms)
      if seen.insert(word).inserted { distinct.append(word) }
    }
    return distinct.count == 1 ? distinct[0] : .all(distinct)
  }

  private static func alternatives(_ terms: [[UInt8]]) -> Query {
    terms.count == 1 ? .term(terms[0]) : .any(terms.map { .term($0) })
  }
}
