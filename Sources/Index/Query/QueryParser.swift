package import Tokenizer

/// The text a person types to a query: words, and phrases in quotation marks.
///
///     query  := (phrase | prefix | word)*
///     phrase := a text in quotation marks (see `Quotation`)
///     prefix := a word with a star at its end (see `WordStars`)
///     word   := what the analyzer makes of the rest of the text
///
/// Every text is a query: what is no word is passed over, and what is mended or left out gives a
/// warning. In detail:
///
/// - Where documents are in several languages, a word is analysed in each, and the distinct terms
///   are alternatives: `l'armée` is *armee* in French documents, *l'armee* in English ones.
/// - Stop words (see `StopWordRule`) are left out if anything else remains; never from a phrase.
/// - If the index has none of them, a phrase, and with mode `all` the query, does without words that
///   are stop words in any language of the index: a document in that language lacks them, whatever
///   the language of the query is taken for.
/// - Words joined by a hyphen or the like are words of their own: `Saint-Étienne` is `saint
///   etienne`.
/// - A word with a star stands for all that begin so, whatever they are: it is folded, but it is no
///   stop word. Within quotation marks or after a sign a star is ignored.
/// - What is asked twice is asked once: repeating a word does not make it weigh more.
/// - A phrase of one word is that word. Without positions a phrase is all of its words.
package struct QueryParser {
  /// The most terms a query has, alternatives and words of phrases counted.
  package static let maxTermCount = 4096

  private let reader: QueryWordReader
  private let dropsStopWords: Bool
  private let hasPositions: Bool

  /// A parser for an index.
  ///
  /// - Parameters:
  ///   - analyzer: the analyzer of the index.
  ///   - languages: the languages its documents were analysed in, the most frequent first; not
  ///     looked at if the analyzer has a fixed one.
  ///   - hasPositions: whether the index can find phrases.
  package init(analyzer: Analyzer, languages: [Language], hasPositions: Bool) {
    reader = QueryWordReader(analyzer: analyzer, languages: languages)
    dropsStopWords = analyzer.options.stopWords == .drop
    self.hasPositions = hasPositions
  }

  /// The query that `text` means, its parts combined as `mode` says.
  ///
  /// - Complexity: linear in the text, once for each language.
  package func parse(_ text: String, mode: ParsedQuery.Mode) -> ParsedQuery {
    let all = text.utf8Span.span
    // An analyzer takes no more; nobody reads past it either.
    let bytes = all.extracting(first: min(all.count, Int(UInt32.max)))
    var words = reader.words(of: bytes)
    let (quotations, strayMark) = Quotation.find(in: bytes, words: words)
    var warnings = QueryParser.warnings(quotations, strayMark)

    let items = QueryItem.items(of: words, quotations: quotations)
    warnings += WordStars(in: bytes, reader).mark(&words, items)
    let rule = StopWordRule(words: words, languages: reader.languages, mode: mode)
    let readings = readings(of: words, items, rule: rule, mode: mode).map { words in
      combine(items, words, in: bytes, rule: rule, mode: mode)
    }
    var query = readings[0].query
    if readings.allSatisfy({ $0.query == query }) {
      warnings += readings[0].warnings
    } else {
      query = Query.any(readings.map(\.query)).simplified()
      // What one leaves out another asks for.
      warnings += readings[0].warnings.filter { $0.code != .stopWordsIgnored }
    }
    warnings.sort { $0.byteRange.lowerBound < $1.byteRange.lowerBound }
    return ParsedQuery(query: query, warnings: warnings)
  }

  /// The query for the items of a text, without stop words if others remain.
  private func combine(
    _ items: [QueryItem], _ words: [QueryWord], in bytes: Span<UInt8>, rule: StopWordRule,
    mode: ParsedQuery.Mode
  ) -> (query: Query, warnings: [QueryWarning]) {
    var warnings: [QueryWarning] = []
    let left = leavingOutStopWords(items, words: words, rule: rule)
    if !left.ignored.isEmpty, !left.items.isEmpty {
      warnings.append(stopWordWarning(left.ignored.map { words[$0].byteRange }, in: bytes))
    }
    var combiner = QueryCombiner(hasPositions: hasPositions, limit: QueryParser.maxTermCount)
    for item in left.items where !combiner.isFull { combiner.add(item, words: words) }
    if combiner.isFull {
      combiner.warnings.append(
        QueryWarning(
          code: .tooManyTerms, byteRange: combiner.fullOffset..<bytes.count,
          message: "more than \(QueryParser.maxTermCount) terms: the rest is ignored"))
    }
    let query = combiner.query(mode)
    if query == .nothing {
      let hasStopWords = !left.ignored.isEmpty
      warnings.append(
        QueryWarning(
          code: .noTerms, byteRange: 0..<bytes.count,
          message: hasStopWords
            ? "no words but stop words, which the index leaves out" : "no words to search for"))
    }
    return (query, warnings + combiner.warnings)
  }

  private static func warnings(
    _ quotations: [Quotation], _ strayMark: Range<Int>?
  ) -> [QueryWarning] {
    if let strayMark {
      return [
        QueryWarning(
          code: .unclosedQuote, byteRange: strayMark,
          message: "a quotation mark without its pair is ignored")
      ]
    }
    guard let last = quotations.last, !last.isClosed else { return [] }
    return [
      QueryWarning(
        code: .unclosedQuote, byteRange: last.outer.lowerBound..<last.inner.lowerBound,
        message: "a quotation mark without its pair: the phrase ends with the text")
    ]
  }

  /// The words as documents without stop words may have them, where a query asks for each of its
  /// words: in phrases, or with mode `all`.
  ///
  /// Mostly that is one reading, in which stop words of any language have no terms. If nothing but
  /// stop words would remain, it is one for each language that has some of them, without its own:
  /// `"ours dans"` is *ours* in French documents and *dans* in English ones.
  private func readings(
    of words: [QueryWord], _ items: [QueryItem], rule: StopWordRule, mode: ParsedQuery.Mode
  ) -> [[QueryWord]] {
    guard dropsStopWords else { return [words] }
    let asked = items.filter { $0.isPhrase || mode == .all }.flatMap { Array($0.words) }
    func reading(without isLeftOut: (QueryWord) -> Bool) -> [QueryWord] {
      var words = words
      for word in asked where isLeftOut(words[word]) { words[word].terms = [] }
      return words
    }
    let passed = reading { $0.stopLanguages != [] }
    let isEnough = items.contains { item in
      item.words.contains { passed[$0].isIndexed && !rule.isStopWord(passed[$0]) }
    }
    if isEnough { return [passed] }
    let readings = reader.languages.map { language in
      reading { $0.stopLanguages.contains(LanguageSet(language)) }
    }.filter { words in asked.contains { words[$0].isIndexed } }
    return readings.isEmpty ? [words] : readings
  }

  /// The items without stop words if others remain, and the words that were left out, by index.
  private func leavingOutStopWords(
    _ items: [QueryItem], words: [QueryWord], rule: StopWordRule
  ) -> (items: [QueryItem], ignored: [Int]) {
    let indexed = items.filter { $0.words.contains { words[$0].isIndexed } }
    let others = indexed.filter { $0.isPhrase || !rule.isStopWord(words[$0.words.lowerBound]) }
    let remaining = others.isEmpty ? indexed : others
    var isKept = [Bool](repeating: false, count: words.count)
    for item in remaining {
      for word in item.words { isKept[word] = words[word].isIndexed }
    }
    return (remaining, words.indices.filter { !isKept[$0] })
  }

  private func stopWordWarning(_ ranges: [Range<Int>], in text: Span<UInt8>) -> QueryWarning {
    var names: [String] = []
    for range in ranges where names.count <= QueryParser.namedStopWordCount {
      let name = String(decodingBytes: range, of: text)
      if !names.contains(name) { names.append(name) }
    }
    let isCut = names.count > QueryParser.namedStopWordCount
    if isCut { names[QueryParser.namedStopWordCount] = "…" }
    let start = ranges.first?.lowerBound ?? 0
    return QueryWarning(
      code: .stopWordsIgnored, byteRange: start..<(ranges.last?.upperBound ?? start),
      message: "stop words ignored: \(names.joined(separator: ", "))")
  }

  /// A warning names no more stop words than this.
  private static let namedStopWordCount = 12
}

extension String {
  /// The text of some bytes of a UTF-8 text.
  fileprivate init(decodingBytes range: Range<Int>, of text: Span<UInt8>) {
    self = String(decoding: range.map { text[$0] }, as: UTF8.self)
  }
}
