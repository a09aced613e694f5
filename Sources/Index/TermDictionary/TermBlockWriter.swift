/// Gathers the terms of a block and writes it.
struct TermBlockWriter: ~Copyable {
  private var infos: [TermInfo] = []
  private var terms = SpelledTerms()
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
    terms.append(term, prefixByteCount: prefixByteCount)
    infos.append(info)
  }

  /// Writes the block to `target` and begins the next one.
  mutating func write(to target: inout ByteWriter) {
    let inBytes = terms.takeLessInBytes
    target.appendVariable(postingsStart)
    if storesPositions { target.appendVariable(positionsStart) }
    let positionBitCount = positionBitCount
    target.append(
      UInt16(
        (termCount - 1) | (prefixByteCount - 1) << 6 | (inBytes ? 1 << 9 : 0)
          | positionBitCount << 10))
    target.append(UInt8(terms.leastSharedCount(inBytes: inBytes)))
    if storesPositions {
      rate = bestRate()
      target.append(UInt8(rate))
    }
    writeKinds(to: &target)
    target.appendVariable((terms.suffixBitCount(of: termCount, inBytes: inBytes) + 7) / 8)
    var lists = ByteWriter(capacity: 1 << 8)
    let half = writeLists(to: &lists)
    if termCount > TermDictionaryFormat.halfLength {
      target.appendVariable(
        terms.suffixBitCount(of: TermDictionaryFormat.halfLength, inBytes: inBytes))
      target.appendVariable(half.listBitCount)
      target.appendVariable(half.postingsByteCount)
      if storesPositions { target.appendVariable(half.positionsByteCount) }
    }
    terms.writeHeads(inBytes: inBytes, to: &target)
    writeSingles(positionBitCount, to: &target)
    terms.writeSuffixes(inBytes: inBytes, to: &target)
    target.append(lists.bytes)
    for info in infos {
      postingsStart += info.postings.count
      positionsStart += info.positions.count
    }
    terms.removeAll()
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
