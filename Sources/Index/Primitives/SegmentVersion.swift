/// The versions of the format of segments, which every section goes by.
///
/// History, newest last:
/// 1. The first.
/// 2. Blocks of documents that lie close together are bitsets.
/// 3. Tails of lists are Rice codes, not variable-length integers; patches of packed integers are
///    bits; entries of the dictionary, records of documents and the table of ids are shorter.
enum SegmentVersion {
  /// The version that is written.
  static let current: UInt32 = 3
  /// The versions that are read.
  static let supported = 1...3

  /// Whether a version is 3 or later.
  ///
  /// Bitsets and patches show themselves what they are.
  @inline(__always)
  static func isCompact(_ version: UInt32) -> Bool { version >= 3 }
}
