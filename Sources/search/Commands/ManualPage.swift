/// The manual page in the format of man(7), made from the table.
enum ManualPage {
  static var text: String {
    var page = """
      .TH SEARCH 1 "" "search \(CommandTable.programVersion)" "User Commands"
      .SH NAME
      search \\- full\\-text search on one machine
      .SH SYNOPSIS

      """
    for command in CommandTable.commands { page += ".B \(escaped(command.usage))\n.br\n" }
    page += """
      .SH DESCRIPTION
      Builds an index of files and answers ranked queries from it. Results go to standard
      output, everything else to standard error.
      .SH COMMANDS

      """
    for command in CommandTable.commands { page += section(command) }
    page += """
      .SH EXIT STATUS
      .TP
      0
      at least one hit, or the command did what it was asked to
      .TP
      1
      no hit, or problems found
      .TP
      2
      wrong usage, input or output that failed, a damaged index
      .TP
      130
      interrupted
      .SH ENVIRONMENT
      .TP
      .B SEARCH_INDEX
      the index, where \\-\\-index does not name one
      .TP
      .BR NO_COLOR ", " CLICOLOR_FORCE ", " TERM
      no colour; colour even in a pipe; no colour if "dumb"

      """
    return page
  }

  private static func section(_ command: CommandSpec) -> String {
    var text = ".SS \(escaped(command.usage))\n\(escaped(command.summary)).\n"
    if !command.detail.isEmpty { text += ".PP\n\(escaped(command.detail))\n" }
    for option in command.options {
      text += ".TP\n.B \(escaped(option.syntax.drop { $0 == " " }))\n\(escaped(option.summary))\n"
      if !option.detail.isEmpty { text += ".br\n\(escaped(option.detail))\n" }
    }
    for example in command.examples {
      text += ".PP\n.B \(escaped(example.line))\n.br\n\(escaped(example.meaning))\n"
    }
    return text
  }

  /// Text that means itself.
  ///
  /// Hyphens and backslashes are quoted, and so is a dot that starts a line. What is not ASCII has
  /// its names, as the formatters do not agree on encodings.
  private static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for character in text {
      switch character {
      case _ where !character.isASCII:
        for scalar in character.unicodeScalars {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
        }
      case "\\": result += "\\e"
      case "-": result += "\\-"
      // Macros take their arguments apart at these.
      case "\"": result += "\\(dq"
      case "'", ".": result += result.isEmpty ? "\\&\(character)" : "\(character)"
      default: result.append(character)
      }
    }
    return result
  }
}
