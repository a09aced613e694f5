/// Gathers the terms of a block and writes it.
struct TermBlockWriter: ~Copyable {
  private var infos: [TermInfo] = []
  /// The terms in symbols of 5 bits and of 8 bits, until it is known which are fewer.
  private var short = SpelledTerms(symbolBitCount: TermSpelling.shortSymbolBitCount)
  private var long = SpelledTerms(symbolBitCount: 8)
  /// The bytes of the first term that only the index has.
  private var prefixByteCount = 0
  /// Where the lists of the block start in their sections.
  private var postingsStart = 0
  private var positionsStart = 0
  /// The rate of the last block.
  private var rate = 72

  private let storesPositions: Bool
  private let docBitCount: Int
  private let code: TermListCode

  init(documentCount: Int, storesPositions: Bool) {
    self.storesPositions = storesPositions
    docBitCount = TermDictionaryFormat.docBitCount(documentCount: documentCount)
    code = TermListCode(documentCount: documentCount)
  }

  /// The number of terms.
  var termCount: Int { infos.count }

  /// Appends a term, of which a block has one to `blockLength`.
  mutating func append(_ term: Bytes, _ info: TermInfo) {
    if infos.isEmpty {
      prefixByteCount = min(term.count, TermDictionaryFormat.maxPrefixByteCount)
    }
    short.append(term, prefixByteCount: prefixByteCount)
    long.append(term, prefixByteCount: prefixByteCount)
    infos.append(info)
  }

  /// Writes the block to `target` and begins the next one.
  mutating func write(to target: inout ByteWriter) {
    let isInBytes = long.bitCount < short.bitCount
    target.appendVariable(postingsStart)
    if storesPositions { target.appendVariable(positionsStart) }
    let positionBitCount = positionBitCount
    target.append(
      UInt16(
        (termCount - 1) | (prefixByteCount - 1) << 6 | (isInBytes ? 1 << 9 : 0)
          | positionBitCount << 10))
    target.append(UInt8((isInBytes ? long : short).leastSharedCount))
    if storesPositions {
      rate = bestRate()
      target.append(UInt8(rate))
    }
    writeKinds(to: &target)
    target.appendVariable(((isInBytes ? long : short).suffixBitCount(of: termCount) + 7) / 8)
    var lists = ByteWriter(capacity: 1 << 8)
    let half = writeLists(to: &lists)
    if termCount > TermDictionaryFormat.halfLength {
      target.appendVariable(
        (isInBytes ? long : short).suffixBitCount(of: TermDictionaryFormat.halfLength))
      target.appendVariable(half.listBitCount)
      target.appendVariable(half.postingsByteCount)
      if storesPositions { target.appendVariable(half.positionsByteCount) }
    }
    (isInBytes ? long : short).writeHeads(to: &target)
    writeSingles(positionBitCount, to: &target)
    (isInBytes ? long : short).writeSuffixes(to: &target)
    target.append(lists.bytes)
    for info in infos {
      postingsStart += info.postings.count
      positionsStart += info.positions.count
    }
    short.removeAll()
    long.removeAll()
    infos.removeAll(keepingCapacity: true)
  }

  // MARK: - Terms that stand once

  private static func isSingle(_ info: TermInfo) -> Bool { info.totalFrequency == 1 }

  private func writeKinds(to target: inout ByteWriter) {
    var bits = BitWriter()
    for info in infos {
      bits.append(TermBlockWriter.isSingle(info) ? 1 : 0, bitCount: 1, to: &target)
    }
    bits.finish(&target)
  }

  /// The bits that hold every position of a term that stands once.
  private var positionBitCount: Int {
    guard storesPositions else { return 0 }
    let all = infos.reduce(0) { TermBlockWriter.isSingle($1) ? $0 | $1.singlePosition : $0 }
    return UInt32.bitWidth - all.leadingZeroBitCount
  }

  private func writeSingles(_ positionBitCount: Int, to target: inout ByteWriter) {
    var bits = BitWriter()
    for info in infos where TermBlockWriter.isSingle(info) {
      bits.append(UInt64(info.singleDoc), bitCount: docBitCount, to: &target)
      if storesPositions {
        bits.append(UInt64(info.singlePosition), bitCount: positionBitCount, to: &target)
      }
    }
    bits.finish(&target)
  }

  // MARK: - Lists

  /// Writes what there is of terms with lists to an empty `target`; says how much that is of the
  /// first half.
  private func writeLists(to target: inout ByteWriter) -> TermBlock.Half {
    var half = TermBlock.Half()
    var bits = BitWriter()
    for (index, info) in infos.enumerated() {
      if index == TermDictionaryFormat.halfLength {
        half.listBitCount = target.count * 8 + bits.count
      }
      if index < TermDictionaryFormat.halfLength {
        half.postingsByteCount += info.postings.count
        half.positionsByteCount += info.positions.count
      }
      if TermBlockWriter.isSingle(info) { continue }
      let documents = info.documentFrequency
      let logarithm = TermListCode.logarithm(documents + 1)
      bits.append(
        exponential: UInt64(documents - 1), parameter: TermListCode.documentFrequencyParameter,
        to: &target)
      bits.append(
        exponential: UInt64(info.totalFrequency - documents - (documents == 1 ? 1 : 0)),
        parameter: TermListCode.excessParameter(logarithm), to: &target)
      if documents == 1 {
        bits.append(UInt64(info.singleDoc), bitCount: docBitCount, to: &target)
      } else {
        let expected = code.postingsByteCount(documents, info.totalFrequency, logarithm)
        bits.append(
          exponential: ExponentialGolombCode.zigzag(info.postings.count - expected), parameter: 0,
          to: &target)
      }
      if storesPositions {
        bits.append(
          exponential: TermBlockWriter.difference(info, rate), parameter: 0, to: &target)
      }
    }
    bits.finish(&target)
    return half
  }

