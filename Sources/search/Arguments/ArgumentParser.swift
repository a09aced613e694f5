/// What a user typed after the name of a command, checked against its table.
struct ParsedArguments {
  /// How much help is wanted instead of the command.
  enum HelpRequest { case short, long }

  let command: CommandSpec
  /// The operands as the system has them: names of files need not be UTF-8.
  private(set) var operandPaths: [Path] = []
  /// The operands as text.
  var operands: [String] { operandPaths.map(\.text) }
  /// Whether all that is given is `-`, which stands for standard input.
  var hasOnlyStandardInput: Bool { operandPaths.count == 1 && operands[0].isExactly("-") }
  private(set) var help: HelpRequest?
  private var occurrences: [(name: OptionName, value: String)] = []

  /// Parses the arguments that follow the name of `command`.
  init(_ arguments: some Sequence<Path>, for command: CommandSpec) throws(Failure) {
    self.command = command
    var arguments = arguments.makeIterator()
    var optionsHaveEnded = false
    while let word = arguments.next() {
      let argument = word.text
      if optionsHaveEnded || argument.isExactly("-") || !argument.begins(with: "-") {
        operandPaths.append(word)
      } else if argument.isExactly("--") {
        optionsHaveEnded = true
      } else if argument.begins(with: "--") {
        try parseLong(word) { arguments.next() }
      } else {
        try parseShort(word) { arguments.next() }
      }
    }
    if help == nil { try checkOperandCount() }
  }

  // MARK: What was said

  /// Whether the option was given.
  func has(_ name: OptionName) -> Bool { occurrences.contains { $0.name == name } }

  /// The value of an option; if it was given several times, the last one.
  func value(_ name: OptionName) -> String? { occurrences.last { $0.name == name }?.value }

  /// All values of an option, in order.
  func values(_ name: OptionName) -> [String] {
    occurrences.filter { $0.name == name }.map { $0.value }
  }

  /// Which of several options was given last, or nil.
  func last(of names: [OptionName]) -> OptionName? {
    occurrences.last { names.contains($0.name) }?.name
  }

  /// The value of an integer option, which parsing has checked.
  func integer(_ name: OptionName) -> Int? { value(name).flatMap { Int($0) } }

  /// The value of a number option, which parsing has checked.
  func number(_ name: OptionName) -> Float? { value(name).flatMap { Float($0) } }

  /// The value of an option for a number of bytes, which parsing has checked.
  func byteCount(_ name: OptionName) -> Int? { value(name).flatMap { parseByteCount($0) } }

  // MARK: Parsing

  private mutating func parseLong(_ word: Path, next: () -> Path?) throws(Failure) {
    let body = word.text.dropFirst(2)
    let equals = body.utf8.firstIndex(of: UInt8(ascii: "="))
    let name = String(body[..<(equals ?? body.endIndex)])
    guard let option = command.options.first(where: { $0.name.rawValue.isExactly(name) }) else {
      throw unknownOption("--\(name)")
    }
    let attached = equals.map { String(body[body.utf8.index(after: $0)...]) }
    if option.name == .help {
      help = .long
    } else if case .none = option.value {
      guard attached == nil else {
        throw Failure("--\(name): takes no value", hint: "say just --\(name)")
      }
      occurrences.append((option.name, ""))
    } else {
      let value = attached == nil ? next() : word
      try take(option, as: "--\(name)", attached ?? value?.text, isUTF8: value?.isUTF8 ?? true)
    }
  }

  private mutating func parseShort(_ word: Path, next: () -> Path?) throws(Failure) {
    let argument = word.text
    var rest = argument.dropFirst()
    while let letter = rest.popFirst() {
      guard let option = command.options.first(where: { $0.short == letter }) else {
        throw unknownOption(rest.isEmpty ? "-\(letter)" : argument)
      }
      if option.name == .help {
        help = help ?? .short
      } else if case .none = option.value {
        occurrences.append((option.name, ""))
      } else {
        if rest.first == "=" { rest.removeFirst() }
        let value = rest.isEmpty ? next() : word
        let text = rest.isEmpty ? value?.text : String(rest)
        try take(option, as: "-\(letter)", text, isUTF8: value?.isUTF8 ?? true)
        return
      }
    }
  }

