import Tokenizer

extension IndexReader {
  /// Why a document has its score for a query, or nil if it is no match.
  ///
  /// The score is that of the document's `Hit`, bit for bit, and the sum over the parts.
  /// - Throws: as `search`; `invalidInput` if there is no such document.
  /// - Complexity: one lookup and at most one decoded block a term, as only this document is scored;
  ///   for a prefix all lists of its terms, once to find the document and once to count them all.
  public func explain(
    _ address: DocAddress, for query: Query, options: SearchOptions = SearchOptions()
  ) throws(IndexError) -> Explanation? {
    try IndexReader.check(options)
    let segment = try segment(of: address)
    let bound = try BoundQuery(query, self)
    guard let root = bound.root else { return nil }
    let saturation = SaturationTable(
      BM25(k1: options.k1, b: options.b), averageLength: collection.averageLength)
    let scorer = try DocumentScorer(
      bound, segment, number: address.segment, doc: address.doc.rawValue,
      collectionAverage: collection.averageLength, saturation: saturation.view)
    guard let leaves = try scorer.matches(of: root) else { return nil }
    return Explanation(
      score: scorer.scale.score(leaves.reduce(0) { $0 &+ $1.share }),
      parts: leaves.map { scorer.part(of: $0) },
      length: FieldNorm(rawValue: scorer.norm).length, averageLength: collection.averageLength,
      documentCount: collection.documentCount)
  }
}

/// Scores one document, with the arithmetic of `TermWeight` that every search uses.
private struct DocumentScorer: ~Copyable {
  /// A term, phrase or prefix that the document has.
  struct Leaf {
    var term: String
    /// Whether it is a prefix.
    var isConstant = false
    var weight: Float
    var documentFrequency: Int
    var frequency: UInt32
    var share: UInt32
  }

  let scale: ScoreScale
  let norm: UInt8
  private let query: BoundQuery
  private let reader: SegmentReader
  private let segment: SearchedSegment
  /// The segment's number.
  private let number: Int
  private let doc: UInt32
  private let collectionAverage: Float
  private let saturation: SaturationTable.View

  /// A scorer of document `doc` of `reader`; `saturation` outlives it.
  init(
    _ query: consuming BoundQuery, _ reader: SegmentReader, number: Int, doc: UInt32,
    collectionAverage: Float, saturation: SaturationTable.View
  ) throws(IndexError) {
    scale = query.scale
    self.query = query
    self.reader = reader
    self.number = number
    self.doc = doc
    self.collectionAverage = collectionAverage
    self.saturation = saturation
    segment = SearchedSegment(reader)
    norm = try segment.norm(doc)
  }

  /// The terms and phrases under a node that make the document match, nil if it does not.
  func matches(of node: MatchTree) throws(IndexError) -> [Leaf]? {
    switch node {
    case .term(let index): return try leaf(ofTerm: index).map { [$0] }
    case .phrase(let index): return try leaf(ofPhrase: index).map { [$0] }
    case .prefix(let index): return try leaf(ofPrefix: index).map { [$0] }
    case .any(let nodes):
      var leaves: [Leaf] = []
      var isMatch = false
      for node in nodes {
        guard let found = try matches(of: node) else { continue }
        leaves += found
        isMatch = true
      }
      return isMatch ? leaves : nil
    case .all(let nodes):
      var leaves: [Leaf] = []
      for node in nodes {
        guard let found = try matches(of: node) else { return nil }
        leaves += found
      }
      return leaves
    }
  }

  func part(of leaf: Leaf) -> Explanation.Part {
    Explanation.Part(
      term: leaf.term, score: scale.score(leaf.share), idf: leaf.weight,
      documentFrequency: leaf.documentFrequency,
      tf: leaf.isConstant ? 1 : saturation.saturated(frequency: leaf.frequency, norm: norm),
      frequency: Int(leaf.frequency), isConstant: leaf.isConstant)
  }

  private func weight(_ weight: Float) -> TermWeight {
    TermWeight(
      weight: weight, scale: scale, saturation: saturation,
      impacts: ImpactBounds(
        .standard, segmentAverage: reader.metadata.averageLength,
        collectionAverage: collectionAverage))
  }

