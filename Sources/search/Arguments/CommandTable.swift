/// The commands, by the name users type.
enum CommandName: String, Sendable, CaseIterable {
  case buildIndex = "build-index"
  case query
  case analyze
  case explain
  case stats
  case verify
  case completions
  case man
  case help
}

/// The options, by the name users type after `--`.
enum OptionName: String, Sendable, CaseIterable {
  case index, language, stopwords, store, memory, threads, format, id, title, text, glob, hidden
  case noPositions = "no-positions"
  case noIgnore = "no-ignore"
  case force
  case dryRun = "dry-run"
  case onError = "on-error"
  case quiet, limit, offset, all, any, count, k1, b
  case noSnippet = "no-snippet"
  case json, ids, null, queries, run, check, profile, algorithm, strict, color, help
}

/// Every command and option of the program.
///
/// The parser, the helps, the manual page and the completions all come from here, so none of
/// them can know something the others do not.
enum CommandTable {
  /// The version of the program.
  static let programVersion = "0.1.0"

  /// All commands, in the order of the help.
  static let commands: [CommandSpec] = [
    buildIndex, query, explain, analyze, stats, verify, completions, man, help,
  ]

  /// The command a user means by `name`, or nil.
  static func command(named name: String) -> CommandSpec? {
    commands.first { $0.spellings.contains { $0.isExactly(name) } }
  }

  // MARK: Options of several commands

  private static let indexOption = OptionSpec(
    .index, .text("DIR"), group: "Index", common: true,
    "the index (default: $SEARCH_INDEX, else .search here or above)")
  private static let jsonOption = OptionSpec(
    .json, group: "Output", common: true, "print one JSON object")
  private static let quietOption = OptionSpec(
    .quiet, short: "q", group: "Output", "no progress, notes or warnings")
  private static let colorOption = OptionSpec(
    .color, .choice(["auto", "always", "never"]), group: "Output",
    "when to use colour (default: auto, at a terminal)",
    detail: "NO_COLOR, CLICOLOR_FORCE and TERM=dumb are respected.")
  private static let rankingOptions = [
    OptionSpec(
      .k1, .number("X", 0...1000), group: "Ranking",
      "how slowly further occurrences stop counting (default: 1.2)"),
    OptionSpec(
      .b, .number("X", 0...1), group: "Ranking",
      "how much the length of a document counts, 0 to 1 (default: 0.75)"),
  ]
  private static let modeOptions = [
    OptionSpec(
      .all, group: "Query", common: true, "a hit has all of the words"),
    OptionSpec(
      .any, group: "Query", "a hit has at least one of the words (the default)"),
  ]
  private static func threadsOption(_ detail: String) -> OptionSpec {
    OptionSpec(
      .threads, short: "j", .integer("N", 1...1024), group: "Resources",
      "threads (default: one for each processor)", detail: detail)
  }
  private static let helpOption = OptionSpec(
    .help, short: "h", group: "Output", "-h is short, --help is long")

  // MARK: Commands