  private mutating func take(
    _ option: OptionSpec, as typed: String, _ value: String?, isUTF8: Bool
  ) throws(Failure) {
    // What is not UTF-8 would be read or written under another name.
    guard isUTF8 else {
      throw Failure(
        "\(typed): '\(value ?? "")' is not UTF-8", hint: "go to that folder, or rename it")
    }
    // An empty text comes of a variable that is not set; an index would be written right here.
    guard let value, !(value.isEmpty && option.value.isText) else {
      throw Failure(
        "\(typed): needs a value: \(option.value.placeholder)",
        hint: "'search \(command.name.rawValue) --help' describes it")
    }
    if let reason = complaint(about: value, as: option.value) {
      throw Failure(
        "\(typed): '\(value)' is not \(reason)",
        hint: "'search \(command.name.rawValue) --help' describes it")
    }
    occurrences.append((option.name, value))
  }

  /// What `value` should have been, or nil if it is fine.
  private func complaint(about value: String, as kind: OptionSpec.Value) -> String? {
    switch kind {
    case .none, .text: return nil
    case .integer(_, let range):
      if let number = Int(value), range.contains(number) { return nil }
      return "a whole number from \(grouped(range.lowerBound)) to \(grouped(range.upperBound))"
    case .number(_, let range):
      if let number = Double(value), range.contains(number) { return nil }
      return "a number from \(shortest(range.lowerBound)) to \(shortest(range.upperBound))"
    case .byteCount(_, let range):
      if let number = parseByteCount(value), range.contains(number) { return nil }
      return "a size from \(byteCountArgument(range.lowerBound)) "
        + "to \(byteCountArgument(range.upperBound)), such as 256M or 2G"
    case .choice(let choices):
      if choices.contains(value) { return nil }
      let nearest = nearestName(to: value, among: choices)
      return "one of " + choices.joined(separator: ", ")
        + (nearest.map { " (did you mean \($0)?)" } ?? "")
    }
  }

  private func checkOperandCount() throws(Failure) {
    let name = command.name.rawValue
    if operands.count < command.operandCount.lowerBound {
      throw Failure(
        "\(name): something is missing: \(command.usage)",
        hint: "for example: \(command.examples.first?.line ?? "search help \(name)")")
    }
    if operands.count > command.operandCount.upperBound {
      let extra = operands[command.operandCount.upperBound]
      throw Failure("\(name): '\(extra)' is too much", hint: "say just: \(command.usage)")
    }
  }

  private func unknownOption(_ typed: String) -> Failure {
    let name = command.name.rawValue
    let names = command.options.flatMap(\.spellings)
    let nearest = typed.begins(with: "--") ? nearestName(to: typed, among: names) : nil
    var hint = nearest.map { "did you mean '\($0)'? " } ?? ""
    hint += "'search \(name) --help' lists all options"
    if name == "query", nearest == nil { hint += "; -- ends them: search query -- \(typed)" }
    return Failure("\(name): \(typed): unknown option", hint: hint)
  }
}

private func shortest(_ number: Double) -> String {
  number == number.rounded() ? "\(Int(number))" : "\(number)"
}

/// A number of bytes as people write it, such as `4096`, `256M` or `1GiB`: a whole number with an
/// optional K, M, G or T (powers of 1024); nil for anything else.
func parseByteCount(_ text: String) -> Int? {
  var digits = Substring(text)
  for suffix in ["iB", "B"] where digits.hasSuffix(suffix) { digits.removeLast(suffix.count) }
  var shift = 0
  if let unit = digits.last?.uppercased(), let place = ["K", "M", "G", "T"].firstIndex(of: unit) {
    shift = 10 * (place + 1)
    digits.removeLast()
  }
  guard let number = Int(digits), number >= 0 else { return nil }
  let (result, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
  return overflow ? nil : result
}

/// A number of bytes as `parseByteCount` reads it, such as `16M`.
func byteCountArgument(_ byteCount: Int) -> String {
  let units = ["", "K", "M", "G", "T"]
  let unit = min(byteCount.trailingZeroBitCount / 10, units.count - 1)
  return "\(byteCount >> (10 * unit))\(units[unit])"
}
