import Index
import Tokenizer

/// `build-index`: from paths to an index in place of the old one.
struct BuildIndexCommand {
  private let arguments: ParsedArguments
  private let target: String
  private let isQuiet: Bool

  static func run(_ arguments: ParsedArguments) throws(Failure) -> ExitStatus {
    let command = BuildIndexCommand(
      arguments: arguments, target: IndexLocation.target(arguments),
      isQuiet: arguments.has(.quiet))
    return try command.run()
  }

  private func run() throws(Failure) -> ExitStatus {
    // An index is put in place in one step, and that is the last of a build.
    LackOfMemory.explain(
      """
      search: out of memory; nothing was changed
      hint: build with less, as with --memory 64M --threads 1, or allow more (ulimit -v)

      """)
    var options = try buildOptions()
    let fields = try FieldNames(arguments)
    let plan = try InputPlan(operands: arguments.operandPaths, options: walkOptions)
    if arguments.has(.dryRun) { return list(plan) }
    // A folder that was not mounted, or a pipe that failed, costs nobody an index.
    options.requiresDocuments = try formerDocumentCount() > 0
    let feed = InputFeed(
      items: plan.items, fields: fields,
      policy: arguments.value(.onError) == "stop" ? .stop : .skip, report: plan.report)
    let start = Environment.nanoseconds
    let progress = ProgressLine(plan: plan, isQuiet: isQuiet)
    Interruption.watch()
    let report: BuildReport
    do throws(IndexError) {
      report = try IndexBuilder(options: options).build(from: feed, at: target) {
        documentCount, _ in
        progress.update(documentCount: documentCount)
        return !Interruption.isRequested
      }
    } catch {
      progress.clear()
      throw failure(error, feed, plan)
    }
    LackOfMemory.explain()
    progress.clear()
    let seconds = Double(Environment.nanoseconds - start) / 1e9
    if !isQuiet {
      BuildSummary(
        plan: plan, fields: fields, report: report, seconds: seconds, target: target
      ).print()
    }
    return .success
  }

  private func failure(_ error: IndexError, _ feed: InputFeed, _ plan: InputPlan) -> Failure {
    switch error {
    case .cancelled:
      Failure("interrupted: nothing was changed", status: .interrupted)
    case .noDocuments:
      nothingToIndex(plan)
    case .invalidInput:
      // What was read cannot be used, or else the folder to write to.
      feed.failure ?? Failure(error.description, hint: "name another place with --index")
    default:
      Failure(error)
    }
  }

  private func nothingToIndex(_ plan: InputPlan) -> Failure {
    if !isQuiet { StandardError.write(BuildSummary.skippedText(plan.report)) }
    return Failure(
      "\(BuildSummary.nothing(of: plan).text); the index at \(target) stays as it was",
      hint: "replace it by an empty one with --force")
  }

  // MARK: Options

  private func buildOptions() throws(Failure) -> BuildOptions {
    var options = BuildOptions(analyzer: try AnalyzerOptions(arguments))
    options.positions = !arguments.has(.noPositions)
    let stored = arguments.value(.store) ?? "text"
    options.storeText = stored == "text"
    options.storeTitles = stored != "ids"
    options.memoryBudget = arguments.byteCount(.memory) ?? options.memoryBudget
    options.threadCount = arguments.integer(.threads) ?? Environment.processorCount
    return options
  }

  private var walkOptions: FolderWalker.Options {
    var options = FolderWalker.Options()
    options.format = arguments.value(.format).flatMap { InputFormat(rawValue: $0) }
    options.includesHidden = arguments.has(.hidden)
    options.obeysIgnoreFiles = !arguments.has(.noIgnore)
    options.globs = IgnoreRules(patterns: arguments.values(.glob))
    options.excluded = (try? FileStatus(of: Path(target)))?.identity
    return options
  }

  // MARK: Before

  /// Sees to it that nothing but a healthy index, or nothing, is replaced without being asked;
  /// returns how many documents it has that are not to be replaced by none.
  private func formerDocumentCount() throws(Failure) -> Int {
    if arguments.has(.force) { return 0 }
    let path = Path(target)
    guard let status = try? FileStatus(of: path) else { return 0 }
    guard status.kind == .folder else {
      throw Failure("\(target): is not a folder", hint: "name another place with --index")
    }
    do throws(IndexError) {
      if try IndexBuilder.isUnused(target) { return 0 }
      return try IndexReader(path: target).statistics().documentCount
    } catch {
      switch error {
      case .noIndex:
        throw Failure(
          "\(target): holds other things than an index",
          hint: "name another place with --index, or say --force to write there all the same")
      case .damaged, .unsupportedFormat, .unsupportedAnalysis:
        throw Failure(Failure(error).message, hint: "replace it with --force")
      default: throw Failure(error)
      }
    }
  }

  /// `--dry-run`: the files on standard output, the rest as after a build.
  private func list(_ plan: InputPlan) -> ExitStatus {
    var output = StandardOutput()
    for item in plan.items {
      output.writeLine("\(printable(item.name))\t\(item.format.rawValue)\t\(item.byteCount)")
    }
    output.flush()
    if !isQuiet {
      let size = plan.byteCount.map { " (\(byteCountText($0)))" } ?? ""
      StandardError.write("would read \(counted(plan.items.count, "file"))\(size)\n")
      StandardError.write(BuildSummary.skippedText(plan.report))
    }
    return .success
  }
}

extension FieldNames {
  /// What `--id`, `--title` and `--text` ask for.
  init(_ arguments: ParsedArguments) throws(Failure) {
    self.init()
    if let id = arguments.value(.id) {
      self.id = try Self.name(id[...], of: .id, in: id)
      idIsExplicit = true
    }
    if let title = arguments.value(.title) {
      self.title = try Self.name(title[...], of: .title, in: title)
      titleIsExplicit = true
    }
    if let list = arguments.value(.text) {
      var texts: [String] = []
      for part in list.split(separator: ",", omittingEmptySubsequences: false) {
        texts.append(try Self.name(part, of: .text, in: list))
      }
      self.texts = texts
    }
  }

  /// A name without the blanks that stand around it; `value` is all that was typed.
  private static func name(
    _ part: Substring, of option: OptionName, in value: String
  ) throws(Failure) -> String {
    let name = withoutBlanks(part)
    guard !name.isEmpty else {
      throw Failure(
        "--\(option.rawValue): '\(value)' has an empty name of a field",
        hint: "name fields as --text 'headline, body' does")
    }
    return name
  }
}