  private func leaf(
    _ term: String, weight: Float, documentFrequency: Int, frequency: UInt32
  ) -> Leaf {
    Leaf(
      term: term, weight: weight, documentFrequency: documentFrequency, frequency: frequency,
      share: self.weight(weight).share(frequency: frequency, norm: norm))
  }

  private func leaf(ofTerm index: Int) throws(IndexError) -> Leaf? {
    let term = query.terms[index]
    let memory = Column<UInt32>(capacity: ListCursor.memoryCount)
    defer { extendLifetime(memory) }
    guard let info = query.info(term, inSegment: number),
      let posting = try posting(info, weight: term.weight, memory.view)
    else { return nil }
    return leaf(
      String(decoding: query.text(term), as: UTF8.self), weight: term.weight,
      documentFrequency: term.documentFrequency, frequency: posting.frequency)
  }

  private func leaf(ofPrefix index: Int) throws(IndexError) -> Leaf? {
    let prefix = query.prefixes[index].bytes
    let memory = Column<UInt32>(capacity: ListCursor.memoryCount)
    defer { extendLifetime(memory) }
    var frequency = 0
    try reader.dictionary.forEachTerm(withPrefix: prefix) { (_, info) throws(IndexError) in
      if let posting = try posting(info, weight: 0, memory.view) {
        frequency += Int(posting.frequency)
      }
      return true
    }
    if frequency == 0 { return nil }
    return Leaf(
      term: String(decoding: prefix, as: UTF8.self) + "*", isConstant: true,
      weight: BoundQuery.Prefix.weight,
      documentFrequency: try query.documentFrequency(ofPrefix: index),
      frequency: UInt32(clamping: frequency),
      share: scale.share(ofConstant: BoundQuery.Prefix.weight))
  }

  private func leaf(ofPhrase index: Int) throws(IndexError) -> Leaf? {
    let phrase = query.phrases[index]
    guard let section = segment.positions else { return nil }
    let memory = SearchMemory()
    defer { extendLifetime(memory) }
    let places = memory.take(phrase.places.count, of: PostingPlace.self)
    var words: [PhrasePattern.Word] = []
    for (index, place) in phrase.places.enumerated() {
      guard let info = query.info(place.term, inSegment: number),
        let posting = try posting(
          info, weight: place.term.weight, memory.take(ListCursor.memoryCount))
      else { return nil }
      let positions = PositionCursor(
        try PositionList(info, in: section, of: segment.file),
        memory: memory.take(PositionCursor.memoryCount))
      places[index] = posting
      words.append(PhrasePattern.Word(list: index, offset: place.offset, positions: positions))
    }
    var matcher = PhraseMatcher(
      [PhrasePattern(words: words, weight: weight(phrase.weight))], memory)
    let count = try matcher.matchCount(0, places, first: 0, segment.file)
    if count == 0 { return nil }
    let texts = phrase.places.map { String(decoding: query.text($0.term), as: UTF8.self) }
    return leaf(
      "\"" + texts.joined(separator: " ") + "\"", weight: phrase.weight,
      documentFrequency: phrase.places.map(\.term.documentFrequency).min() ?? 0,
      frequency: UInt32(count))
  }

  /// Where the document stands in the list of a term, found by a cursor that decodes into
  /// `memory`; nil if it does not have the term.
  private func posting(
    _ info: TermInfo, weight: Float, _ memory: ColumnView<UInt32>
  ) throws(IndexError) -> PostingPlace? {
    var cursor = try ListCursor(
      try PostingList(info, in: segment.postings), weight: self.weight(weight),
      memory: memory, segment)
    cursor.seekBlock(to: doc)
    if cursor.isExhausted || cursor.firstPossibleDoc > doc { return nil }
    let index = try cursor.place(of: doc, segment)
    guard index >= 0 else { return nil }
    try cursor.decodeFrequencies(segment)
    return PostingPlace(
      block: cursor.block, index: index, before: cursor.frequencySum(before: index),
      frequency: cursor.frequencies[DeltaBlock.slot(index)])
  }
}
