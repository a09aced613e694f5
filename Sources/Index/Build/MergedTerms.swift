/// The terms of a merged range with what the dictionary stores for each, in order.
///
///     MergedTerms := (termLength: varint, term, documentFrequency: varint,
///                     totalFrequency: varint, singleDoc: varint, postingsLength: varint,
///                     positionsLength: varint, singlePosition: varint if totalFrequency = 1)
///                    ^ count
struct MergedTerms: ~Copyable {
  private var records = ByteWriter(capacity: 1 << 14)
  private var currentStart = 0
  private var currentCount = 0
  /// Number of terms.
  private(set) var count = 0
  /// Number of postings of all terms.
  private(set) var postingCount = 0

  /// Forgets all terms, keeps the memory.
  mutating func removeAll() {
    records.removeAll()
    count = 0
    postingCount = 0
  }

  /// Starts the record of `term`.
  mutating func begin(_ term: Bytes) {
    records.appendVariable(term.count)
    currentStart = records.count
    currentCount = term.count
    records.append(term)
  }

  /// The term whose record was started, valid until the record ends.
  var current: Bytes { records.bytes.slice(at: currentStart, count: currentCount) }

  /// Ends the record.
  mutating func end(_ info: TermInfo) {
    records.appendVariable(info.documentFrequency)
    records.appendVariable(info.totalFrequency)
    records.appendVariable(UInt64(info.singleDoc))
    records.appendVariable(info.postings.count)
    records.appendVariable(info.positions.count)
    if info.totalFrequency == 1 { records.appendVariable(UInt64(info.singlePosition)) }
    count += 1
    postingCount += info.documentFrequency
  }

  /// Appends all terms to `dictionary`.
  func append(to dictionary: inout TermDictionaryWriter) throws(IndexError) {
    var reader = ByteReader(records.bytes)
    while reader.remaining > 0 {
      let (term, info) = MergedTerms.readRecord(&reader)
      try dictionary.append(term, info)
    }
  }

  private static func readRecord(_ reader: inout ByteReader) -> (term: Bytes, info: TermInfo) {
    do {
      let term = try reader.readLengthPrefixed()
      var info = TermInfo()
      info.documentFrequency = Int(try reader.readVariable())
      info.totalFrequency = Int(try reader.readVariable())
      info.singleDoc = UInt32(try reader.readVariable())
      info.postings = 0..<Int(try reader.readVariable())
      info.positions = 0..<Int(try reader.readVariable())
      if info.totalFrequency == 1 { info.singlePosition = UInt32(try reader.readVariable()) }
      return (term, info)
    } catch {
      preconditionFailure("a record that was just written: \(error)")
    }
  }
}
