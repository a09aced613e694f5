public import Tokenizer

/// An immutable snapshot of an index, open for searching; any number of threads may use it.
///
/// Opening costs the same whatever the size of the index. Every byte is checked against its
/// checksum when it is first needed; damage throws `IndexError.damaged`.
public final class IndexReader: Sendable {
  /// The analyzer of the index.
  public let analyzer: Analyzer
  /// The segments, in collection order.
  let segments: [SegmentReader]
  /// What scores depend on.
  let collection: CollectionStatistics
  /// The languages of the documents, most frequent first, with the number of documents in each.
  private let documentCounts: [(language: Language, count: Int)]
  private let manifest: Manifest
  private let standardSaturation: SaturationTable
  private let addresses: SegmentAddresses
  private let memories = SearchMemoryPool()

  /// Opens the index in the folder `path`.
  ///
  /// - Throws: `noIndex`, `unsupportedFormat`, `unsupportedAnalysis`, `damaged`, `system`;
  ///   `invalidInput` for an empty path.
  /// - Complexity: O(number of segments), whatever their size.
  public init(path: String) throws(IndexError) {
    let directory = try IndexDirectory(named: path)
    let (manifest, files) = try Manifest.openSegments(in: directory)
    self.manifest = manifest
    analyzer = Analyzer(try manifest.options(ofIndex: path))
    segments = try files.map { (file) throws(IndexError) in try SegmentReader(file) }
    var collection = CollectionStatistics()
    // So that no sum of documents, tokens or postings of segments overflows anywhere.
    for (segment, listed) in zip(segments, manifest.segments) {
      try segment.check(documentCount: listed.documentCount)
      collection.documentCount += segment.metadata.nonEmptyDocumentCount
      collection.tokenCount += segment.metadata.tokenCount
      guard collection.tokenCount <= SegmentFormat.maxTokenCount else {
        throw segment.file.damage(
          SectionedFileFooter.name, segment.file.bytes.count..<segment.file.bytes.count,
          "up to here the segments have \(collection.tokenCount) tokens")
      }
    }
    self.collection = collection
    addresses = SegmentAddresses(segments)
    documentCounts = IndexReader.documentCounts(of: segments)
    standardSaturation = SaturationTable(.standard, averageLength: collection.averageLength)
  }

  private static func documentCounts(
    of segments: [SegmentReader]
  ) -> [(language: Language, count: Int)] {
    var counts: [Language: Int] = [:]
    for segment in segments {
      for (code, count) in segment.metadata.documentCountByLanguage {
        if let language = Language(rawValue: code) { counts[language, default: 0] += count }
      }
    }
    return counts.map { (language: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.language.rawValue) < ($0.count, $1.language.rawValue) }
  }

  /// The query that `text` means: words, beginnings of words (`kas*`) and, in quotes, phrases.
  ///
  /// Any text has a meaning; this never fails on what a person types. What was ignored or mended
  /// is in the warnings. Words are analysed as the documents were; where those are in several
  /// languages, a word stands for what it becomes in any of them.
  public func parse(_ text: String, mode: ParsedQuery.Mode = .any) -> ParsedQuery {
    QueryParser(
      analyzer: analyzer, languages: documentCounts.map(\.language),
      hasPositions: segments.allSatisfy(\.metadata.hasPositions)
    ).parse(text, mode: mode)
  }

  /// The part of `text`, the text of a hit, that shows best why it is one: up to `maxLength`
  /// characters in up to `maxFragments` fragments.
  ///
  /// For several hits of one query a maker is quicker: ``snippetMaker(for:maxLength:maxFragments:)``.
  public func snippet(
    of text: String, for query: Query, maxLength: Int = 200, maxFragments: Int = 2
  ) -> Snippet {
    var maker = snippetMaker(for: query, maxLength: maxLength, maxFragments: maxFragments)
    return maker.snippet(of: text)
  }

  /// What makes the snippets of the hits of `query`: up to `maxLength` characters each in up to
  /// `maxFragments` fragments.
  ///
  /// - Complexity: looks each term of the query up.
  public func snippetMaker(
    for query: Query, maxLength: Int = 200, maxFragments: Int = 2
  ) -> SnippetMaker {
    SnippetMaker(query, analyzer: analyzer, maxLength: maxLength, maxFragments: maxFragments) {
      // A term that cannot be looked up counts like any other.
      (try? self.inverseDocumentFrequency(of: $0)) ?? 1
    }
  }

  private func inverseDocumentFrequency(of term: [UInt8]) throws(IndexError) -> Float {
    var documentFrequency = 0
    for segment in segments {
      let info = try term.span.withBytes { (bytes) throws(IndexError) in
        try segment.find(bytes)
      }
      documentFrequency += info?.documentFrequency ?? 0
    }
    return BM25.idf(
      documentFrequency: documentFrequency, documentCount: collection.documentCount)
  }

