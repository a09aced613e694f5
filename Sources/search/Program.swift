/// The version of the program.
let programVersion = "0.1.0"

/// From the words typed to the exit status.
enum Program {
  /// Runs the program with the arguments after its name.
  static func run(_ arguments: [Path]) -> ExitStatus {
    Environment.keepStandardStreamsApart()
    Environment.ignoreWriteSignals()
    ShortenedFile.explain()
    LackOfMemory.explain()
    do throws(Failure) {
      return try dispatch(arguments)
    } catch {
      StandardError.write(error.text)
      return error.status
    }
  }

  private static func dispatch(_ arguments: [Path]) throws(Failure) -> ExitStatus {
    guard let first = arguments.first?.text else { return show(HelpText.overview) }
    if ["-h", "--help"].contains(where: { $0.isExactly(first) }) { return show(HelpText.overview) }
    if ["-V", "--version", "version"].contains(where: { $0.isExactly(first) }) {
      return show("search \(programVersion)\n")
    }
    guard let command = CommandTable.command(named: first) else { throw unknownCommand(first) }
    let parsed = try ParsedArguments(arguments.dropFirst(), for: command)
    switch parsed.help {
    case .short: return show(HelpText.short(command))
    case .long: return show(HelpText.long(command))
    case nil: break
    }
    return switch command.name {
    case .buildIndex: try BuildIndexCommand.run(parsed)
    case .query: try QueryCommand.run(parsed)
    case .analyze: try AnalyzeCommand.run(parsed)
    case .explain: try ExplainCommand.run(parsed)
    case .stats: try StatsCommand.run(parsed)
    case .verify: try VerifyCommand.run(parsed)
    case .completions: try CompletionsCommand.run(parsed)
    case .man: show(ManualPage.text)
    case .help: try HelpCommand.run(parsed)
    }
  }

  /// Prints a text to standard output.
  static func show(_ text: String) -> ExitStatus {
    var output = StandardOutput()
    output.write(text)
    output.flush()
    return .success
  }

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
