import Testing

@testable import search

/// The table, the parser and the helps.
struct ArgumentTests {
  private func parse(_ command: String, _ arguments: [String]) throws -> ParsedArguments {
    try ParsedArguments(
      arguments.map { Path($0) }, for: #require(CommandTable.command(named: command)))
  }

  private func message(_ command: String, _ arguments: [String]) throws -> Failure {
    let command = try #require(CommandTable.command(named: command))
    return try #require(throws: Failure.self) {
      try ParsedArguments(arguments.map { Path($0) }, for: command)
    }
  }

  @Test func valuesMayBeAttachedOrFollow() throws {
    for arguments in [["-n10"], ["-n", "10"], ["--limit", "10"], ["--limit=10"], ["-n=10"]] {
      #expect(try parse("q", arguments + ["x"]).integer(.limit) == 10)
      #expect(try parse("q", ["x"] + arguments).integer(.limit) == 10)
    }
    #expect(try parse("q", ["-l0n5", "x"]).integer(.limit) == 5)
    #expect(try parse("q", ["-n", "1", "-n", "2", "x"]).integer(.limit) == 2)
  }

  @Test func dashesAreOperandsWhereTheyAreMeantToBe() throws {
    let parsed = try parse("q", ["-q", "--", "-n", "--", "x"])
    #expect(parsed.operands == ["-n", "--", "x"])
    #expect(parsed.has(.quiet))
    #expect(try parse("q", ["-"]).operands == ["-"])
    #expect(try parse("q", [""]).operands == [""])
  }

  @Test(arguments: [
    (["--limt", "3"], "did you mean '--limit'?"), (["--formt=x"], "did you mean '--format'?"),
    (["--queri", "f"], "did you mean '--queries'?"),
  ])
  func unknownOptionsNameTheNearest(arguments: [String], hint: String) throws {
    #expect(try message("query", arguments).hint?.hasPrefix(hint) == true)
  }

  @Test(arguments: [
    ["-n"], ["-nx", "a"], ["-n-1", "a"], ["--k1=-1", "a"], ["--b", "2", "a"], ["--b", "nan", "a"],
    ["--format=yaml", "a"], ["--json=1", "a"], ["-z", "a"], ["--color", "purple", "a"],
    ["-n99999999999999999999", "a"], ["--index", "", "a"], ["--run=", "a"],
  ])
  func wrongValuesAreErrorsWithAHint(arguments: [String]) throws {
    let failure = try message("query", arguments)
    #expect(failure.status == .trouble)
    #expect(failure.hint != nil)
  }

  @Test func operandsAreCounted() throws {
    #expect(try message("stats", ["x"]).message == "stats: 'x' is too much")
    #expect(try message("explain", ["id"]).message.hasPrefix("explain: something is missing"))
    #expect(try parse("build-index", ["--help"]).help == .long)
    #expect(try parse("build-index", ["-h"]).help == .short)
  }

  @Test func sizesHaveUnits() {
    #expect(parseByteCount("4096") == 4096)
    #expect(parseByteCount("256M") == 256 << 20)
    #expect(parseByteCount("2g") == 2 << 30)
    #expect(parseByteCount("1GiB") == 1 << 30)
    #expect(parseByteCount("1.5G") == nil)
    #expect(parseByteCount("M") == nil)
    #expect(parseByteCount("99999999999T") == nil)
    for count in [0, 1, 1000, 1 << 10, 3 << 20, 16 << 20, 1 << 44, 5 << 50, Int.max] {
      #expect(parseByteCount(byteCountArgument(count)) == count)
    }
    #expect(byteCountArgument(16 << 20) == "16M")
  }

  /// Too much is not told that it is too little.
  @Test(arguments: ["100T", "1M", "99999999999T", "much"])
  func aSizeThatIsRefusedIsToldBothBounds(size: String) throws {
    #expect(
      try message("build-index", ["--memory", size, "a"]).message
        == "--memory: '\(size)' is not a size from 16M to 16T, such as 256M or 2G")
  }

  @Test func everyHelpFitsTheScreen() {
    #expect(HelpText.overview.split(separator: "\n", omittingEmptySubsequences: false).count <= 25)
    for command in CommandTable.commands {
      let short = HelpText.short(command).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(short.count <= 25, "\(command.name)")
      for line in short + HelpText.long(command).split(separator: "\n") {
        #expect(line.count <= 80, "\(command.name): \(line)")
      }
    }
    #expect(HelpCommand.querySyntax.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func theTableIsConsistent() {
    var names: Set<String> = []
    for command in CommandTable.commands {
      for name in command.spellings {
        #expect(names.insert(name).inserted, "\(name) twice")
      }
      #expect(Set(command.options.map { $0.name }).count == command.options.count)
      let shorts = command.options.compactMap { $0.short }
      #expect(Set(shorts).count == shorts.count)
      #expect(HelpText.groups(of: command).count <= 8)
      #expect(command.options.contains { $0.name == .help })
    }
    #expect(names.isSuperset(of: CommandName.allCases.map { $0.rawValue }))
  }

  @Test func theManualNamesEveryOption() throws {
    for command in CommandTable.commands {
      for option in command.options {
        let name = option.name.rawValue
        #expect(
          ManualPage.text.contains("\\-\\-" + name.replacing("-", with: "\\-")), "\(name)")
      }
    }
  }

  @Test func numbersReadWell() {
    #expect(grouped(0) == "0")
    #expect(grouped(-1_234_567) == "-1,234,567")
    #expect(grouped(999) == "999")
    #expect(byteCountText(1) == "1 byte")
    #expect(byteCountText(999) == "999 bytes")
    #expect(byteCountText(21_000) == "21 kB")
    #expect(byteCountText(29_782) == "29.8 kB")
    #expect(byteCountText(91_000_000) == "91 MB")
    #expect(byteCountText(999_999) == "1 MB")
    #expect(byteCountText(435_274_192) == "435 MB")
    #expect(fixed(3.405, 2) == "3.41")
    #expect(fixed(-0.001, 2) == "0.00")
    #expect(fixed(12.5, 0) == "13")
    #expect(fixed(0.06, 4) == "0.0600")
    #expect(secondsText(0.013) == "0.01 s")
    #expect(secondsText(14.26) == "14.3 s")
    #expect(secondsText(125) == "2 min 5 s")
    #expect(counted(1, "file") == "1 file")
    #expect(counted(2000, "file") == "2,000 files")
  }

  @Test func nearestNamesAreNear() {
    let names = ["query", "stats", "verify", "build-index", "explain"]
    #expect(nearestName(to: "qurey", among: names) == "query")
    #expect(nearestName(to: "stat", among: names) == "stats")
    #expect(nearestName(to: "buildindex", among: names) == "build-index")
    #expect(nearestName(to: "build", among: names) == "build-index")
    #expect(nearestName(to: "kassim", among: names) == nil)
    #expect(nearestName(to: "", among: names) == nil)
  }

  @Test func widthsCountColumns() {
    #expect(displayWidth("abc") == 3)
    #expect(displayWidth("été") == 3)
    #expect(displayWidth("e\u{301}") == 1)
    #expect(displayWidth("日本") == 4)
    #expect(displayWidth("😀") == 2)
  }
}
