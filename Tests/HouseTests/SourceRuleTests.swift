import Testing

/// Rules that every file of the libraries and the program keeps.
///
/// Generators are programs of their own, which no target contains.
struct SourceRuleTests {
  private static func compiledSources() throws -> [Repository.Source] {
    try Repository.sources(under: "Sources").filter { !$0.path.contains("/Generator/") }
  }

  /// The longest a file may be, in lines, unless a program wrote it.
  private static let lineLimit = 400
  /// How many lines above its `unsafe` a `SAFETY:` may stand.
  private static let safetyReach = 6

  /// Foundation would cost 4 ms at every start (15 linked dynamically) and 10 MB of binary.
  @Test func nothingImportsFoundation() throws {
    for source in try Self.compiledSources() {
      for (index, line) in source.code.enumerated()
      where line.contains(/\bimport\s+(?:\w+\s+)?Foundation\w*/) {
        Issue.record("\(source.path):\(index + 1) imports Foundation")
      }
    }
  }

  @Test func filesAreShortEnoughToReadInOneGo() throws {
    for source in try Self.compiledSources() where !source.isGenerated {
      let count = source.lines.count - 1
      #expect(count <= Self.lineLimit, "\(source.path) has \(count) lines")
    }
  }

  /// A `SAFETY:` names the guarantor; what is `@unsafe` itself leaves that to its callers.
  @Test func everyUnsafeExpressionSaysWhoGuaranteesIt() throws {
    var silent: [String] = []
    for source in try Self.compiledSources() {
      for index in source.code.indices
      where source.code[index].contains(/\bunsafe\b/) && !Self.isAttribute(source.code[index]) {
        let reach = max(0, index - Self.safetyReach)...index
        if !source.lines[reach].contains(where: {
          $0.contains("SAFETY:") || $0.contains("@unsafe")
        }) {
          silent.append("\(source.path):\(index + 1)")
        }
      }
    }
    #expect(silent == [], "unsafe without a word why it holds")
  }

  @Test func nothingReachesPastAccessControl() throws {
    for source in try Repository.sources(under: "Sources") + Repository.sources(under: "Benchmarks")
    {
      for (index, line) in source.code.enumerated() where line.contains("@testable") {
        Issue.record("\(source.path):\(index + 1) imports more than the public interface")
      }
    }
  }

  @Test func unfinishedMarksAreNotLeftBehind() throws {
    for folder in ["Sources", "Benchmarks", "Tests"] {
      for source in try Repository.sources(under: folder)
      where !source.path.hasSuffix("SourceRuleTests.swift") {
        for (index, line) in source.lines.enumerated() where line.contains(/\b(?:FIXME|XXX)\b/) {
          Issue.record("\(source.path):\(index + 1) is unfinished")
        }
      }
    }
  }

  /// Whether `unsafe` stands in a line only as an attribute of a declaration.
  private static func isAttribute(_ line: String) -> Bool {
    !line.replacing("@unsafe", with: "").contains(/\bunsafe\b/)
  }
}
