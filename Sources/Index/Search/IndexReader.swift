public import Tokenizer

/// An immutable snapshot of an index, open for searching; any number of threads may use it.
///
/// Opening costs the same whatever the size of the index. Every byte is checked against its
/// checksum when it is first needed; damage throws `IndexError.damaged`.
public final class IndexReader: Sendable {
  /// The analyzer of the index.
  public let analyzer: Analyzer

  /// Opens the index in the folder `path`.
  public init(path: String) throws(IndexError) {
    throw .noIndex(path: path)
  }

  /// What the index holds.
  public func statistics() throws(IndexError) -> IndexStatistics {
    IndexStatistics()
  }

  /// The query that `text` means. Any text has a meaning: this never fails on what a person types.
  public func parse(_ text: String, mode: ParsedQuery.Mode = .any) -> ParsedQuery {
    ParsedQuery(query: .nothing, warnings: [])
  }

  /// The best hits for a query.
  public func search(
    _ query: Query, options: SearchOptions = SearchOptions()
  ) throws(IndexError) -> SearchResult {
    SearchResult()
  }

  /// What is stored of a document.
  public func document(at address: DocAddress) throws(IndexError) -> StoredDocument {
    throw .invalidInput("not written yet")
  }

  /// The document with an external id, or nil. If several share it, the first.
  public func address(ofID id: String) throws(IndexError) -> DocAddress? {
    nil
  }

  /// The part of `text`, the text of a hit, that shows best why it is one: up to `maxLength`
  /// characters in up to `maxFragments` fragments.
  public func snippet(
    of text: String, for query: Query, maxLength: Int = 200, maxFragments: Int = 2
  ) -> Snippet {
    Snippet(text: "", highlights: [])
  }

  /// Why a document has its score for `query`, or nil if it is no hit.
  public func explain(
    _ address: DocAddress, for query: Query, options: SearchOptions = SearchOptions()
  ) throws(IndexError) -> Explanation? {
    nil
  }

  /// Checks every checksum and every structure of the index in the folder `path`.
  ///
  /// - Throws: only what keeps it from looking; damage is in the report.
  public static func verify(path: String) throws(IndexError) -> VerificationReport {
    VerificationReport()
  }
}

extension Query: CustomStringConvertible {
  /// The query as text: `kassim | telegram`, `"freres de belgique"`, `a & b`.
  public var description: String {
    ""
  }
}
