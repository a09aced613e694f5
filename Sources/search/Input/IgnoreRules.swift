/// The rules of one `.gitignore`, or of the `--glob` options: which paths they choose.
///
/// As git does it (gitignore(5)): blank lines and lines that begin with `#` say nothing, `!` turns
/// a rule round, a slash at the end means folders only, a slash elsewhere ties the pattern to the
/// folder of the file, and the last rule that matches decides.
struct IgnoreRules: Sendable {
  private struct Rule: Sendable {
    let glob: Glob
    let isNegated: Bool
    let foldersOnly: Bool
    let isAnchored: Bool
  }

  private var rules: [Rule] = []

  /// Whether there is a rule without `!`.
  var hasPositive: Bool { rules.contains { !$0.isNegated } }

  /// Rules from the text of a file.
  init(_ text: some Collection<UInt8>) {
    for line in text.dropFirst(Signature.markByteCount(text)).split(separator: UInt8(ascii: "\n")) {
      add(Array(line)[...])
    }
  }

  /// Rules from patterns.
  init(patterns: [String]) {
    for pattern in patterns { add(Array(pattern.utf8)[...]) }
  }

  private mutating func add(_ line: ArraySlice<UInt8>) {
    var pattern = line
    if pattern.last == UInt8(ascii: "\r") { pattern.removeLast() }
    while pattern.last == UInt8(ascii: " "), pattern.dropLast().last != UInt8(ascii: "\\") {
      pattern.removeLast()
    }
    guard let first = pattern.first, first != UInt8(ascii: "#") else { return }
    let isNegated = first == UInt8(ascii: "!")
    if isNegated { pattern.removeFirst() }
    let foldersOnly = pattern.last == UInt8(ascii: "/")
    if foldersOnly { pattern.removeLast() }
    let isAnchored = pattern.contains(UInt8(ascii: "/"))
    if pattern.first == UInt8(ascii: "/") { pattern.removeFirst() }
    guard !pattern.isEmpty else { return }
    rules.append(
      Rule(
        glob: Glob(pattern), isNegated: isNegated, foldersOnly: foldersOnly,
        isAnchored: isAnchored))
  }

  /// What the rules say about `path`, given from the folder of the rules on: true if they choose
  /// it, false if `!` takes it back, nil if no rule matches.
  func decision(for path: ArraySlice<UInt8>, isFolder: Bool) -> Bool? {
    let name = path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path
    for rule in rules.reversed() where isFolder || !rule.foldersOnly {
      if rule.glob.matches(rule.isAnchored ? path : name) { return !rule.isNegated }
    }
    return nil
  }
}
