import Tokenizer

/// Decodes posting lists whole, and computes anew all that is stored with them.
struct PostingListVerifier: ~Copyable {
  private let segment: SegmentReader
  private let impacts: ImpactTable
  private let docs = Column<UInt32>(capacity: PostingsFormat.blockLength)
  private let frequencies = Column<UInt32>(capacity: PostingsFormat.blockLength)
  private let gaps = Column<UInt32>(capacity: PostingsFormat.blockLength)
  private let countByImpact = Column<UInt32>(capacity: 256)
  /// The weights of the positions of each posting, added up; zeros without positions.
  private let weights = Column<UInt64>(capacity: PostingsFormat.blockLength)
  private let sums: DocumentSums.Adder

  /// What there is in the lists since this was set.
  var counts = Counts()

  /// How much there is in the lists of some terms.
  struct Counts: Sendable {
    /// The terms.
    var terms = 0
    /// Postings of all of them.
    var postings = 0
    /// Occurrences.
    var tokens = 0
    /// Bounds computed anew.
    var bounds = 0

    /// Adds those of other terms.
    static func += (left: inout Counts, right: Counts) {
      left.terms += right.terms
      left.postings += right.postings
      left.tokens += right.tokens
      left.bounds += right.bounds
    }
  }

  /// What the postings of a block have at most.
  private struct Bounds: Equatable, CustomStringConvertible {
    var impact: UInt8 = 0
    var loose = LooseBounds()

    var description: String {
      "impact \(impact), frequency \(loose.maxFrequency), norm \(loose.minNorm)"
    }
  }

  /// A verifier of lists of `segment` that adds up in `sums` what they say of documents.
  init(_ segment: SegmentReader, addingTo sums: DocumentSums) {
    self.segment = segment
    self.sums = DocumentSums.Adder(sums)
    impacts = ImpactTable(averageLength: segment.metadata.averageLength)
  }

  /// Adds up what is left, once all lists were checked.
  func finish() { sums.finish() }

  /// Checks the postings and positions of a term.
  mutating func check(_ info: TermInfo) throws(IndexError) {
    let list = try PostingList(info, in: segment.postingsSection)
    guard let section = segment.positions else {
      return try check(list, info, nil as PositionListVerifier?)
    }
    if SegmentVersion.groupsPositions(segment.file.formatVersion) {
      try check(list, info, try PositionListVerifier(info, in: section, of: segment.file))
    } else {
      try check(
        list, info,
        try OldPositionListVerifier(info, in: section, of: segment.file, memory: gaps.view))
    }
  }

  private mutating func check<Positions: PositionChecks>(
    _ list: PostingList, _ info: TermInfo, _ positions: consuming Positions?
  ) throws(IndexError) {
    if list.hasSkipData { for impact in 0..<256 { countByImpact[impact] = 0 } }
    var totalFrequency = 0
    var end = list.blocksOffset
    for block in 0..<list.blockCount {
      let count = try decode(list, block, &end)
      try checkFrequencies(of: list, block, count: count)
      let bounds = addUp(count, &totalFrequency)
      try check(bounds, of: list, block)
      try positions?.check(frequencies.view, count: count, block: block, weights: weights.view)
      sums.add(docs.view, frequencies.view, weights.view, count: count)
    }
    guard totalFrequency == info.totalFrequency else {
      throw list.damage(
        segment.file, "\(totalFrequency) occurrences, the dictionary has \(info.totalFrequency)")
    }
    if list.hasSkipData { try checkPrimes(list) }
    try positions?.checkEnd()
    counts.postings += info.documentFrequency
    counts.tokens += totalFrequency
  }

