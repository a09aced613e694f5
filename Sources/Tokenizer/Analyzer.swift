/// Text to terms: the one way into this module.
///
/// The chain for `und`, `en`, `fr` and `nl` (for the code `none` see `Language.plain`):
///
///     U+202F is a space; UAX #29 words, without joining at colons; those with a letter, a digit
///     or an emoji are kept and numbered; NFC; apostrophes become U+0027; default ignorables go;
///     full case folding; apostrophes and low lines trimmed; elision (fr), possessive (en),
///     final 's (nl); stop test; accent folding
///
/// An analyzer is immutable and may be used by any number of threads, each with its own buffer.
public struct Analyzer: Sendable {
  /// What this analyzer does.
  public let options: AnalyzerOptions

  private let stopWordSets: StopWordSets
  private let guesser: LanguageGuesser?

  /// Creates an analyzer.
  ///
  /// - Complexity: some microseconds: the stop lists of its languages become hash tables.
  public init(_ options: AnalyzerOptions) {
    self.options = options
    stopWordSets = StopWordSets(options)
    guesser = options.language == nil ? LanguageGuesser() : nil
  }

  /// The language whose rules apply to `text`: the fixed one, or a guess between English, French
  /// and Dutch from at most the first 768 bytes; `undetermined` if nothing speaks for one of them.
  public func language(of text: Span<UInt8>) -> Language {
    if let language = options.language { return language }
    guard let guesser else { return .undetermined }
    return TextView.with(text) { guesser.guess($0) }
  }

  /// Analyses `text` (UTF-8; ill-formed parts count as U+FFFD) and hands over its tokens in
  /// batches, in order: `body` is called whenever `buffer` is full, and once at the end if
  /// tokens are left.
  ///
  /// A term is never longer than 32,766 bytes: of a longer word, the rest is left out.
  ///
  /// - Precondition: `text` is shorter than 4 GiB.
  /// - Throws: what `body` throws, at once.
  public func analyze<E: Error>(
    _ text: Span<UInt8>, language: Language, into buffer: inout TokenBuffer,
    _ body: (borrowing TokenBuffer) throws(E) -> Void
  ) throws(E) {
    precondition(text.count < 1 << 32, "a text is shorter than 4 GiB")
    buffer.count = 0
    try TextView.with(text) { (view) throws(E) in
      var scanner = TokenScanner(
        text: view, language: language, stopWords: stopWordSets[language],
        dropsStopWords: options.stopWords == .drop)
      while scanner.fill(&buffer) {
        try body(buffer)
        buffer.count = 0
      }
    }
  }
}

/// The stop words of each language an analyzer may meet.
private struct StopWordSets: Sendable {
  private var english: StopWordSet?
  private var french: StopWordSet?
  private var dutch: StopWordSet?
  private var plain: StopWordSet?
  private var undetermined: StopWordSet?

  init(_ options: AnalyzerOptions) {
    if case .custom(let words) = options.stopWords {
      let custom = StopWordSet(StopWordKeys.unicode(words))
      (english, french, dutch, undetermined) = (custom, custom, custom, custom)
      plain = StopWordSet(StopWordKeys.plain(words))
      return
    }
    // A fixed language needs no other list.
    let fixed = options.language
    if fixed == nil || fixed == .english { english = .english }
    if fixed == nil || fixed == .french { french = .french }
    if fixed == nil || fixed == .dutch { dutch = .dutch }
  }

  subscript(language: Language) -> StopWordSet? {
    switch language {
    case .plain: plain
    case .undetermined: undetermined
    case .english: english
    case .french: french
    case .dutch: dutch
    }
  }
}
