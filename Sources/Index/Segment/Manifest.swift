/// The list of the live segments of one commit, and what is needed to read them.
///
///     Manifest := magic: 8 bytes, formatVersion: u32, generation: u64,
///                 analyzerOptions: bytes, segmentCount: varint, Segment^segmentCount, sum: u64
///     Segment  := fileName: bytes, documentCount: varint, byteCount: u64, footerChecksum: u64
///     bytes    := byteCount: varint, the bytes
///
/// The sum covers all before it. Magic, version and sum keep their place in every version.
struct Manifest: Hashable, Sendable {
  /// One immutable file of documents.
  struct Segment: Hashable, Sendable {
    /// The name of the file in the index's folder.
    var fileName: String
    /// The number of its documents.
    var documentCount: Int
    /// The size of the file.
    var byteCount: Int
    /// The sum of its footer, which covers the sums of everything else in it.
    var footerChecksum: UInt64
  }

  /// The versions this program reads; it writes the last.
  static let supportedVersions: ClosedRange<UInt32> = 1...1
  /// The first eight bytes, `srchmani`.
  static let magic = UInt64(littleEndian: 0x696E_616D_6863_7273)

  /// A greater file is none: all of it is read at once, and a file with holes may have any size.
  static let maxByteCount = 1 << 28

  /// The version of the format of the manifest; that of a segment is in its footer.
  var formatVersion = Manifest.supportedVersions.upperBound
  /// Grows by one with each commit.
  var generation: UInt64
  /// The analyzer's options as the analyzer writes them.
  var analyzerOptions: [UInt8]
  /// The segments, in collection order.
  var segments: [Segment]

  /// The number of documents of all segments.
  var documentCount: Int { segments.reduce(0) { $0 + $1.documentCount } }

  /// The manifest as bytes.
  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.append(Self.magic)
    writer.append(formatVersion)
    writer.append(generation)
    writer.appendLengthPrefixed(analyzerOptions.span)
    writer.appendVariable(segments.count)
    for segment in segments {
      writer.appendLengthPrefixed([UInt8](segment.fileName.utf8).span)
      writer.appendVariable(segment.documentCount)
      writer.append(UInt64(segment.byteCount))
      writer.append(segment.footerChecksum)
    }
    writer.append(Checksum.sum(writer.bytes))
    return writer.bytes.copied()
  }
}

extension Manifest {
  /// Reads what `encoded` wrote.
  ///
  /// - Parameter path: where the bytes come from, for errors.
  /// - Throws: `damaged`, `unsupportedFormat`.
  init(decoding bytes: [UInt8], path: String) throws(IndexError) {
    let place = Damage(
      path: path, section: IndexDirectory.manifestName, byteRange: 0..<UInt64(bytes.count),
      detail: "")
    self = try bytes.span.withBytes { bytes throws(IndexError) in
      try Manifest(checking: bytes, place)
    }
  }

  private init(checking bytes: Bytes, _ place: Damage) throws(IndexError) {
    guard bytes.count >= 20, UInt64(littleEndian: bytes.load(at: 0)) == Self.magic else {
      throw place.error("it does not start as a manifest does")
    }
    let content = bytes.slice(at: 0, count: bytes.count - 8)
    guard UInt64(littleEndian: bytes.load(at: content.count)) == Checksum.sum(content) else {
      throw place.error("its checksum is wrong")
    }
    let version = UInt32(littleEndian: bytes.load(at: 8))
    guard Self.supportedVersions.contains(version) else {
      throw .unsupportedFormat(
        path: place.path, found: Int(version),
        supported: Int(Self.supportedVersions.lowerBound)...Int(Self.supportedVersions.upperBound))
    }
    var reader = ByteReader(content.slice(at: 12, count: content.count - 12))
    do {
      generation = try reader.read()
      analyzerOptions = try reader.readLengthPrefixed().copied()
      segments = []
      formatVersion = version
      // A segment has at least 18 bytes, so the count needs no other bound.
      for _ in 0..<(try reader.readCount(limit: reader.remaining / 18)) {
        segments.append(try Self.readSegment(&reader))
      }
    } catch {
      throw place.error("its content is impossible (\(error))")
    }
    guard reader.remaining == 0, documentCount <= DocID.maxCount,
      Set(segments.map(\.fileName)).count == segments.count,
      segments.allSatisfy({ IndexDirectory.generation(ofSegment: $0.fileName) != nil })
    else {
      throw place.error("its content is impossible")
    }
  }

  private static func readSegment(
    _ reader: inout ByteReader
  ) throws(ByteReader.Failure) -> Segment {
    let fileName = String(decoding: try reader.readLengthPrefixed().copied(), as: UTF8.self)
    let documentCount = try reader.readCount(limit: DocID.maxCount)
    let offset = reader.offset
    guard let byteCount = Int(exactly: try reader.read(UInt64.self)) else {
      throw .overflow(offset: offset)
    }
    return Segment(
      fileName: fileName, documentCount: documentCount, byteCount: byteCount,
      footerChecksum: try reader.read())
  }
}

extension Damage {
  /// The same place as an error with another detail.
  func error(_ detail: String) -> IndexError {
    var damage = self
    damage.detail = detail
    return .damaged(damage)
  }
}
