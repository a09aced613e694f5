/// A sectioned file mapped for reading, whose bytes are checked when they are first needed.
///
/// Opening reads the footer only. `verify` makes sure that every unit of 4096 bytes under a range
/// was compared with its sum, and the units of sums above it with theirs, up to the root in the
/// footer; each is compared once, then a bit remembers. Any number of threads may use a file.
///
/// The mapping keeps the file's content when its name is removed or given to another file. What
/// it cannot survive is that the very file is shortened by someone while it is mapped: the system
/// then ends the process when a missing page is touched. Nothing in this module ever does that;
/// a file shortened before it is opened is found by its size.
final class VerifiedFile: Sendable {
  /// The path it was opened by.
  let path: String
  /// The whole file; only what was verified may be trusted.
  let bytes: Bytes
  /// The version of the format of the sections.
  let formatVersion: UInt32
  /// What the writer of the file left for its readers.
  let metadata: [UInt8]
  /// The sections in the order of the file.
  let sections: [(name: String, byteRange: Range<Int>)]
  /// The sum of the footer.
  let footerChecksum: UInt64
  private let contentByteCount: Int
  private let tree: ChecksumTree
  private let rootSum: UInt64
  private let verified: AtomicBits

  /// Opens and maps the file at `path`.
  ///
  /// - Throws: `damaged` if it is not whole, `unsupportedFormat` if it is of a container version
  ///   that is not known, `system` if it cannot be read.
  /// - Complexity: O(number of sections), whatever the size of the file.
  init(path: String) throws(IndexError) {
    let file = try OpenFile.open(path)
    let byteCount = try file.byteCount()
    guard byteCount >= SectionedFileFormat.fixedFooterByteCount else {
      throw .damaged(
        Damage(
          path: path, section: SectionedFileFooter.name, byteRange: 0..<UInt64(byteCount),
          detail: "\(byteCount) bytes are too few for a footer"))
    }
    let bytes = try file.map(byteCount: byteCount)
    let footer: SectionedFileFooter
    do {
      footer = try SectionedFileFooter(file: bytes, path: path)
    } catch {
      SystemCalls.unmap(bytes)
      throw error
    }
    self.path = path
    self.bytes = bytes
    formatVersion = footer.formatVersion
    metadata = footer.metadata
    sections = footer.sections
    footerChecksum = footer.sum
    contentByteCount = footer.contentByteCount
    tree = footer.tree
    rootSum = footer.rootSum
    verified = AtomicBits(count: footer.tree.unitCount)
  }

  deinit {
    SystemCalls.unmap(bytes)
  }

  /// The bytes of the file that the section `name` has, or nil if there is none of that name.
  func section(_ name: String) -> Range<Int>? {
    sections.first { $0.name == name }?.byteRange
  }

  /// Makes sure that the bytes `range` of the file lie within its content and are as written.
  ///
  /// For bytes already verified, within 64 units, this is one load and a few comparisons.
  /// - Throws: `damaged`.
  @inline(__always)
  func verify(_ range: Range<Int>) throws(IndexError) {
    let first = range.lowerBound >> SectionedFileFormat.unitShift
    let last = (range.upperBound &- 1) >> SectionedFileFormat.unitShift
    if range.lowerBound >= 0, range.upperBound <= contentByteCount, first >> 6 == last >> 6 {
      let mask = Self.mask(from: first, through: last)
      if verified.contains(mask, inWord: first >> 6) { return }
    }
    try verifySlowly(range)
  }

  /// The bytes `range` of the file, verified.
  @inline(__always)
  func verifiedBytes(_ range: Range<Int>) throws(IndexError) -> Bytes {
    try verify(range)
    return bytes.slice(at: range.lowerBound, count: range.count)
  }
}

extension VerifiedFile {
  /// The bytes of a section that must be there.
  func requiredSection(_ name: String) throws(IndexError) -> Range<Int> {
    guard let range = section(name) else {
      throw damage(SectionedFileFooter.name, bytes.count..<bytes.count, "no section \(name)")
    }
    return range
  }

  /// The error that says that verified bytes make no sense.
  ///
  /// Inlined: as calls the errors of lists took 2 % more instructions of phrases that met none.
  @inline(__always)
  func damage(_ section: String, _ range: Range<Int>, _ detail: String) -> IndexError {
    .damaged(
      Damage(
        path: path, section: section,
        byteRange: UInt64(range.lowerBound)..<UInt64(range.upperBound), detail: detail))
  }
}

extension VerifiedFile {
  /// The bits of units `first` to `last`, which are in one word.
  @inline(__always)
  private static func mask(from first: Int, through last: Int) -> UInt64 {
    (UInt64.max &<< UInt64(first & 63)) & (UInt64.max &>> UInt64(63 &- (last & 63)))
  }

