@testable internal import Index

/// An index with damaged files whose checksums were mended, as a forger would: whatever it
/// answers, it answers or throws, and uses no more memory than its files justify.
///
/// The input is a list of changes of 5 bytes each: the file, an offset in it, the new byte; or, from
/// file 128 on, the code of eight.
struct ForgedTarget: FuzzTarget {
  static let name = "forged"

  private let directory: IndexDirectory
  private let manifest: Manifest
  private let segments: [[UInt8]]

  init() throws {
    let folder = try SmallIndex.build()
    directory = IndexDirectory(path: folder)
    manifest = try Manifest.load(from: directory)
    segments = try manifest.segments.map { try readFile(folder + "/" + $0.fileName) }
  }

  func run(_ input: [UInt8]) throws {
    var segments = segments
    var manifest = manifest
    for change in stride(from: 0, to: input.count - 4, by: 5) {
      let segment = Int(input[change] & 0x7F) % segments.count
      let offset =
        Int(input[change + 1]) << 16 | Int(input[change + 2]) << 8 | Int(input[change + 3])
      // The end of the footer is tried by what does not mend sums.
      let limit = segments[segment].count - SectionedFileFormat.fixedFooterByteCount
      if input[change] < 0x80 {
        segments[segment][offset % limit] = input[change + 4]
      } else {
        let place = offset % (limit - 7)
        Self.store(Self.extreme(input[change + 4]), at: place, in: &segments[segment])
      }
    }
    for index in segments.indices {
      manifest.segments[index].footerChecksum = try Self.mend(&segments[index])
      try replaceFile(directory.path(of: manifest.segments[index].fileName), by: segments[index])
    }
    try replaceFile(directory.path(of: IndexDirectory.manifestName), by: manifest.encoded)
    do {
      try Self.use(IndexReader(path: directory.path))
    } catch is IndexError {
      // Refused, as it may be.
    }
    _ = try? IndexReader.verify(path: directory.path)
  }

  /// All matches by bounds, and one by one; then with other bounds than those that the file has, and
  /// no need of all.
  private static let searches = [
    SearchOptions(countsMatches: true),
    SearchOptions(countsMatches: true, algorithm: .exhaustive), SearchOptions(b: 0),
    SearchOptions(b: 0.4),
  ]

  /// Calls all that reads an index.
  private static func use(_ reader: IndexReader) throws {
    _ = reader.statistics()
    for query in SmallIndex.queries {
      for options in searches {
        // Texts take most of the time to unpack; two hits are enough.
        for hit in try reader.search(query, options: options).hits.prefix(2) {
          let document = try reader.document(at: hit.address)
          _ = try reader.address(ofID: document.id)
          _ = try reader.explain(hit.address, for: query)
          if let text = document.text { _ = reader.snippet(of: text, for: query) }
        }
      }
    }
  }

  /// Numbers about which one is easily mistaken: powers of two, those before them, and what they
  /// and small numbers are from the other end.
  private static func extreme(_ code: UInt8) -> UInt64 {
    let number = UInt64(code & 63)
    return switch code >> 6 {
    case 0: 1 << number
    case 1: 1 << number - 1
    case 2: 0 &- 1 << number
    default: .max - number
    }
  }

  /// Makes all sums of a segment right for what it holds, and gives the sum of its footer.
  private static func mend(_ bytes: inout [UInt8]) throws -> UInt64 {
    let end = bytes.count
    let contentByteCount = Int(number(at: end - 56, in: bytes))
    var rootSum = number(at: end - 48, in: bytes)
    let tree = ChecksumTree(contentByteCount: contentByteCount)
    for (number, level) in tree.levels.enumerated() where level.unitCount > 0 {
      for unit in 0..<level.unitCount {
        let sum = Checksum.sum(bytes.span.extracting(level.byteRange(ofUnit: unit)))
        if number + 1 < tree.levels.count {
          store(sum, at: tree.levels[number + 1].byteOffset + 8 * unit, in: &bytes)
        } else {
          rootSum = sum
        }
      }
    }
    store(rootSum, at: end - 48, in: &bytes)
    let footerStart = end - Int(number(at: end - 24, in: bytes))
    let sum = Checksum.sum(
      bytes.span.extracting(footerStart..<end - SectionedFileFormat.unsummedByteCount))
    store(sum, at: end - 16, in: &bytes)
    return sum
  }

  private static func number(at offset: Int, in bytes: [UInt8]) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  private static func store(_ number: UInt64, at offset: Int, in bytes: inout [UInt8]) {
    for place in 0..<8 {
      bytes[offset + place] = UInt8(truncatingIfNeeded: number >> UInt64(8 * place))
    }
  }
}
