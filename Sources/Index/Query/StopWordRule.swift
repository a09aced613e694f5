import Tokenizer

/// Which words of a query are stop words, when the documents are in several languages.
///
/// A stop word of one language may be an ordinary word of another: *die* is Dutch for "that", but
/// `die hard` asks for a film. So the language of the query is judged first, by its stop words:
///
/// 1. Every distinct stop word speaks for the languages in whose lists it is, with 3 points; with
///    1 point if it is also an ordinary word or a name elsewhere (*die*, *als*, *les*, *pas*,
///    *ours*, *or*), with none if it has a single letter, unless that is an accented one (*à*) or a
///    Dutch clitic (*'s*, *'t*).
/// 2. The languages with the most points are the query's, if they have at least 3: `sur les
///    frères de Belgique` has French 5, Dutch 3. With fewer, nothing is clear, and all languages
///    of the index are.
/// 3. A stop word is what is one in each of the query's languages: *de* in `de Bruxelles`,
///    for which French and Dutch have 3 points each.
///
/// In doubt a word is kept, which costs time but no hits: at worst a frequent word is searched. But
/// where all words are asked for it costs hits, as few texts on `la Belgique` need have *la*: there
/// the least evidence is enough. (Where the index lacks the word, see `QueryParser`.)
struct StopWordRule {
  private let judges: LanguageSet

  /// The rule for a query of these words, of which all are asked for or any.
  init(words: [QueryWord], languages: [Language], mode: ParsedQuery.Mode) {
    let candidates = languages.filter { $0 != .undetermined && $0 != .plain }
    var seen: Set<[UInt8]> = []
    var points = [Int](repeating: 0, count: candidates.count)
    for word in words where word.evidence > 0 {
      guard seen.insert(word.folded).inserted else { continue }
      for (index, language) in candidates.enumerated()
      where word.stopLanguages.contains(LanguageSet(language)) {
        points[index] += word.evidence
      }
    }
    let most = points.max() ?? 0
    let isClear = most >= (mode == .all ? 1 : StopWordRule.telling)
    var judges: LanguageSet = []
    for (index, language) in candidates.enumerated() where !isClear || points[index] == most {
      judges.insert(LanguageSet(language))
    }
    self.judges = candidates.isEmpty ? LanguageSet(languages[0]) : judges
  }

  /// Whether a word may be left out of a query that has others.
  func isStopWord(_ word: QueryWord) -> Bool {
    word.stopLanguages.isSuperset(of: judges)
  }

  /// How much a stop word of a language, which stands in `byteCount` bytes, tells of the language.
  static func evidence(of term: [UInt8], in language: Language, byteCount: Int) -> Int {
    if term.count == 1, byteCount == 1 {
      return language == .dutch && clitics.contains(term[0]) ? telling : 0
    }
    return ambiguous.contains(term) ? 1 : telling
  }

  private static let telling = 3

  /// The letters that are Dutch stop words only after an apostrophe. (*n* is one in `rock 'n' roll`.)
  private static let clitics = "st".utf8

  /// The stop words of English, French and Dutch, with accents folded, that are ordinary words,
  /// names or acronyms in another of the three.
  private static let ambiguous = Set(
    """
    am an as at been but do does down had he her here if it most no off once or ours out own same \
    so then these under up we who \
    ai au aux ce ces cet dans elle es eu eus ici il ils la le les lui ma mais mes mon nos par pas \
    pour sa sans se sera ses soi son sur ta tes ton tu un vos \
    al als ben dan dat der die dit door er ge hem hier hoe hun kan kon men met moet na nog nu om \
    ons op reeds tot van want wat wie wil zal zo
    """.split(separator: " ").map { [UInt8]($0.utf8) })
}
