import Index
import Tokenizer

/// `analyze`: how text becomes terms.
struct AnalyzeCommand: ~Copyable {
  private let analyzer: Analyzer
  private let isJSON: Bool
  private var output = StandardOutput()

  static func run(_ arguments: ParsedArguments) throws(Failure) -> ExitStatus {
    if arguments.has(.index), let other = arguments.last(of: [.language, .stopwords]) {
      throw Failure(
        "analyze: both --index and --\(other.rawValue)",
        hint: "say one of them: an index analyses as it was built")
    }
    let analyzer =
      arguments.has(.index)
      ? try IndexLocation.open(arguments).reader.analyzer : Analyzer(try AnalyzerOptions(arguments))
    var command = AnalyzeCommand(analyzer: analyzer, isJSON: arguments.has(.json))
    guard arguments.hasOnlyStandardInput else {
      command.print(arguments.operands.joined(separator: " "))
      command.output.flush()
      return .success
    }
    var lines = LineReader(InputFile())
    while let line = try lines.next() {
      command.print(line)
      command.output.flush()
    }
    return .success
  }

  private init(analyzer: Analyzer, isJSON: Bool) {
    self.analyzer = analyzer
    self.isJSON = isJSON
  }

  private mutating func print(_ text: String) {
    let bytes = Array(text.utf8)
    let language = analyzer.language(of: bytes.span)
    let tokens = analyzer.tokens(in: bytes.span, language: language)
    isJSON ? printJSON(tokens, of: bytes, language) : printTable(tokens, of: bytes)
  }

  private mutating func printTable(_ tokens: [Token], of bytes: [UInt8]) {
    var table = TextTable(columns: [
      ("position", .right), ("term", .left), ("stop", .left), ("bytes", .left), ("text", .left),
    ])
    for token in tokens {
      let source = String(decoding: bytes[token.byteRange], as: UTF8.self)
      table.add([
        String(token.position + 1), printable(token.term), token.isStopWord ? "stop" : "",
        "\(token.byteRange.lowerBound)-\(token.byteRange.upperBound - 1)", printable(source),
      ])
    }
    output.write(table.text)
  }

  private mutating func printJSON(_ tokens: [Token], of bytes: [UInt8], _ language: Language) {
    var json = JSONWriter()
    json.object { json in
      json.member("v", JSONPrinter.schemaVersion)
      json.member("language", language.code)
      json.name("terms")
      json.array { json in
        for token in tokens {
          json.object { json in
            json.member("position", token.position + 1)
            json.member("term", token.term)
            json.member("stop", token.isStopWord)
            json.name("range")
            json.range(token.byteRange)
            json.member("text", String(decoding: bytes[token.byteRange], as: UTF8.self))
          }
        }
      }
    }
    output.writeLine(json.text)
  }
}