  /// What the positions of a term take more than expected, or less.
  private static func difference(_ info: TermInfo, _ rate: Int) -> UInt64 {
    ExponentialGolombCode.zigzag(
      info.positions.count
        - TermListCode.positionsByteCount(info.totalFrequency, rate: rate))
  }

  /// A rate near the last one with which differences take few bits: that of the best block in the
  /// neighbourhood is found soon.
  private func bestRate() -> Int {
    var best = (rate: rate, bitCount: Int.max)
    for step in [0, -1, 1, -4, 4, -16, 16] {
      let rate = min(max(rate + step, 0), 255)
      var bitCount = 0
      for info in infos where !TermBlockWriter.isSingle(info) {
        bitCount += ExponentialGolombCode.bitCount(
          TermBlockWriter.difference(info, rate), parameter: 0)
      }
      if bitCount < best.bitCount { best = (rate, bitCount) }
    }
    return best.rate
  }
}

/// The terms of a block in symbols, each without what it shares with the one before.
private struct SpelledTerms {
  let symbolBitCount: Int
  private var first: [UInt8] = []
  private var last: [UInt8] = []
  private var term: [UInt8] = []
  private var suffixes: [UInt8] = []
  private var sharedCounts: [Int] = []
  private var suffixCounts: [Int] = []

  init(symbolBitCount: Int) {
    self.symbolBitCount = symbolBitCount
  }

  mutating func removeAll() {
    suffixes.removeAll(keepingCapacity: true)
    sharedCounts.removeAll(keepingCapacity: true)
    suffixCounts.removeAll(keepingCapacity: true)
  }

  /// Appends a term, of which so many bytes are not stored if it is the first.
  mutating func append(_ bytes: Bytes, prefixByteCount: Int) {
    term.removeAll(keepingCapacity: true)
    var shared = 0
    for index in 0..<bytes.count {
      TermSpelling.append(bytes[index], symbolBitCount, to: &term)
      if index == prefixByteCount - 1 { shared = term.count }
    }
    if sharedCounts.isEmpty {
      first = term
    } else {
      // So that lookups can begin there.
      if sharedCounts.count == TermDictionaryFormat.halfLength { last = first }
      shared = 0
      let limit = min(last.count, term.count)
      while shared < limit, last[shared] == term[shared] { shared += 1 }
    }
    sharedCounts.append(shared)
    suffixCounts.append(term.count - shared)
    suffixes += term[shared...]
    swap(&last, &term)
  }

  /// The fewest symbols that a term after the first shares with the one before, as far as it can be
  /// said.
  var leastSharedCount: Int { min(255, sharedCounts.dropFirst().min() ?? 0) }

  /// The bits of heads and suffixes.
  var bitCount: Int {
    sharedCounts.count * TermDictionaryFormat.headBitCount + suffixBitCount(of: sharedCounts.count)
  }

  /// The bits of the suffixes of the first `termCount` terms, with what is in no head.
  func suffixBitCount(of termCount: Int) -> Int {
    let least = leastSharedCount
    var count = 0
    for index in 0..<termCount {
      count += suffixCounts[index] * symbolBitCount
      for more in excess(index, least) where more >= 0 {
        count += ExponentialGolombCode.bitCount(
          UInt64(more), parameter: TermDictionaryFormat.countParameter)
      }
    }
    return count
  }

  /// What is more in the counts of a term than its head can say; less than 0 if that says all.
  private func excess(_ index: Int, _ least: Int) -> [Int] {
    if index == 0 { return [-1, suffixCounts[0]] }
    let long = TermDictionaryFormat.longCount
    return [sharedCounts[index] - least - long, suffixCounts[index] - 1 - long]
  }

  func writeHeads(to target: inout ByteWriter) {
    let long = TermDictionaryFormat.longCount
    let least = leastSharedCount
    var bits = BitWriter()
    for index in sharedCounts.indices.dropFirst() {
      let head =
        min(sharedCounts[index] - least, long) | min(suffixCounts[index] - 1, long) << 3
      bits.append(UInt64(head), bitCount: TermDictionaryFormat.headBitCount, to: &target)
    }
    bits.finish(&target)
  }

  func writeSuffixes(to target: inout ByteWriter) {
    let least = leastSharedCount
    var bits = BitWriter()
    var start = 0
    for index in sharedCounts.indices {
      for more in excess(index, least) where more >= 0 {
        bits.append(
          exponential: UInt64(more), parameter: TermDictionaryFormat.countParameter, to: &target)
      }
      for place in start..<start + suffixCounts[index] {
        bits.append(UInt64(suffixes[place]), bitCount: symbolBitCount, to: &target)
      }
      start += suffixCounts[index]
    }
    bits.finish(&target)
  }
}
