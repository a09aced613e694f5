/// How the files of an index are told from others; for programs that read folders of documents, in
/// which an index may lie.
package enum IndexFiles {
  /// The name of the file without which a folder is no index.
  package static let manifestName = IndexDirectory.manifestName

  /// The bytes that file starts with in every version.
  package static let manifestStart: [UInt8] = {
    var writer = ByteWriter()
    writer.append(Manifest.magic)
    return writer.bytes.copied()
  }()

  /// Whether a file of this name, in the folder of an index, is one of its files or a writer's.
  package static func isIndexFile(named name: String) -> Bool {
    name == manifestName || name == IndexDirectory.lockName
      || IndexDirectory.isTemporaryOrSegment(name)
  }

  /// Whether a file of this name is a segment.
  package static func isSegment(named name: String) -> Bool {
    IndexDirectory.generation(ofSegment: name) != nil
  }
}
