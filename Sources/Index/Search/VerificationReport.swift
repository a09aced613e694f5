/// What a verification found.
public struct VerificationReport: Hashable, Sendable {
  /// One segment's findings.
  public struct Segment: Hashable, Sendable {
    /// A kind of structures that were checked.
    public struct Check: Hashable, Sendable {
      /// The kind, such as `postings`.
      public var name: String
      /// How many there are.
      public var count: Int
    }

    /// The file's name.
    public var name: String
    /// Checksummed units that are as written.
    public var intactUnitCount: Int
    /// All checksummed units.
    public var unitCount: Int
    /// Bytes of the file.
    public var byteCount: Int
    /// What was checked, in order.
    public var checks: [Check]
    /// What is wrong; empty if the segment is whole.
    public var damages: [Damage]
  }

  /// The findings by segment.
  public var segments: [Segment] = []
  /// Whether nothing is wrong.
  public var isIntact: Bool { segments.allSatisfy { $0.damages.isEmpty } }

  /// An empty report.
  public init() {}
}
