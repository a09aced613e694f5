import Foundation
import Testing

/// What a stranger finds at the top of the repository, and what its papers promise.
struct LayoutTests {
  /// What the top level has, and nothing else.
  private static let topLevel: Set<String> = [
    "Package.swift", "Sources", "Benchmarks", "Tests", "seeds", "README.md", "LICENSE",
    "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", ".swift-format", ".editorconfig",
    ".gitignore", ".ci",
  ]

  @Test func theTopLevelHasItsFilesAndNoOthers() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Repository.root.path)
    let found = Set(names.filter { !Self.isByproduct($0) })
    #expect(found.subtracting(Self.topLevel).sorted() == [])
    #expect(Self.topLevel.subtracting(found).sorted() == [])
  }

  @Test func sourcesAreTheTwoLibrariesAndTheProgram() throws {
    let sources = Repository.root.appendingPathComponent("Sources").path
    let names = try FileManager.default.contentsOfDirectory(atPath: sources)
    #expect(names.filter { !Self.isByproduct($0) }.sorted() == ["Index", "Tokenizer", "search"])
  }

  @Test func thePackageHasNoDependencies() throws {
    #expect(!(try Repository.text(of: "Package.swift")).contains(".package("))
  }

  @Test func theReadmeStartsWithTheTwoCommandsThatTheChecksRun() throws {
    let readme = try Repository.text(of: "README.md")
    let checks = try Repository.text(of: ".ci/run")
    for command in [
      "swift run -c release search build-index seeds/",
      "swift run -c release search query \"Kassim Telegram\"",
    ] {
      #expect(readme.contains(command), "README.md lacks: \(command)")
      #expect(checks.contains(command), ".ci/run does not run: \(command)")
    }
  }

  @Test func thePapersLinkOnlyToWhatIsThere() throws {
    let papers = try FileManager.default.contentsOfDirectory(atPath: Repository.root.path)
      .filter { $0.hasSuffix(".md") }
    for paper in papers {
      for match in try Repository.text(of: paper).matches(of: /\]\(([^)#\s]+)[^)]*\)/) {
        let target = String(match.1)
        guard !target.contains(":") else { continue }
        let path = Repository.root.appendingPathComponent(target).path
        #expect(FileManager.default.fileExists(atPath: path), "\(paper) links to \(target)")
      }
    }
  }

  /// Whether tools and systems put a file of this name there, and git leaves it out.
  private static func isByproduct(_ name: String) -> Bool {
    name.hasPrefix(".build") || name.hasSuffix(".profraw")
      || [
        ".git", ".swiftpm", ".search", ".index-build", ".vscode", ".DS_Store", "Package.resolved",
      ].contains(name)
  }
}
