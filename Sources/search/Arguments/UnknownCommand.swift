extension Failure {
  /// What is wrong with a word that is no command.
  static func unknownCommand(_ typed: String) -> Failure {
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
    if let nearest = nearestName(to: typed, among: names) {
      return Failure(
        "'\(typed)': unknown command", hint: "did you mean 'search \(nearest)'?")
    }
    return Failure(
      "'\(typed)': unknown command",
      hint: "to look for it, say 'search query \(typed)'; 'search help' lists the commands")
  }
}
