/// Builds a whole index from a feed, and puts it in place of what was there in one step.
public struct IndexBuilder {
  /// How the index is built.
  public let options: BuildOptions

  /// Creates a builder.
  public init(options: BuildOptions) {
    self.options = options
  }

  /// Builds the index at the folder `path`, which is created if need be.
  ///
  /// Until the last step a former index there stays whole and in use; if anything fails, it
  /// stays for good.
  /// - Parameter progress: called now and then, on any thread, with the documents and bytes
  ///   of text so far; returning false cancels the build.
  public func build(
    from feed: some DocumentFeed, at path: String,
    progress: @escaping @Sendable (_ documentCount: Int, _ textByteCount: Int) -> Bool = { _, _ in
      true
    }
  ) throws(IndexError) -> BuildReport {
    throw .invalidInput("not written yet")
  }
}
