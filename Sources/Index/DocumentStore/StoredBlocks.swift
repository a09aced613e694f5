/// The blocks of one section, at the places that an index of offsets has.
struct StoredBlocks: Sendable {
  let file: VerifiedFile
  /// The name of the section.
  let name: String
  /// The section's bytes in the file.
  let section: Range<Int>
  /// Where each block starts in the section, and where the last ends.
  let byteOffsets: VerifiedArray<UInt64>

  /// The number of blocks.
  var count: Int { byteOffsets.count - 1 }

  /// Checks that the blocks fill the section from its start, or what comes first, to its end.
  func validateBounds(after byteCount: Int = 0) throws(IndexError) {
    let whole = try byteRange(of: 0..<count)
    guard whole == section.lowerBound + byteCount..<section.upperBound else {
      throw file.damage(name, section, "its blocks fill \(whole)")
    }
  }

  /// The bytes of the file that a block has, which lie within the section.
  func byteRange(of index: Int) throws(IndexError) -> Range<Int> {
    try byteRange(of: index..<index + 1)
  }

  /// The bytes of the file that some consecutive blocks have, which lie within the section.
  func byteRange(of blocks: Range<Int>) throws(IndexError) -> Range<Int> {
    let start = try byteOffsets.value(at: blocks.lowerBound)
    let end = try byteOffsets.value(at: blocks.upperBound)
    guard start <= end, end <= UInt64(section.count) else {
      throw file.damage(
        name, byteOffsets.byteRange(of: blocks.lowerBound),
        "a block from \(start) to \(end) in a section of \(section.count) bytes")
    }
    return section.lowerBound + Int(start)..<section.lowerBound + Int(end)
  }
}
