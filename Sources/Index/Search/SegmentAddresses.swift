/// Finds the segment of a document that is numbered within the collection.
struct SegmentAddresses: Sendable {
  private var ends: [UInt32] = []

  init(_ segments: [SegmentReader]) {
    var end: UInt32 = 0
    for segment in segments {
      end += UInt32(segment.metadata.documentCount)
      ends.append(end)
    }
  }

  /// The address of document `doc`.
  func address(of doc: UInt32) -> DocAddress {
    let segment = ends.firstIndex { doc < $0 } ?? 0
    let base = segment == 0 ? 0 : ends[segment - 1]
    return DocAddress(segment: segment, doc: DocID(doc - base))
  }
}
