/// A document to index.
public struct Document: Hashable, Sendable {
  /// What hits are known by; better, but not necessarily, different from all others; at most
  /// 1 GiB.
  public var id: String
  /// The title, possibly empty; it is shown, if ``BuildOptions/storeTitles`` keeps it, but not
  /// searched; at most 1 GiB.
  public var title: String
  /// The text that is searched, of less than 4 GiB.
  public var text: String

  /// Creates a document.
  public init(id: String, title: String = "", text: String) {
    self.id = id
    self.title = title
    self.text = text
  }
}
