import Index

/// Writes JSON (RFC 8259) on one line, members in the order they are added.
struct JSONWriter {
  private(set) var text = ""
  private var needsComma = false

  mutating func object(_ body: (inout JSONWriter) -> Void) { enclose("{", "}", body) }
  mutating func array(_ body: (inout JSONWriter) -> Void) { enclose("[", "]", body) }

  private mutating func enclose(
    _ open: String, _ close: String, _ body: (inout JSONWriter) -> Void
  ) {
    separate()
    text += open
    needsComma = false
    body(&self)
    text += close
    needsComma = true
  }

  /// The name of the member whose value comes next.
  mutating func name(_ name: String) {
    string(name)
    text += ":"
    needsComma = false
  }

  mutating func string(_ value: String) {
    separate()
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default:
        if scalar.value < 0x20 {
          text += "\\u00" + hexadecimal(UInt8(scalar.value))
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }

  mutating func number(_ value: Int) { raw(String(value)) }
  /// The shortest digits that give the same value back; what is no number is null.
  mutating func number(_ value: Float) { raw(value.isFinite ? "\(value)" : "null") }
  mutating func boolean(_ value: Bool) { raw(value ? "true" : "false") }

  mutating func range(_ range: Range<Int>) {
    array { json in
      json.number(range.lowerBound)
      json.number(range.upperBound)
    }
  }

  mutating func member(_ name: String, _ value: String) {
    self.name(name)
    string(value)
  }
  mutating func member(_ name: String, _ value: Int) {
    self.name(name)
    number(value)
  }
  mutating func member(_ name: String, _ value: Float) {
    self.name(name)
    number(value)
  }
  mutating func member(_ name: String, _ value: Bool) {
    self.name(name)
    boolean(value)
  }

  private mutating func raw(_ value: String) {
    separate()
    text += value
  }

  private mutating func separate() {
    if needsComma { text += "," }
    needsComma = true
  }
}

/// Answers as JSON: numbers are numbers, ids are strings, times are microseconds.
enum JSONPrinter {
  /// The version of what the objects look like.
  static let schemaVersion = 1

  /// One answer as one object on one line.
  static func text(of answer: Answer, showsProfile: Bool) -> String {
    var json = JSONWriter()
    json.object { json in
      json.member("v", schemaVersion)
      if let id = answer.id { json.member("id", id) }
      json.member("query", answer.text)
      json.member("parsed", answer.parsed.query.description)
      json.member("total", answer.total)
      json.member("total_exact", answer.totalIsExact)
      json.member("took_us", answer.nanoseconds / 1000)
      json.name("warnings")
      json.array { json in for warning in answer.parsed.warnings { add(warning, to: &json) } }
      json.name("hits")
      json.array { json in for hit in answer.hits { add(hit, to: &json) } }
      if showsProfile {
        json.name("profile")
        json.object { json in
          for (name, count) in answer.profile { json.member(name, count) }
        }
      }
    }
    return json.text
  }

  private static func add(_ warning: QueryWarning, to json: inout JSONWriter) {
    json.object { json in
      json.member("code", warning.code.rawValue)
      json.name("range")
      json.range(warning.byteRange)
      json.member("message", warning.message)
    }
  }

  private static func add(_ hit: Answer.Hit, to json: inout JSONWriter) {
    json.object { json in
      json.member("rank", hit.rank)
      json.member("score", hit.score)
      json.member("id", hit.id)
      json.member("title", hit.title)
      guard let snippet = hit.snippet else { return }
      json.member("snippet", snippet.text)
      json.name("highlights")
      json.array { json in for range in snippet.highlights { json.range(range) } }
    }
  }
}