  @inline(never)
  private func verifySlowly(_ range: Range<Int>) throws(IndexError) {
    guard range.lowerBound >= 0, range.upperBound <= contentByteCount else {
      throw .damaged(
        Damage(
          path: path, section: sectionName(at: range.lowerBound),
          byteRange: UInt64(max(0, range.lowerBound))..<UInt64(max(0, range.upperBound)),
          detail: "beyond the \(contentByteCount) bytes of content"))
    }
    guard !range.isEmpty else { return }
    let first = range.lowerBound >> SectionedFileFormat.unitShift
    let last = (range.upperBound - 1) >> SectionedFileFormat.unitShift
    // Word by word, so that a long range already verified costs little.
    for word in first >> 6...last >> 6 {
      let units = max(first, word << 6)...min(last, word << 6 | 63)
      if verified.contains(
        Self.mask(from: units.lowerBound, through: units.upperBound), inWord: word)
      {
        continue
      }
      for unit in units { try verifyUnit(unit, ofLevel: 0, for: range) }
    }
  }

  /// Compares a unit with its sum, after the unit that the sum lies in.
  private func verifyUnit(
    _ unit: Int, ofLevel level: Int, for range: Range<Int>
  ) throws(IndexError) {
    let number = tree.levels[level].firstUnit + unit
    if verified.contains(number) { return }
    if level + 1 < tree.levels.count {
      try verifyUnit(
        (unit * 8) >> SectionedFileFormat.unitShift, ofLevel: level + 1, for: range)
    }
    if let damage = compare(unit, ofLevel: level, near: range.lowerBound) {
      throw .damaged(damage)
    }
    verified.insert(number)
  }

  /// Compares a unit with the sum that the level above, or the footer, has for it.
  private func compare(_ unit: Int, ofLevel level: Int, near offset: Int) -> Damage? {
    let range = tree.levels[level].byteRange(ofUnit: unit)
    let sum = Checksum.sum(bytes.slice(at: range.lowerBound, count: range.count))
    var expected = rootSum
    if level + 1 < tree.levels.count {
      expected = UInt64(
        littleEndian: bytes.load(at: tree.levels[level + 1].byteOffset + unit * 8))
    }
    if sum == expected { return nil }
    let place = max(range.lowerBound, min(offset, range.upperBound - 1))
    return Damage(
      path: path, section: sectionName(at: place),
      byteRange: UInt64(range.lowerBound)..<UInt64(range.upperBound),
      detail: "checksum \(hexadecimal(sum)), expected \(hexadecimal(expected))")
  }

  /// The section that the byte at `offset` belongs to; padding belongs to the one before.
  private func sectionName(at offset: Int) -> String {
    if offset >= tree.endOffset { return SectionedFileFooter.name }
    if offset >= contentByteCount { return "checksums" }
    return sections.last { $0.byteRange.lowerBound <= offset }?.name ?? "content"
  }

  private func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension VerifiedFile {
  /// How many of the units that have bytes of `range` were compared with their sums so far: the
  /// pages that searches have read of it.
  ///
  /// - Complexity: O(units of the range); for tests.
  func verifiedUnitCount(in range: Range<Int>) -> Int {
    guard !range.isEmpty else { return 0 }
    let first = range.lowerBound >> SectionedFileFormat.unitShift
    let last = (range.upperBound - 1) >> SectionedFileFormat.unitShift
    return (first...last).count { verified.contains($0) }
  }
}

extension VerifiedFile {
  /// At most so many damages are described; the counts go on.
  static let maxDamageCount = 1000

  /// Compares every unit of the file with its sum, whether that was done before or not.
  ///
  /// Units are those of the content, those of the sums, and the footer. What lies under a damaged
  /// unit of sums is compared with the sums as they are.
  /// - Parameter threadCount: the most threads to use; what is returned does not depend on them.
  /// - Complexity: reads the whole file.
  func verifyAll(
    threadCount: Int = 1
  ) -> (intactUnitCount: Int, unitCount: Int, damages: [Damage]) {
    var intactUnitCount = 0
    var damages: [Damage] = []
    do {
      let footer = try SectionedFileFooter(file: bytes, path: path)
      if footer.sum == footerChecksum { intactUnitCount += 1 }
    } catch .damaged(let damage) {
      damages.append(damage)
    } catch {}
    for level in tree.levels.indices.reversed() {
      let found = FirstDamages(limit: Self.maxDamageCount - damages.count)
      intactUnitCount += compareAll(ofLevel: level, threadCount: threadCount, found)
      damages += found.damages
    }
    return (intactUnitCount, tree.unitCount + 1, damages)
  }

  /// Compares all units of a level; returns how many are intact.
  private func compareAll(
    ofLevel index: Int, threadCount: Int, _ found: FirstDamages
  ) -> Int {
    let level = tree.levels[index]
    let intactUnitCounts = try? mapRanges(
      of: level.unitCount, maxLength: 1 << 10, threadCount: threadCount
    ) { [self] (units) throws(IndexError) in
      units.count { unit in
        let offset = level.byteRange(ofUnit: unit).lowerBound
        guard let damage = compare(unit, ofLevel: index, near: offset) else { return true }
        found.add(damage, at: unit)
        return false
      }
    }
    // Nothing of it throws.
    return intactUnitCounts?.reduce(0, +) ?? 0
  }
}
