extension IndexReader {
  public func parse(_ text: String, mode: ParsedQuery.Mode = .any) -> ParsedQuery {
    let words = text.lowercased().split(separator: " ").map { Query.term([UInt8]($0.utf8)) }
    return ParsedQuery(query: mode == .any ? .any(words) : .all(words), warnings: [])
  }
  public func snippet(
    of text: String, for query: Query, maxLength: Int = 200, maxFragments: Int = 2
  ) -> Snippet {
    Snippet(text: String(text.prefix(maxLength)), highlights: [])
  }
}
extension Query: CustomStringConvertible {
  public var description: String { "" }
}
