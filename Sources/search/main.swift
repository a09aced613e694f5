let status = Program.run(Array(CommandLine.arguments.dropFirst()))
exitProcess(status)
