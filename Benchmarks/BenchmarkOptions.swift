/// What a run of the benchmarks was asked for.
struct BenchmarkOptions {
  /// What to do.
  enum Task {
    case measure, list, help, serve
  }

  var task = Task.measure
  /// JSON Lines with a member `text`; made-up text if nil.
  var corpus: String?
  /// JSON Lines of queries; made up from the corpus if nil.
  var queries: String?
  /// An index to search, in place of one of the corpus.
  var index: String?
  /// Parts of names: a benchmark runs if its name has one of them.
  var filters: [String] = []
  /// Whether to print JSON.
  var json = false
  /// Earlier figures to compare with.
  var baseline: String?
  /// Where to keep the figures.
  var save: String?
  /// Whether to measure just enough to see that everything works.
  var quick = false

  /// Reads the arguments of the command line, without the program's name.
  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    if rest.first == "serve" {
      task = .serve
      rest.removeFirst()
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "--corpus": corpus = try Self.value(of: argument, from: &rest)
      case "--queries": queries = try Self.value(of: argument, from: &rest)
      case "--index": index = try Self.value(of: argument, from: &rest)
      case "--filter": filters.append(try Self.value(of: argument, from: &rest))
      case "--baseline": baseline = try Self.value(of: argument, from: &rest)
      case "--save": save = try Self.value(of: argument, from: &rest)
      case "--json": json = true
      case "--quick": quick = true
      case "--list": task = .list
      case "--help", "-h": task = .help
      default: throw BenchmarkFailure("unknown argument '\(argument)'; see --help")
      }
    }
    if task == .serve, index == nil { throw BenchmarkFailure("serve needs --index DIR") }
  }

  /// Whether a benchmark of this name is to run.
  func selects(_ name: String) -> Bool {
    filters.isEmpty || filters.contains { name.contains($0) }
  }

  private static func value(
    of option: String, from rest: inout ArraySlice<String>
  ) throws -> String {
    guard let value = rest.popFirst() else { throw BenchmarkFailure("\(option) needs a value") }
    return value
  }

  static let help = """
    Measures tokenizing, indexing, searching and opening.

    usage: Benchmarks [options]                measure
           Benchmarks serve --index DIR        answer timed queries on standard input

      --corpus FILE     documents: JSON Lines with a member "text" (default: made up, seeded)
      --queries FILE    queries: JSON Lines {"id":…,"kind":…,"terms":[…]} with analysed terms;
                        kinds term, and, or, or_long, phrase (default: made up from the corpus)
      --index DIR       search this index in place of one built of the corpus
      --filter NAME     only benchmarks whose names contain NAME; may be repeated
      --quick           a smoke run of a few seconds: figures are rough
      --json            print JSON in place of tables
      --save FILE       also keep the figures in FILE
      --baseline FILE   compare with figures that --save kept
      --list            the benchmarks and the question each answers
      --help            this text

    Times are the best of several repetitions, for queries the best of several passes, then the
    mean and percentiles over all queries of a kind. Blocks and documents are counts a query:
    they do not vary from run to run.

    """
}
