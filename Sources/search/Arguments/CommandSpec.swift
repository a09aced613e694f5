/// One option of a command: what the parser accepts and what the help says.
struct OptionSpec: Sendable {
  /// What follows the name of an option.
  enum Value: Sendable {
    case none
    case text(String)
    case integer(String, ClosedRange<Int>)
    case number(String, ClosedRange<Double>)
    case byteCount(String, ClosedRange<Int>)
    case choice([String])

    /// How help names the value; empty for an option without one.
    var placeholder: String {
      switch self {
      case .none: ""
      case .text(let name), .integer(let name, _), .number(let name, _), .byteCount(let name, _):
        name
      case .choice(let choices): choices.joined(separator: "|")
      }
    }

    /// Whether it is a name, a path or the like.
    var isText: Bool {
      if case .text = self { true } else { false }
    }
  }

  let name: OptionName
  let short: Character?
  let value: Value
  /// The heading of the long help under which it stands.
  let group: String
  /// One line for both helps.
  let summary: String
  /// More, for the long help and the manual page.
  let detail: String
  /// Whether the short help shows it.
  let isCommon: Bool

  init(
    _ name: OptionName, short: Character? = nil, _ value: Value = .none, group: String,
    common: Bool = false, _ summary: String, detail: String = ""
  ) {
    self.name = name
    self.short = short
    self.value = value
    self.group = group
    self.summary = summary
    self.detail = detail
    isCommon = common
  }

  /// The option as it is typed: `--limit`, and `-n` if it is short for that.
  var spellings: [String] {
    ["--\(name.rawValue)"] + (short.map { ["-\($0)"] } ?? [])
  }

  /// The option as help shows it: `-n, --limit N`.
  var syntax: String {
    let long = "--\(name.rawValue)" + (value.placeholder.isEmpty ? "" : " \(value.placeholder)")
    return (short.map { "-\($0), " } ?? "    ") + long
  }
}

/// One command: what the parser accepts and what the help says.
struct CommandSpec: Sendable {
  let name: CommandName
  let aliases: [String]
  /// The operands as help shows them, such as `PATH...`.
  let operands: String
  /// How many operands there may be.
  let operandCount: ClosedRange<Int>
  /// One line.
  let summary: String
  /// A paragraph for the long help.
  let detail: String
  let options: [OptionSpec]
  /// Command lines with what they do.
  let examples: [(line: String, meaning: String)]

  /// The command as it is typed: its name, then its aliases.
  var spellings: [String] { [name.rawValue] + aliases }

  /// The line that shows how the command is called.
  var usage: String {
    let options = options.isEmpty ? "" : " [OPTION]..."
    return "search \(name.rawValue)\(options)" + (operands.isEmpty ? "" : " \(operands)")
  }
}
