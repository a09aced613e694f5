/// The footer of a sectioned file, read and checked.
struct SectionedFileFooter {
  /// What damage reports call the footer.
  static let name = "footer"

  let formatVersion: UInt32
  let metadata: [UInt8]
  let sections: [(name: String, byteRange: Range<Int>)]
  let contentByteCount: Int
  let tree: ChecksumTree
  let rootSum: UInt64
  /// The sum of the footer itself.
  let sum: UInt64

  /// Reads the footer of a file of at least `fixedFooterByteCount` bytes.
  ///
  /// - Throws: `damaged`, `unsupportedFormat`.
  init(file: Bytes, path: String) throws(IndexError) {
    let place = Place(path: path, fileByteCount: file.count)
    let footer = try Self.checkedFooter(of: file, place)
    let bytes = footer.bytes
    let fixedOffset = bytes.count - SectionedFileFormat.fixedFooterByteCount
    sum = footer.sum
    formatVersion = UInt32(littleEndian: bytes.load(at: fixedOffset + 24))
    rootSum = UInt64(littleEndian: bytes.load(at: fixedOffset + 8))
    let metadataByteCount = Int(UInt32(littleEndian: bytes.load(at: fixedOffset + 16)))
    let sectionCount = Int(UInt32(littleEndian: bytes.load(at: fixedOffset + 20)))
    let tableByteCount = sectionCount * SectionedFileFormat.entryByteCount
    guard tableByteCount + metadataByteCount == fixedOffset else {
      throw place.damage(
        "\(sectionCount) sections and \(metadataByteCount) bytes of metadata do not fit")
    }
    metadata = bytes.slice(at: tableByteCount, count: metadataByteCount).copied()

    // Less than the size of the file, so that the tree's sizes cannot overflow.
    let content = UInt64(littleEndian: bytes.load(at: fixedOffset))
    guard content <= UInt64(file.count) else {
      throw place.damage("\(content) bytes of content in a file of \(file.count)")
    }
    contentByteCount = Int(content)
    tree = ChecksumTree(contentByteCount: contentByteCount)
    guard tree.endOffset == file.count - bytes.count else {
      throw place.damage(
        "\(content) bytes of content with their sums end at \(tree.endOffset), "
          + "the footer starts at \(file.count - bytes.count)")
    }
    guard tree.unitCount > 0 || rootSum == Checksum.sum(.empty) else {
      throw place.damage("the sum of no content is wrong")
    }
    sections = try Self.readSections(
      bytes.slice(at: 0, count: tableByteCount), contentByteCount: contentByteCount, place)
  }

  private struct Place {
    let path: String
    let fileByteCount: Int
    var footerByteCount = SectionedFileFormat.fixedFooterByteCount

    init(path: String, fileByteCount: Int) {
      self.path = path
      self.fileByteCount = fileByteCount
    }

    func damage(_ detail: String) -> IndexError {
      .damaged(
        Damage(
          path: path, section: SectionedFileFooter.name,
          byteRange: UInt64(fileByteCount - footerByteCount)..<UInt64(fileByteCount),
          detail: detail))
    }
  }

  /// The bytes of the footer, once its magic, size, sum and container version are right.
  private static func checkedFooter(
    of file: Bytes, _ place: Place
  ) throws(IndexError) -> (bytes: Bytes, sum: UInt64) {
    guard UInt64(littleEndian: file.load(at: file.count - 8)) == SectionedFileFormat.magic else {
      throw place.damage("the file does not end as it was written: it is cut off or another's")
    }
    let byteCount = UInt64(littleEndian: file.load(at: file.count - 24))
    guard byteCount >= UInt64(SectionedFileFormat.fixedFooterByteCount),
      byteCount <= UInt64(file.count)
    else {
      throw place.damage("a footer of \(byteCount) bytes in a file of \(file.count)")
    }
    let bytes = file.slice(at: file.count - Int(byteCount), count: Int(byteCount))
    let expected = UInt64(littleEndian: file.load(at: file.count - 16))
    let sum = Checksum.sum(
      bytes.slice(at: 0, count: bytes.count - SectionedFileFormat.unsummedByteCount))
    guard sum == expected else { throw place.damage("its checksum is wrong") }
    let version = UInt32(littleEndian: file.load(at: file.count - 28))
    guard version == SectionedFileFormat.containerVersion else {
      throw .unsupportedFormat(
        path: place.path, found: Int(version),
        supported: 1...Int(SectionedFileFormat.containerVersion))
    }
    return (bytes, sum)
  }

  private static func readSections(
    _ table: Bytes, contentByteCount: Int, _ place: Place
  ) throws(IndexError) -> [(name: String, byteRange: Range<Int>)] {
    var sections: [(name: String, byteRange: Range<Int>)] = []
    var end = 0
    for start in stride(from: 0, to: table.count, by: SectionedFileFormat.entryByteCount) {
      let nameBytes = table.slice(at: start, count: 16).copied()
      let name = nameBytes.prefix { $0 != 0 }
      let offset = UInt64(littleEndian: table.load(at: start + 16))
      let byteCount = UInt64(littleEndian: table.load(at: start + 24))
      let (sectionEnd, overflow) = offset.addingReportingOverflow(byteCount)
      guard !name.isEmpty, name.count < 16, name.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
        nameBytes.dropFirst(name.count).allSatisfy({ $0 == 0 }),
        !overflow, offset >= UInt64(end), sectionEnd <= UInt64(contentByteCount)
      else {
        throw place.damage("entry \(sections.count) of the table of sections is impossible")
      }
      end = Int(sectionEnd)
      sections.append((String(decoding: name, as: UTF8.self), Int(offset)..<end))
    }
    return sections
  }
}
