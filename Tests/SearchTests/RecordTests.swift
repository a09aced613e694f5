import Foundation
import TestSupport
import Testing

@testable import search

/// JSON Lines, CSV and TSV as documents: blocks of every size, ids, fields, bad lines.
struct RecordTests {
  @Test(arguments: [1, 2, 3, 7, 100, 65_536, 1 << 20])
  func documentsDoNotDependOnTheSizeOfPieces(byteLimit: Int) throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: 17)
    var lines = ""
    var expected: [FedDocument] = []
    for number in 0..<3000 {
      let text = String(repeating: "wörd ", count: random.below(60))
      lines += "{\"id\":\"d\(number)\",\"title\":\"t\(number)\",\"text\":\"\(text)\"}\n"
      if random.oneIn(50) { lines += "\n" }
      expected.append(
        FedDocument(
          id: "d\(number)", title: "t\(number)",
          text: "t\(number)" + (text.isEmpty ? "" : "\n" + text)))
    }
    lines.removeLast()
    try folder.write("a.jsonl", lines)
    let input = try FedInput(["\(folder.path)/a.jsonl"], byteLimit: byteLimit)
    #expect(input.documents == expected)
    #expect(input.report.skippedLines.count == 0)
  }

  @Test func fieldsFollowTheOptions() throws {
    let folder = try TemporaryDirectory()
    let line = #"{"url":"u","headline":"h","body":"b","text":"t","lead":"l"}"#
    try folder.write("a.jsonl", line)
    let path = "\(folder.path)/a.jsonl"
    #expect(try FedInput([path]).documents == [FedDocument(id: "\(path):1", title: "", text: "t")])
    var fields = FieldNames()
    (fields.id, fields.idIsExplicit, fields.title) = ("url", true, "headline")
    #expect(
      try FedInput([path], fields: fields).documents
        == [FedDocument(id: "u", title: "h", text: "h\nt")])
    fields.texts = ["headline", "lead"]
    #expect(
      try FedInput([path], fields: fields).documents
        == [FedDocument(id: "u", title: "h", text: "h\nl")])
    fields.texts = ["body"]
    #expect(
      try FedInput([path], fields: fields).documents
        == [FedDocument(id: "u", title: "h", text: "b")])
  }

  @Test func badLinesAreCountedWithTheirNumbers() throws {
    let folder = try TemporaryDirectory()
    try folder.write(
      "a.jsonl",
      "\n{\"id\":1,\"text\":\"a\"}\nnot json\n\n{\"id\":2}\n{\"id\":3,\"text\":[1]}\r\n{\"id\":4,\"text\":\"b\"}\r\n"
    )
    let path = "\(folder.path)/a.jsonl"
    let input = try FedInput([path], byteLimit: 1)
    #expect(input.documents.map { $0.id } == ["1", "4"])
    #expect(input.documents.map { $0.text } == ["a", "b"])
    #expect(input.report.skippedLines.count == 3)
    #expect(input.report.skippedLines.first == "\(path): line 3: not a JSON object (byte 1)")
    #expect(
      input.report.finding(.noText).examples.map { $0.text } == [
        "\(path): line 5: no 'text' or 'body' or 'content'"
      ])
    let stopped = try FedInput([path], policy: .stop)
    #expect(stopped.failure?.message == "\(path): line 3: not a JSON object (byte 1)")
  }

  @Test func missingIdsAreFileAndLineAndCountedIfTheFieldWasNamed() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.jsonl", "{\"text\":\"a\"}\n{\"url\":\"u\",\"text\":\"b\"}\n")
    let path = "\(folder.path)/a.jsonl"
    var fields = FieldNames()
    (fields.id, fields.idIsExplicit) = ("url", true)
    let input = try FedInput([path], fields: fields)
    #expect(input.documents.map { $0.id } == ["\(path):1", "u"])
    #expect(input.report.finding(.missingID).count == 1)
  }

  @Test func csvHasQuotesNewlinesAndDoubledQuotes() throws {
    let folder = try TemporaryDirectory()
    try folder.write(
      "a.csv",
      "id,title,text\r\n1,\"a, \"\"b\"\"\",\"line\nline 2\"\r\n2,,5\" disk\r\n3,c,\"\"\r\n4,only two\r\n5,e,f"
    )
    let path = "\(folder.path)/a.csv"
    for byteLimit in [1, 10, 1 << 20] {
      let input = try FedInput([path], byteLimit: byteLimit)
      #expect(
        input.documents == [
          FedDocument(id: "1", title: "a, \"b\"", text: "a, \"b\"\nline\nline 2"),
          FedDocument(id: "2", title: "", text: "5\" disk"),
          FedDocument(id: "3", title: "c", text: "c"),
          FedDocument(id: "5", title: "e", text: "e\nf"),
        ])
      #expect(
        input.report.skippedLines.first
          == "\(path): line 6: 2 fields where the first line has 3")
    }
  }

  @Test func randomCSVEqualsANaiveWriter() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let folder = try TemporaryDirectory()
    for round in 0..<20 {
      let separator = random.pick([",", ";"])
      var text = "id\(separator)text\n"
      var expected: [FedDocument] = []
      for number in 0..<200 {
        let parts = ["a", "\"", ",", ";", "\n", "é", "word", " ", "\r\n"]
        let content = (0..<random.below(9)).map { _ in random.pick(parts) }.joined()
        text += "\(number)\(separator)\"\(content.replacingOccurrences(of: "\"", with: "\"\""))\"\n"
        expected.append(FedDocument(id: "\(number)", title: "", text: content))
      }
      try folder.write("\(round).csv", text)
      let input = try FedInput(
        ["\(folder.path)/\(round).csv"], byteLimit: 1 + random.below(3000))
      #expect(input.documents == expected, "seed \(random.seed)")
    }
  }

  /// As Excel writes it where the comma is in numbers.
  @Test(arguments: [
    ("titre;texte\nUn;\"une; pomme\"\nDeux;1,5 kilo\n", ["une; pomme", "1,5 kilo"]),
    ("titre;texte\r\nUn;x", ["x"]), ("\"titre\";\"texte\"\n\"Un\";\"a\nb;c\"\n", ["a\nb;c"]),
    ("\"titre, court\";texte;z\nUn;x,y;\n", ["x,y"]), ("titre;texte", []),
    ("a;b,texte\n1;2,x;y\n", ["x;y"]), ("texte\na,b;c\nd\n", ["d"]),
  ])
  func aHeaderWithMoreSemicolonsThanCommasTellsTheSeparator(_ text: String, _ texts: [String])
    throws
  {
    let folder = try TemporaryDirectory()
    try folder.write("a.csv", text)
    var fields = FieldNames()
    fields.texts = ["texte"]
    for byteLimit in [1, 1 << 20] {
      let input = try FedInput([folder.path("a.csv")], fields: fields, byteLimit: byteLimit)
      #expect(input.failure == nil)
      #expect(input.documents.map(\.text) == texts)
    }
  }

  @Test(arguments: ["", "\n", "\r\n"])
  func anUnclosedQuoteIsReportedWithWhatItTakesUp(end: String) throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.csv", "id,text\n1,a\n2,\"b\n3,c\n4,d\(end)")
    let input = try FedInput(["\(folder.path)/a.csv"])
    #expect(input.documents.map { $0.id } == ["1"])
    #expect(
      input.report.skippedLines.first?
        .hasSuffix("line 3: a quotation mark is not closed; it takes up 3 lines") == true)
    #expect(input.report.skippedLines.count == 3)
  }

  @Test func aBadRecordCountsWithAllItsLines() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.csv", "id,text\n1,\"a\nb\",c\n2,d\n")
    let input = try FedInput(["\(folder.path)/a.csv"])
    #expect(input.documents.map { $0.id } == ["2"])
    #expect(input.report.skippedLines.count == 2)
  }

  @Test func tsvKnowsNoQuotes() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.tsv", "title\tid\tbody\n\"q\t1\tx \"y\"\n\t2\tz\n")
    #expect(
      try FedInput(["\(folder.path)/a.tsv"]).documents == [
        FedDocument(id: "1", title: "\"q", text: "\"q\nx \"y\""),
        FedDocument(id: "2", title: "", text: "z"),
      ])
  }

  @Test func aMissingColumnEndsTheReadingOfANamedFileAndSkipsOneOfAFolder() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.csv", "a,b\n1,2\n")
    try folder.write("b.txt", "b")
    let named = try FedInput(["\(folder.path)/a.csv"])
    #expect(
      named.failure?.message.hasSuffix("a.csv: no column 'text' in the first line: a, b") == true)
    #expect(named.failure?.hint != nil)
    let input = try FedInput([folder.path])
    #expect(input.documents.map { $0.text } == ["b"])
    #expect(input.report.finding(.missingColumn).count == 1)
  }

  /// Compared as Swift compares texts, so many marks would take a minute, and more minutes twice as
  /// many.
  @Test(.timeLimit(.minutes(1))) func aHeaderOfMarksTakesNoLongTime() throws {
    let folder = try TemporaryDirectory()
    let marks = String(repeating: "\u{301}\u{323}\u{345}\u{327}", count: 100_000)
    try folder.write("a.csv", "a,e\(marks), text\n1,2,3\n")
    try folder.write("b.csv", "a,e\(marks)\n1,2\n")
    #expect(try FedInput([folder.path("a.csv")]).documents.map(\.text) == ["3"])
    let failure = try FedInput([folder.path("b.csv")]).failure
    #expect(failure?.message.utf8.count ?? .max < 2000)
  }

  @Test func illFormedAndUTF16RecordsAreMended() throws {
    let folder = try TemporaryDirectory()
    try folder.write(
      "a.jsonl", Array("{\"id\":1,\"text\":\"a".utf8) + [0xFF] + Array("b\"}\n".utf8))
    let input = try FedInput(["\(folder.path)/a.jsonl"])
    #expect(input.documents.map { $0.text } == ["a\u{FFFD}b"])
    #expect(input.report.finding(.illFormedText).count == 1)
    let text = "{\"id\":1,\"text\":\"é😀\"}\n{\"id\":2,\"text\":\"b\"}\n"
    for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian] {
      let mark: [UInt8] = encoding == .utf16BigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE]
      try folder.write("b.jsonl", mark + (text.data(using: encoding) ?? Data()))
      #expect(
        try FedInput(["\(folder.path)/b.jsonl"], byteLimit: 3).documents.map { $0.text } == [
          "é😀", "b",
        ])
    }
    try folder.write("c.jsonl", [0xEF, 0xBB, 0xBF] + Array("{\"id\":1,\"text\":\"x\"}".utf8))
    #expect(try FedInput(["\(folder.path)/c.jsonl"]).documents.map { $0.id } == ["1"])
  }
}
