internal import Synchronization
import Tokenizer

/// What the lists of all terms say of each document, added up by any number of threads: its length,
/// and what its positions weigh.
///
/// The documents are cut into parts with a lock each. What a thread has to add it collects in an
/// `Adder` until there are many postings of a part: so a lock is taken once for them all, and the sums
/// that they belong to, which in a large segment are in no cache, are fetched side by side. One thread
/// checks 2,500,000 documents in three fifths of the time that it takes without.
///
/// 12 bytes a document, 4 without positions, for all threads together; 64 KiB for each adder.
final class DocumentSums: Sendable {
  /// The parts of the documents at most.
  private static let maxPartCount = 64
  /// The postings of a part that an adder collects.
  private static let batchCount = 64

  private let segment: SegmentReader
  /// The length of each document as its frequencies add up to.
  private let lengths: Column<UInt32>
  /// The weights of the positions of all tokens of each document, added up.
  private let weights: Column<UInt64>
  /// Who writes lengths and weights of a part has its lock.
  private let locks = InlineArray<64, Mutex<Void>> { _ in Mutex(()) }
  /// Without so many low bits the number of a document is that of its part.
  private let partShift: UInt32

  /// Sums of nothing for the documents of `segment`, whose norms it verifies.
  init(_ segment: SegmentReader) throws(IndexError) {
    self.segment = segment
    let documentCount = segment.metadata.documentCount
    lengths = Column(capacity: documentCount)
    weights = Column(capacity: segment.positions == nil ? 0 : documentCount)
    let bitCount = Int.bitWidth - max(0, documentCount - 1).leadingZeroBitCount
    partShift = UInt32(max(0, bitCount - DocumentSums.maxPartCount.trailingZeroBitCount))
    try segment.file.verify(segment.norms)
  }

  /// A posting to be added.
  struct Record {
    var doc: UInt32
    var frequency: UInt32
    var weight: UInt64
  }

  private func add(_ records: ColumnView<Record>, _ range: Range<Int>, toPart part: Int) {
    let lengths = lengths.view
    let weights = weights.view
    locks[part].withLock { _ in
      for index in range {
        let record = records[index]
        let doc = Int(record.doc)
        lengths[doc] &+= record.frequency
        if weights.count > 0 { weights[doc] &+= record.weight }
      }
    }
  }

  /// What one thread adds.
  struct Adder: ~Copyable {
    private let sums: DocumentSums
    /// What is collected, part by part, and how much of each.
    private let records = Column<Record>(capacity: maxPartCount * batchCount)
    private let counts = Column<Int>(capacity: maxPartCount)

    /// Adds to `sums`.
    init(_ sums: DocumentSums) {
      self.sums = sums
    }

    /// Adds `count` postings, which stand in the slots of `DeltaBlock`.
    func add(
      _ docs: ColumnView<UInt32>, _ frequencies: ColumnView<UInt32>,
      _ weights: ColumnView<UInt64>, count: Int
    ) {
      let records = records.view
      let counts = counts.view
      let shift = sums.partShift
      for index in 0..<count {
        let slot = DeltaBlock.slot(index)
        let doc = docs[slot]
        let part = Int(doc &>> shift)
        let place = counts[part]
        records[part &* batchCount &+ place] = Record(
          doc: doc, frequency: frequencies[slot], weight: weights[slot])
        counts[part] = place &+ 1
        if place &+ 1 == batchCount { addAll(ofPart: part) }
      }
    }

    /// Adds what is left.
    func finish() {
      for part in 0..<maxPartCount { addAll(ofPart: part) }
    }

    private func addAll(ofPart part: Int) {
      let start = part &* batchCount
      sums.add(records.view, start..<start &+ counts[part], toPart: part)
      counts[part] = 0
    }
  }
}

extension DocumentSums {
  /// Checks the norm of each document, once all lists were added; returns the number of documents
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
  func checkPositions() throws(IndexError) {
    guard let section = segment.positions else { return }
    for doc in 0..<segment.metadata.documentCount {
      let length = UInt64(lengths[doc])
      if length > 0, weights[doc] != PositionListVerifier.weight(ofAll: length) {
        throw segment.file.damage(
          SegmentFormat.positions, section, "document \(doc) has other positions than 0 to its end")
      }
    }
  }
}
