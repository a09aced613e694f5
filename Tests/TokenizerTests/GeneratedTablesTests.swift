import Foundation
import TestSupport
import Testing

@testable import Tokenizer

struct GeneratedTablesTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test(.needsTestData("text"))
  func theGeneratorMakesTheTablesInTheRepository() throws {
    let folder = try TemporaryDirectory()
    let sources = Self.root.appendingPathComponent("Sources/Tokenizer").path
    let made = try run(
      "swift",
      [
        sources + "/Generator/GenerateUnicodeTables.swift", TestData.path("text/unicode17"),
        folder.path,
      ])
    #expect(made.status == 0, "\(made.errorText)")
    for name in ["PropertyTable", "FoldingTables", "NormalizationTables"] {
      let made = try folder.read("\(name).swift")
      let kept = try readFile(sources + "/Unicode/\(name).swift")
      #expect(made == kept, "\(name).swift is not what the generator makes")
    }
  }

  /// The standard library knows Unicode 17 too, and has the same properties from elsewhere.
  @Test func everyScalarHasThePropertiesOfTheStandardLibrary() {
    for code in UInt32(0)..<0x110000 {
      guard let scalar = UnicodeScalar(code) else { continue }
      let own = ScalarProperties(code)
      let properties = scalar.properties
      let category = properties.generalCategory
      let isNumber = [.decimalNumber, .letterNumber, .otherNumber].contains(category)
      let isLetter = [
        .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      ].contains(category)
      let isAlphanumeric = own.has(ScalarProperties.alphanumeric)
      let isIgnorable = own.has(ScalarProperties.ignorable)
      let combiningClass = UInt32(properties.canonicalCombiningClass.rawValue)
      if isAlphanumeric != (properties.isAlphabetic || isNumber)
        || own.has(ScalarProperties.letter) != isLetter
        || isIgnorable != properties.isDefaultIgnorableCodePoint
        || Normalizer.combiningClass(code) != combiningClass
      {
        Issue.record("U+\(String(code, radix: 16))")
      }
      let lower = ScalarMapping.lowercase(code)[0]
      // The full mapping of U+0130 has a second scalar; the simple one is its first.
      if lower != properties.lowercaseMapping.unicodeScalars.first?.value {
        Issue.record("lower case of U+\(String(code, radix: 16))")
      }
    }
  }
}
