internal import Index
internal import Tokenizer

/// What benchmarks share: the corpus, the queries and one index of them, each made when it is
/// first needed.
final class BenchmarkContext {
  let options: BenchmarkOptions

  init(_ options: BenchmarkOptions) {
    self.options = options
  }

  /// What the documents are, for the report.
  var corpusName: String {
    if let path = options.corpus { return path.split(separator: "/").last.map(String.init) ?? path }
    return options.quick ? "synthetic, small" : "synthetic"
  }

  /// What the queries are, for the report.
  var queriesName: String {
    guard let path = options.queries else { return "made up" }
    return path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The documents.
  func corpus() throws -> Corpus {
    if let loadedCorpus { return loadedCorpus }
    let corpus =
      if let path = options.corpus { try Corpus.file(path) } else {
        Corpus.synthetic(quick: options.quick)
      }
    guard corpus.count > 0 else { throw BenchmarkFailure("\(corpusName): no documents") }
    loadedCorpus = corpus
    return corpus
  }

  /// The queries.
  func queries() throws -> [BenchmarkQuery] {
    if let loadedQueries { return loadedQueries }
    let queries =
      if let path = options.queries { try BenchmarkQuery.file(path) } else {
        try BenchmarkQuery.synthetic(for: try corpus(), perKind: options.quick ? 10 : 50)
      }
    guard !queries.isEmpty else { throw BenchmarkFailure("\(queriesName): no queries") }
    loadedQueries = queries
    return queries
  }

  /// A folder that goes when the run ends.
  func scratch() throws -> ScratchFolder {
    if let scratchFolder { return scratchFolder }
    let folder = try ScratchFolder()
    scratchFolder = folder
    return folder
  }

  /// The folder of the index that is searched: the one given, or one of the corpus, built here.
  func indexPath() throws -> String {
    if let path = options.index ?? builtIndex { return path }
    let path = try scratch().path + "/searched"
    var build = Self.comparable
    build.threadCount = processorCount()
    _ = try IndexBuilder(options: build).build(from: CorpusFeed(try corpus()), at: path)
    builtIndex = path
    return path
  }

  /// A reader of that index.
  func reader() throws -> IndexReader {
    if let openReader { return openReader }
    let reader = try IndexReader(path: try indexPath())
    openReader = reader
    return reader
  }

  /// How the index is built that stands beside other engines': plain tokens, nothing stored.
  static let comparable = BuildOptions(
    analyzer: AnalyzerOptions(language: .plain), storeText: false, storeTitles: false)

  private var loadedCorpus: Corpus?
  private var loadedQueries: [BenchmarkQuery]?
  private var scratchFolder: ScratchFolder?
  private var builtIndex: String?
  private var openReader: IndexReader?
}
