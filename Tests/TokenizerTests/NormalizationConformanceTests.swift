import Foundation
import TestSupport
import Testing

@testable import Tokenizer

@Suite(.needsTestData("text"))
struct NormalizationConformanceTests {
  @Test func everyLineHasItsNormalizationForms() throws {
    var count = 0
    for line in try TestData.lines("text/unicode17/NormalizationTest.txt") {
      guard let first = line.utf8.first, first != UInt8(ascii: "#"), first != UInt8(ascii: "@")
      else { continue }
      let columns = try line.components(separatedBy: ";").prefix(5).map { column in
        try column.split(separator: " ").map { try #require(UInt32($0, radix: 16)) }
      }
      for source in columns[0...2] {
        #expect(normalized(source, .composed) == columns[1], "NFC \(line)")
        #expect(normalized(source, .decomposed) == columns[2], "NFD \(line)")
      }
      for source in columns {
        #expect(normalized(source, .compatibilityDecomposed) == columns[4], "NFKD \(line)")
      }
      // What the quick check lets pass must not change.
      for source in columns where !source.contains(where: { isComplex($0) }) {
        #expect(normalized(source, .composed) == source, "quick check \(line)")
      }
      count += 1
    }
    #expect(count == 20_034)
  }
}

enum NormalizationForm {
  case composed, decomposed, compatibilityDecomposed
}

func isComplex(_ scalar: UInt32) -> Bool {
  ScalarProperties(scalar).has(ScalarProperties.complex)
}

func normalized(_ scalars: [UInt32], _ form: NormalizationForm) -> [UInt32] {
  var buffer = ScalarBuffer(limit: 20 * scalars.count)
  var spare = ScalarBuffer(limit: 20 * scalars.count)
  for scalar in scalars {
    Normalizer.decompose(
      scalar, compatibility: form == .compatibilityDecomposed, origin: 0, into: &buffer)
  }
  Normalizer.reorder(&buffer, spare: &spare)
  if form == .composed { Normalizer.compose(&buffer) }
  return (0..<buffer.count).map { buffer[$0] }
}
