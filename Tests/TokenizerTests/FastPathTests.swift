import TestSupport
import Testing

@testable import Tokenizer

struct FastPathTests {
  /// Whatever the size of the buffer, and so whichever path is taken, the tokens are the same.
  @Test(arguments: Language.allCases, [UInt64(1), 2, 3])
  func blocksGiveTheTokensOfSingleSteps(language: Language, seed: UInt64) {
    var random = RandomText(seed: seed)
    for stopWords in [StopWordPolicy.keep, .drop, .custom(["L'été", "dog's", "Straße", "42"])] {
      let analyzer = Analyzer(AnalyzerOptions(language: language, stopWords: stopWords))
      for round in 0..<80 {
        let text = random.text(
          pieceCount: round % 4 == 0 ? 400 : 40, withIllFormedBytes: round % 2 == 0)
        let expected = tokens(of: text, analyzer, tokenCapacity: 1)
        for capacity in [130, 200, 4096] {
          let found = tokens(of: text, analyzer, tokenCapacity: capacity)
          guard found != expected else { continue }
          let place = zip(found, expected).prefix { $0 == $1 }.count
          let start = place < expected.count ? Int(expected[place].start) : text.count
          Issue.record(
            """
            seed \(seed), round \(round), capacity \(capacity), token \(place) near byte \(start): \
            \(text.dropFirst(max(0, start - 20)).prefix(60).map { $0 }), \
            \(found.dropFirst(place).first as Any) instead of \(expected.dropFirst(place).first as Any)
            """)
          return
        }
      }
    }
  }

  @Test(arguments: Language.allCases) func aBufferWithoutSourcesHasTheSameTerms(language: Language)
  {
    var random = RandomText(seed: TestSeed.value)
    let analyzer = Analyzer(AnalyzerOptions(language: language, stopWords: .drop))
    for capacity in [1, 130, 4096] {
      let text = random.text(pieceCount: 400, withIllFormedBytes: true)
      let expected = tokens(of: text, analyzer, tokenCapacity: capacity)
      var buffer = TokenBuffer(tokenCapacity: capacity, keepsSources: false)
      var rest = expected[...]
      analyzer.analyze(text.span, language: language, into: &buffer) { batch in
        #expect(batch.sourceStarts.count + batch.sourceEnds.count + batch.stopFlags.count == 0)
        for token in 0..<batch.count {
          let row = rest.popFirst()
          #expect(row?.term == batch.term(token), "seed \(TestSeed.value)")
          #expect(row?.position == batch.positions[token], "seed \(TestSeed.value)")
        }
      }
      #expect(rest.isEmpty)
    }
  }

  /// What depends on its neighbours is the same at every place of a block, the last included.
  @Test(arguments: Language.allCases) func wordsWithMarksAreTheSameAtAnyPlace(language: Language) {
    let words = ["'s", "’s", "a’s", "é's", "l'été", "3.5", "a.b", "א'", "x_y", "日'n", "’t'"]
    let analyzer = Analyzer(AnalyzerOptions(language: language, stopWords: .custom(["x"])))
    for word in words {
      for lead in 0..<130 {
        let text = [UInt8](repeating: 0x20, count: lead) + Array(word.utf8) + Array(" end".utf8)
        let expected = tokens(of: text, analyzer, tokenCapacity: 1)
        #expect(tokens(of: text, analyzer, tokenCapacity: 4096) == expected, "\(word), \(lead)")
      }
    }
  }

  @Test(arguments: Language.allCases, [0, 1, 62, 63, 64, 65, 127, 128, 129, 254, 255, 256, 400])
  func runsOfAnyLengthAtAnyPlaceAreWhole(language: Language, length: Int) {
    let analyzer = Analyzer(AnalyzerOptions(language: language))
    for lead in [0, 1, 31, 63, 64, 65] {
      for tail in ["", " ", ".", "é", "'s", "’", " x"] {
        var text = [UInt8](repeating: 0x20, count: lead)
        text += [UInt8](repeating: UInt8(ascii: "A"), count: length)
        text += Array(tail.utf8)
        let expected = tokens(of: text, analyzer, tokenCapacity: 1)
        #expect(tokens(of: text, analyzer, tokenCapacity: 4096) == expected)
      }
    }
  }
}

/// All columns of one token.
struct Row: Equatable {
  let term: [UInt8]
  let position: UInt32
  let start: UInt32
  let end: UInt32
  let isStopWord: Bool
}

/// The tokens of `text`, analysed in batches of at most `tokenCapacity`.
func tokens(
  of text: [UInt8], _ analyzer: Analyzer, tokenCapacity: Int, byteCapacity: Int = 1 << 17
) -> [Row] {
  var buffer = TokenBuffer(tokenCapacity: tokenCapacity, byteCapacity: byteCapacity)
  var rows: [Row] = []
  let span = text.span
  analyzer.analyze(span, language: analyzer.language(of: span), into: &buffer) { batch in
    precondition(batch.count > 0 && batch.count <= tokenCapacity)
    for token in 0..<batch.count {
      rows.append(
        Row(
          term: batch.term(token), position: batch.positions[token],
          start: batch.sourceStarts[token], end: batch.sourceEnds[token],
          isStopWord: batch.stopFlags[token] != 0))
    }
  }
  return rows
}
