import Foundation
import TestSupport
import Testing
import Tokenizer

@testable import search

/// The scanner against `JSONSerialization`, on valid, random and hostile lines.
struct JSONLinesScannerTests {
  private static let names = ["id", "title", "text"]

  /// What the scanner finds: a value for each name, or nil for none, `[]` for a compound.
  private enum Found: Equatable {
    case values([String?])
    case fault(JSONFault.Reason)
  }

  private func scan(_ line: [UInt8]) -> Found {
    // Bytes after the line must not matter; quotes there would be noticed.
    let buffer = buffer(line + Array("\"}\"}\"}\"}\"}".utf8))
    var scanner = JSONLinesScanner(
      names: Self.names.map { Array($0.utf8) }, bytes: buffer.view)
    do throws(JSONFault) {
      try scanner.scan(0..<line.count)
    } catch {
      #expect((0...line.count).contains(error.offset))
      return .fault(error.reason)
    }
    return .values(
      scanner.members.map { member in
        switch member.kind {
        case .absent: nil
        case .compound: "[]"
        case .scalar:
          String(decoding: member.range.map { buffer.view[$0] }, as: UTF8.self)
        }
      })
  }

  private func scan(_ line: String) -> Found { scan(Array(line.utf8)) }

  /// The same by way of Foundation; nil if it does not take the line.
  private func reference(_ line: [UInt8]) -> [String?]? {
    guard let object = try? JSONSerialization.jsonObject(with: Data(line)),
      let members = object as? [String: Any]
    else { return nil }
    return Self.names.map { name in
      switch members[name] {
      case nil, is NSNull: nil
      case let text as String: text
      case let number as NSNumber: number.stringValue
      default: "[]"
      }
    }
  }

  @Test func findsMembersInAnyOrderAndSkipsOthers() {
    #expect(
      scan(#"{"n":[1,{"id":"no"},"]"],"text":"b","o":{"text":"}"},"id":7,"x":null,"title":""}"#)
        == .values(["7", "", "b"]))
  }

  @Test func undoesEscapes() {
    #expect(
      scan(#"{"text":"a\n\"b\"\\\/\t\r\b\f\u00e9\u20AC\ud83d\ude00 and a longer run of text\n"}"#)
        == .values([nil, nil, "a\n\"b\"\\/\t\r\u{8}\u{C}é€😀 and a longer run of text\n"]))
  }

