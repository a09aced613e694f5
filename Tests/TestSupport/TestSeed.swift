import Foundation

/// The seed of a test's random input.
///
/// A test takes a fresh seed each run and prints it where it fails (`"seed \(seed)"` as the
/// comment of an expectation); `SEARCH_TEST_SEED=N swift test` repeats that run. A test that traps
/// prints nothing, so the seed is told as soon as the first test asks for it, too.
public enum TestSeed {
  /// The seed of this run: `SEARCH_TEST_SEED`, or one that differs from run to run.
  public static let value: UInt64 = {
    let seed =
      ProcessInfo.processInfo.environment["SEARCH_TEST_SEED"].flatMap { UInt64($0) }
      ?? UInt64.random(in: 0..<1_000_000_000)
    // Not to standard output, whose buffer is lost in a crash.
    FileHandle.standardError.write(Data("random tests: SEARCH_TEST_SEED=\(seed)\n".utf8))
    return seed
  }()

  /// Whether tests shall run in full, as long as that takes: `SEARCH_FULL_TESTS=1`.
  public static let runsFullTests =
    ProcessInfo.processInfo.environment["SEARCH_FULL_TESTS"] == "1"
}
