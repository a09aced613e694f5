/// What algorithms need of the segment they search.
struct SearchedSegment {
  /// Where the posting lists lie, and in which file.
  let postings: PostingsSection
  /// Where the norms lie in it.
  let norms: Range<Int>
  /// Where the positions lie in it, if there are any.
  let positions: Range<Int>?
  /// The average length that the impacts are computed for.
  let averageLength: Float
  /// The number of the segment's first document in the collection.
  let docBase: UInt32

  /// The file.
  @inline(__always)
  var file: VerifiedFile { postings.file }

  /// The number of documents.
  @inline(__always)
  var documentCount: Int { postings.documentCount }

  /// Makes sure that the norms of the documents `first ... last` may be read unchecked.
  @inline(__always)
  func verifyNorms(_ first: UInt32, through last: UInt32) throws(IndexError) {
    try file.verify(norms.lowerBound &+ Int(first)..<norms.lowerBound &+ Int(last) &+ 1)
  }

  /// Makes sure that the norms of `count` increasing documents may be read unchecked.
  @inline(__always)
  func verifyNorms(ofDocs count: Int, _ doc: (_ index: Int) -> UInt32) throws(IndexError) {
    if count == 0 { return }
    // Those of documents that lie close together at once; of others not what is between.
    if doc(count &- 1) &- doc(0) < SearchedSegment.closeDocs {
      return try verifyNorms(doc(0), through: doc(count &- 1))
    }
    for index in 0..<count { _ = try norm(doc(index)) }
  }

  /// The norms of so many documents, 16 units, are verified together.
  private static let closeDocs: UInt32 = 1 << 16

  /// The norm of a document whose norm was verified.
  @inline(__always)
  func verifiedNorm(_ doc: UInt32) -> UInt8 { file.bytes[norms.lowerBound &+ Int(doc)] }

  /// The norm of a document.
  ///
  /// - Precondition: `doc` is below the number of documents, as decoded ones are.
  @inline(__always)
  func norm(_ doc: UInt32) throws(IndexError) -> UInt8 {
    let offset = norms.lowerBound &+ Int(doc)
    try file.verify(offset..<offset &+ 1)
    return file.bytes[offset]
  }
}

extension SearchedSegment {
  /// What is needed of `reader`.
  init(_ reader: SegmentReader, docBase: UInt32 = 0) {
    self.init(
      postings: reader.postingsSection, norms: reader.norms, positions: reader.positions,
      averageLength: reader.metadata.averageLength, docBase: docBase)
  }
}
