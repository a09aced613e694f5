internal import Index

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An index with damaged files: opening and searching give what they gave before, or an error.
///
/// The input is a list of changes of 5 bytes each: the file, an offset in it, the new byte.
struct SegmentTarget: FuzzTarget {
  static let name = "segment"

  private let folder: String
  private let files: [(path: String, bytes: [UInt8])]
  private let expected: [[Hit]]

  init() throws {
    folder = try SmallIndex.build()
    files = try Self.files(of: folder)
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
    for file in changed { try Self.write(file.bytes, to: file.path) }
    do {
      guard try Self.answers(from: folder) == expected else {
        throw BrokenLaw("damage changes the hits")
      }
    } catch is IndexError {
      // The damage was found, as it should be.
    }
  }

  private static func answers(from folder: String) throws -> [[Hit]] {
    let reader = try IndexReader(path: folder)
    return try SmallIndex.queries.map { text in
      let hits = try reader.search(reader.parse(text).query).hits
      for hit in hits { _ = try reader.document(at: hit.address) }
      return hits
    }
  }

  private static func files(of folder: String) throws -> [(path: String, bytes: [UInt8])] {
    // SAFETY: the folder is open until `closedir`; each entry is copied before the next is read.
    guard let directory = unsafe opendir(folder) else { throw BrokenLaw("no folder \(folder)") }
    defer { unsafe closedir(directory) }
    var files: [(path: String, bytes: [UInt8])] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard !name.hasPrefix(".") else { continue }
      files.append((folder + "/" + name, try read(folder + "/" + name)))
    }
    return files.sorted { $0.path < $1.path }
  }

  private static func read(_ path: String) throws -> [UInt8] {
    guard let file = unsafe fopen(path, "r") else { throw BrokenLaw("cannot read \(path)") }
    defer { unsafe fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 22)
    // SAFETY: the call writes at most `count` bytes into the array's own memory.
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe fread($0.baseAddress, 1, $0.count, file)
    }
    return Array(bytes.prefix(count))
  }

  /// Replaces a file, so that a mapping of what it was stays whole.
  private static func write(_ bytes: [UInt8], to path: String) throws {
    unsafe unlink(path)
    guard let file = unsafe fopen(path, "w") else { throw BrokenLaw("cannot write \(path)") }
    defer { unsafe fclose(file) }
    // SAFETY: the call reads the array's own memory.
    let count = unsafe bytes.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, $0.count, file) }
    guard count == bytes.count else { throw BrokenLaw("cannot write \(path)") }
  }
}
