/// What the writer and the reader of a sectioned file agree on; `FileFormat.md` has the grammar.
///
///     File    := content sums^levels footer
///     content := (section, zeros to a multiple of 64)^sectionCount
///     footer  := (name: 16 bytes, offset: u64, byteCount: u64)^sectionCount metadata
///                contentByteCount: u64, rootSum: u64, metadataByteCount: u32, sectionCount: u32
///                formatVersion: u32, containerVersion: u32, footerByteCount: u64,
///                footerSum: u64, magic: 8 bytes
///
/// The last 32 bytes keep their place and meaning in every version of the container.
enum SectionedFileFormat {
  /// The version of the container; what is in the sections has a version of its own.
  static let containerVersion: UInt32 = 1
  /// The last eight bytes of each file, `srchfile`.
  static let magic = UInt64(littleEndian: 0x656C_6966_6863_7273)
  /// The bytes that one sum covers.
  static let unitByteCount = 4096
  /// The same as a power of two.
  static let unitShift = 12
  /// Sections start at multiples of this: a cache line.
  static let alignment = 64
  /// The longest name of a section.
  static let maxNameByteCount = 15
  /// The bytes of a section's entry in the footer.
  static let entryByteCount = 32
  /// The bytes of the footer after the metadata.
  static let fixedFooterByteCount = 56
  /// The bytes at the end of the footer that its sum does not cover: the sum and the magic.
  static let unsummedByteCount = 16

  /// What is added to `byteCount` to reach the next multiple of `alignment`.
  static func paddingByteCount(after byteCount: Int) -> Int {
    -byteCount & (alignment - 1)
  }
}

/// The shape of the tree of sums over a file's content.
///
/// Level 0 is the content; it is divided into units of 4096 bytes, the last may be shorter. The
/// sums of a level's units, 8 bytes each, are the next level, and so on up to a level of at most
/// one unit, the top, whose sum is the root. Levels follow each other in the file without gaps.
/// All units are numbered through: those of level 0 from 0, then those of level 1 ...
struct ChecksumTree: Sendable {
  /// One level of the tree.
  struct Level: Hashable, Sendable {
    /// Where it starts in the file.
    var byteOffset: Int
    /// Its size.
    var byteCount: Int
    /// The number of its first unit among all units.
    var firstUnit: Int

    /// The number of its units.
    var unitCount: Int {
      (byteCount >> SectionedFileFormat.unitShift)
        + (byteCount & (SectionedFileFormat.unitByteCount - 1) == 0 ? 0 : 1)
    }

    /// The bytes of the file that unit `index` of this level covers.
    func byteRange(ofUnit index: Int) -> Range<Int> {
      let start = index << SectionedFileFormat.unitShift
      let end = min(start + SectionedFileFormat.unitByteCount, byteCount)
      return byteOffset + start..<byteOffset + end
    }
  }

  /// The levels, the content first.
  let levels: [Level]
  /// The number of units of all levels.
  let unitCount: Int
  /// Where the last level ends in the file, and the footer starts.
  let endOffset: Int

  /// The tree over `contentByteCount` bytes, which is at most `Int.max / 2`.
  init(contentByteCount: Int) {
    var levels = [Level(byteOffset: 0, byteCount: contentByteCount, firstUnit: 0)]
    var top = levels[0]
    while top.unitCount > 1 {
      top = Level(
        byteOffset: top.byteOffset + top.byteCount, byteCount: top.unitCount * 8,
        firstUnit: top.firstUnit + top.unitCount)
      levels.append(top)
    }
    self.levels = levels
    unitCount = top.firstUnit + top.unitCount
    endOffset = top.byteOffset + top.byteCount
  }
}
