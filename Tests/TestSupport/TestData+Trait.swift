public import Testing

extension TestData {
  /// Why a test that needs the data did not run.
  public static let whyNot: Comment = "SEARCH_TEST_DATA is not set"
}

extension Trait where Self == ConditionTrait {
  /// The test needs the published data; without them it is skipped, and says so.
  public static var needsTestData: Self {
    .enabled(if: TestData.isAvailable, TestData.whyNot)
  }

  /// The test needs the file or folder `name` of the published data.
  public static func needsTestData(_ name: String) -> Self {
    .enabled(
      if: TestData.has(name),
      TestData.isAvailable ? "SEARCH_TEST_DATA has no \(name)" : TestData.whyNot)
  }
}
