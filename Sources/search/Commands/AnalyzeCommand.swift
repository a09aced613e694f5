import Index
import Tokenizer

/// `analyze`: how text becomes terms.
struct AnalyzeCommand: ~Copyable {
  /// A term and what it stands for.
  private struct Row {
    let position: Int
    let term: String
    let isStopWord: Bool
    let range: Range<Int>
    let text: String
  }

  private let analyzer: Analyzer
  private let isJSON: Bool
  private var buffer = TokenBuffer()
  private var output = StandardOutput()

  static func run(_ arguments: ParsedArguments) throws(Failure) -> ExitStatus {
    let analyzer =
      arguments.has(.index)
      ? try IndexLocation.open(arguments).0.analyzer : Analyzer(try AnalyzerOptions(arguments))
    var command = AnalyzeCommand(analyzer: analyzer, isJSON: arguments.has(.json))
    guard arguments.operands == ["-"] else {
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
    let rows = rows(of: bytes, language)
    isJSON ? printJSON(rows, language) : printTable(rows)
  }

  private mutating func rows(of bytes: [UInt8], _ language: Language) -> [Row] {
    var rows: [Row] = []
    analyzer.analyze(bytes.span, language: language, into: &buffer) { tokens in
      for index in 0..<tokens.count {
        let offset = Int(tokens.termOffsets[index])
        let term = (offset..<offset + Int(tokens.termLengths[index])).map {
          tokens.termBytes[$0]
        }
        let range = Int(tokens.sourceStarts[index])..<Int(tokens.sourceEnds[index])
        rows.append(
          Row(
            position: Int(tokens.positions[index]), term: String(decoding: term, as: UTF8.self),
            isStopWord: tokens.stopFlags[index] != 0, range: range,
            text: String(decoding: bytes[range], as: UTF8.self)))
      }
    }
    return rows
  }

  private mutating func printTable(_ rows: [Row]) {
    var table = TextTable(columns: [
      ("position", .right), ("term", .left), ("stop", .left), ("bytes", .left), ("text", .left),
    ])
    for row in rows {
      table.add([
        String(row.position), printable(row.term), row.isStopWord ? "stop" : "",
        "\(row.range.lowerBound)-\(row.range.upperBound)", printable(row.text),
      ])
    }
    output.write(table.text)
  }

  private mutating func printJSON(_ rows: [Row], _ language: Language) {
    var json = JSONWriter()
    json.object { json in
      json.member("v", JSONPrinter.schemaVersion)
      json.member("language", language.code)
      json.name("terms")
      json.array { json in
        for row in rows {
          json.object { json in
            json.member("position", row.position)
            json.member("term", row.term)
            json.member("stop", row.isStopWord)
            json.name("range")
            json.range(row.range)
            json.member("text", row.text)
          }
        }
      }
    }
    output.writeLine(json.text)
  }
}
