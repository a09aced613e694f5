import Foundation
import TestSupport
import Testing

/// An index of an older format, as the last program that wrote it did, without texts.
struct OldIndex: Sendable, CustomTestStringConvertible {
  /// The version of its format.
  let formatVersion: Int
  /// Its documents, of which only ids and titles are stored.
  let documents: [TestDocument]
  /// What reads all that is particular about it.
  let queries: [String]
  /// Its files, in base 64; a line `x <n>` stands for the line before, n times more.
  let manifest: String
  let segment: String

  static let all = [second, third, fourth, fifth]

  var testDescription: String { "format \(formatVersion)" }

  /// Writes the index to a folder.
  func write(to folder: TemporaryDirectory) throws {
    try folder.write(try Self.decoded(manifest), to: "manifest")
    try folder.write(try Self.decoded(segment), to: "segment-1-0.seg")
  }

  private static func decoded(_ text: String) throws -> [UInt8] {
    var lines: [Substring] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("x ") {
        let count = try #require(Int(line.dropFirst(2)))
        lines += Array(repeating: try #require(lines.last), count: count)
      } else {
        lines.append(line)
      }
    }
    return Array(try #require(Data(base64Encoded: lines.joined())))
  }
}
