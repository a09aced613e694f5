import Foundation
import TestSupport
import Testing

@testable import Tokenizer

@Suite(.needsTestData("text"))
struct AccentFoldingTests {
  /// Each Latin letter alone in a word, against folding tables made elsewhere.
  @Test func everyLatinLetterIsFoldedAsProposed() throws {
    let analyzer = Analyzer(AnalyzerOptions(language: .undetermined))
    var count = 0
    for line in try TestData.lines("text/folding/latin_folding.tsv").dropFirst() {
      let fields = line.components(separatedBy: "\t")
      guard fields.count == 9, let code = UInt32(fields[0], radix: 16),
        let scalar = UnicodeScalar(code),
        scalar.properties.isAlphabetic, fields[1] == String(scalar)
      else { continue }
      let found = analyzer.tokens(in: "x\(scalar)x").map(\.term)
      let again = analyzer.tokens(in: "x\(fields[8])x").map(\.term)
      #expect(found == again, "\(line)")
      count += 1
    }
    #expect(count > 500)
  }
}
