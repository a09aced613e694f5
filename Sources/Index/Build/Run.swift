import Tokenizer

/// What a unit of work leaves: its terms in order, and for each the places where it occurs.
///
///     terms       := (length: varint, bytes, occurrenceCount: varint) ^ termCount
///     occurrences := document << positionBits | position: u32 (u64 if wide) ^ tokenCount
///
/// The occurrences of the first term come first, then those of the second; each term's are in
/// increasing order. Runs live in memory or, once spilled, in a temporary file; they never become
/// part of an index as they are.
struct Run: ~Copyable {
  /// Number of documents.
  let documentCount: Int
  /// Number of tokens.
  let tokenCount: Int
  /// Bytes of text.
  let textByteCount: Int
  /// The norm of each document, until they are taken.
  private var norms: [UInt8]
  /// Documents by the raw value of the language they were analysed in, up to the last that has any.
  let documentCountByLanguage: [Int]
  /// The bits of an occurrence that tell the position.
  let positionBits: Int
  /// Whether occurrences take eight bytes.
  let isWide: Bool

  /// The section `terms`.
  var terms: ByteWriter
  /// The number of terms.
  private(set) var termCount = 0
  /// Entry points into the terms, every `markInterval` terms.
  private(set) var marks: [Mark] = []
  /// The terms of the marks, one after the other.
  private var markTerms = ByteWriter()
  /// The section `occurrences`.
  var occurrences = Column<UInt8>(capacity: 0)
  /// Its length in bytes.
  var occurrenceByteCount = 0

  /// Where a merge may start to read a run.
  struct Mark {
    /// Where the term that stands there ends in the bytes of all of them.
    fileprivate var end: Int
    /// Its offset in the section `terms`.
    var termOffset: Int
    /// The number of occurrences before it.
    var occurrenceStart: Int
  }

  /// Large, as marks stay in memory; a merge has to pass over half as many terms, once a range.
  private static let markInterval = 256
  /// How many occurrences a term takes as much time as, besides its own.
  private static let workPerTerm = 8

  /// A run of no terms yet, with room for the first of `termCount`.
  init(
    termCount: Int, documentCount: Int, tokenCount: Int, textByteCount: Int, norms: [UInt8],
    documentCountByLanguage: [Int], positionBits: Int, isWide: Bool
  ) {
    // There may be many small runs.
    terms = ByteWriter(capacity: min(16 * termCount, 1 << 16))
    marks.reserveCapacity((termCount + Run.markInterval - 1) / Run.markInterval)
    self.documentCount = documentCount
    self.tokenCount = tokenCount
    self.textByteCount = textByteCount
    self.norms = norms
    self.documentCountByLanguage = documentCountByLanguage
    self.positionBits = positionBits
    self.isWide = isWide
  }

  /// What stays in memory of `run` when its sections, and its norms, are elsewhere.
  init(withoutSectionsOf run: borrowing Run) {
    self.init(
      termCount: 0, documentCount: run.documentCount, tokenCount: run.tokenCount,
      textByteCount: run.textByteCount, norms: [],
      documentCountByLanguage: run.documentCountByLanguage, positionBits: run.positionBits,
      isWide: run.isWide)
    termCount = run.termCount
    marks = run.marks
    markTerms = ByteWriter(capacity: run.markTerms.count)
    markTerms.append(run.markTerms.bytes)
  }

  /// Appends term `id` of `table`, which comes after all before it.
  @inline(__always)
  mutating func appendTerm(
    _ id: Int, of table: borrowing TermTable, occurrenceCount: Int, start: Int
  ) {
    if termCount % Run.markInterval == 0 { appendMark(table.term(id), start) }
    table.appendTerm(id, to: &terms)
    terms.appendVariable(occurrenceCount)
    termCount += 1
  }

  @inline(never)
  private mutating func appendMark(_ term: Bytes, _ start: Int) {
    markTerms.append(term)
    marks.append(
      Mark(end: markTerms.count, termOffset: terms.count, occurrenceStart: start))
  }
}

extension Run {
  /// Bytes of an occurrence.
  var occurrenceWidth: Int { isWide ? 8 : 4 }

  /// The term at a mark.
  func term(at mark: Int) -> Bytes {
    let start = mark == 0 ? 0 : marks[mark - 1].end
    return markTerms.bytes.slice(at: start, count: marks[mark].end - start)
  }

  /// Hands over the norm of each document.
  mutating func takeNorms() -> [UInt8] {
    defer { norms = [] }
    return norms
  }

  /// What merging all terms takes, in about what an occurrence does.
  var mergeWork: Int { tokenCount + Run.workPerTerm * termCount }

  /// What merging the terms from a mark to the next takes.
  func mergeWork(after mark: Int) -> Int {
    let end = mark + 1 < marks.count ? mergeWork(before: mark + 1) : mergeWork
    return end - mergeWork(before: mark)
  }

  private func mergeWork(before mark: Int) -> Int {
    marks[mark].occurrenceStart + Run.workPerTerm * mark * Run.markInterval
  }

  /// The last mark whose term is not after `term`.
  func lastMark(upTo term: [UInt8]) -> Mark? {
    let next = term.span.withBytes { term in
      BinarySearch.firstIndex(of: marks.count) {
        compareTerms(self.term(at: $0), term) <= 0
      }
    }
    return next == 0 ? nil : marks[next - 1]
  }

  /// Bytes of the sections in memory.
  var byteCount: Int { terms.count + occurrenceByteCount }
}
