/// What is stored of a document.
public struct StoredDocument: Hashable, Sendable {
  /// The external id.
  public var id: String
  /// The title, possibly empty, as all are if the index keeps none.
  public var title: String
  /// The text, or nil if the index keeps none.
  public var text: String?
}
