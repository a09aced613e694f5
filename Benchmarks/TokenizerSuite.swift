internal import SyntheticText
internal import Tokenizer

/// How fast text becomes terms, on one thread.
enum TokenizerSuite {
  static let benchmarks = [
    Benchmark(
      name: "tokenizer/none-ascii", question: "How fast are plain tokens of ASCII text?"
    ) { try run($0, .english, language: .plain, asciiOnly: true) },
    Benchmark(
      name: "tokenizer/none-accented", question: "What do accents cost plain tokens?"
    ) { try run($0, .french, language: .plain) },
    Benchmark(
      name: "tokenizer/en-ascii", question: "How fast is English analysis of ASCII text?"
    ) { try run($0, .english, language: .english, asciiOnly: true) },
    Benchmark(
      name: "tokenizer/en", question: "What do a few typographic apostrophes cost English?"
    ) { try run($0, .english, language: .english) },
    Benchmark(
      name: "tokenizer/fr", question: "How fast is French: accents, elision, stop words?"
    ) { try run($0, .french, language: .french) },
    Benchmark(
      name: "tokenizer/nl", question: "How fast is Dutch: clitics, trema, stop words?"
    ) { try run($0, .dutch, language: .dutch) },
    Benchmark(
      name: "tokenizer/guess", question: "What does guessing the language of each document cost?"
    ) { try run($0, .french, language: nil) },
    Benchmark(
      name: "tokenizer/corpus", question: "How fast are plain tokens of the corpus itself?"
    ) { try runCorpus($0) },
  ]

  private static func run(
    _ context: BenchmarkContext, _ style: TextStyle, language: Language?, asciiOnly: Bool = false
  ) throws -> [Metric] {
    var generator = TextGenerator(seed: 11, style: style, vocabularySize: 20_000)
    var documents: [[UInt8]] = []
    for _ in 0..<(context.options.quick ? 200 : 2_000) {
      var text: [UInt8] = []
      generator.appendText(wordCount: min(generator.length(median: 200), 5_000), to: &text)
      documents.append(asciiOnly ? text.filter { $0 < 0x80 } : text)
    }
    return measureTokens(of: documents, language: language, quick: context.options.quick)
  }

  private static func runCorpus(_ context: BenchmarkContext) throws -> [Metric] {
    let corpus = try context.corpus()
    var documents: [[UInt8]] = []
    var byteCount = 0
    for document in 0..<corpus.count where byteCount < 32 << 20 {
      documents.append(Array(corpus.text[corpus.range(of: document)]))
      byteCount += documents[document].count
    }
    return measureTokens(
      of: documents, language: .plain, quick: context.options.quick)
  }

  private static func measureTokens(
    of documents: [[UInt8]], language: Language?, quick: Bool
  ) -> [Metric] {
    let analyzer = Analyzer(AnalyzerOptions(language: language))
    var buffer = TokenBuffer()
    var tokenCount = 0
    let timing = measure(repetitions: quick ? 7 : 15, seconds: quick ? 0.5 : 5) {
      var sum = 0
      tokenCount = 0
      for document in documents {
        let text = document.span
        analyzer.analyze(text, language: analyzer.language(of: text), into: &buffer) { batch in
          tokenCount += batch.count
          sum &+= Int(batch.termLengths[batch.count - 1])
        }
      }
      return sum &+ tokenCount
    }
    let byteCount = documents.reduce(0) { $0 + $1.count }
    return rates(timing, byteCount: byteCount) + [
      Metric(
        name: "a token", value: timing.minimum / Double(max(tokenCount, 1)), unit: "ns"),
      Metric(
        name: "tokens a kB", value: 1e3 * Double(tokenCount) / Double(max(byteCount, 1)), unit: "",
        better: .higher, comparison: .exact),
    ]
  }
}
