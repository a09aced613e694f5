import Index
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// What errors say to people.
struct IndexErrorTests {
  @Test(arguments: [
    (IndexError.noIndex(path: "a"), "a: no index there"),
    (.locked(path: "a", holder: ""), "a: another process is writing"),
    (.locked(path: "a", holder: "pid 7"), "a: another process is writing (pid 7)"),
    (
      .unsupportedFormat(path: "a", found: 9, supported: 1...3),
      "a: format 9 is newer than this program reads (1 to 3)"
    ),
    (
      .unsupportedFormat(path: "a", found: 1, supported: 2...2),
      "a: format 1 is older than this program reads (2)"
    ),
    (.system(operation: "open", path: "a", code: ENOENT), "a: open: No such file or directory"),
    (.invalidInput("k1 is 2000"), "k1 is 2000"),
    (.noDocuments, "there are no documents"),
    (.cancelled, "interrupted"),
    (
      .damaged(Damage(path: "a", section: "terms", byteRange: 64..<128, detail: "a wrong sum")),
      "a: damaged: terms: a wrong sum (bytes 64-127)"
    ),
    (
      .damaged(Damage(path: "a", section: "", byteRange: 0..<0, detail: "too short")),
      "a: damaged: too short"
    ),
  ])
  func anErrorSaysWhatAndWhere(error: IndexError, expected: String) {
    #expect("\(error)" == expected)
  }
}
