internal import Synchronization
import Tokenizer

/// What is known of a file once it is complete and safe on the device.
struct FinishedFile: Hashable, Sendable {
  /// The size of the file.
  var byteCount: Int
  /// The sum of its footer, which covers the sums of everything else.
  var footerChecksum: UInt64
}

/// Writes one immutable file of named sections, from the first byte to the last.
///
/// Begin a section, append to it, begin the next ..., finish. Sums are computed as the bytes pass
/// through. A file whose writer is dropped before `finish` is removed. Not for use by several
/// threads at once.
final class SectionedFileWriter {
  /// The path of the file.
  let path: String
  private let output: SharedFile
  private let buffer: Column<UInt8>
  private var bufferedByteCount = 0
  private var flushedByteCount = 0
  private var sectionStart = 0
  private var sections: [(name: String, byteRange: Range<Int>)] = []
  private var openSection: String?
  private var unitSums = ByteWriter(capacity: 1 << 12)
  private var isFinished = false
  /// What brings the file to the device while more is written, so that there is less to wait for
  /// at the end.
  private var syncTask: BackgroundTask?
  /// Up to where a task began to do so.
  private var syncedByteCount = 0
  private let syncsInBackground: Bool

  /// A multiple of the unit; a write of this size costs little more than the copy it is.
  ///
  /// Linux keeps what is written at once as one piece of its cache, and maps such a piece whole
  /// when a reader touches a byte of it: larger writes would make each touch cost that much.
  private static let flushByteCount = 1 << 16

  /// How much a task is started for.
  private static let syncByteCount = 8 << 20

  /// Creates the file; one of that name must not exist.
  ///
  /// - Parameter syncsInBackground: whether a thread may bring the file to the device meanwhile.
  init(path: String, syncsInBackground: Bool = false) throws(IndexError) {
    self.path = path
    self.syncsInBackground = syncsInBackground
    output = SharedFile(try OpenFile.create(path))
    // Room beyond the limit for the padding of a section, so that beginning one never writes.
    buffer = Column(capacity: Self.flushByteCount + SectionedFileFormat.alignment)
  }

  deinit {
    if !isFinished { try? SystemCalls.remove(path) }
  }

  /// The bytes written so far, padding included.
  private var byteCount: Int { flushedByteCount + bufferedByteCount }

  /// Ends the current section and begins another, at a multiple of 64 bytes.
  ///
  /// - Precondition: `name` is 1 to 15 bytes of ASCII and new in this file.
  func beginSection(_ name: String) {
    precondition(
      (1...SectionedFileFormat.maxNameByteCount).contains(name.utf8.count)
        && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "the name of a section")
    precondition(!sections.contains { $0.name == name } && openSection != name)
    endSection()
    sectionStart = byteCount
    openSection = name
  }

  private func endSection() {
    if let name = openSection { sections.append((name, sectionStart..<byteCount)) }
    openSection = nil
    let paddingByteCount = SectionedFileFormat.paddingByteCount(after: byteCount)
    for _ in 0..<paddingByteCount {
      buffer[bufferedByteCount] = 0
      bufferedByteCount += 1
    }
  }

  /// Appends `bytes` to the current section.
  func append(_ bytes: Bytes) throws(IndexError) {
    assert(openSection != nil)
    var offset = 0
    while offset < bytes.count {
      if bufferedByteCount >= Self.flushByteCount { try flushUnits() }
      if bufferedByteCount == 0, bytes.count - offset >= Self.flushByteCount {
        // Nothing waits, so there is no need to copy.
        try writeUnits(bytes.slice(at: offset, count: Self.flushByteCount))
        offset += Self.flushByteCount
        continue
      }
      let count = min(bytes.count - offset, Self.flushByteCount - bufferedByteCount)
      let room = buffer.view.slice(at: bufferedByteCount, count: count)
      room.copy(from: bytes.slice(at: offset, count: count))
      bufferedByteCount += count
      offset += count
    }
  }

  /// Appends `bytes` to the current section.
  func append(_ bytes: Span<UInt8>) throws(IndexError) {
    try bytes.withBytes { bytes throws(IndexError) in try append(bytes) }
  }

  /// Appends what waits in memory or in a temporary file to the current section.
  func append(_ bytes: BytesAtRest) throws(IndexError) {
    switch bytes {
    case .memory(let frozen):
      try withExtendedLifetime(frozen) { () throws(IndexError) in try append(frozen.bytes) }
    case .spilled(let spilled): try append(spilled)
    }
  }

  /// Appends what waits in a temporary file to the current section.
  func append(_ spilled: SpilledBytes) throws(IndexError) {
    assert(openSection != nil)
    var offset = 0
    while offset < spilled.count {
      if bufferedByteCount >= Self.flushByteCount { try flushUnits() }
      let count = min(spilled.count - offset, Self.flushByteCount - bufferedByteCount)
      let room = buffer.view.slice(at: bufferedByteCount, count: count)
      try spilled.read(count, at: offset, into: room)
      bufferedByteCount += count
      offset += count
    }
  }

