/// How to search.
public struct SearchOptions: Hashable, Sendable {
  /// Which algorithm finds the best hits.
  ///
  /// All give the same hits with the same scores.
  public enum Algorithm: String, Sendable, CaseIterable {
    /// The one that should be fastest for the query.
    case automatic = "auto"
    /// Scores every match: the reference.
    case exhaustive
  }

  /// How many hits to return, 0...2^31 - 1; the greatest is more than an index has documents.
  public var limit: Int
  /// How many of the best hits to leave out first, 0...2^31 - 1.
  public var offset: Int
  /// Whether the exact number of matching documents is needed.
  public var countsMatches: Bool
  /// BM25's saturation of term frequency, 0...1000.
  public var k1: Float
  /// BM25's weight of the document length, 0...1.
  public var b: Float
  /// The algorithm.
  public var algorithm: Algorithm

  /// Creates options, each as it is by default or as given; a search refuses what is out of range.
  public init(
    limit: Int = 10, offset: Int = 0, countsMatches: Bool = false, k1: Float = 1.2,
    b: Float = 0.75, algorithm: Algorithm = .automatic
  ) {
    self.limit = limit
    self.offset = offset
    self.countsMatches = countsMatches
    self.k1 = k1
    self.b = b
    self.algorithm = algorithm
  }
}

/// A document that matches, with its score.
public struct Hit: Hashable, Sendable {
  /// Where the document is.
  public var address: DocAddress
  /// Its BM25 score, in multiples of about 2^-24 of the greatest that the query could give: what a
  /// small part of that matches, as one rare word beside thousands, is off by up to 0.5 percent.
  public var score: Float

  /// Creates a hit.
  public init(address: DocAddress, score: Float) {
    self.address = address
    self.score = score
  }
}

/// The answer to a query.
public struct SearchResult: Hashable, Sendable {
  /// The best hits: by score, then in collection order.
  public var hits: [Hit] = []
  /// The number of matching documents: exact, or nil where the search did not need to know.
  public var matchCount: Int?
  /// What the search did.
  public var profile = SearchProfile()

  /// An empty answer.
  public init() {}
}

/// A piece of a document's text around the words of a query.
public struct Snippet: Hashable, Sendable {
  /// The text, on one line; ` … ` stands where text was left out.
  public var text: String
  /// The byte ranges (UTF-8) of the matches in `text`.
  public var highlights: [Range<Int>]

  /// Creates a snippet.
  public init(text: String, highlights: [Range<Int>]) {
    self.text = text
    self.highlights = highlights
  }
}

/// Why a document has its score.
public struct Explanation: Hashable, Sendable {
  /// The part of one term or phrase.
  public struct Part: Hashable, Sendable {
    /// The term, the phrase in quotes, or the prefix with a star.
    public var term: String
    /// Its share of the score.
    public var score: Float
    /// Inverse document frequency (for a phrase the sum over its terms); 1 for a prefix.
    public var idf: Float
    /// The number of documents that have the term; for a phrase, its rarest term; for a prefix, any
    /// term that begins so.
    public var documentFrequency: Int
    /// The saturated, length-normalised frequency, 0...1; 1 for a prefix.
    public var tf: Float
    /// How often the document has the term, the phrase or terms with the prefix.
    public var frequency: Int
    /// Whether every match has the same score, as those of prefixes have.
    public var isConstant: Bool
  }

  /// The score: the sum over the parts.
  public var score: Float
  /// One part for each term, phrase or prefix of the query that the document matches, in query
  /// order.
  public var parts: [Part]
  /// The document's length in tokens, as the score sees it.
  public var length: Int
  /// The average length.
  public var averageLength: Float
  /// The number of documents of the index that are not empty.
  public var documentCount: Int
}

/// What an index holds.
public struct IndexStatistics: Hashable, Sendable {
  /// One part of the files.
  public struct Section: Hashable, Sendable {
    /// The name, such as `postings`.
    public var name: String
    /// The size over all segments.
    public var byteCount: Int
  }

  /// The documents analysed in one language.
  public struct LanguageShare: Hashable, Sendable {
    /// The code of the language.
    public var code: String
    /// The number of documents.
    public var documentCount: Int
  }

  /// Number of documents.
  public var documentCount = 0
  /// Number of tokens.
  public var tokenCount = 0
  /// Number of distinct terms (of the largest segment, where there are several).
  public var termCount = 0
  /// Number of postings: distinct terms summed over documents.
  public var postingCount = 0
  /// Number of segments.
  public var segmentCount = 0
  /// Whether there are positions.
  public var hasPositions = false
  /// Whether there is stored text.
  public var hasText = false
  /// The language of the documents: a code, or `auto`.
  public var language = ""
  /// Documents by the language they were analysed in, by code, most first.
  public var documentsByLanguage: [LanguageShare] = []
  /// The version of the format of the segments, the oldest if they differ.
  public var formatVersion = 0
  /// The Unicode version of the analysis.
  public var unicodeVersion = ""
  /// Bytes by section, in file order.
  public var sections: [Section] = []
  /// Bytes of all files.
  public var byteCount = 0

  /// Empty statistics.
  public init() {}
}

/// What a verification found.
public struct VerificationReport: Hashable, Sendable {
  /// One segment's findings.
  public struct Segment: Hashable, Sendable {
    /// A kind of structures that were checked.
    public struct Check: Hashable, Sendable {
      /// The kind, such as `postings`.
      public var name: String
      /// How many there are.
      public var count: Int
    }

    /// The file's name.
    public var name: String
    /// Checksummed units that are as written.
    public var intactUnitCount: Int
    /// All checksummed units.
    public var unitCount: Int
    /// Bytes of the file.
    public var byteCount: Int
    /// What was checked, in order.
    public var checks: [Check]
    /// What is wrong; empty if the segment is whole.
    public var damages: [Damage]
  }

  /// The findings by segment.
  public var segments: [Segment] = []
  /// Whether nothing is wrong.
  public var isIntact: Bool { segments.allSatisfy { $0.damages.isEmpty } }

  /// An empty report.
  public init() {}
}
