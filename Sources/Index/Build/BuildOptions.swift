public import Tokenizer

/// How an index is built.
public struct BuildOptions: Hashable, Sendable {
  /// How text becomes terms.
  public var analyzer: AnalyzerOptions
  /// Whether positions are kept, which phrases need.
  public var positions: Bool
  /// Whether the text of documents is kept, which snippets need.
  public var storeText: Bool
  /// Whether the titles of documents are kept, which hits are shown with.
  ///
  /// It depends on nothing else, and nothing depends on it: titles that are not kept are stored as
  /// empty ones, ids always are kept, and titles are not searched either way.
  public var storeTitles: Bool
  /// The memory to stay within, in bytes; less than 16 MiB counts as that.
  ///
  /// A large document takes about three times its size on the thread that has it. The positions of
  /// 128 documents that have a word are gathered before they are written, however many they are: 128
  /// documents of 4 MiB of one repeated word take 1.8 GB with a budget of 64 MiB.
  public var memoryBudget: Int
  /// The most threads to use; fewer are, where the memory is not enough for so many, and always one
  /// at least.
  ///
  /// The index does not depend on it.
  public var threadCount: Int
  /// Whether a feed without any document is an error, `noDocuments`, and leaves a former index as it
  /// is.
  public var requiresDocuments: Bool
  /// Occurrences, and what terms take as much time as, in a range of terms that one thread merges:
  /// some megabytes of output.
  ///
  /// The index does not depend on it.
  var mergeRangeTokenCount = 3 << 20

  /// What tests set in place of the shares of the budget that follow.
  var ownListByteLimit: Int?
  var ownSpilledByteLimit: Int?

  /// Bytes of lists that a thread which merges keeps in memory; more go through a temporary file.
  var listByteLimit: Int { ownListByteLimit ?? max(1 << 20, memoryBudget / 32) }

  /// With so many bytes of runs in files none stays in memory any more.
  ///
  /// That would save little, and what is known of all the others takes its place.
  var spilledByteLimit: Int { ownSpilledByteLimit ?? 4 * max(16 << 20, memoryBudget) }

  /// The budget without what the program itself takes, and the dictionary of a segment.
  var sharedByteCount: Int { max(memoryBudget, 16 << 20) - (16 << 20) }

  /// Creates options; the defaults are those of the command line, but for its threads: one for each
  /// processor.
  public init(
    analyzer: AnalyzerOptions = AnalyzerOptions(), positions: Bool = true,
    storeText: Bool = true, storeTitles: Bool = true, memoryBudget: Int = 256 << 20,
    threadCount: Int = 1, requiresDocuments: Bool = false
  ) {
    self.analyzer = analyzer
    self.positions = positions
    self.storeText = storeText
    self.storeTitles = storeTitles
    self.memoryBudget = memoryBudget
    self.threadCount = threadCount
    self.requiresDocuments = requiresDocuments
  }
}

/// What a build did.
public struct BuildReport: Hashable, Sendable {
  /// Documents indexed.
  public var documentCount = 0
  /// Tokens indexed.
  public var tokenCount = 0
  /// Bytes of text analysed.
  public var textByteCount = 0
  /// Bytes of the index on disk.
  public var indexByteCount = 0
  /// Units of work that the input was cut into.
  public var unitCount = 0
  /// Bytes of intermediate results that did not fit the memory budget and went through temporary
  /// files.
  public var spilledByteCount = 0
  /// Documents that share their id with an earlier one (both are kept).
  public var duplicateIDCount = 0
  /// The first few of those ids.
  public var duplicateIDExamples: [String] = []
}
