/// The versions of the format of segments, which every section goes by.
///
/// History, newest last:
/// 1. The first.
/// 2. Blocks of documents that lie close together are bitsets.
/// 3. Tails of lists are Rice codes, not variable-length integers; patches of packed integers are
///    bits; entries of the dictionary, records of documents and the table of ids are shorter.
/// 4. A patch is one code of place and height; offsets in skip data take no more bytes than they
///    need; what stands once mostly takes a byte less in the dictionary.
/// 5. Most patches are a list of indices; bounds of blocks take a byte less. Ids that increase have no
///    table; records take up what samples of all titles have; blocks of the dictionary are bits.
/// 6. Positions are in groups, one for each block of postings.
enum SegmentVersion {
  /// The version that is written.
  static let current: UInt32 = 6
  /// The versions that are read.
  static let supported = 1...6

  /// Whether a version is 3 or later.
  ///
  /// Bitsets and patches show themselves what they are.
  @inline(__always)
  static func isCompact(_ version: UInt32) -> Bool { version >= 3 }

  /// Whether a version is 4 or later.
  @inline(__always)
  static func isDense(_ version: UInt32) -> Bool { version >= 4 }

  /// Whether a version is 5 or later.
  @inline(__always)
  static func isTight(_ version: UInt32) -> Bool { version >= 5 }

  /// Whether a version is 6 or later.
  @inline(__always)
  static func groupsPositions(_ version: UInt32) -> Bool { version >= 6 }
}
