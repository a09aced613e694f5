extension Failure {
  /// What our commands are called in other programs.
  private static let otherNames: [(names: [String], command: CommandName)] = [
    (["index", "add", "update", "build", "create", "import", "reindex"], .buildIndex),
    (["search", "find", "grep"], .query), (["info", "status"], .stats),
    (["check", "fsck"], .verify), (["tokenize"], .analyze),
  ]

  /// What is wrong with a word that is no command, and that others may follow.
  static func unknownCommand(_ typed: String, following others: [String] = []) -> Failure {
    let text = excerpt(([typed] + others).joined(separator: " "))
    let typed = excerpt(typed)
    if typed.begins(with: "-") {
      let option = CommandTable.command(named: "query")?.options.first {
        typed == "--\($0.name.rawValue)" || typed == $0.short.map { "-\($0)" }
      }
      let value = option?.value.placeholder ?? ""
      return Failure(
        "\(typed): options come after the command",
        hint: "for example: search query TEXT \(typed)" + (value.isEmpty ? "" : " \(value)"))
    }
    let names = CommandTable.commands.flatMap(\.spellings).filter { $0.count > 1 }
    let meant = otherNames.first { $0.names.contains { $0.isExactly(typed) } }
    if let nearest = meant?.command.rawValue ?? nearestName(to: typed, among: names) {
      return Failure(
        "'\(typed)': unknown command", hint: "did you mean 'search \(nearest)'?")
    }
    return Failure(
      "'\(typed)': unknown command",
      hint: "to look for it, say 'search query \(text)'; 'search help' lists the commands")
  }
}
