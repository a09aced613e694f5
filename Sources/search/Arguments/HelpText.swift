/// The helps, made from the table of commands.
enum HelpText {
  /// The short help of the program: at most 24 lines.
  static var overview: String {
    var text = """
      search - full-text search on one machine

      search build-index PATH...    then    search query TEXT


      """
    text += "commands\n"
    for command in CommandTable.commands {
      let alias = command.aliases.map { " (\($0))" }.joined()
      text += row("  \(command.name.rawValue)\(alias)", command.summary, column: 20)
    }
    text += """

      Results go to standard output, everything else to standard error.
      Exit status: 0 hits, 1 no hits, 2 trouble.
      More: search COMMAND -h, search COMMAND --help, search help query-syntax,
      search --version.

      """
    return text
  }

  /// The short help of a command: at most 24 lines.
  static func short(_ command: CommandSpec) -> String {
    var text = "\(command.usage)\n  \(command.summary)\n\n"
    for option in command.options where option.isCommon {
      text += row("  \(option.syntax)", option.summary, column: column(for: command))
    }
    if let example = command.examples.first { text += "\nexample\n  \(example.line)\n" }
    return text + "\n'search \(command.name.rawValue) --help' has everything.\n"
  }

  /// The long help of a command: all options in groups, with examples.
  static func long(_ command: CommandSpec) -> String {
    var text = "\(command.usage)\n  \(command.summary)\n"
    if !command.aliases.isEmpty {
      text += "  also: " + command.aliases.map { "search \($0)" }.joined(separator: ", ") + "\n"
    }
    if !command.detail.isEmpty { text += "\n" + wrapped(command.detail, indent: 0) }
    for group in groups(of: command) {
      text += "\n\(group)\n"
      for option in command.options where option.group == group {
        text += row("  \(option.syntax)", option.summary, column: column(for: command))
        if !option.detail.isEmpty { text += wrapped(option.detail, indent: 10) }
      }
    }
    if !command.examples.isEmpty { text += "\nExamples\n" }
    for example in command.examples { text += "  \(example.line)\n      \(example.meaning)\n" }
    return text
  }

  /// The headings of a command's options, in order.
  static func groups(of command: CommandSpec) -> [String] {
    var groups: [String] = []
    for option in command.options where !groups.contains(option.group) {
      groups.append(option.group)
    }
    return groups
  }

  private static func column(for command: CommandSpec) -> Int {
    let widths = command.options.map { $0.syntax.count }.filter { $0 <= 24 }
    return (widths.max() ?? 0) + 4
  }

  /// `left`, then `right` at a column; below each other if that leaves no two spaces between them.
  private static func row(_ left: String, _ right: String, column: Int) -> String {
    let lines = wrapped(right, indent: column)
    guard left.count + 2 <= column else { return left + "\n" + lines }
    return left + lines.dropFirst(left.count)
  }

  /// `text` in lines of at most 80 columns.
  private static func wrapped(_ text: String, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    var result = ""
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if !line.isEmpty, indent + line.count + 1 + word.count > 80 {
        result += margin + line + "\n"
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? result : result + margin + line + "\n"
  }
}
