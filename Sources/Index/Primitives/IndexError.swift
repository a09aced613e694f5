/// Everything that can go wrong with an index or its input; each case carries what is needed
/// to act on it.
public enum IndexError: Error, Hashable, Sendable {
  /// There is no index at this path.
  case noIndex(path: String)
  /// Another build is at work there, in another process or in this one; `holder` is what it said
  /// about itself, if anything.
  case locked(path: String, holder: String)
  /// The index was written in a format this program does not read.
  case unsupportedFormat(path: String, found: Int, supported: ClosedRange<Int>)
  /// The text of the index became terms by other rules, or another version of Unicode, than this
  /// program has: its terms may not be what a query is made of.
  case unsupportedAnalysis(path: String)
  /// Bytes of the index are not what was written.
  case damaged(Damage)
  /// A call to the system failed: `code` is its errno.
  case system(operation: String, path: String, code: Int32)
  /// The input or an argument cannot be used; says what, where and what would do.
  case invalidInput(String)
  /// The feed had no document, and ``BuildOptions/requiresDocuments`` asks for one.
  case noDocuments
  /// More documents, tokens or bytes than the format can hold; says which.
  case limitExceeded(String)
  /// The caller asked to stop.
  case cancelled
}

/// Where an index is damaged.
public struct Damage: Hashable, Sendable {
  /// The file.
  public var path: String
  /// The section of the file, such as `postings`.
  public var section: String
  /// The damaged bytes of the file.
  public var byteRange: Range<UInt64>
  /// What was found and what was expected.
  public var detail: String

  /// Creates a description of damage.
  public init(path: String, section: String, byteRange: Range<UInt64>, detail: String) {
    self.path = path
    self.section = section
    self.byteRange = byteRange
    self.detail = detail
  }
}
