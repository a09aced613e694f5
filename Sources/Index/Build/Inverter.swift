import Tokenizer

/// Turns the documents of one unit of work into a run: term by term, where each one occurs.
///
/// Two passes over four bytes a token. While documents arrive, each token becomes the number of
/// its term. At the end every term's place in the output is known from its count, and a second
/// pass over the numbers writes each occurrence, `document << positionBits | position`, exactly
/// there. There are no lists to grow and nothing to sort but the distinct terms.
struct Inverter: ~Copyable {
  /// A place in the stream of numbers where a dropped word stood.
  private static let hole = UInt32.max

  private let analyzer: Analyzer
  private let dropsWords: Bool
  private var table: TermTable
  /// The most tokens of a unit: their places are numbers of 32 bits.
  private let tokenLimit: Int
  /// Whether there was no room for a batch.
  private var isFull = false
  private var buffer: TokenBuffer? = TokenBuffer(keepsSources: false)
  private var ids: Column<UInt32>
  private var idCount = 0
  private let scratch = Column<UInt32>(capacity: 8192)
  /// Memory for the occurrences of the next run, if it is large enough.
  var spareMemory = Column<UInt8>(capacity: 0)

  /// Where each document's numbers end.
  private var documentEnds: [Int] = []
  private var norms: [UInt8] = []
  private var longestDocument = 0
  private var tokenCount = 0
  private var textByteCount = 0
  private var documentCountByLanguage: [Int] = []

  /// An inverter for units of about `byteLimit` bytes of text.
  init(
    analyzer: Analyzer, byteLimit: Int, tokenLimit: Int = Int(UInt32.max),
    longTermByteLimit: Int = TermTable.maxLongByteCount
  ) {
    table = TermTable(longByteLimit: longTermByteLimit)
    self.analyzer = analyzer
    self.tokenLimit = tokenLimit
    dropsWords = analyzer.options.stopWords == .drop
    // Memory that is not touched does not count, so the estimate may be generous.
    ids = Column(capacity: byteLimit / 2 + 8192)
  }

  /// Documents so far in this unit.
  var documentCount: Int { documentEnds.count }

  /// Adds the next document.
  mutating func add(text: Span<UInt8>) throws(IndexError) {
    guard text.count < Int(UInt32.max) else {
      throw .limitExceeded("a document of \(text.count) bytes; the most is 4 GiB")
    }
    let language = analyzer.language(of: text)
    let start = idCount
    let tokensBefore = tokenCount
    analyze(text, language, start)
    if isFull {
      throw .limitExceeded(
        "a piece of input with more than \(tokenLimit) tokens, \(TermTable.maxCount) terms or "
          + "4 GiB of long ones; smaller pieces, or documents, have room")
    }
    documentEnds.append(idCount)
    longestDocument = max(longestDocument, idCount - start)
    norms.append(FieldNorm(length: tokenCount - tokensBefore).rawValue)
    let number = Int(language.rawValue)
    while documentCountByLanguage.count <= number { documentCountByLanguage.append(0) }
    documentCountByLanguage[number] += 1
    textByteCount += text.count
  }

  private mutating func analyze(_ text: Span<UInt8>, _ language: Language, _ start: Int) {
    // The buffer is lent out meanwhile, so it cannot stay within `self`.
    guard var lent = buffer.take() else { preconditionFailure("the buffer is lent out") }
    analyzer.analyze(text, language: language, into: &lent) { batch in
      take(batch, documentStart: start)
    }
    buffer = consume lent
  }

  private mutating func take(_ batch: borrowing TokenBuffer, documentStart: Int) {
    guard !isFull, table.hasRoom(for: batch), batch.count <= tokenLimit - tokenCount else {
      isFull = true
      return
    }
    tokenCount += batch.count
    guard dropsWords else {
      ids.grow(to: idCount + batch.count, keeping: idCount)
      table.intern(batch, into: ids.view, at: idCount)
      idCount += batch.count
      return
    }
    assert(batch.count <= scratch.capacity)
    table.intern(batch, into: scratch.view, at: 0)
    for token in 0..<batch.count {
      let place = documentStart + Int(batch.positions[token])
      ids.grow(to: place + 1, keeping: idCount)
      while idCount < place {
        ids[idCount] = Inverter.hole
        idCount += 1
      }
      ids[place] = scratch[token]
      idCount = place + 1
    }
  }

  /// The run of the documents added since the last, and an inverter ready for the next unit.
  mutating func finishUnit() -> Run {
    let positionBits = max(1, Int.bitWidth - longestDocument.leadingZeroBitCount)
    let documentBits = Int.bitWidth - documentCount.leadingZeroBitCount
    let isWide = positionBits + documentBits > 32
    let sorted = TermSorter.sortedIDs(of: table)
    // Without the room that an array has to grow: there may be many runs.
    var run = Run(
      termCount: table.count, documentCount: documentCount, tokenCount: tokenCount,
      textByteCount: textByteCount, norms: norms.map { $0 },
      documentCountByLanguage: documentCountByLanguage, positionBits: positionBits, isWide: isWide)
    let starts = writeTerms(sorted, into: &run)
    if isWide {
      run.occurrences = scatter(starts, positionBits, as: UInt64.self)
    } else {
      run.occurrences = scatter(starts, positionBits, as: UInt32.self)
    }
    run.occurrenceByteCount = tokenCount * (isWide ? 8 : 4)
    reset()
    return run
  }

  private mutating func reset() {
    table.removeAll()
    idCount = 0
    documentEnds.removeAll(keepingCapacity: true)
    norms.removeAll(keepingCapacity: true)
    longestDocument = 0
    tokenCount = 0
    textByteCount = 0
    documentCountByLanguage = []
  }

  /// Writes the terms in order; returns by id where each one's occurrences start.
  private func writeTerms(
    _ sorted: borrowing Column<UInt32>, into run: inout Run
  ) -> Column<UInt32> {
    let starts = Column<UInt32>(capacity: table.count)
    var start = 0
    for ordinal in 0..<table.count {
      let id = Int(sorted[ordinal])
      let occurrenceCount = Int(table.occurrenceCounts[id])
      run.appendTerm(id, of: table, occurrenceCount: occurrenceCount, start: start)
      starts[id] = UInt32(start)
      start += occurrenceCount
    }
    return starts
  }

  private mutating func scatter<Occurrence: FixedWidthInteger & BitwiseCopyable>(
    _ starts: borrowing Column<UInt32>, _ positionBits: Int, as type: Occurrence.Type
  ) -> Column<UInt8> {
    var output = Column<UInt8>(capacity: 0)
    swap(&output, &spareMemory)
    let byteCount = tokenCount * MemoryLayout<Occurrence>.size
    if output.capacity < byteCount { output = Column(capacity: byteCount) }
    let out = output.view
    let next = starts.view
    let ids = ids.view
    var index = 0
    for document in documentEnds.indices {
      let end = documentEnds[document]
      var occurrence =
        Occurrence(truncatingIfNeeded: document) &<< Occurrence(positionBits)
      while index < end {
        let id = ids[index]
        if !dropsWords || id != Inverter.hole {
          let place = next[Int(id)]
          next[Int(id)] = place &+ 1
          out.store(occurrence, at: Int(place) &* MemoryLayout<Occurrence>.size)
        }
        occurrence = occurrence &+ 1
        index &+= 1
      }
    }
    return output
  }
}
