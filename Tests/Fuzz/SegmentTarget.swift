internal import Index

/// An index with damaged files: opening and searching give what they gave before, or an error.
///
/// The input is a list of changes of 5 bytes each: the file, an offset in it, the new byte.
struct SegmentTarget: FuzzTarget {
  static let name = "segment"

  private let folder: String
  private let files: [(path: String, bytes: [UInt8])]
  private let expected: [Answer]

  /// The hits of a query, and what is stored of the best.
  private struct Answer: Equatable {
    var hits: [Hit]
    var best: StoredDocument?
  }

  init() throws {
    let folder = try SmallIndex.build()
    self.folder = folder
    files = try fileNames(in: folder).map { name in
      (folder + "/" + name, try readFile(folder + "/" + name))
    }
    expected = try Self.answers(from: folder)
  }

  func run(_ input: [UInt8]) throws {
    var changed = files
    for change in stride(from: 0, to: input.count - 4, by: 5) {
      let file = Int(input[change]) % files.count
      let offset =
        Int(input[change + 1]) << 16 | Int(input[change + 2]) << 8 | Int(input[change + 3])
      guard !changed[file].bytes.isEmpty else { continue }
      changed[file].bytes[offset % changed[file].bytes.count] = input[change + 4]
    }
    for file in changed { try replaceFile(file.path, by: file.bytes) }
    do {
      guard try Self.answers(from: folder) == expected else {
        throw BrokenLaw("damage changes the answer")
      }
    } catch is IndexError {
      // The damage was found, as it should be.
    }
  }

  private static func answers(from folder: String) throws -> [Answer] {
    let reader = try IndexReader(path: folder)
    return try SmallIndex.queries.map { query in
      let hits = try reader.search(query).hits
      return Answer(hits: hits, best: try hits.first.map { try reader.document(at: $0.address) })
    }
  }
}
