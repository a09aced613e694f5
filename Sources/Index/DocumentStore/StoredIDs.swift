import Tokenizer

/// The table that finds documents by the hashes of their ids.
///
///     ids         := (bucketStart: u32)^(2^bucketBits + 1),
///                    (entry: printBits + docBits bits)^documentCount
///     entry       := document | print << docBits
///
/// Entries are in the order of the hashes, of equal hashes in that of the documents. The first bits
/// of a hash are the number of its bucket, the next its print. A lookup reads one bucket, some 16
/// entries, and the ids of the documents with the print wanted: one in 256 of others has it.
struct StoredIDs: Sendable {
  /// Bits of a hash in an entry.
  static let printBits = 8

  /// The bits of a document's number.
  static func docBits(documentCount: Int) -> Int {
    Int.bitWidth - max(0, documentCount - 1).leadingZeroBitCount
  }

  /// The bits of a hash that are the number of its bucket: so many that a bucket has 8 to 16
  /// entries.
  static func bucketBits(documentCount: Int) -> Int {
    min(24, max(0, docBits(documentCount: documentCount) - 4))
  }

  /// The bytes of the table.
  static func byteCount(documentCount: Int) -> Int {
    let entryBits = documentCount * (printBits + docBits(documentCount: documentCount))
    return ((1 << bucketBits(documentCount: documentCount)) + 1) * 4 + (entryBits + 7) / 8
  }

  /// The bucket of a hash.
  static func bucket(of hash: UInt32, bucketBits: Int) -> Int {
    Int(UInt64(hash) >> UInt64(32 - bucketBits))
  }

  /// The print of a hash.
  static func print(of hash: UInt32, bucketBits: Int) -> UInt32 {
    (hash << UInt32(bucketBits)) >> UInt32(32 - printBits)
  }

  private let file: VerifiedFile
  private let section: Range<Int>
  private let documentCount: Int
  private let docBits: Int
  private let bucketBits: Int
  private let starts: VerifiedArray<UInt32>
  private let entriesOffset: Int

  /// The table of `documentCount` documents in `section`.
  ///
  /// - Throws: `damaged` if it has another size.
  init(_ file: VerifiedFile, section: Range<Int>, documentCount: Int) throws(IndexError) {
    guard section.count == StoredIDs.byteCount(documentCount: documentCount) else {
      throw file.damage(
        DocumentStoreFormat.idsSection, section,
        "\(section.count) bytes for \(documentCount) documents")
    }
    self.file = file
    self.section = section
    self.documentCount = documentCount
    docBits = StoredIDs.docBits(documentCount: documentCount)
    bucketBits = StoredIDs.bucketBits(documentCount: documentCount)
    starts = VerifiedArray(file, at: section.lowerBound, count: 1 << bucketBits + 1)
    entriesOffset = section.lowerBound + starts.count * 4
  }

  /// The first document with the print of `hash` in its bucket for which `isWanted` is true.
  ///
  /// - Complexity: O(1) expected.
  func first(
    withHash hash: UInt32, where isWanted: (_ doc: Int) throws(IndexError) -> Bool
  ) throws(IndexError) -> Int? {
    let wanted = StoredIDs.print(of: hash, bucketBits: bucketBits)
    for index in try entries(ofBucket: StoredIDs.bucket(of: hash, bucketBits: bucketBits)) {
      let (doc, print) = try entry(index)
      if print == wanted, try isWanted(doc) { return doc }
    }
    return nil
  }

  /// Checks that the table has each document once, in order and under its hash.
  func validate(_ hashes: ColumnView<UInt32>) throws(IndexError) {
    var last: (UInt32, Int)?
    var end = 0
    for bucket in 0..<starts.count - 1 {
      let range = try entries(ofBucket: bucket)
      guard range.lowerBound == end else { throw damage("bucket \(bucket) starts elsewhere") }
      end = range.upperBound
      for index in range {
        let (doc, print) = try entry(index)
        let hash = hashes[doc]
        guard last.map({ $0 < (hash, doc) }) ?? true,
          StoredIDs.bucket(of: hash, bucketBits: bucketBits) == bucket,
          StoredIDs.print(of: hash, bucketBits: bucketBits) == print
        else { throw damage("entry \(index) is document \(doc) with the hash \(hash)") }
        last = (hash, doc)
      }
    }
    guard end == documentCount else { throw damage("the last bucket ends at \(end)") }
    let lastBits = documentCount * (docBits + StoredIDs.printBits) & 7
    if lastBits > 0 {
      let last = try file.verifiedBytes(section.upperBound - 1..<section.upperBound)[0]
      guard last >> UInt8(lastBits) == 0 else { throw damage("its last byte has more bits") }
    }
  }

  private func entries(ofBucket bucket: Int) throws(IndexError) -> Range<Int> {
    let start = Int(try starts.value(at: bucket))
    let end = Int(try starts.value(at: bucket + 1))
    guard start <= end, end <= documentCount else {
      throw damage("bucket \(bucket) has the entries \(start)..<\(end)")
    }
    return start..<end
  }

  private func entry(_ index: Int) throws(IndexError) -> (doc: Int, print: UInt32) {
    let width = docBits + StoredIDs.printBits
    let bit = index * width
    let offset = entriesOffset + bit >> 3
    try file.verify(offset..<min(offset + 8, section.upperBound))
    // Eight bytes can be read at the end of a section, as the footer follows.
    let word = UInt64(littleEndian: file.bytes.load(at: offset)) >> UInt64(bit & 7)
    let doc = Int(word & (1 << UInt64(docBits) - 1))
    guard doc < documentCount else { throw damage("document \(doc) of \(documentCount)") }
    return (doc, UInt32(word >> UInt64(docBits) & (1 << UInt64(StoredIDs.printBits) - 1)))
  }

  private func damage(_ detail: String) -> IndexError {
    file.damage(DocumentStoreFormat.idsSection, section, detail)
  }
}
