/// Completions for zsh: a file `_search` for `$fpath`, or to be sourced after `compinit`.
enum ZshCompletion {
  static var script: String {
    var commands = ""
    var cases = ""
    for command in CommandTable.commands {
      commands += "    \(quoted("\(command.name.rawValue):\(command.summary)"))\n"
      cases += "    \(command.spellings.joined(separator: "|")))\n      _arguments -s -S \\\n"
      let specs = command.options.flatMap(specs) + operandSpecs(command)
      cases += specs.map { "        \(quoted($0))" }.joined(separator: " \\\n") + " ;;\n"
    }
    var options = ""
    for option in programOptions {
      for spelling in option.spellings {
        options += "      \(quoted("\(spelling):\(option.summary)"))\n"
      }
    }
    return """
      #compdef search
      _search() {
        local -a commands options
        commands=(
      \(commands)  )
        options=(
      \(options)  )
        if (( CURRENT == 2 )); then
          if [[ $PREFIX == -* ]]; then
            _describe -o option options
          else
            _describe command commands
          fi
          return
        fi
        local name=$words[2]
        shift words
        (( CURRENT-- ))
        case $name in
      \(cases)  esac
      }
      if [[ $funcstack[1] == _search ]]; then
        _search "$@"
      else
        compdef _search search
      fi

      """
  }

  /// What `_arguments` has to know of an option, for each of its spellings.
  private static func specs(_ option: OptionSpec) -> [String] {
    option.spellings.map { spelling in
      // Once given, an option is offered no more, unless a star says otherwise; nor are its others.
      let rest = option.spellings.filter { $0 != spelling }
      let others =
        option.isRepeatable ? "*" : rest.isEmpty ? "" : "(\(rest.joined(separator: " ")))"
      guard let candidates = option.candidates else {
        return "\(others)\(spelling)[\(escaped(option.summary))]"
      }
      // The value follows a sign or a space: `--limit=10`, `-n10`.
      let sign = spelling.hasPrefix("--") ? "=" : "+"
      return "\(others)\(spelling)\(sign)[\(escaped(option.summary))]"
        + ":\(escaped(option.value.placeholder)):\(action(candidates))"
    }
  }

  private static func operandSpecs(_ command: CommandSpec) -> [String] {
    command.operandPlaceholders.enumerated().map { index, placeholder in
      let isRepeated = placeholder.hasSuffix("...")
      let candidates = CompletionCandidates(placeholder: placeholder)
      // The message that a space makes would keep options that begin there from being completed.
      let action = candidates.isEmpty ? "()" : action(candidates)
      return "\(isRepeated ? "*" : "\(index + 1)"):\(escaped(placeholder)):\(action)"
    }
  }

  /// What finds the candidates; a space makes a message of the value's name.
  private static func action(_ candidates: CompletionCandidates) -> String {
    let words = "(\(candidates.words.joined(separator: " ")))"
    switch (candidates.words.isEmpty, candidates.paths) {
    case (true, .none): return " "
    case (true, .files): return "_files"
    case (true, .folders): return "_files -/"
    case (false, .none): return words
    case (false, _):
      return "{_alternative \"words\\:word\\:\(words)\" \"files\\:file\\:_files\"}"
    }
  }

  /// Text within a description: brackets and colons would end it.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "[]:\\".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }

  /// Text as one word of the shell.
  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
