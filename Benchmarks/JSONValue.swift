/// A JSON value (RFC 8259); numbers are `Double`s.
///
/// For corpora, query sets and baselines, outside everything that is timed: plain, not fast.
enum JSONValue {
  case null
  case boolean(Bool)
  case number(Double)
  case string([UInt8])
  case array([JSONValue])
  case object([(name: String, value: JSONValue)])

  /// The member `name` of an object, or nil.
  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The bytes of a string, or nil.
  var bytes: [UInt8]? {
    if case .string(let bytes) = self { bytes } else { nil }
  }

  /// A string, or nil.
  var text: String? {
    bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// A number, or nil.
  var number: Double? {
    if case .number(let number) = self { number } else { nil }
  }

  /// The elements of an array, or nil.
  var elements: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// A string value.
  static func text(_ text: String) -> JSONValue {
    .string(Array(text.utf8))
  }

  /// Reads one value, which must be all there is.
  init(parsing bytes: [UInt8]) throws {
    var parser = JSONParser(bytes: bytes)
    self = try parser.readWhole()
  }

  /// Reads a file that is one value; errors name it.
  init(file path: String) throws {
    let bytes = try readFile(path)
    do { try self.init(parsing: bytes) } catch { throw BenchmarkFailure("\(path): \(error)") }
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value as JSON, on one line.
  var description: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .number(let value):
      value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    case .string(let bytes): Self.quoted(String(decoding: bytes, as: UTF8.self))
    case .array(let elements):
      "[" + elements.map(\.description).joined(separator: ",") + "]"
    case .object(let members):
      "{"
        + members.map { Self.quoted($0.name) + ":" + $0.value.description }
        .joined(separator: ",") + "}"
    }
  }

  /// The value as JSON, on several lines: for files that people compare.
  var indented: String { indented(by: "") }

  private func indented(by indent: String) -> String {
    let text = description
    if text.utf8.count <= 80 { return text }
    let inner = indent + "  "
    switch self {
    case .array(let elements):
      let list = elements.map { inner + $0.indented(by: inner) }.joined(separator: ",\n")
      return "[\n\(list)\n\(indent)]"
    case .object(let members):
      let list = members.map {
        "\(inner)\(Self.quoted($0.name)): \($0.value.indented(by: inner))"
      }
      return "{\n\(list.joined(separator: ",\n"))\n\(indent)}"
    default: return text
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case ..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// A recursive reader of JSON.
private struct JSONParser {
  let bytes: [UInt8]
  var offset = 0

  mutating func readWhole() throws -> JSONValue {
    let value = try readValue(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw failure("more after the value") }
    return value
  }

  private mutating func readValue(depth: Int) throws -> JSONValue {
    guard depth < 64 else { throw failure("nested too deep") }
    skipSpace()
    switch peek() {
    case UInt8(ascii: "{"): return try readObject(depth: depth)
    case UInt8(ascii: "["): return try readArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "t"): return try readWord("true", as: .boolean(true))
    case UInt8(ascii: "f"): return try readWord("false", as: .boolean(false))
    case UInt8(ascii: "n"): return try readWord("null", as: .null)
    default: return try readNumber()
    }
  }

  private mutating func readObject(depth: Int) throws -> JSONValue {
    var members: [(name: String, value: JSONValue)] = []
    try readList(closedBy: "}") { parser throws in
      parser.skipSpace()
      let name = String(decoding: try parser.readString(), as: UTF8.self)
      parser.skipSpace()
      guard parser.take(":") else { throw parser.failure("no ':'") }
      members.append((name, try parser.readValue(depth: depth + 1)))
    }
    return .object(members)
  }

  private mutating func readArray(depth: Int) throws -> JSONValue {
    var elements: [JSONValue] = []
    try readList(closedBy: "]") { parser throws in
      elements.append(try parser.readValue(depth: depth + 1))
    }
    return .array(elements)
  }

  private mutating func readList(
    closedBy close: Unicode.Scalar, _ readElement: (inout JSONParser) throws -> Void
  ) throws {
    offset += 1
    skipSpace()
    if take(close) { return }
    while true {
      try readElement(&self)
      skipSpace()
      if take(close) { return }
      guard take(",") else { throw failure("no ',' or '\(close)'") }
    }
  }

  private mutating func readString() throws -> [UInt8] {
    guard take("\"") else { throw failure("no string") }
    var text: [UInt8] = []
    while true {
      let start = offset
      while let byte = peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        offset += 1
      }
      text.append(contentsOf: bytes[start..<offset])
      if take("\"") { return text }
      guard take("\\"), let escaped = peek() else { throw failure("string without end") }
      offset += 1
      switch Unicode.Scalar(escaped) {
      case "n": text.append(0x0A)
      case "t": text.append(0x09)
      case "r": text.append(0x0D)
      case "b": text.append(0x08)
      case "f": text.append(0x0C)
      case "u": text.append(contentsOf: String(try readEscapedScalar()).utf8)
      default: text.append(escaped)
      }
    }
  }

  /// The rest of `\uXXXX`, or of two of them; what is no scalar counts as U+FFFD.
  private mutating func readEscapedScalar() throws -> Unicode.Scalar {
    let high = try readHexadecimal()
    if (0xD800..<0xDC00).contains(high), take("\\"), take("u") {
      let low = try readHexadecimal()
      guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
      return Unicode.Scalar(0x1_0000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }
    return Unicode.Scalar(high) ?? "\u{FFFD}"
  }

  private mutating func readHexadecimal() throws -> UInt32 {
    guard offset + 4 <= bytes.count,
      let value = UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
    else { throw failure("no four hexadecimal digits") }
    offset += 4
    return value
  }

  private mutating func readNumber() throws -> JSONValue {
    let start = offset
    while let byte = peek(), "+-.eE0123456789".utf8.contains(byte) { offset += 1 }
    guard let value = Double(String(decoding: bytes[start..<offset], as: UTF8.self)) else {
      throw failure("no value")
    }
    return .number(value)
  }

  private mutating func readWord(_ word: String, as value: JSONValue) throws -> JSONValue {
    guard bytes[offset...].starts(with: word.utf8) else { throw failure("no value") }
    offset += word.utf8.count
    return value
  }

  private func peek() -> UInt8? {
    offset < bytes.count ? bytes[offset] : nil
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: scalar) else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
    }
  }

  private func failure(_ reason: String) -> BenchmarkFailure {
    BenchmarkFailure("not JSON: \(reason) at byte \(offset)")
  }
}
