import Testing
import Tokenizer

/// Batches as another package sees them.
struct TokenBufferTests {
  private static let text =
    "L'été, aujourd’hui: « le café » de Saint-Étienne, a b c — " + String(repeating: "ø", count: 99)

  @Test(arguments: [1, 2, 4096], Language.allCases)
  func theRowsOfBatchesAreTheTokens(tokenCapacity: Int, language: Language) {
    let analyzer = Analyzer(AnalyzerOptions(language: language))
    var buffer = TokenBuffer(tokenCapacity: tokenCapacity, byteCapacity: 0)
    var rows: [Token] = []
    analyzer.analyze(Self.text.utf8Span.span, language: language, into: &buffer) { batch in
      #expect(batch.count <= tokenCapacity)
      for token in 0..<batch.count {
        let term = batch.withTerm(of: token) { term in term.indices.map { term[$0] } }
        rows.append(
          Token(
            term: String(decoding: term, as: UTF8.self), position: batch.position(of: token),
            byteRange: batch.byteRange(of: token), isStopWord: batch.isStopWord(token)))
      }
    }
    #expect(rows == analyzer.tokens(in: Self.text))
    #expect(buffer.count == 0)
  }

  @Test func theExampleOfTheDocumentationHolds() {
    let analyzer = Analyzer(AnalyzerOptions(language: .french))
    var buffer = TokenBuffer()
    var byteCount = 0
    let text = Array("L'été, aujourd’hui".utf8)
    analyzer.analyze(text.span, language: .french, into: &buffer) { batch in
      for token in 0..<batch.count {
        byteCount += batch.withTerm(of: token) { $0.count }
      }
    }
    #expect(byteCount == 14)
  }

  @Test(arguments: [-1, 0, 1])
  func aTokenThatTheBatchHasNotIsACallersMistake(token: Int) async {
    await #expect(processExitsWith: .failure) { [token = token as Int] in
      _ = TokenBuffer().position(of: token)
    }
  }

  @Test func sourcesThatAreNotKeptAreACallersMistake() async {
    await #expect(processExitsWith: .failure) {
      let text = "word"
      var buffer = TokenBuffer(keepsSources: false)
      Analyzer(AnalyzerOptions(language: .english))
        .analyze(text.utf8Span.span, language: .english, into: &buffer) { batch in
          _ = batch.byteRange(of: 0)
        }
    }
  }
}
