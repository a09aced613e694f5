/// What a search did, in counts that do not vary from run to run.
public struct SearchProfile: Hashable, Sendable {
  /// Blocks of postings of which documents are taken one after the other; in each window of the
  /// search that a block reaches.
  public var blocksDecoded = 0
  /// Blocks of postings read, also only to look documents up; each once.
  public var blocksRead = 0
  /// Blocks of postings passed over without a look.
  public var blocksSkipped = 0
  /// Postings in the blocks decoded.
  public var postingsDecoded = 0
  /// Documents whose score was computed in full.
  public var documentsScored = 0
  /// Blocks of positions decoded.
  public var positionBlocksDecoded = 0
}

extension SearchProfile {
  /// Adds the counts of another part of the search.
  mutating func add(_ other: SearchProfile) {
    blocksDecoded += other.blocksDecoded
    blocksRead += other.blocksRead
    blocksSkipped += other.blocksSkipped
    postingsDecoded += other.postingsDecoded
    documentsScored += other.documentsScored
    positionBlocksDecoded += other.positionBlocksDecoded
  }
}
