extension IndexReader {
  public func explain(
    _ address: DocAddress, for query: Query, options: SearchOptions = SearchOptions()
  ) throws(IndexError) -> Explanation? {
    nil
  }
  public static func verify(path: String) throws(IndexError) -> VerificationReport {
    VerificationReport()
  }
}
