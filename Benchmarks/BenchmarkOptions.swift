/// What a run of the benchmarks was asked for.
struct BenchmarkOptions {
  /// What to do.
  enum Task {
    case measure, list, help, serve, heap, growth, compare, touched
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
  /// Whether only what does not vary is kept and compared.
  var countsOnly = false
  /// Earlier figures to compare with.
  var baseline: String?
  /// By how much a time may exceed that of the baseline before it counts as worse, in percent.
  var tolerance = 10.0
  /// Where to keep the figures.
  var save: String?
  /// Whether to measure just enough to see that everything works.
  var quick = false
  /// The program whose start and end are timed; the one beside this program if nil.
  var program: String?
  /// The numbers of documents of a growth curve.
  var documentCounts = [25_000, 250_000, 1_000_000, 2_500_000]
  /// Folders of results of a harness, `FOLDER` or `NAME=FOLDER`.
  var results: [String] = []
  /// A file of figures of several engines: read, or written if there are results.
  var figures: String?
  /// A file of figures of a growth curve.
  var growthFigures: String?
  /// Where to draw a chart.
  var chart: String?
  /// A text with markers between which a table goes.
  var table: String?

  /// Reads the arguments of the command line, without the program's name.
  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    if let name = rest.first, let command = Self.commands[name] {
      task = command
      rest.removeFirst()
    }
    var given: [String] = []
    while let argument = rest.popFirst() {
      given.append(argument)
      switch argument {
      case "--corpus": corpus = try Self.value(of: argument, from: &rest)
      case "--queries": queries = try Self.value(of: argument, from: &rest)
      case "--index": index = try Self.value(of: argument, from: &rest)
      case "--filter": filters.append(try Self.value(of: argument, from: &rest))
      case "--baseline": baseline = try Self.value(of: argument, from: &rest)
      case "--save": save = try Self.value(of: argument, from: &rest)
      case "--tolerance":
        tolerance = try Self.number(of: argument, from: &rest)
      case "--program": program = try Self.value(of: argument, from: &rest)
      case "--documents":
        documentCounts = try Self.value(of: argument, from: &rest).split(separator: ",").map {
          guard let count = Int($0), count > 0 else {
            throw BenchmarkFailure("\(argument): '\($0)' is no number of documents")
          }
          return count
        }
        if documentCounts.isEmpty { throw BenchmarkFailure("\(argument) needs a value") }
      case "--results": results.append(try Self.value(of: argument, from: &rest))
      case "--figures": figures = try Self.value(of: argument, from: &rest)
      case "--growth": growthFigures = try Self.value(of: argument, from: &rest)
      case "--chart": chart = try Self.value(of: argument, from: &rest)
      case "--table": table = try Self.value(of: argument, from: &rest)
      case "--json": json = true
      case "--quick": quick = true
      case "--counts": countsOnly = true
      case "--list": task = .list
      case "--help", "-h": task = .help
      default: throw BenchmarkFailure("unknown argument '\(argument)'; see --help")
      }
    }
    if let heeded = Self.heeded[task], let ignored = given.first(where: { !heeded.contains($0) }) {
      let name = arguments.first.flatMap { Self.commands[$0] == nil ? nil : $0 } ?? "measuring"
      throw BenchmarkFailure("\(name) takes no \(ignored); see --help")
    }
    if task == .serve || task == .heap, index == nil {
      throw BenchmarkFailure("\(task) needs --index DIR")
    }
  }

  /// The first arguments that name something other than measuring.
  static let commands: [String: Task] = [
    "serve": .serve, "heap": .heap, "growth": .growth, "compare": .compare,
    "touched": .touched,
  ]

  /// The options that count for each command; those that it would ignore are refused.
  private static let heeded: [Task: Set<String>] = [
    .measure: [
      "--corpus", "--queries", "--index", "--program", "--filter", "--quick", "--json", "--save",
      "--baseline", "--tolerance", "--counts",
    ],
    .list: ["--list", "--filter"],
    .growth: [
      "--corpus", "--queries", "--quick", "--documents", "--save", "--growth", "--chart",
    ],
    .compare: ["--results", "--figures", "--chart", "--table"],
    .touched: ["--corpus", "--queries", "--index", "--quick"],
    .serve: ["--index"],
    .heap: ["--index", "--queries"],
  ]

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

  private static func number(
    of option: String, from rest: inout ArraySlice<String>
  ) throws -> Double {
    let text = try value(of: option, from: &rest)
    guard let number = Double(text), number >= 0 else {
      throw BenchmarkFailure("\(option): '\(text)' is no number")
    }
    return number
  }

  static let help = """
    Measures tokenizing, indexing, searching and opening.

    usage: Benchmarks [options]                measure
           Benchmarks growth [options]         the best ten in ever larger collections
           Benchmarks compare [options]        a table and a chart of several engines
           Benchmarks touched [options]        lines and pages a query touches, by valgrind
           Benchmarks heap [options]           the memory that answering --queries from --index
                                               takes, in bytes, as JSON
           Benchmarks serve --index DIR        answer timed queries on standard input

      --corpus FILE     documents: JSON Lines with a member "text" (default: made up, seeded)
      --queries FILE    queries: JSON Lines {"id":…,"kind":…,"terms":[…]} with analysed terms;
                        kinds term, and, or, or_long, phrase, prefix (default: made up from the
                        corpus)
      --index DIR       search this index in place of one built of the corpus
      --program FILE    the program 'search' (default: beside this one)
      --filter NAME     only benchmarks whose names contain NAME; may be repeated
      --quick           a smoke run of a few seconds: figures are rough
      --json            print JSON in place of tables
      --save FILE       also keep the figures in FILE
      --baseline FILE   compare with figures that --save kept: times and memory by ratio, counts
                        and sizes exactly; what is worse or no longer measured is named, and the
                        exit status is 1
      --tolerance N     how many percent worse a time or memory may be (default: 10)
      --counts          with --save and --baseline: only counts and sizes, which are the same on
                        every machine
      --list            the benchmarks and the question each answers
      --help            this text

    growth:
      --documents N,…   how many (default: 25000,250000,1000000,2500000), drawn from the corpus in
                        a seeded order; beyond its size, put together from halves of its documents
      --save FILE       also keep the figures in FILE
      --growth FILE     only show the figures that --save kept
      --chart FILE      also draw the curve in FILE (SVG)

    compare:
      --results DIR     results of a harness, index.*.json and query.*.json; may be repeated.
                        NAME=DIR calls the engine 'swift' of that folder NAME
      --figures FILE    keep the figures in FILE; without --results, read them there
      --chart FILE      draw the chart in FILE (SVG)
      --table FILE      put the table into FILE, between the comments <!-- comparison -->

    Times are the best of several repetitions, for queries the best of several passes, then the
    mean and percentiles over all queries of a kind. Blocks and documents are counts a query:
    they do not vary from run to run.

    """
}
