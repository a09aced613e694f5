/// `completions`: what a shell needs to complete commands and options, made from the table.
enum CompletionsCommand {
  static let shells = ["bash", "zsh", "fish"]

  static func run(_ arguments: ParsedArguments) throws(Failure) -> ExitStatus {
    switch arguments.operands[0] {
    case "bash": return StandardOutput.show(BashCompletion.script)
    case "zsh": return StandardOutput.show(ZshCompletion.script)
    case "fish": return StandardOutput.show(FishCompletion.script)
    case let other:
      let nearest = nearestName(to: other, among: shells)
      throw Failure(
        "completions: '\(other)': unknown shell",
        hint: nearest.map { "did you mean \($0)?" } ?? "one of bash, zsh, fish")
    }
  }
}

/// What a shell can offer where a value or an operand belongs.
struct CompletionCandidates: Equatable {
  enum Paths { case none, files, folders }

  /// Words that may stand there as they are.
  var words: [String] = []
  var paths = Paths.none

  var isEmpty: Bool { words.isEmpty && paths == .none }

  /// What the table's name for a value says: `FILE`, `PATH` and `ID` (which mostly is one) are
  /// files, `DIR` is a folder, what is in small letters stands for itself.
  init(placeholder: String) {
    for part in placeholder.split(whereSeparator: { "|[] .".contains($0) }) {
      switch part {
      case "FILE", "PATH", "ID": paths = .files
      case "DIR": paths = .folders
      case "COMMAND": words += CommandTable.commands.flatMap(\.spellings)
      case _ where part == part.lowercased(): words.append(String(part))
      default: break
      }
    }
  }
}

extension OptionSpec {
  /// What can follow the option; nil if it takes no value.
  var candidates: CompletionCandidates? {
    value.placeholder.isEmpty ? nil : CompletionCandidates(placeholder: value.placeholder)
  }

  /// Whether each of several counts, and not just the last.
  var isRepeatable: Bool { name == .glob }
}

extension CommandSpec {
  /// The operands one by one: `ID`, `TEXT...`.
  var operandPlaceholders: [String] { operands.split(separator: " ").map { String($0) } }
}

/// What stands before the command instead of one.
let programOptions: [(spellings: [String], summary: String)] = [
  (["-h", "--help"], "print help"), (["-V", "--version"], "print the version"),
]
