/// A document within one segment: a dense number, `0 ..< documentCount`, in collection order.
@frozen
public struct DocID: Hashable, Comparable, Sendable {
  /// The number.
  public var rawValue: UInt32

  /// Creates an id from its number.
  @inlinable
  public init(_ rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// Collection order.
  @inlinable
  public static func < (left: DocID, right: DocID) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension DocID {
  /// The most documents of a segment, and of an index: their numbers, and the number after the last,
  /// fit 31 bits.
  static let maxCount = Int(Int32.max) - 1
}

/// A document of an index: its segment (by place in the manifest) and its number there.
///
/// Valid for the `IndexReader` it came from; what outlives a reader is the external id.
public struct DocAddress: Hashable, Comparable, Sendable {
  /// The place of the segment in the manifest.
  public var segment: Int
  /// The document within the segment.
  public var doc: DocID

  /// Creates an address.
  public init(segment: Int, doc: DocID) {
    self.segment = segment
    self.doc = doc
  }

  /// Collection order.
  public static func < (left: DocAddress, right: DocAddress) -> Bool {
    (left.segment, left.doc) < (right.segment, right.doc)
  }
}
