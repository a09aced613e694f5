import Foundation
import TestSupport
import Testing

/// What `--store` keeps of documents, and what hits show of it.
struct StoredFieldsTests {
  private func run(_ arguments: [String], in folder: TemporaryDirectory) throws -> Subprocess {
    try Subprocess.run(Subprocess.search, arguments, folder: folder.path)
  }

  /// The same documents with all kept, without texts and with ids only, and the sizes of the
  /// indexes.
  private func indexed() throws -> (folder: TemporaryDirectory, byteCounts: [String: Int]) {
    let folder = try TemporaryDirectory()
    for number in 0..<100 {
      try folder.write("d/\(number).txt", "Headline\(number * 7919) cat\n\n\(number % 9) a cat\n")
    }
    var byteCounts: [String: Int] = [:]
    for stored in ["text", "none", "ids"] {
      let built = try run(["build-index", "d", "--store", stored, "--index", stored], in: folder)
      try #require(built.status == 0, "\(built.errors)")
      let statistics = try run(["stats", "--json", "--index", stored], in: folder).output
      let object = try JSONSerialization.jsonObject(with: Data(statistics.utf8)) as? [String: Any]
      byteCounts[stored] = try #require(object?["bytes"] as? Int)
      #expect(try run(["verify", "--index", stored], in: folder).status == 0)
    }
    return (folder, byteCounts)
  }

  @Test func whatIsNotStoredMakesTheIndexSmallerAndChangesNoHit() throws {
    let (folder, byteCounts) = try indexed()
    let (text, none, ids) = try (
      #require(byteCounts["text"]), #require(byteCounts["none"]), #require(byteCounts["ids"])
    )
    #expect(text > none && none > ids, "\(byteCounts)")
    // The words of titles are words of the texts, and are found as before.
    for query in [["cat"], ["headline7919"], ["\"a cat\""], ["head*"], ["cat", "4", "--all"]] {
      for format in [["-l"], ["--format=trec"], ["--count"]] {
        let outputs = try ["text", "none", "ids"].map {
          try run(["query", "--check", "-n200", "--index", $0] + format + query, in: folder)
        }
        #expect(Set(outputs.map(\.output)).count == 1, "\(query) \(format)")
        #expect(outputs.allSatisfy { $0.status == 0 }, "\(outputs.map(\.errors))")
      }
    }
    let explanations = try ["text", "ids"].map {
      try run(["explain", "d/1.txt", "headline7919", "--index", $0], in: folder).output
    }
    #expect(!explanations[0].isEmpty && explanations[0] == explanations[1])
  }

  /// Columns and members stay, so that programs need not know how an index was built; at a terminal
  /// there is no empty line.
  @Test(arguments: [("none", "Headline7919 cat"), ("ids", "")])
  func hitsShowWhatIsStored(stored: String, title: String) throws {
    let (folder, _) = try indexed()
    func query(_ options: String...) throws -> String {
      try run(["query", "headline7919", "--index", stored] + options, in: folder).output
    }
    let fields = try query().dropLast().split(separator: "\t", omittingEmptySubsequences: false)
    #expect(fields.count == 4 && fields[2] == "d/1.txt" && fields[3] == title)
    let json = try query("--json")
    #expect(json.contains("\"id\":\"d/1.txt\",\"title\":\"\(title)\"}"), "\(json)")
    let lines = try query("--format=text").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first?.hasPrefix(" 1  d/1.txt  ") == true)
    #expect(lines.dropFirst() == (title.isEmpty ? [""] : ["    \(title)", ""]))
  }
}