  /// The best hits for a query.
  ///
  /// Whatever the algorithm, the hits, their order and their scores are the same, bit for bit:
  /// by score, then in collection order.
  /// - Throws: `damaged` if bytes that the search needs are not as written; `invalidInput` for
  ///   parameters out of range, for more than `Query.maxLevelCount` levels, for phrases if the
  ///   index has no positions, and for one that spans more than 2^32 words; `limitExceeded` for
  ///   more than `Query.maxTermCount` terms or `Query.maxPrefixCount` prefixes and for phrases of
  ///   more than 256 readings.
  public func search(
    _ query: Query, options: SearchOptions = SearchOptions()
  ) throws(IndexError) -> SearchResult {
    try IndexReader.check(options)
    let memory = memories.take()
    let result: SearchResult
    if options.k1 == BM25.standard.k1, options.b == BM25.standard.b {
      result = try search(query, options, standardSaturation.view, memory)
    } else {
      let saturation = SaturationTable(
        BM25(k1: options.k1, b: options.b), averageLength: collection.averageLength)
      defer { extendLifetime(saturation) }
      result = try search(query, options, saturation.view, memory)
    }
    memories.putBack(memory)
    return result
  }

  private func search(
    _ query: Query, _ options: SearchOptions, _ saturation: SaturationTable.View,
    _ memory: SearchMemory
  ) throws(IndexError) -> SearchResult {
    var executor = QueryExecutor(
      try BoundQuery(query, self), options, saturation: saturation, memory)
    return try executor.run()
  }

  /// Throws if an option is out of its range.
  static func check(_ options: SearchOptions) throws(IndexError) {
    guard options.k1 >= 0, options.k1 <= 1000, options.b >= 0, options.b <= 1 else {
      throw .invalidInput("k1 \(options.k1), b \(options.b): k1 is 0...1000 and b is 0...1")
    }
    let counts = 0...Int(Int32.max)
    guard counts.contains(options.limit), counts.contains(options.offset) else {
      throw .invalidInput("limit \(options.limit), offset \(options.offset): both are \(counts)")
    }
  }

  /// What is stored of a document.
  ///
  /// - Throws: `invalidInput` if there is no such document, `damaged`.
  /// - Complexity: decompresses half of a block of about 2 kB, and of 32 kB or as much as the text
  ///   has. For many documents, as those of all hits, `documents(at:)` costs half as much.
  public func document(
    at address: DocAddress, withText: Bool = true
  ) throws(IndexError) -> StoredDocument {
    let segment = try segment(of: address)
    return try segment.documents.document(Int(address.doc.rawValue), withText: withText)
  }

  /// The document with an external id, or nil.
  ///
  /// If several documents share the id, the first.
  /// - Throws: `damaged`.
  /// - Complexity: O(1), whatever the size of the index: a block of about 2 kB is decompressed.
  ///   Where ids increase and thus have no table, O(log *n*) such blocks.
  public func address(ofID id: String) throws(IndexError) -> DocAddress? {
    let bytes = [UInt8](id.utf8)
    for (number, segment) in segments.enumerated() {
      if let doc = try segment.documents.find(id: bytes) {
        return DocAddress(segment: number, doc: DocID(UInt32(doc)))
      }
    }
    return nil
  }

  /// The documents with an external id, in their order: as many as were given it.
  ///
  /// - Throws: `damaged`.
  /// - Complexity: as `address(ofID:)` in each segment, and a block more for each document found.
  public func addresses(ofID id: String) throws(IndexError) -> [DocAddress] {
    let bytes = [UInt8](id.utf8)
    var addresses: [DocAddress] = []
    for (number, segment) in segments.enumerated() {
      for doc in try segment.documents.findAll(id: bytes) {
        addresses.append(DocAddress(segment: number, doc: DocID(UInt32(doc))))
      }
    }
    return addresses
  }

  /// The address of a document that is numbered within the collection.
  func address(of doc: UInt32) -> DocAddress {
    if segments.count == 1 { return DocAddress(segment: 0, doc: DocID(doc)) }
    return addresses.address(of: doc)
  }

  /// The segment that has the document at `address`.
  func segment(of address: DocAddress) throws(IndexError) -> SegmentReader {
    guard segments.indices.contains(address.segment),
      address.doc.rawValue < segments[address.segment].metadata.documentCount
    else {
      throw .invalidInput(
        "document \(address.doc.rawValue) of segment \(address.segment): there is none")
    }
    return segments[address.segment]
  }

  /// What the index holds.
  public func statistics() -> IndexStatistics {
    var statistics = IndexStatistics()
    statistics.segmentCount = segments.count
    statistics.formatVersion = Int(
      segments.map(\.file.formatVersion).min() ?? SegmentVersion.current)
    statistics.unicodeVersion = Analyzer.unicodeVersion
    statistics.language = analyzer.options.language?.code ?? "auto"
    statistics.hasPositions = segments.allSatisfy(\.metadata.hasPositions)
    statistics.hasText = segments.allSatisfy(\.metadata.hasText)
    statistics.byteCount = manifest.encoded.count
    var byteCounts: [(name: String, byteCount: Int)] = []
    for segment in segments {
      statistics.add(segment.metadata)
      statistics.byteCount += segment.file.bytes.count
      for section in segment.file.sections {
        if let index = byteCounts.firstIndex(where: { $0.name == section.name }) {
          byteCounts[index].byteCount += section.byteRange.count
        } else {
          byteCounts.append((section.name, section.byteRange.count))
        }
      }
    }
    statistics.sections = byteCounts.map { .init(name: $0.name, byteCount: $0.byteCount) }
    statistics.documentsByLanguage = documentCounts.map {
      .init(code: $0.language.code, documentCount: $0.count)
    }
    return statistics
  }
}

extension IndexStatistics {
  fileprivate mutating func add(_ metadata: SegmentMetadata) {
    documentCount += metadata.documentCount
    tokenCount += metadata.tokenCount
    postingCount += metadata.postingCount
    termCount = max(termCount, metadata.termCount)
  }
}
