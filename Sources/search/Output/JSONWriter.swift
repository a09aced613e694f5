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
    let bytes = value.utf8Span.span
    // Text goes over in runs up to what needs an escape, mostly whole.
    var start = 0
    for offset in bytes.indices {
      guard let escaped = JSONWriter.escaped(bytes, at: offset) else { continue }
      append(value, start..<offset)
      text += escaped.text
      start = offset + escaped.byteCount
    }
    append(value, start..<bytes.count)
    text += "\""
  }

  /// What to write instead of the scalar at `offset`, and the bytes it has; nil if it stays.
  @inline(__always)
  private static func escaped(
    _ bytes: Span<UInt8>, at offset: Int
  ) -> (text: String, byteCount: Int)? {
    let byte = bytes[offset]
    if byte >= 0x20, byte != 0x22, byte != 0x5C, byte != 0x7F, byte != 0xC2 { return nil }
    switch byte {
    case 0x22: return ("\\\"", 1)
    case 0x5C: return ("\\\\", 1)
    case 0x0A: return ("\\n", 1)
    case 0x0D: return ("\\r", 1)
    case 0x09: return ("\\t", 1)
    case 0xC2:
      // A terminal takes the controls beyond ASCII, U+0080...U+009F, for commands, too.
      let second = bytes[offset + 1]
      return second < 0xA0 ? ("\\u00" + hexadecimal(second), 2) : nil
    default: return ("\\u00" + hexadecimal(byte), 1)
    }
  }

  private mutating func append(_ value: String, _ bytes: Range<Int>) {
    let start = value.utf8.index(value.startIndex, offsetBy: bytes.lowerBound)
    text += value[start..<value.utf8.index(start, offsetBy: bytes.count)]
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

/// Two hexadecimal digits.
func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return digits.utf8.count < 2 ? "0" + digits : digits
}