  /// Decodes a block, which must start where the one before ended.
  private func decode(
    _ list: PostingList, _ block: Int, _ end: inout Int
  ) throws(IndexError) -> Int {
    let opened = try list.open(block, docs.view, frequencies.view, segment.file)
    if opened.bitset.wordCount > 0 {
      try list.decode(opened.bitset, ofBlock: block, docs.view, segment.file)
      try check(opened.bitset, of: list, block)
    }
    guard list.hasSkipData else { return opened.count }
    let extent = try list.extent(block, segment.file)
    guard extent.start == end else {
      throw list.damage(segment.file, "block \(block) starts at \(extent.start), not at \(end)")
    }
    end = extent.end
    if opened.frequencyOffset >= 0 {
      let decodedEnd = try list.decodeFrequencies(
        at: opened.frequencyOffset, frequencies.view, segment.file)
      guard decodedEnd == end else {
        throw list.damage(segment.file, "block \(block) ends at \(decodedEnd), not at \(end)")
      }
      guard isAsEncoded(list, at: opened.frequencyOffset),
        opened.bitset.wordCount > 0 || isAsEncoded(list, at: extent.start)
      else { throw list.damage(segment.file, "block \(block) is malformed") }
    }
    return opened.count
  }

  private func isAsEncoded(_ list: PostingList, at offset: Int) -> Bool {
    PatchedBlock.isAsEncoded(
      list.bytes, at: offset, formatVersion: segment.file.formatVersion)
  }

  /// Checks that the ranks of a bitset are those of its documents, which are decoded.
  private func check(
    _ bitset: DocumentBitset, of list: PostingList, _ block: Int
  ) throws(IndexError) {
    for index in 0..<PostingsFormat.blockLength {
      let doc = docs[DeltaBlock.slot(index)]
      guard bitset.rank(of: doc, in: list.bytes) == index else {
        throw list.damage(
          segment.file, "document \(doc) of block \(block) has another rank than \(index)")
      }
    }
  }

  /// Checks that each document has the term: one more than the greatest number is 0.
  private func checkFrequencies(
    of list: PostingList, _ block: Int, count: Int
  ) throws(IndexError) {
    for index in 0..<count where frequencies[DeltaBlock.slot(index)] == 0 {
      let doc = docs[DeltaBlock.slot(index)]
      throw list.damage(
        segment.file, "document \(doc) of block \(block) has the frequency 0")
    }
  }

  private mutating func addUp(_ count: Int, _ totalFrequency: inout Int) -> Bounds {
    var bounds = Bounds()
    let docs = docs.view
    let frequencies = frequencies.view
    let countByImpact = countByImpact.view
    let norms = segment.file.bytes
    let firstNorm = segment.norms.lowerBound
    for index in 0..<count {
      let slot = DeltaBlock.slot(index)
      let doc = Int(docs[slot])
      let frequency = frequencies[slot]
      let norm = norms[firstNorm &+ doc]
      let impact = impacts(frequency: frequency, norm: norm)
      bounds.impact = max(bounds.impact, impact)
      bounds.loose.maxFrequency = max(bounds.loose.maxFrequency, UInt8(min(255, frequency)))
      bounds.loose.minNorm = min(bounds.loose.minNorm, norm)
      countByImpact[Int(impact)] &+= 1
      totalFrequency &+= Int(frequency)
    }
    return bounds
  }

  private mutating func check(
    _ bounds: Bounds, of list: PostingList, _ block: Int
  ) throws(IndexError) {
    if list.documentFrequency == 1 { return }
    counts.bounds += 1
    guard list.hasSkipData else {
      if list.tailImpact == bounds.impact { return }
      throw list.damage(
        segment.file, "the impact is \(bounds.impact), \(list.tailImpact) is stored")
    }
    let stored = Bounds(impact: list.impact(block), loose: list.looseBounds(block))
    var bounds = bounds
    if SegmentVersion.isTight(segment.file.formatVersion) {
      bounds.loose = LooseBounds(code: bounds.loose.code)
    }
    guard stored == bounds else {
      throw list.damage(
        segment.file, "the bounds of block \(block) are \(bounds); \(stored) are stored")
    }
  }

  private func checkPrimes(_ list: PostingList) throws(IndexError) {
    for rank in 0..<PostingsFormat.primeRanks.count {
      var count = 0
      var impact = 255
      while impact > 0 {
        count += Int(countByImpact[impact])
        if count >= PostingsFormat.primeRanks[rank] { break }
        impact -= 1
      }
      guard Int(list.prime(rank)) == impact else {
        throw list.damage(
          segment.file,
          "the prime of rank \(PostingsFormat.primeRanks[rank]) is \(impact), "
            + "\(list.prime(rank)) is stored")
      }
    }
  }
}
