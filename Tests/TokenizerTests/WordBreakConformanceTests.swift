import Foundation
import TestSupport
import Testing

@testable import Tokenizer

@Suite(.needsTestData("text"))
struct WordBreakConformanceTests {
  @Test(arguments: [("WordBreakTest.txt", 1944), ("WordBreakFuzz.txt", 3000)])
  func everyCaseHasItsBoundaries(file: String, expectedCount: Int) throws {
    var count = 0
    for line in try TestData.lines("text/unicode17/\(file)") {
      let content = line.prefix { $0 != "#" }
      guard content.contains("÷") else { continue }
      var text = ""
      var boundaries: [Int] = []
      for item in content.split(whereSeparator: \.isWhitespace) {
        switch item {
        case "÷": boundaries.append(text.utf8.count)
        case "×": break
        default:
          let scalar = try #require(UInt32(item, radix: 16).flatMap(UnicodeScalar.init))
          text.unicodeScalars.append(scalar)
        }
      }
      #expect(segmentBoundaries(of: Array(text.utf8)) == boundaries, "\(line)")
      count += 1
    }
    #expect(count == expectedCount)
  }
}

/// The boundaries of `text`, the start and the end included.
func segmentBoundaries(of text: [UInt8], isTailored: Bool = false) -> [Int] {
  TextView.with(text.span) { view in
    let breaker = WordBreaker(text: view, isTailored: isTailored)
    var boundaries = [0]
    while let last = boundaries.last, last < view.count {
      boundaries.append(breaker.segment(from: last).end)
    }
    return boundaries
  }
}
