import Foundation
import TestSupport
import Testing
import Tokenizer

@testable import Index

extension TemporaryDirectory {
  /// Overwrites bytes of a file in place.
  func patch(_ name: String, at offset: Int, with bytes: [UInt8]) throws {
    let file = try #require(FileHandle(forUpdatingAtPath: path(name)))
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: Data(bytes))
    try file.close()
  }

  /// Shortens a file in place.
  func truncate(_ name: String, to count: Int) throws {
    let file = try #require(FileHandle(forUpdatingAtPath: path(name)))
    try file.truncate(atOffset: UInt64(count))
    try file.close()
  }

  /// The names of its files, in order.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}

extension SplitMix64 {
  mutating func bytes(_ count: Int, below limit: UInt8 = .max) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...limit, using: &self) }
  }

  /// Words from a small vocabulary, as compressible as prose.
  mutating func prose(_ count: Int) -> [UInt8] {
    var text: [UInt8] = []
    while text.count < count {
      let word = UInt64.random(in: 0..<4000, using: &self)
      var letters = SplitMix64(seed: word / UInt64.random(in: 1...50, using: &self))
      text += letters.bytes(Int(letters.next() % 9) + 1, below: 25).map { $0 + 97 } + [32]
    }
    return Array(text.prefix(count))
  }
}

/// Section names and contents.
typealias Sections = [(name: String, bytes: [UInt8])]

func writeSections(
  _ sections: Sections, to path: String, metadata: [UInt8] = [],
  formatVersion: UInt32 = SegmentVersion.current
) throws(IndexError) -> FinishedFile {
  let writer = try SectionedFileWriter(path: path)
  for (name, bytes) in sections {
    writer.beginSection(name)
    try writer.append(bytes.span)
  }
  return try writer.finish(formatVersion: formatVersion, metadata: metadata)
}

/// A file of these sections, which nobody else sees.
func writtenFile(_ sections: Sections) throws -> VerifiedFile {
  let folder = try TemporaryDirectory()
  _ = try writeSections(sections, to: folder.path("file"))
  return try VerifiedFile(path: folder.path("file"))
}

extension VerifiedFile {
  /// Its section `postings`.
  func postings(documentCount: Int) throws -> PostingsSection {
    PostingsSection(
      file: self, range: try #require(section("postings")), documentCount: documentCount)
  }
}

func readSections(_ file: VerifiedFile) throws(IndexError) -> Sections {
  var sections: Sections = []
  for (name, range) in file.sections {
    sections.append((name, try file.verifiedBytes(range).copied()))
  }
  return sections
}

extension [UInt8] {
  var hex: String { map { String(format: "%02x", $0) }.joined(separator: " ") }
}

/// Hexadecimal bytes one space apart, however they were laid out.
func normalizedHex(_ text: String) -> String {
  text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}

/// The error that `body` throws, if it is one of ours.
func thrownError(_ body: () throws -> Void) -> IndexError? {
  do {
    try body()
    return nil
  } catch {
    return error as? IndexError
  }
}

/// Whether `body` throws `IndexError.damaged`.
func isDamage(_ body: () throws -> Void) -> Bool {
  if case .damaged? = thrownError(body) { return true }
  return false
}