  private static let buildIndex = CommandSpec(
    name: .buildIndex, aliases: [], operands: "PATH...", operandCount: 1...Int.max,
    summary: "index files, folders, JSON Lines, CSV, TSV or stdin",
    detail: """
      Reads folders (text, Markdown, HTML, JSON Lines, CSV and TSV by extension; hidden files \
      and what .gitignore names are left out), single files, and standard input (-). The id of \
      a document is its path as given; in JSON Lines, CSV and TSV the field id, or FILE:LINE \
      where there is none. Fields of CSV end at commas, or at semicolons if the first line has \
      more of these. The new index takes the place of the old one in one step; until then the old \
      one answers.
      """,
    options: [
      OptionSpec(
        .format,
        .choice(["auto", "text", "markdown", "html", "jsonl", "csv", "tsv"]), group: "Input",
        common: true, "what the input is (default: auto)",
        detail: "auto goes by the extension, and for stdin by the first character."),
      OptionSpec(
        .id, .text("FIELD"), group: "Input", common: true, "the field with a document's id",
        detail: "A member of the JSON object or a column of the header; default: id."),
      OptionSpec(
        .title, .text("FIELD"), group: "Input", common: true,
        "the field with a document's title (default: title)"),
      OptionSpec(
        .text, .text("FIELDS"), group: "Input", common: true,
        "the fields to index, separated by commas",
        detail: """
          Exactly these are indexed; default: the title, and text, else body, else content.
          """),
      OptionSpec(
        .glob, .text("PATTERN"), group: "Input", common: true,
        "only files that match; !PATTERN: only others",
        detail: """
          Wildcards as in .gitignore; may be repeated, the last one that matches decides. A \
          file of any extension that matches is taken.
          """),
      OptionSpec(.hidden, group: "Input", "take hidden files too"),
      OptionSpec(.noIgnore, group: "Input", "take files that .gitignore names too"),
      OptionSpec(
        .onError, .choice(["skip", "stop"]), group: "Input",
        "what to do about a bad line or file (default: skip)"),
      OptionSpec(
        .language, .choice(["auto", "en", "fr", "nl", "und", "none"]), group: "Analysis",
        common: true, "the language of the documents (default: auto)",
        detail: """
          auto guesses it for each document; und applies no language's rules; none only splits \
          at what is not a letter or digit.
          """),
      OptionSpec(
        .stopwords, .text("keep|drop|FILE"), group: "Analysis",
        "what becomes of stop words (default: keep)",
        detail: """
          FILE holds words of your own, one a line, with comments after # or |; they are kept and \
          marked.
          """),
      OptionSpec(
        .index, .text("DIR"), group: "Index", common: true,
        "where to write (default: $SEARCH_INDEX, else ./.search)"),
      OptionSpec(.noPositions, group: "Index", "leave out positions: smaller, but no phrases"),
      OptionSpec(
        .store, .choice(["text", "none", "ids"]), group: "Index",
        "what to keep of documents (default: text)",
        detail: """
          text: ids, titles and texts, which snippets need; none: ids and titles; ids: ids \
          alone. What is found is the same.
          """),
      OptionSpec(
        .force, group: "Index",
        "replace an index that is damaged or of another format, or by an empty one",
        detail: "Also writes into a folder that holds other things; it leaves those alone."),
      OptionSpec(.dryRun, group: "Index", "list what would be read, and write nothing"),
      OptionSpec(
        .memory, .byteCount("SIZE", (16 << 20)...(1 << 44)), group: "Resources",
        "the memory to stay within (default: 256M)",
        detail: "A document that is large itself takes about three times its size."),
      threadsOption("The index does not depend on it."),
      quietOption,
      helpOption,
    ],
    examples: [
      ("search build-index articles/", "index a folder into ./.search"),
      (
        "search build-index news.jsonl --id url --title headline --text body",
        "name the members of JSON Lines"
      ),
      ("zcat dump.jsonl.gz | search build-index --format jsonl -", "read standard input"),
      ("search build-index notes/ --glob '*.md' --glob '!drafts/'", "choose files"),
    ])

  private static let query = CommandSpec(
    name: .query, aliases: ["q"], operands: "TEXT...", operandCount: 0...Int.max,
    summary: "ranked search",
    detail: """
      Prints the best hits, best first. Any text is a query: what cannot be understood is \
      searched as words, with a warning on standard error. See 'search help query-syntax'.
      """,
    options: [
      OptionSpec(
        .limit, short: "n", .integer("N", 0...1_000_000), group: "Query", common: true,
        "how many hits (default: 10)"),
      OptionSpec(
        .offset, short: "o", .integer("N", 0...1_000_000), group: "Query",
        "how many of the best hits to leave out first"),
    ] + modeOptions + [
      OptionSpec(
        .strict, group: "Query", "fail where the text of the query has a mistake"),
      OptionSpec(
        .format, .choice(["text", "tsv", "json", "trec"]), group: "Output", common: true,
        "how to print (default: text at a terminal, else tsv)",
        detail: """
          tsv: rank, score, id, title. trec: query, Q0, id, rank, score, run, with strictly \
          decreasing scores. json: "total" is the number of matches, and where "total_exact" is \
          false at least so many; "highlights" of a snippet and "range" of a warning are pairs of \
          offsets in bytes (UTF-8), the second after the last byte.
          """),
      OptionSpec(.json, group: "Output", common: true, "the same as --format json"),
      OptionSpec(.ids, short: "l", group: "Output", common: true, "print ids only"),
      OptionSpec(.null, short: "0", group: "Output", "print ids only, each followed by a NUL"),
      OptionSpec(.count, group: "Output", common: true, "print only how many documents match"),
      OptionSpec(.noSnippet, group: "Output", "no piece of the text"),
      colorOption, quietOption,
      OptionSpec(
        .queries, .text("FILE"), group: "Batch", common: true,
        "answer a file of queries (- is stdin): ID<TAB>TEXT lines",
        detail: """
          Each answer is written as soon as it is there, with the id of the query first (not \
          with -l and -0); without a tab the id is the number of the line.
          """),
      OptionSpec(
        .run, .text("NAME"), group: "Batch", "the last column of --format trec (default: search)"),
    ] + rankingOptions + [
      OptionSpec(
        .algorithm, .choice(["auto", "exhaustive"]), group: "Diagnosis",
        "how to find the hits; all ways give the same ones"),
      OptionSpec(
        .check, group: "Diagnosis",
        "also score every match; fail unless both agree bit for bit"),
      OptionSpec(
        .profile, group: "Diagnosis", "print what the search did, in counts that do not vary"),
      indexOption,
      helpOption,
    ],
    examples: [
      ("search query rachid kassim telegram", "documents with any of the words"),
      ("search query --all 'Saint-Étienne police'", "documents with all of the words"),
      ("search query '\"frères de Belgique\"' --json", "a phrase, as JSON"),
      ("search query 'télé*'", "all words that begin so"),
      ("search q -n 100 -l brussels | xargs wc -w", "use the ids"),
      ("search query --queries topics.tsv --format trec -n 1000", "a batch"),
    ])

