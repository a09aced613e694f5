import TestSupport
import Testing

@testable import search

/// The fields that `--id`, `--title` and `--text` name.
struct FieldTests {
  private func build(_ options: [String], _ name: String = "a.jsonl", in folder: TemporaryDirectory)
    throws -> Subprocess
  {
    try Subprocess.run(
      Subprocess.search, ["build-index", name, "--force"] + options, folder: folder.path)
  }

  private func count(_ word: String, in folder: TemporaryDirectory) throws -> String {
    try Subprocess.run(Subprocess.search, ["query", "--count", word], folder: folder.path).output
  }

  private func records() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try folder.write("a.jsonl", #"{"key":"k","head":"upper","body":"lower"}"# + "\n")
    try folder.write("a.csv", "key, head, body\nk,upper,lower\n")
    return folder
  }

  @Test(arguments: ["a.jsonl", "a.csv"])
  func blanksAroundNamesAreNoPartOfThem(name: String) throws {
    let folder = try records()
    let result = try build(["--text", "head, body ", "--id= key"], name, in: folder)
    #expect(result.status == 0 && !result.errors.contains("warning"), "\(result.errors)")
    #expect(try count("upper", in: folder) == "1\n")
    #expect(try count("lower", in: folder) == "1\n")
  }

  @Test(arguments: [
    ["--text", ","], ["--text", "head,,body"], ["--text", "head,"], ["--text", " "], ["--id", " "],
    ["--title", " "],
  ])
  func anEmptyNameIsAnError(options: [String]) throws {
    let folder = try records()
    let result = try build(options, in: folder)
    #expect(result.status == 2)
    let message = "search: \(options[0]): '\(options[1])' has an empty name of a field\n"
    #expect(result.errors.hasPrefix(message), "\(result.errors)")
    #expect(result.errors.contains("\nhint: "))
  }

  @Test(arguments: [
    ("a.jsonl", ["--text", "body,nosuch"]), ("a.jsonl", ["--title", "nosuch", "--text", "body"]),
    ("a.jsonl", ["--id", "nosuch", "--text", "body"]),
    ("a.csv", ["--title", "nosuch", "--text", "body"]),
  ])
  func aFieldThatNoRecordHasIsNamed(name: String, options: [String]) throws {
    let folder = try records()
    let result = try build(options, name, in: folder)
    #expect(result.status == 0)
    let warning = "warning: no record has the field 'nosuch' that \(options[0]) names\n"
    #expect(result.errors.contains(warning), "\(result.errors)")
    #expect(result.errors.components(of: "no record has") == 1, "\(result.errors)")
  }

  @Test func aFieldOfOneRecordAmongManyIsNotMissed() throws {
    let folder = try records()
    let lines = [String](repeating: #"{"body":"x"}"#, count: 5000).joined(separator: "\n")
    try folder.write("a.jsonl", #"{"body":"x","lead":"y","head":""}"# + "\n" + lines)
    let result = try build(["--text=body,lead", "--title=head"], in: folder)
    #expect(!result.errors.contains("warning"), "\(result.errors)")
    // What is no record has no fields.
    try folder.write("a.txt", "word")
    #expect(!(try build(["--text=body"], "a.txt", in: folder)).errors.contains("warning"))
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { split(separator: part).count - 1 }
}
