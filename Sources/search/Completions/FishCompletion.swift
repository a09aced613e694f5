/// Completions for fish, from 3.0 on.
enum FishCompletion {
  static var script: String {
    var text = """
      # fish completion for search
      function __search_command
        set -l words (commandline -opc)
        test (count $words) -gt 1; and contains -- $words[2] $argv
      end
      function __search_no_command
        test (count (commandline -opc)) -eq 1
      end

      """
    for option in programOptions {
      text += "complete -c search -n __search_no_command"
      text += spellings(option.spellings) + " -d \(quoted(option.summary))\n"
    }
    for command in CommandTable.commands {
      text += "complete -c search -n __search_no_command -f -a \(command.name.rawValue)"
      text += " -d \(quoted(command.summary))\n"
    }
    for command in CommandTable.commands { text += lines(for: command) }
    return text
  }

  private static func lines(for command: CommandSpec) -> String {
    let condition = quoted("__search_command \(command.spellings.joined(separator: " "))")
    let start = "complete -c search -n \(condition)"
    let operands = CompletionCandidates(placeholder: command.operands)
    var text = ""
    if operands.paths == .none { text += "\(start) -f\(candidates(operands.words))\n" }
    for option in command.options {
      text += start + spellings(option.spellings)
      if let values = option.candidates { text += arguments(values) }
      text += " -d \(quoted(option.summary))\n"
    }
    return text
  }

  /// ` -l limit -s n` for `--limit` and `-n`.
  private static func spellings(_ spellings: [String]) -> String {
    spellings.map { $0.hasPrefix("--") ? " -l \($0.dropFirst(2))" : " -s \($0.dropFirst())" }
      .joined()
  }

  private static func arguments(_ values: CompletionCandidates) -> String {
    switch values.paths {
    case .none: " -x\(candidates(values.words))"
    case .files: " -r -F\(candidates(values.words))"
    case .folders: " -x -a '(__fish_complete_directories)'"
    }
  }

  private static func candidates(_ words: [String]) -> String {
    words.isEmpty ? "" : " -a \(quoted(words.joined(separator: " ")))"
  }

  /// Text as one word of the shell.
  private static func quoted(_ text: String) -> String {
    var result = "'"
    for character in text {
      if "'\\".contains(character) { result += "\\" }
      result.append(character)
    }
    return result + "'"
  }
}
