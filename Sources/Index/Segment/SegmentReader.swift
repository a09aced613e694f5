/// One segment, open for reading: its file, and readers of what is in it.
final class SegmentReader: Sendable {
  /// The file.
  let file: VerifiedFile
  /// What the segment knows about itself.
  let metadata: SegmentMetadata
  /// The dictionary.
  let dictionary: TermDictionaryReader
  /// The stored documents.
  let documents: DocumentStoreReader
  /// Where the posting lists lie.
  let postings: Range<Int>
  /// Where the position lists lie, if there are any.
  let positions: Range<Int>?
  /// Where the norms lie.
  let norms: Range<Int>

  /// Opens the segment in `file`.
  ///
  /// - Throws: `unsupportedFormat`; `damaged` if a section is missing or sizes do not agree.
  /// - Complexity: O(1) in the size of the segment.
  init(_ file: VerifiedFile) throws(IndexError) {
    self.file = file
    let versions = SegmentVersion.supported
    guard versions.contains(Int(file.formatVersion)) else {
      throw .unsupportedFormat(
        path: file.path, found: Int(file.formatVersion), supported: versions)
    }
    let metadata: SegmentMetadata
    do {
      metadata = try SegmentMetadata.decode(file.metadata)
    } catch {
      throw file.damage(
        SectionedFileFooter.name, 0..<file.bytes.count, "its metadata is impossible (\(error))")
    }
    self.metadata = metadata
    postings = try file.requiredSection(SegmentFormat.postings)
    positions =
      metadata.hasPositions ? try file.requiredSection(SegmentFormat.positions) : nil
    norms = try file.requiredSection(SegmentFormat.norms)
    guard norms.count == metadata.documentCount else {
      throw file.damage(
        SegmentFormat.norms, norms, "\(norms.count) norms of \(metadata.documentCount) documents")
    }
    dictionary = try TermDictionaryReader(
      file: file, terms: try file.requiredSection(SegmentFormat.terms),
      index: try file.requiredSection(SegmentFormat.termIndex), postings: postings,
      positions: positions, documentCount: metadata.documentCount)
    documents = try DocumentStoreReader(file: file)
    guard documents.documentCount == metadata.documentCount else {
      throw file.damage(
        DocumentStoreFormat.documentsSection, 0..<file.bytes.count,
        "\(documents.documentCount) stored of \(metadata.documentCount) documents")
    }
  }

  /// Throws unless it has as many documents as the manifest lists: by these they are numbered
  /// across segments.
  func check(documentCount: Int) throws(IndexError) {
    guard metadata.documentCount == documentCount else {
      throw file.damage(
        SectionedFileFooter.name, file.bytes.count..<file.bytes.count,
        "it has \(metadata.documentCount) documents, the manifest lists \(documentCount)")
    }
  }

  /// What is known of a term, or nil if no document has it.
  func find(_ term: Bytes) throws(IndexError) -> TermInfo? { try dictionary.find(term) }

  /// The section of posting lists.
  var postingsSection: PostingsSection {
    PostingsSection(file: file, range: postings, documentCount: metadata.documentCount)
  }
}
