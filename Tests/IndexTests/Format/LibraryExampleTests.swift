import Foundation
import Index
import Synchronization
import TestSupport
import Testing

// README begin
final class Notes: DocumentFeed {
  private let rest = Mutex(["Paris by night", "Brussels by day", "Brussels, Paris, Brussels"])

  func nextPiece(byteLimit: Int) -> [String]? {
    rest.withLock { notes in
      defer { notes = [] }
      return notes.isEmpty ? nil : notes
    }
  }

  func forEachDocument(
    in piece: [String],
    _ body: (Span<UInt8>, Span<UInt8>, Span<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) {
    for (number, note) in piece.enumerated() {
      try body("note \(number)".utf8Span.span, "".utf8Span.span, note.utf8Span.span)
    }
  }
}

func searchNotes(at path: String) throws(IndexError) -> [String] {
  _ = try IndexBuilder(options: BuildOptions()).build(from: Notes(), at: path)
  let reader = try IndexReader(path: path)
  let hits = try reader.search(reader.parse("brussels").query).hits
  return try hits.map { (hit) throws(IndexError) in
    let document = try reader.document(at: hit.address)
    return "\(document.id): \(document.text ?? "")"
  }
}
// README end

/// The example of a library user in the README, compiled and run.
struct LibraryExampleTests {
  @Test func theExampleFindsTheNotesBestFirst() throws {
    let directory = try TemporaryDirectory()
    let found = try searchNotes(at: directory.path("notes.index"))
    #expect(found == ["note 2: Brussels, Paris, Brussels", "note 1: Brussels by day"])
  }

  @Test func theReadmeHasTheExampleAsItIsHere() throws {
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let start = try #require(source.range(of: "// README begin\n")).upperBound
    let end = try #require(source.range(of: "// README end\n")).lowerBound
    #expect(readme.contains(source[start..<end]))
  }
}