  private static let explain = CommandSpec(
    name: .explain, aliases: [], operands: "ID TEXT...", operandCount: 2...Int.max,
    summary: "why a document has its score",
    detail: """
      Shows each word's share of the score of the document ID for a query. Where several hits \
      have the ID, it is the best of them. Documents without a word count for nothing here: \
      neither in "in 2 of 10" (with --json: "documents") nor in the average length.
      """,
    options: modeOptions + rankingOptions + [jsonOption, quietOption, indexOption, helpOption],
    examples: [
      ("search explain seeds/nl-rachid-kassim.txt 'Kassim Telegram'", "the score, word by word")
    ])

  private static let analyze = CommandSpec(
    name: .analyze, aliases: [], operands: "TEXT...", operandCount: 1...Int.max,
    summary: "how text becomes terms",
    detail: """
      Prints each term with its position, whether it is a stop word, and the first and last byte \
      of the text it stands for (with --json the second is the one after the last). With - it \
      reads lines from standard input and analyses each.
      """,
    options: [
      OptionSpec(
        .language, .choice(["auto", "en", "fr", "nl", "und", "none"]), group: "Analysis",
        common: true, "the language (default: auto)"),
      OptionSpec(
        .stopwords, .text("keep|drop|FILE"), group: "Analysis",
        "what becomes of stop words (default: keep)"),
      OptionSpec(
        .index, .text("DIR"), group: "Analysis", common: true,
        "analyse as this index does"),
      jsonOption, quietOption, helpOption,
    ],
    examples: [("search analyze --language fr \"L'été, aujourd’hui\"", "the terms of a text")])

  private static let stats = CommandSpec(
    name: .stats, aliases: [], operands: "", operandCount: 0...0,
    summary: "size and contents of the index", detail: "",
    options: [jsonOption, quietOption, indexOption, helpOption],
    examples: [("search stats --json", "for a script")])

  private static let verify = CommandSpec(
    name: .verify, aliases: [], operands: "", operandCount: 0...0,
    summary: "check every checksum and every structure",
    detail: "Exit status 1 means that the index is damaged; what is wrong is listed.",
    options: [
      threadsOption("The report does not depend on it."),
      jsonOption, quietOption, indexOption, helpOption,
    ],
    examples: [("search verify --index /data/index", "check one index")])

  private static let completions = CommandSpec(
    name: .completions, aliases: [], operands: "bash|zsh|fish", operandCount: 1...1,
    summary: "print completions for a shell", detail: "",
    options: [helpOption],
    examples: [
      ("search completions bash > ~/.local/share/bash-completion/completions/search", "install"),
      ("search completions zsh > \"${fpath[1]}/_search\"", "a folder of $fpath will do"),
      ("search completions fish > ~/.config/fish/completions/search.fish", "install"),
    ])

  private static let man = CommandSpec(
    name: .man, aliases: [], operands: "", operandCount: 0...0,
    summary: "print the manual page", detail: "",
    options: [helpOption],
    examples: [("search man | man -l -", "read it")])

  private static let help = CommandSpec(
    name: .help, aliases: [], operands: "[COMMAND|query-syntax]", operandCount: 0...1,
    summary: "help on a command, or on what a query can say", detail: "",
    options: [helpOption], examples: [("search help query-syntax", "what a query can say")])
}
