let status = Program.run(Environment.arguments)
exitProcess(status)
