import Foundation
import TestSupport
import Testing

@testable import search

/// Strings in JSON, against the same scalar by scalar.
struct JSONWriterTests {
  private func naive(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where isControl(scalar): text += "\\u00" + hexadecimal(UInt8(scalar.value))
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  private func expect(_ value: String, _ comment: Comment? = nil) throws {
    var json = JSONWriter()
    json.array { $0.string(value) }
    #expect(Array(json.text.utf8) == Array("[\(naive(value))]".utf8), comment)
    let read = try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String]
    #expect(read.map { Array($0[0].utf8) } == Array(value.utf8), comment)
  }

  @Test func whatNeedsAnEscapeHasOneWhereverItStands() throws {
    for value in 0...0x17F as ClosedRange<UInt32> {
      let scalar = String(try #require(Unicode.Scalar(value)))
      for text in [scalar, "a\(scalar)", "\(scalar)a", "é\(scalar)\(scalar)é"] {
        try expect(text, "U+\(String(value, radix: 16))")
      }
    }
    try expect("")
  }

  @Test func randomTextIsAsScalarByScalar() throws {
    let seed = TestSeed.value
    var random = SplitMix64(seed: seed)
    let pieces = [
      "a", "plain text ", "\"", "\\", "\n", "\r\n", "\u{0}", "\u{7F}", "\u{80}", "\u{9F}", "\u{A0}",
      "é", "\u{301}", "日本", "👩‍👩‍👧", "\u{600}",
    ]
    for round in 0..<2_000 {
      let text = (0..<random.below(20)).map { _ in random.pick(pieces) }.joined()
      try expect(text, "\(text.debugDescription), seed \(seed), round \(round)")
    }
  }
}
