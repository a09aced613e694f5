/// Text to terms: the one way into this module.
public struct Analyzer: Sendable {
  /// What this analyzer does.
  public let options: AnalyzerOptions

  /// Creates an analyzer.
  public init(_ options: AnalyzerOptions) {
    self.options = options
  }

  /// The language whose rules apply to `text`: the fixed one, or a guess.
  public func language(of text: Span<UInt8>) -> Language {
    options.language ?? .undetermined
  }

  /// Analyses `text` (UTF-8; ill-formed parts count as U+FFFD) and hands over its tokens in
  /// batches, in order: `body` is called whenever `buffer` is full, and once at the end if
  /// tokens are left.
  ///
  /// - Precondition: `text` is shorter than 4 GiB.
  /// - Throws: what `body` throws, at once.
  public func analyze<E: Error>(
    _ text: Span<UInt8>, language: Language, into buffer: inout TokenBuffer,
    _ body: (borrowing TokenBuffer) throws(E) -> Void
  ) throws(E) {
  }
}
