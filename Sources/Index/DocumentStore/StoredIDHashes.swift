import Tokenizer

/// The table that finds documents by the hashes of their ids, as it was before format 3.
///
///     ids := (hash: u32)^documentCount, (document: u32)^documentCount
struct StoredIDHashes: Sendable {
  private let file: VerifiedFile
  private let documentCount: Int
  private let hashes: VerifiedArray<UInt32>
  private let documentsByHash: VerifiedArray<UInt32>

  /// The table of `documentCount` documents in `section`.
  ///
  /// - Throws: `damaged` if it has another size.
  init(_ file: VerifiedFile, section: Range<Int>, documentCount: Int) throws(IndexError) {
    guard section.count == documentCount * 8 else {
      throw file.damage(
        DocumentStoreFormat.idsSection, section,
        "\(section.count) bytes for \(documentCount) documents")
    }
    self.file = file
    self.documentCount = documentCount
    hashes = VerifiedArray(file, at: section.lowerBound, count: documentCount)
    documentsByHash = VerifiedArray(
      file, at: section.lowerBound + documentCount * 4, count: documentCount)
  }

  /// The first document with `hash` for which `isWanted` is true.
  ///
  /// - Complexity: O(log log *n*) expected.
  func first(
    withHash hash: UInt32, where isWanted: (_ doc: Int) throws(IndexError) -> Bool
  ) throws(IndexError) -> Int? {
    var index = try firstEntry(atOrAbove: hash)
    while index < documentCount, try hashes.value(at: index) == hash {
      let doc = Int(try documentsByHash.value(at: index))
      guard doc < documentCount else {
        throw file.damage(
          DocumentStoreFormat.idsSection, documentsByHash.byteRange(of: index),
          "document \(doc) of \(documentCount)")
      }
      if try isWanted(doc) { return doc }
      index += 1
    }
    return nil
  }

  /// The first entry whose hash is at least `hash`.
  ///
  /// Hashes are evenly spread, so the search starts where `hash` should be and doubles its steps
  /// from there: it touches one or two units of the file where halving would touch a dozen.
  private func firstEntry(atOrAbove hash: UInt32) throws(IndexError) -> Int {
    guard hash > 0 else { return 0 }
    let guess = Int((UInt64(hash) * UInt64(documentCount)) >> 32)
    var low = guess
    var step = 16
    while low > 0, try hashes.value(at: min(low, documentCount - 1)) >= hash {
      low = max(0, low - step)
      step *= 2
    }
    var high = min(documentCount, guess + 1)
    step = 16
    while high < documentCount, try hashes.value(at: high) < hash {
      high = min(documentCount, high + step)
      step *= 2
    }
    return try hashes.firstIndex(above: hash - 1, in: min(low, high)..<high)
  }

  /// Checks that the table of ids has each document once, in order and under its hash.
  func validate(_ idHashes: ColumnView<UInt32>) throws(IndexError) {
    var last: (UInt32, UInt32)?
    for index in 0..<documentCount {
      let hash = try hashes.value(at: index)
      let doc = try documentsByHash.value(at: index)
      let isInOrder = last.map { $0 < (hash, doc) } ?? true
      guard isInOrder, doc < documentCount, idHashes[Int(doc)] == hash else {
        throw file.damage(
          DocumentStoreFormat.idsSection, documentsByHash.byteRange(of: index),
          "entry \(index) is document \(doc) with the hash \(hash)")
      }
      last = (hash, doc)
    }
  }
}
