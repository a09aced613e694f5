import Foundation
import TestSupport
import Testing

@testable import Tokenizer

@Suite(.needsTestData("text"))
struct AnalyzerConformanceTests {
  /// Rows where this analysis decides otherwise than the data's first column, with its terms.
  static let decidedOtherwise = ["author:smith": "author smith", "__init__": "init"]

  @Test func everyGoldRowIsAnalysedAsDecided() throws {
    var count = 0
    for line in try TestData.lines("text/gold_tokens.tsv").dropFirst() where !line.isEmpty {
      let fields = line.components(separatedBy: "\t")
      let language = try #require(fields[0] == "und" ? .undetermined : Language(code: fields[0]))
      let input = unescape(fields[1])
      let analyzer = Analyzer(AnalyzerOptions(language: language))
      let tokens = analyzer.tokens(in: input)
      let expected = Self.decidedOtherwise[input]
      let terms = tokens.map(\.term).joined(separator: " ")
      let kept = tokens.filter { !$0.isStopWord }.map(\.term).joined(separator: " ")
      #expect(terms == expected ?? fields[2], "\(line)")
      #expect(kept == expected ?? fields[3], "\(line)")
      count += 1
    }
    #expect(count == 234)
  }

  private func unescape(_ text: String) -> String {
    text.replacing(/\\u\{([0-9A-F]+)\}/) { match in
      UInt32(match.1, radix: 16).flatMap(UnicodeScalar.init).map(String.init) ?? ""
    }
  }
}
