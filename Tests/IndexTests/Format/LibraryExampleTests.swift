import Foundation
import Index
import TestSupport
import Testing

// README.md begin
func searchNotes(at path: String) throws(IndexError) -> [String] {
  let notes = ["Paris by night", "Brussels by day", "Brussels, Paris, Brussels"]
  let documents = notes.enumerated().map { Document(id: "note \($0)", text: $1) }
  _ = try IndexBuilder().build(from: documents, at: path)

  let reader = try IndexReader(path: path)
  let hits = try reader.search(reader.parse("brussels").query).hits
  return try hits.map { (hit) throws(IndexError) in
    let document = try reader.document(at: hit.address)
    return "\(document.id): \(document.text ?? "")"
  }
}
// README.md end

private func landingPage(_ documents: [Document]) throws {
  // Index.md begin
  _ = try IndexBuilder().build(from: documents, at: "notes.index")

  let reader = try IndexReader(path: "notes.index")
  let parsed = reader.parse("\"kassim telegram\" brussels")
  let result = try reader.search(parsed.query)
  var snippets = reader.snippetMaker(for: parsed.query)
  for hit in result.hits {
    let document = try reader.document(at: hit.address)
    print(hit.score, document.id, document.title)
    print(snippets.snippet(of: document.text ?? "").text)
  }
  // Index.md end
}

/// The examples for users of the library: that of the README, compiled and run, and that of the
/// landing page, compiled.
struct LibraryExampleTests {
  @Test func theExampleFindsTheNotesBestFirst() throws {
    let directory = try TemporaryDirectory()
    let found = try searchNotes(at: directory.path("notes.index"))
    #expect(found == ["note 2: Brussels, Paris, Brussels", "note 1: Brussels by day"])
  }

  @Test(arguments: [("README.md", ""), ("Sources/Index/Index.docc/Index.md", "  ")])
  func theExampleStandsInThePaperAsItIsHere(paper: String, indentation: String) throws {
    let name = try #require(paper.split(separator: "/").last)
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let begin = "\(indentation)// \(name) begin\n"
    let end = "\(indentation)// \(name) end\n"
    let start = try #require(source.range(of: begin)).upperBound
    let stop = try #require(source.range(of: end)).lowerBound
    let example = source[start..<stop].split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix(indentation) ? $0.dropFirst(indentation.count) : $0 }
      .joined(separator: "\n")
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent(paper), encoding: .utf8)
    let isThere = text.contains(example)
    #expect(isThere, "\(paper) has another example than this file")
  }
}
