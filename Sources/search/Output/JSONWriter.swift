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
        // A terminal takes the controls beyond ASCII for commands, too.
        if isControl(scalar) {
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

/// Two hexadecimal digits.
func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return digits.utf8.count < 2 ? "0" + digits : digits
}
