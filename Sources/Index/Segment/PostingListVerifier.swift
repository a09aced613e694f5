import Tokenizer

/// Decodes posting lists whole, and computes anew all that is stored with them.
struct PostingListVerifier: ~Copyable {
  private let segment: SegmentReader
  private let impacts: ImpactTable
  private let docs = Column<UInt32>(capacity: PostingsFormat.blockLength)
  private let frequencies = Column<UInt32>(capacity: PostingsFormat.blockLength)
  private let gaps = Column<UInt32>(capacity: PostingsFormat.blockLength)
  private let countByImpact = Column<UInt32>(capacity: 256)
  /// The lengths of all documents as the frequencies add up to.
  private let lengths: Column<UInt32>
  /// The positions of all tokens of each document, added up.
  private let positionSums: Column<UInt64>

  /// Postings of the lists so far.
  private(set) var postingCount = 0
  /// Occurrences in them.
  private(set) var tokenCount = 0
  /// Bounds computed anew.
  private(set) var boundCount = 0

  /// What the postings of a block have at most.
  private struct Bounds: Equatable {
    var impact: UInt8 = 0
    var loose = LooseBounds()
  }

  /// A verifier of the lists of `segment`.
  init(_ segment: SegmentReader) throws(IndexError) {
    self.segment = segment
    impacts = ImpactTable(averageLength: segment.metadata.averageLength)
    lengths = Column(capacity: segment.metadata.documentCount)
    positionSums = Column(capacity: segment.positions == nil ? 0 : lengths.capacity)
    try segment.file.verify(segment.norms)
  }

  /// Checks the postings and positions of a term.
  mutating func check(_ info: TermInfo) throws(IndexError) {
    let list = try PostingList(info, in: segment.postingsSection)
    var positions = try positionChecks(info)
    if list.hasSkipData { for impact in 0..<256 { countByImpact[impact] = 0 } }
    var totalFrequency = 0
    var end = list.blocksOffset
    for block in 0..<list.blockCount {
      let count = try decode(list, block, &end)
      let bounds = addUp(count, &totalFrequency)
      try check(bounds, of: list, block)
      try positions?.check(
        docs.view, frequencies.view, count: count, block: block, addingTo: positionSums.view)
    }
    guard totalFrequency == info.totalFrequency else {
      throw list.damage(
        segment.file, "\(totalFrequency) occurrences, the dictionary has \(info.totalFrequency)")
    }
    if list.hasSkipData { try checkPrimes(list) }
    try positions?.checkEnd()
    postingCount += info.documentFrequency
    tokenCount += totalFrequency
  }

  private func positionChecks(_ info: TermInfo) throws(IndexError) -> (any PositionChecks)? {
    guard let section = segment.positions else { return nil }
    if SegmentVersion.groupsPositions(segment.file.formatVersion) {
      return try PositionListVerifier(info, in: section, of: segment.file)
    }
    return try OldPositionListVerifier(info, in: section, of: segment.file, memory: gaps.view)
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

  private mutating func addUp(_ count: Int, _ totalFrequency: inout Int) -> Bounds {
    var bounds = Bounds()
    let docs = docs.view
    let frequencies = frequencies.view
    let lengths = lengths.view
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
      lengths[doc] &+= frequency
      totalFrequency &+= Int(frequency)
    }
    return bounds
  }

  private mutating func check(
    _ bounds: Bounds, of list: PostingList, _ block: Int
  ) throws(IndexError) {
    if list.documentFrequency == 1 { return }
    boundCount += 1
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
        segment.file, "the bounds of block \(block) are \(bounds), \(stored) is stored")
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

  /// Checks the norm of each document, once all lists have been; returns the number of documents
  /// that are not empty.
  func checkNorms() throws(IndexError) -> Int {
    var nonEmptyCount = 0
    for doc in 0..<segment.norms.count {
      let length = Int(lengths[doc])
      let offset = segment.norms.lowerBound + doc
      guard FieldNorm(length: length).rawValue == segment.file.bytes[offset] else {
        throw segment.file.damage(
          SegmentFormat.norms, offset..<offset + 1,
          "document \(doc) has \(length) tokens and the norm \(segment.file.bytes[offset])")
      }
      if length > 0 { nonEmptyCount += 1 }
    }
    return nonEmptyCount
  }

  /// Checks that each document of *n* tokens has the positions 0 to *n* - 1, by their weights; to
  /// be asked only if no words were dropped.
  func checkPositionSums() throws(IndexError) {
    guard let section = segment.positions else { return }
    for doc in 0..<segment.metadata.documentCount {
      let length = UInt64(lengths[doc])
      if length > 0, positionSums[doc] != PositionListVerifier.weight(ofAll: length) {
        throw segment.file.damage(
          SegmentFormat.positions, section, "document \(doc) has other positions than 0 to its end")
      }
    }
  }
}
