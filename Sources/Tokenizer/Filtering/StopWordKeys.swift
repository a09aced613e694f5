/// How words given by a user are spelt in a `StopWordSet`.
enum StopWordKeys {
  /// The keys of all words in `texts`, as the Unicode chain makes them before accent folding.
  static func unicode(_ texts: [String]) -> [[UInt8]] {
    var folder = WordFolder()
    var keys: [[UInt8]] = []
    for text in texts {
      TextView.with(text.utf8Span.span) { view in
        let breaker = WordBreaker(text: view, isTailored: true)
        var offset = 0
        while offset < view.count {
          let segment = breaker.segment(from: offset)
          offset = segment.end
          guard segment.bits & ScalarProperties.word != 0 else { continue }
          keys.append(
            folder.key(view, from: segment.wordStart, to: segment.end, bits: segment.bits))
        }
      }
    }
    return keys
  }

  /// The keys of all words in `texts`, as plain tokens.
  static func plain(_ texts: [String]) -> [[UInt8]] {
    var keys: [[UInt8]] = []
    var buffer = TokenBuffer(tokenCapacity: 64, byteCapacity: 0)
    for text in texts {
      TextView.with(text.utf8Span.span) { view in
        var scanner = TokenScanner(
          text: view, language: .plain, stopWords: nil, dropsStopWords: false)
        while scanner.fill(&buffer) {
          for token in 0..<buffer.count { keys.append(buffer.term(token)) }
          buffer.count = 0
        }
      }
    }
    return keys
  }
}
