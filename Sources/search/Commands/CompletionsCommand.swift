/// `completions`: what a shell needs to complete commands and options, made from the table.
enum CompletionsCommand {
  private static let shells = ["bash", "zsh", "fish"]

  static func run(_ arguments: ParsedArguments) throws(Failure) -> ExitStatus {
    switch arguments.operands[0] {
    case "bash": return Program.show(bash)
    case "zsh": return Program.show(zsh)
    case "fish": return Program.show(fish)
    case let other:
      let nearest = nearestName(to: other, among: shells)
      throw Failure(
        "completions: '\(other)': unknown shell",
        hint: nearest.map { "did you mean \($0)?" } ?? "one of bash, zsh, fish")
    }
  }

  private static func pattern(_ command: CommandSpec) -> String {
    command.spellings.joined(separator: "|")
  }

  // MARK: bash

  private static var bash: String {
    let commands = CommandTable.commands.flatMap(\.spellings).joined(separator: " ")
    var cases = ""
    var choices = ""
    for command in CommandTable.commands {
      let words = command.options.flatMap(\.spellings).joined(separator: " ")
      cases += "    \(pattern(command))) words=\"\(words)\" ;;\n"
      for option in command.options {
        guard case .choice(let values) = option.value else { continue }
        choices +=
          "    \(command.name.rawValue):--\(option.name.rawValue))"
          + " COMPREPLY=($(compgen -W \"\(values.joined(separator: " "))\" -- \"$cur\")); return ;;\n"
      }
    }
    return """
      # bash completion for search
      _search() {
        local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" words=""
        local command="${COMP_WORDS[1]}"
        [ "$command" = q ] && command=query
        COMPREPLY=()
        if [ "$COMP_CWORD" -eq 1 ]; then
          COMPREPLY=($(compgen -W "\(commands)" -- "$cur"))
          return
        fi
        case "$command:$prev" in
      \(choices)  esac
        case "$command" in
      \(cases)  esac
        if [[ "$cur" == -* ]]; then
          COMPREPLY=($(compgen -W "$words" -- "$cur"))
        else
          COMPREPLY=($(compgen -f -- "$cur"))
        fi
      }
      complete -o filenames -F _search search

      """
  }

  // MARK: zsh

  private static func quoted(_ text: String) -> String {
    text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
  }

  private static func bracketed(_ text: String) -> String {
    var result = ""
    for character in quoted(text) {
      if "[]:".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }

  private static var zsh: String {
    var list = ""
    var cases = ""
    for command in CommandTable.commands {
      list += "    '\(command.name.rawValue):\(bracketed(command.summary))'\n"
      cases += "    \(pattern(command)))\n      _arguments \\\n"
      for option in command.options {
        let action: String
        switch option.value {
        case .none: action = ""
        case .choice(let values): action = ":value:(\(values.joined(separator: " ")))"
        default: action = ":\(bracketed(option.value.placeholder)):_files"
        }
        let summary = "[\(bracketed(option.summary))]\(action)"
        cases += "        '--\(option.name.rawValue)\(summary)' \\\n"
        if let short = option.short { cases += "        '-\(short)\(summary)' \\\n" }
      }
      cases += "        '*:operand:_files' ;;\n"
    }
    return """
      #compdef search
      _search() {
        local -a commands
        commands=(
      \(list)  )
        if (( CURRENT == 2 )); then
          _describe command commands
          return
        fi
        local command=$words[2]
        shift words
        (( CURRENT-- ))
        case $command in
      \(cases)  esac
      }
      _search "$@"

      """
  }

  // MARK: fish

  private static var fish: String {
    var text = "# fish completion for search\n"
    for command in CommandTable.commands {
      text +=
        "complete -c search -n __fish_use_subcommand -f -a \(command.name.rawValue)"
        + " -d '\(fishQuoted(command.summary))'\n"
    }
    for command in CommandTable.commands {
      let names = command.spellings.joined(separator: " ")
      for option in command.options {
        text +=
          "complete -c search -n '__fish_seen_subcommand_from \(names)'"
          + " -l \(option.name.rawValue)" + (option.short.map { " -s \($0)" } ?? "")
        switch option.value {
        case .none: break
        case .choice(let values): text += " -x -a '\(values.joined(separator: " "))'"
        default: text += " -r"
        }
        text += " -d '\(fishQuoted(option.summary))'\n"
      }
    }
    return text
  }

  private static func fishQuoted(_ text: String) -> String {
    text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'")
  }
}
