/// What of Swift source is code, line by line: no comments, and of string literals only what is
/// interpolated into them.
///
/// It knows single-line and multi-line literals, with any number of signs `#`. What it takes for a
/// literal within a regular expression ends with the line.
struct CodeReader {
  /// What a place is enclosed by, the innermost last.
  private enum Context {
    case literal(hashCount: Int, isMultiline: Bool)
    /// Code within a literal, and how many parentheses are open in it.
    case interpolation(depth: Int)
  }

  private var contexts: [Context] = []

  /// The code of the next line; a literal leaves its quotation marks.
  mutating func code(of line: String) -> String {
    if contexts.isEmpty, !line.utf8.contains(UInt8(ascii: "\"")) {
      return line.firstRange(of: "//").map { String(line[..<$0.lowerBound]) } ?? line
    }
    var code: [UInt8] = []
    var rest = Array(line.utf8)[...]
    while !rest.isEmpty {
      if case .literal(let hashCount, let isMultiline) = contexts.last {
        readLiteral(&rest, hashCount: hashCount, isMultiline: isMultiline, into: &code)
      } else if rest.starts(with: "//".utf8) {
        break
      } else {
        readCode(&rest, into: &code)
      }
    }
    endLine()
    return String(decoding: code, as: UTF8.self)
  }

  private mutating func readLiteral(
    _ rest: inout ArraySlice<UInt8>, hashCount: Int, isMultiline: Bool, into code: inout [UInt8]
  ) {
    let hashes = String(repeating: "#", count: hashCount)
    let end = (isMultiline ? "\"\"\"" : "\"") + hashes
    let escape = "\\" + hashes
    if rest.starts(with: end.utf8) {
      rest = rest.dropFirst(end.utf8.count)
      contexts.removeLast()
      code.append(UInt8(ascii: "\""))
    } else if rest.starts(with: (escape + "(").utf8) {
      rest = rest.dropFirst(escape.utf8.count + 1)
      contexts.append(.interpolation(depth: 1))
      code.append(UInt8(ascii: "("))
    } else {
      rest = rest.dropFirst(rest.starts(with: escape.utf8) ? escape.utf8.count + 1 : 1)
    }
  }

  private mutating func readCode(_ rest: inout ArraySlice<UInt8>, into code: inout [UInt8]) {
    let afterHashes = rest.drop { $0 == UInt8(ascii: "#") }
    if afterHashes.first == UInt8(ascii: "\"") {
      let isMultiline = afterHashes.starts(with: "\"\"\"".utf8)
      contexts.append(
        .literal(hashCount: rest.count - afterHashes.count, isMultiline: isMultiline))
      rest = afterHashes.dropFirst(isMultiline ? 3 : 1)
      code.append(UInt8(ascii: "\""))
      return
    }
    let byte = rest.removeFirst()
    code.append(byte)
    guard case .interpolation(let depth) = contexts.last else { return }
    switch byte {
    case UInt8(ascii: "("): contexts[contexts.count - 1] = .interpolation(depth: depth + 1)
    case UInt8(ascii: ")") where depth == 1: contexts.removeLast()
    case UInt8(ascii: ")"): contexts[contexts.count - 1] = .interpolation(depth: depth - 1)
    default: break
    }
  }

  /// Leaves what cannot go on in the next line.
  private mutating func endLine() {
    let first = contexts.firstIndex { context in
      if case .literal(_, isMultiline: false) = context { true } else { false }
    }
    if let first { contexts.removeSubrange(first...) }
  }
}
