/// A piece of a document's text around the words of a query.
public struct Snippet: Hashable, Sendable {
  /// The text, on one line; ` … ` stands where text was left out.
  public var text: String
  /// The byte ranges (UTF-8) of the matches in `text`.
  public var highlights: [Range<Int>]

  /// Creates a snippet.
  public init(text: String, highlights: [Range<Int>]) {
    self.text = text
    self.highlights = highlights
  }
}
