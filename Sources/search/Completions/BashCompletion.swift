/// Completions for bash, from 3.2 on.
///
/// Files and folders are left to readline (`-o default`), which knows how to quote them.
enum BashCompletion {
  static var script: String {
    let commands = CommandTable.commands.flatMap(\.spellings).joined(separator: " ")
    let options = programOptions.flatMap(\.spellings).joined(separator: " ")
    return """
      # bash completion for search
      _search_offer() {
        [ "$2" = files ] || compopt +o default 2> /dev/null
        [ "$2" = folders ] && compopt -o dirnames 2> /dev/null
        [ -z "$1" ] || COMPREPLY=($(compgen -P "$prefix" -W "$1" -- "$cur"))
      }
      _search() {
        local cur="${COMP_WORDS[COMP_CWORD]}" previous="" prefix="" options="" words="" paths=""
        local command="${COMP_WORDS[1]}" ended="" i
        COMPREPLY=()
        if [ "$COMP_CWORD" -eq 1 ]; then
          case "$cur" in
            -*) _search_offer "\(options)" ;;
            *) _search_offer "\(commands)" ;;
          esac
          return
        fi
        for ((i = 2; i < COMP_CWORD; i++)); do
          [ "${COMP_WORDS[i]}" = -- ] && ended=1
        done
        # --option=value is three words, or one where '=' is not in COMP_WORDBREAKS.
        previous="${COMP_WORDS[COMP_CWORD-1]}"
        if [ "$cur" = "=" ]; then
          cur=""
        elif [ "$previous" = "=" ]; then
          previous="${COMP_WORDS[COMP_CWORD-2]}"
        elif [[ "$cur" == --*=* ]]; then
          previous="${cur%%=*}" prefix="${cur%%=*}=" cur="${cur#*=}"
        fi
        if [ -z "$ended" ]; then
          case "$command:$previous" in
      \(valueCases)    esac
        fi
        case "$command" in
      \(commandCases)  esac
        if [ -z "$ended" ] && [[ "$cur" == -* ]]; then
          _search_offer "$options"
        else
          _search_offer "$words" "$paths"
        fi
      }
      complete -o default -F _search search

      """
  }

  /// For each option with a value, what to offer after it.
  private static var valueCases: String {
    var cases = ""
    for command in CommandTable.commands {
      for option in command.options {
        guard let candidates = option.candidates else { continue }
        let patterns = command.spellings.flatMap { name in
          option.spellings.map { "\(name):\($0)" }
        }
        cases += "      \(patterns.joined(separator: "|"))) _search_offer \(arguments(candidates));"
        cases += " return ;;\n"
      }
    }
    return cases
  }

  /// For each command its options, and what to offer as an operand.
  private static var commandCases: String {
    var cases = ""
    for command in CommandTable.commands {
      let options = command.options.flatMap(\.spellings).joined(separator: " ")
      let operands = CompletionCandidates(placeholder: command.operands)
      cases += "    \(command.spellings.joined(separator: "|")))\n"
      cases += "      options=\"\(options)\"\n"
      cases +=
        "      words=\"\(operands.words.joined(separator: " "))\" paths=\(operands.paths) ;;\n"
    }
    return cases
  }

  private static func arguments(_ candidates: CompletionCandidates) -> String {
    "\"\(candidates.words.joined(separator: " "))\" \(candidates.paths)"
  }
}
