import Tokenizer

/// A word of a query's text, as the documents of an index may have it.
struct QueryWord {
  /// Where it stands in the text, in bytes, whatever a language leaves out of it.
  var byteRange: Range<Int>
  /// What it becomes in the most frequent language, be it in the index or not.
  let folded: [UInt8]
  /// The distinct terms it becomes in the languages of the index, the most frequent language
  /// first; none if all of them leave it out of the index as a stop word.
  var terms: [[UInt8]] = []
  /// The languages in which it is a stop word.
  var stopLanguages: LanguageSet = []
  /// How much it tells, as a stop word, that the text is in one of `stopLanguages`.
  var evidence = 0
  /// What the terms asked for begin with, if a star makes it the beginning of words; see
  /// `WordStars`.
  var prefixes: [[UInt8]] = []

  /// Whether anything in an index can match it.
  var isIndexed: Bool { !terms.isEmpty || !prefixes.isEmpty }
}

/// A set of languages.
struct LanguageSet: OptionSet {
  let rawValue: UInt8

  init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  init(_ language: Language) {
    rawValue = 1 << language.rawValue
  }
}

/// Analyses the text of a query in every language that documents of the index were analysed in.
struct QueryWordReader {
  /// An analyzer that hands over stop words too, with the stop lists of the index.
  let analyzer: Analyzer
  /// Whether the index leaves stop words out.
  private let dropsStopWords: Bool
  /// The languages, each once, the most frequent first; never empty.
  let languages: [Language]

  /// A reader for an index that was analysed by `analyzer` in `languages`.
  init(analyzer: Analyzer, languages: [Language]) {
    dropsStopWords = analyzer.options.stopWords == .drop
    var options = analyzer.options
    if dropsStopWords { options.stopWords = .keep }
    self.analyzer = dropsStopWords ? Analyzer(options) : analyzer
    var distinct: [Language] = []
    for language in languages where !distinct.contains(language) { distinct.append(language) }
    self.languages =
      options.language.map { [$0] } ?? (distinct.isEmpty ? [.undetermined] : distinct)
  }

  /// The words of `text`, in order; a word's index is its position.
  ///
  /// All languages find the same words, as only what becomes of a word depends on the language:
  /// word `i` of one is word `i` of the others. (Only `Language.plain` has its own words, and an
  /// index has it for all its documents or for none.)
  func words(of text: Span<UInt8>) -> [QueryWord] {
    var buffer = TokenBuffer(tokenCapacity: 512, byteCapacity: 0)
    var words: [QueryWord] = []
    for language in languages {
      var index = 0
      analyzer.analyze(text, language: language, into: &buffer) { batch in
        for row in 0..<batch.count {
          let range = Int(batch.sourceStarts[row])..<Int(batch.sourceEnds[row])
          let term = batch.term(row)
          if index == words.count { words.append(QueryWord(byteRange: range, folded: term)) }
          words[index].add(
            term, at: range, in: language, isStopWord: batch.stopFlags[row] != 0,
            isIndexed: batch.stopFlags[row] == 0 || !dropsStopWords)
          index += 1
        }
      }
    }
    return words
  }
}

extension QueryWord {
  /// Adds what a language makes of the word.
  fileprivate mutating func add(
    _ term: [UInt8], at range: Range<Int>, in language: Language, isStopWord: Bool,
    isIndexed: Bool
  ) {
    byteRange =
      min(byteRange.lowerBound, range.lowerBound)..<max(byteRange.upperBound, range.upperBound)
    if isIndexed, !terms.contains(term) { terms.append(term) }
    guard isStopWord else { return }
    stopLanguages.insert(LanguageSet(language))
    evidence = max(
      evidence, StopWordRule.evidence(of: term, in: language, byteCount: range.count))
  }
}
