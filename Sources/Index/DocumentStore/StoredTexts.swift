import Tokenizer

/// The stream of all texts of a segment, in compressed blocks.
struct StoredTexts: Sendable {
  private let file: VerifiedFile
  private let blocks: StoredBlocks
  /// Where each block starts in the stream, and where the last ends.
  private let textOffsets: VerifiedArray<UInt64>

  /// Opens the sections of `file`; nil if it stores no texts.
  init?(file: VerifiedFile) throws(IndexError) {
    guard let section = file.section(DocumentStoreFormat.textsSection) else { return nil }
    let name = DocumentStoreFormat.textBlocksSection
    let index = try file.requiredSection(name)
    guard index.count >= 8 else { throw file.damage(name, index, "it has no head") }
    let head = try file.verifiedBytes(index.lowerBound..<index.lowerBound + 8)
    let blockCount = UInt64(littleEndian: head.load(at: 0))
    guard blockCount < UInt64(index.count) / 16,
      index.count == 8 + (Int(blockCount) + 1) * 16
    else {
      throw file.damage(name, index, "\(index.count) bytes for \(blockCount) blocks")
    }
    let count = Int(blockCount) + 1
    self.file = file
    textOffsets = VerifiedArray(file, at: index.lowerBound + 8, count: count)
    blocks = StoredBlocks(
      file: file, name: DocumentStoreFormat.textsSection, section: section,
      byteOffsets: VerifiedArray(file, at: index.lowerBound + 8 + count * 8, count: count))
  }

  /// The number of blocks.
  var blockCount: Int { blocks.count }

  /// Restores every block and checks that they follow each other without gaps up to
  /// `byteCount` of the stream.
  ///
  /// - Parameter threadCount: the most threads to use; what is thrown does not depend on them.
  /// - Throws: `damaged` for the first that is not as it should be.
  func validate(byteCount: UInt64, threadCount: Int) throws(IndexError) {
    try blocks.validateBounds()
    guard try textOffsets.value(at: 0) == 0,
      try textOffsets.value(at: blocks.count) == byteCount
    else {
      throw file.damage(
        DocumentStoreFormat.textBlocksSection, textOffsets.byteRange(of: blocks.count),
        "the documents have \(byteCount) bytes of text")
    }
    _ = try mapRanges(of: blocks.count, maxLength: 64, threadCount: threadCount) {
      (blocks) throws(IndexError) in
      let scratch = Column<UInt8>(
        uninitializedCapacity: DocumentStoreFormat.maxTextBlockByteCount
          + BlockDecompressor.slackByteCount)
      for index in blocks { try validate(index, scratch.view) }
    }
  }

  /// Restores a block, for which `scratch` has room.
  private func validate(_ index: Int, _ scratch: ColumnView<UInt8>) throws(IndexError) {
    let start = try textOffsets.value(at: index)
    let end = try textOffsets.value(at: index + 1)
    guard start < end, end - start <= UInt64(DocumentStoreFormat.maxTextBlockByteCount) else {
      throw file.damage(
        DocumentStoreFormat.textBlocksSection, textOffsets.byteRange(of: index),
        "block \(index) has the texts \(start) to \(end)")
    }
    let room = scratch.slice(at: 0, count: Int(end - start) + BlockDecompressor.slackByteCount)
    _ = try restore(index, from: start, to: room)
  }

  /// The bytes `range` of the stream as text.
  ///
  /// - Throws: `damaged`.
  /// - Complexity: O(length of the range), and up to one block more.
  func text(_ range: Range<UInt64>) throws(IndexError) -> String {
    guard !range.isEmpty else { return "" }
    let first =
      try textOffsets.firstIndex(above: range.lowerBound, in: 0..<textOffsets.count) - 1
    let end =
      try textOffsets.firstIndex(above: range.upperBound - 1, in: 0..<textOffsets.count)
    guard first >= 0, first < end, end < textOffsets.count else {
      throw file.damage(
        blocks.name, blocks.section, "no blocks have the bytes \(range) of the texts")
    }
    // Room is made only for what the blocks' size in the file can hold.
    let byteRange = try blocks.byteRange(of: first..<end)
    let (limit, _) = byteRange.count.multipliedReportingOverflow(
      by: DocumentStoreFormat.maxExpansion)
    // The length of the range may be more than an `Int` can say.
    let byteCount = range.upperBound - range.lowerBound
    guard byteCount <= UInt64(limit) else {
      throw file.damage(
        blocks.name, byteRange, "\(byteRange.count) bytes cannot hold \(byteCount) of text")
    }
    return try makeText(range, from: first..<end)
  }

  /// Restores the blocks of `range`, whose length was checked, straight into the memory of the string.
  private func makeText(
    _ range: Range<UInt64>, from indices: Range<Int>
  ) throws(IndexError) -> String {
    try String.make(byteCount: range.count) { output throws(IndexError) in
      var written = 0
      for index in indices {
        written += try restore(
          index, from: range.lowerBound + UInt64(written),
          to: output.slice(at: written, count: output.count - written))
      }
      guard written == output.count else {
        throw file.damage(blocks.name, blocks.section, "the texts have a gap at \(range)")
      }
    }
  }

  /// Restores a block from `start` of the stream on, as far as it goes and there is room;
  /// returns the number of bytes.
  private func restore(
    _ index: Int, from start: UInt64, to output: ColumnView<UInt8>
  ) throws(IndexError) -> Int {
    let blockStart = try textOffsets.value(at: index)
    let blockEnd = try textOffsets.value(at: index + 1)
    let byteRange = try blocks.byteRange(of: index)
    let bytes = try file.verifiedBytes(byteRange)
    do throws(BlockDecompressor.Failure) {
      let decompressor = try BlockDecompressor(bytes)
      guard start >= blockStart, start < blockEnd,
        blockEnd - blockStart == decompressor.rawByteCount
      else { throw .tooLong }
      let skipped = Int(start - blockStart)
      let count = min(decompressor.rawByteCount - skipped, output.count)
      if skipped == 0 {
        try decompressor.decompress(count, to: output)
      } else {
        let scratch = Column<UInt8>(
          uninitializedCapacity: skipped + count + BlockDecompressor.slackByteCount)
        try decompressor.decompress(skipped + count, to: scratch.view)
        output.copy(
          from: scratch.view.bytes(count: skipped + count).slice(at: skipped, count: count))
      }
      return count
    } catch {
      throw file.damage(
        blocks.name, byteRange, "a block of text cannot be restored (\(error))")
    }
  }
}
