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
    guard let first = arguments.first?.text,
      !["-h", "--help"].contains(where: { $0.isExactly(first) })
    else { return StandardOutput.show(HelpText.overview) }
    if ["-V", "--version", "version"].contains(where: { $0.isExactly(first) }) {
      return StandardOutput.show("search \(CommandTable.programVersion)\n")
    }
    guard let command = CommandTable.command(named: first) else {
      throw .unknownCommand(first, following: arguments.dropFirst().map(\.text))
    }
    let parsed = try ParsedArguments(arguments.dropFirst(), for: command)
    switch parsed.help {
    case .short: return StandardOutput.show(HelpText.short(command))
    case .long: return StandardOutput.show(HelpText.long(command))
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
    case .man: StandardOutput.show(ManualPage.text)
    case .help: try HelpCommand.run(parsed)
    }
  }
}