  @Test(arguments: [
    (#"\ud800"#, "\u{FFFD}"), (#"\udc00x"#, "\u{FFFD}x"), (#"\ud800\ud800"#, "\u{FFFD}\u{FFFD}"),
    (#"\ud83d\u0041"#, "\u{FFFD}A"), (#"\ud83d\n"#, "\u{FFFD}\n"), (#"\u0000"#, "\0"),
  ])
  func loneSurrogatesBecomeReplacementCharacters(escaped: String, expected: String) {
    #expect(scan("{\"id\":\"\(escaped)\"}") == .values([expected, nil, nil]))
  }

  @Test func namesMayBeEscapedAndTheLastOfSeveralCounts() {
    #expect(scan(#"{"\u0069d":"a","id":"b"}"#) == .values(["b", nil, nil]))
  }

  @Test func compoundValuesAreToldApart() {
    #expect(scan(#"{"id":[1],"title":{"a":1},"text":true}"#) == .values(["[]", "[]", "true"]))
  }

  @Test(arguments: [
    ("", JSONFault.Reason.notAnObject), ("[1]", .notAnObject), ("{", .unfinished),
    ("{\"id\"", .unfinished), ("{\"id\" 1}", .missingColon), ("{\"id\":}", .badValue),
    ("{\"id\":1", .unfinished), ("{\"id\":1 \"a\":2}", .missingComma), ("{id:1}", .badMember),
    ("{\"id\":\"a}", .unclosedString), ("{\"id\":\"\\q\"}", .badEscape),
    ("{\"id\":\"\\u12\"}", .badEscape), ("{\"id\":01}", .badNumber), ("{\"id\":1.}", .badNumber),
    ("{\"id\":1e}", .badNumber), ("{\"id\":-}", .badNumber), ("{\"id\":tru}", .badValue),
    ("{} {}", .trailing), ("{\"id\":1,}", .badMember), ("{\"a\":[1,]}", .badValue),
  ])
  func badLinesSayWhy(line: String, reason: JSONFault.Reason) {
    #expect(scan(line) == .fault(reason))
    // Foundation takes a comma after the last member.
    #expect(reference(Array(line.utf8)) == nil || line.contains(",}") || line.contains(",]"))
  }

  @Test func deepNestingIsAnErrorAndNoCrash() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(scan("{\"a\":\(deep)") == .fault(.tooDeep))
    let nested = String(repeating: "{\"a\":", count: 100_000)
    #expect(scan(nested) == .fault(.tooDeep))
    let fine = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    #expect(scan("{\"a\":\(fine),\"id\":\"x\"}") == .values(["x", nil, nil]))
  }

  @Test func randomObjectsEqualFoundation() throws {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<3000 {
      let line = Array(randomObject(&random).utf8)
      let expected = try #require(reference(line), "seed \(random.seed)")
      #expect(scan(line) == .values(expected), "seed \(random.seed)")
    }
  }

  @Test func aLineCutAnywhereIsAnErrorAndNoCrash() {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<100 {
      let line = Array(randomObject(&random).utf8)
      for count in 0..<line.count {
        guard case .fault = scan(Array(line.prefix(count))) else {
          Issue.record("\(count) bytes of a line were taken, seed \(random.seed)")
          return
        }
      }
    }
  }

  @Test func damagedLinesNeverCrashAndAreTakenOnlyIfFoundationTakesThem() {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<5000 {
      var line = Array(randomObject(&random).utf8)
      for _ in 0...random.below(3) {
        line[random.below(line.count)] = random.pick(Array("{}[]\",:\\u1 -tn\u{1}".utf8))
      }
      guard case .values(let values) = scan(line) else { continue }
      let text = String(decoding: line, as: UTF8.self)
      guard let expected = reference(line) else {
        // Where we are more lenient: control characters, ill-formed UTF-8, lone surrogates.
        let isLenient =
          line.contains { $0 < 0x20 } || Array(text.utf8) != line
          || text.contains(/\\u[dD][89a-fA-F]/)
        #expect(isLenient, "seed \(random.seed): \(text)")
        continue
      }
      if keysAreUnique(line) { #expect(values == expected, "seed \(random.seed)") }
    }
  }

  @Test func anyBytesAreTakenWithoutACrash() {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<20_000 {
      var line = (0..<random.below(40)).map { _ in UInt8.random(in: 0...255, using: &random) }
      if random.oneIn(2) { line = Array("{\"id\":\"".utf8) + line }
      _ = scan(line)
    }
  }

  // MARK: Random objects

  private func keysAreUnique(_ line: [UInt8]) -> Bool {
    let text = String(decoding: line, as: UTF8.self)
    return Self.names.allSatisfy { text.components(separatedBy: "\"\($0)\"").count <= 2 }
      && !text.contains("\\u00")
  }

  private func randomObject(_ random: inout SplitMix64) -> String {
    var names = Self.names.filter { _ in !random.oneIn(4) }
    for index in 0..<random.below(4) { names.append("other\(index)") }
    names.shuffle(using: &random)
    let members = names.map { name in
      "\"\(name)\"\(space(&random)):\(space(&random))\(randomValue(&random, depth: 0))"
    }
    return "{\(space(&random))" + members.joined(separator: "\(space(&random)),") + "}"
  }

  private func space(_ random: inout SplitMix64) -> String {
    random.oneIn(4) ? random.pick([" ", "\t", "  ", "\r"]) : ""
  }

  private func randomValue(_ random: inout SplitMix64, depth: Int) -> String {
    switch random.below(depth > 3 ? 6 : 8) {
    case 0: return "\(random.below(1_000_000))"
    case 1: return random.pick(["null", "-7", "12"])
    case 6:
      let values = (0..<random.below(4)).map { _ in randomValue(&random, depth: depth + 1) }
      return "[\(values.joined(separator: ", "))]"
    case 7:
      let members = (0..<random.below(4)).map { index in
        "\"text\(index)\":\(randomValue(&random, depth: depth + 1))"
      }
      return "{\(members.joined(separator: ","))}"
    default: return "\"\(randomText(&random))\""
    }
  }

  private func randomText(_ random: inout SplitMix64) -> String {
    let parts = [
      "a", "é", "€", "😀", "\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "\\/", " ", "word",
      "l’armée", "a longer piece of plain text without anything special in it", "{", "}", ",", ":",
    ]
    return (0..<random.below(12)).map { _ in random.pick(parts) }.joined()
  }
}
