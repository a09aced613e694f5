/// A pattern for paths with the wildcards of `.gitignore`.
///
/// `*` and `?` stand for anything but a slash, `[a-z]`, `[!a-z]` and `[[:alpha:]]` for one character,
/// `**/` for any folders or none, `/**` for everything inside; a backslash takes the next character
/// as it is.
struct Glob: Sendable {
  private enum Token: Sendable {
    case byte(UInt8)
    case anyByte
    case oneOf([ClosedRange<UInt8>], negated: Bool)
    case anyName
    case anyPath
    case anyFolders
  }

  /// Patterns that need no search are told apart: nearly all are of these two kinds.
  private enum Shape: Sendable {
    case nothing
    case literal([UInt8])
    case suffix([UInt8])
    case general([Token])
  }

  private let shape: Shape

  /// Compiles a pattern.
  ///
  /// There are no wrong ones; one with a bracket that is not closed, or a class that does not exist,
  /// matches nothing, as in git.
  init(_ pattern: ArraySlice<UInt8>) {
    guard let tokens = Self.tokens(of: pattern) else {
      shape = .nothing
      return
    }
    let literal = tokens.compactMap { token in
      if case .byte(let byte) = token { byte } else { nil as UInt8? }
    }
    if literal.count == tokens.count {
      shape = .literal(literal)
    } else if literal.count == tokens.count - 1, case .anyName = tokens[0] {
      shape = .suffix(literal)
    } else {
      shape = .general(tokens)
    }
  }

  /// Whether the pattern describes all of `path`.
  func matches(_ path: ArraySlice<UInt8>) -> Bool {
    switch shape {
    case .nothing:
      false
    case .literal(let literal):
      path.elementsEqual(literal)
    case .suffix(let suffix):
      path.count >= suffix.count && path.suffix(suffix.count).elementsEqual(suffix)
        && !path.dropLast(suffix.count).contains(UInt8(ascii: "/"))
    case .general(let tokens):
      Self.matches(tokens, path)
    }
  }

  /// Follows all ways at once, so no pattern takes more than tokens x bytes steps.
  ///
  /// `reached[i]` says whether the first `i` tokens match the path so far.
  private static func matches(_ tokens: [Token], _ path: ArraySlice<UInt8>) -> Bool {
    guard beginsAndEnds(path, as: tokens) else { return false }
    var reached = [Bool](repeating: false, count: tokens.count + 1)
    /// Whether `**/` at a place has begun: it may end after any later slash.
    var begun = reached
    var next = reached
    reached[0] = true
    passEmpty(tokens, &reached, &begun)
    for byte in path {
      for index in next.indices { next[index] = false }
      for (index, token) in tokens.enumerated() {
        switch token {
        case .byte(let wanted): if reached[index], wanted == byte { next[index + 1] = true }
        case .anyByte: if reached[index], byte != UInt8(ascii: "/") { next[index + 1] = true }
        case .oneOf(let ranges, let negated):
          if reached[index], byte != UInt8(ascii: "/"),
            ranges.contains(where: { $0.contains(byte) }) != negated
          {
            next[index + 1] = true
          }
        case .anyName:
          if reached[index + 1], byte != UInt8(ascii: "/") { next[index + 1] = true }
        case .anyPath: if reached[index + 1] { next[index + 1] = true }
        case .anyFolders: if begun[index], byte == UInt8(ascii: "/") { next[index + 1] = true }
        }
      }
      passEmpty(tokens, &next, &begun)
      swap(&reached, &next)
      guard reached.contains(true) || begun.contains(true) else { return false }
    }
    return reached[tokens.count]
  }

  /// Whether `path` has the bytes that the pattern begins with and those that it ends with: few have.
  private static func beginsAndEnds(_ path: ArraySlice<UInt8>, as tokens: [Token]) -> Bool {
    var rest = path
    for token in tokens {
      guard case .byte(let byte) = token else { break }
      guard rest.popFirst() == byte else { return false }
    }
    for token in tokens.reversed() {
      guard case .byte(let byte) = token else { break }
      guard rest.popLast() == byte else { return false }
    }
    return true
  }

