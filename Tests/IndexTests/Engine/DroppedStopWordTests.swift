import Index
import TestSupport
import Testing
import Tokenizer

/// Indexes that leave stop words out, of documents in several languages.
struct DroppedStopWordTests {
  private static let documents = [
    Document(
      id: "en",
      text: "This is what the cure would have been, if they had found it with the others"),
    Document(
      id: "fr",
      text: "Les frères de Belgique ne sont pas dans la rue avec leurs parents, dit le ministre"),
    Document(
      id: "nl",
      text: "De minister van Defensie zegt dat het leger niet meer in de straten van de stad is"),
    Document(id: "und", text: "Brussels 2024: Kassim, Telegram"),
  ]

  /// Whether a word of `text` is a stop word in no language, and so in the index for sure.
  private static func hasOtherWordThanStopWords(_ text: String) -> Bool {
    text.split(separator: " ").contains { word in
      [.english, .french, .dutch].allSatisfy { language in
        Analyzer(AnalyzerOptions(language: language)).tokens(in: String(word))
          .allSatisfy { !$0.isStopWord }
      }
    }
  }

  /// What is quoted from a document finds it, though the index lacks some of the words.
  @Test(arguments: [2, 3, 5])
  func whatIsQuotedFromADocumentFindsIt(wordCount: Int) throws {
    let directory = try TemporaryDirectory()
    let options = BuildOptions(analyzer: AnalyzerOptions(stopWords: .drop))
    _ = try IndexBuilder(options: options).build(from: Self.documents, at: directory.path)
    let reader = try IndexReader(path: directory.path)
    let languages = reader.statistics().documentsByLanguage
    #expect(Set(languages.map(\.code)) == ["en", "fr", "nl", "und"])

    for document in Self.documents {
      let words = document.text.split(separator: " ")
      for start in words.indices.dropLast(wordCount - 1) {
        let quoted = words[start..<start + wordCount].joined(separator: " ")
        guard Self.hasOtherWordThanStopWords(quoted) else { continue }
        for (text, mode) in [("\"\(quoted)\"", ParsedQuery.Mode.any), (quoted, .all)] {
          let query = reader.parse(text, mode: mode).query
          let hits = try reader.search(query).hits
          let ids = try hits.map { try reader.document(at: $0.address, withText: false).id }
          #expect(ids.contains(document.id), "\(text) as \(query)")
        }
      }
    }
  }
}