  /// Ends the last section, writes the sums and the footer, and waits until all is safe on the
  /// device.
  ///
  /// Nothing can be appended afterwards.
  func finish(formatVersion: UInt32, metadata: [UInt8]) throws(IndexError) -> FinishedFile {
    precondition(!isFinished && metadata.count <= Int(Int32.max))
    endSection()
    let contentByteCount = byteCount
    try flushUnits()
    try flushLastUnit()
    let rootSum = try writeTree(contentByteCount: contentByteCount)
    let footer = makeFooter(
      contentByteCount: contentByteCount, rootSum: rootSum, formatVersion: formatVersion,
      metadata: metadata)
    try write(footer.bytes)
    // An error of the device is told once, to whom syncs first.
    try syncTask?.wait()
    try output.file.sync()
    isFinished = true
    let footerSum: UInt64 = footer.bytes.load(
      at: footer.count - SectionedFileFormat.unsummedByteCount)
    return FinishedFile(
      byteCount: flushedByteCount, footerChecksum: UInt64(littleEndian: footerSum))
  }
}

extension SectionedFileWriter {
  /// Writes all whole units of the buffer; the start of the next stays at its front.
  private func flushUnits() throws(IndexError) {
    let unitByteCount = SectionedFileFormat.unitByteCount
    let wholeByteCount = bufferedByteCount & ~(unitByteCount - 1)
    try writeUnits(buffer.view.bytes(count: wholeByteCount))
    let rest = bufferedByteCount - wholeByteCount
    let front = buffer.view.slice(at: 0, count: rest)
    front.copy(from: buffer.view.slice(at: wholeByteCount, count: rest), count: rest)
    bufferedByteCount = rest
  }

  /// Writes whole units after all that was written.
  private func writeUnits(_ bytes: Bytes) throws(IndexError) {
    let unitByteCount = SectionedFileFormat.unitByteCount
    for offset in stride(from: 0, to: bytes.count, by: unitByteCount) {
      unitSums.append(Checksum.sum(bytes.slice(at: offset, count: unitByteCount)))
    }
    try write(bytes)
  }

  private func flushLastUnit() throws(IndexError) {
    guard bufferedByteCount > 0 else { return }
    let bytes = buffer.view.bytes(count: bufferedByteCount)
    unitSums.append(Checksum.sum(bytes))
    try write(bytes)
    bufferedByteCount = 0
  }

  private func write(_ bytes: Bytes) throws(IndexError) {
    try output.file.write(bytes, at: flushedByteCount)
    flushedByteCount += bytes.count
    try syncInBackground()
  }

  private func syncInBackground() throws(IndexError) {
    guard syncsInBackground, flushedByteCount - syncedByteCount >= Self.syncByteCount,
      syncTask?.isFinished ?? true
    else { return }
    try syncTask?.wait()
    syncedByteCount = flushedByteCount
    let output = output
    syncTask = BackgroundTask { () throws(IndexError) in try output.file.sync() }
  }

  /// Writes the levels of the tree above the content; returns the root.
  private func writeTree(contentByteCount: Int) throws(IndexError) -> UInt64 {
    let tree = ChecksumTree(contentByteCount: contentByteCount)
    assert(unitSums.count == tree.levels[0].unitCount * 8)
    if tree.levels[0].unitCount == 0 { return Checksum.sum(.empty) }
    for level in tree.levels.dropFirst() {
      assert(flushedByteCount == level.byteOffset && unitSums.count == level.byteCount)
      try write(unitSums.bytes)
      var upperSums = ByteWriter(capacity: level.unitCount * 8)
      for unit in 0..<level.unitCount {
        let range = level.byteRange(ofUnit: unit)
        upperSums.append(
          Checksum.sum(
            unitSums.bytes.slice(at: range.lowerBound - level.byteOffset, count: range.count)))
      }
      unitSums = upperSums
    }
    return UInt64(littleEndian: unitSums.bytes.load(at: 0))
  }

  private func makeFooter(
    contentByteCount: Int, rootSum: UInt64, formatVersion: UInt32, metadata: [UInt8]
  ) -> ByteWriter {
    var footer = ByteWriter()
    for (name, byteRange) in sections {
      footer.append([UInt8](name.utf8).span)
      for _ in name.utf8.count...SectionedFileFormat.maxNameByteCount { footer.append(UInt8(0)) }
      footer.append(UInt64(byteRange.lowerBound))
      footer.append(UInt64(byteRange.count))
    }
    footer.append(metadata.span)
    footer.append(UInt64(contentByteCount))
    footer.append(rootSum)
    footer.append(UInt32(metadata.count))
    footer.append(UInt32(sections.count))
    footer.append(formatVersion)
    footer.append(SectionedFileFormat.containerVersion)
    footer.append(UInt64(footer.count + 8 + SectionedFileFormat.unsummedByteCount))
    footer.append(Checksum.sum(footer.bytes))
    footer.append(SectionedFileFormat.magic)
    return footer
  }
}

/// A file that another thread may sync while it is written.
private final class SharedFile: Sendable {
  let file: OpenFile

  init(_ file: consuming OpenFile) {
    self.file = file
  }
}