  /// Steps over tokens that may stand for nothing.
  private static func passEmpty(
    _ tokens: [Token], _ reached: inout [Bool], _ begun: inout [Bool]
  ) {
    for (index, token) in tokens.enumerated() where reached[index] {
      switch token {
      case .anyName, .anyPath: reached[index + 1] = true
      case .anyFolders: (reached[index + 1], begun[index]) = (true, true)
      case .byte, .anyByte, .oneOf: break
      }
    }
  }

  private static func tokens(of pattern: ArraySlice<UInt8>) -> [Token]? {
    var tokens: [Token] = []
    var rest = pattern
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"):
        tokens.append(.byte(rest.popFirst() ?? byte))
      case UInt8(ascii: "?"):
        tokens.append(.anyByte)
      case UInt8(ascii: "["):
        guard let (ranges, negated, after) = bracket(rest) else { return nil }
        tokens.append(.oneOf(ranges, negated: negated))
        rest = after
      case UInt8(ascii: "*"):
        let startsComponent =
          rest.startIndex - 1 == pattern.startIndex
          || pattern[rest.startIndex - 2] == UInt8(ascii: "/")
        var count = 1
        while rest.first == UInt8(ascii: "*") {
          rest.removeFirst()
          count += 1
        }
        if count == 2, startsComponent, rest.first == UInt8(ascii: "/") {
          rest.removeFirst()
          tokens.append(.anyFolders)
        } else if count == 2, startsComponent, rest.isEmpty {
          tokens.append(.anyPath)
        } else {
          tokens.append(.anyName)
        }
      default:
        tokens.append(.byte(byte))
      }
    }
    return tokens
  }

  /// The classes of POSIX, of ASCII only, as in git.
  private static let classes: [String: [ClosedRange<UInt8>]] = [
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A],
    "blank": [0x09...0x09, 0x20...0x20], "cntrl": [0x00...0x1F, 0x7F...0x7F],
    "digit": [0x30...0x39], "graph": [0x21...0x7E], "lower": [0x61...0x7A],
    "print": [0x20...0x7E], "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E],
    "space": [0x09...0x0D, 0x20...0x20], "upper": [0x41...0x5A],
    "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
  ]

  /// The name of the class that `rest` begins with, the `[` before it read, and what follows it; nil
  /// if there is none.
  private static func className(_ rest: ArraySlice<UInt8>)
    -> (name: String, after: ArraySlice<UInt8>)?
  {
    guard rest.first == UInt8(ascii: ":"), let end = rest.firstIndex(of: UInt8(ascii: "]")),
      end > rest.startIndex + 1, rest[end - 1] == UInt8(ascii: ":")
    else { return nil }
    let name = String(decoding: rest[(rest.startIndex + 1)..<(end - 1)], as: UTF8.self)
    return (name, rest[(end + 1)...])
  }

  /// What stands in a bracket whose `[` has been read, and what follows it; nil if it is not closed
  /// or wrong.
  private static func bracket(_ start: ArraySlice<UInt8>)
    -> (ranges: [ClosedRange<UInt8>], negated: Bool, after: ArraySlice<UInt8>)?
  {
    var rest = start
    var negated = false
    if rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^") {
      negated = true
      rest.removeFirst()
    }
    var ranges: [ClosedRange<UInt8>] = []
    var isFirst = true
    while var low = rest.popFirst() {
      if low == UInt8(ascii: "]"), !isFirst { return (ranges, negated, rest) }
      isFirst = false
      if low == UInt8(ascii: "["), let (name, after) = className(rest) {
        guard let named = classes[name] else { return nil }
        ranges += named
        rest = after
        continue
      }
      if low == UInt8(ascii: "\\") {
        guard let escaped = rest.popFirst() else { return nil }
        low = escaped
      }
      var high = low
      if rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first,
        end != UInt8(ascii: "]")
      {
        rest = rest.dropFirst(2)
        high = end
      }
      if low <= high { ranges.append(low...high) }
    }
    return nil
  }
}
