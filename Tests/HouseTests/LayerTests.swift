import Testing

/// Keeps the folders of a module in layers, as Swift has no imports within a module.
///
/// A file names only types of its own folder or of folders below, and calls only functions of those.
struct LayerTests {
  /// The folders of one module.
  struct Module: CustomTestStringConvertible, Sendable {
    /// Its path from the root.
    let path: String
    /// The layers, bottom first; folders of one layer do not know each other.
    ///
    /// The module's own folder has no name.
    let layers: [[String]]
    /// Folders that nothing above them may know.
    var hidden: Set<String> = []

    var testDescription: String { path }

    /// Whether files of `folder` may name what `home` declares.
    func may(_ folder: String, name home: String) -> Bool {
      if folder == home { return true }
      guard let upper = layers.firstIndex(where: { $0.contains(folder) }),
        let lower = layers.firstIndex(where: { $0.contains(home) })
      else { return true }
      return lower < upper && !hidden.contains(home)
    }

    /// The folder below the module's that a file lies in.
    func folder(of source: Repository.Source) -> String {
      let steps = source.path.dropFirst(path.count + 1).split(separator: "/")
      return steps.dropLast().first.map(String.init) ?? ""
    }
  }

  /// Nothing on the query side may know how an index is built: the two agree through the file.
  private static let index = Module(
    path: "Sources/Index",
    layers: [
      ["Primitives"],
      ["Storage"],
      ["Codecs"],
      ["Scoring"],
      ["TermDictionary", "Postings", "DocumentStore"],
      ["Segment"],
      ["Build", "Ranking"],
      ["Cursors"],
      ["TopK"],
      ["Query"],
      ["Search"],
    ], hidden: ["Build"])

  private static let program = Module(
    path: "Sources/search",
    layers: [
      ["Text"],
      ["Platform"],
      ["Arguments"],
      ["Input"],
      ["Output"],
      ["Commands", "Completions"],
      [""],
    ])

  @Test(arguments: [index, program])
  func filesNameOnlyWhatTheirOwnLayerDeclaresAndThoseBelow(module: Module) throws {
    let sources = try Repository.sources(under: module.path)
    let homes = Self.homes(of: sources, in: module)
    for (folder, sources) in Dictionary(grouping: sources, by: module.folder) {
      let own = Set(sources.flatMap(Self.declaredNames))
      for source in sources {
        for name in Self.usedNames(in: source).subtracting(own).sorted() {
          guard let home = homes[name], !home.contains(where: { module.may(folder, name: $0) })
          else { continue }
          Issue.record("\(source.path) (\(folder)) names \(name) of \(home.sorted())")
        }
      }
    }
  }

  @Test(arguments: [index, program])
  func everyFolderHasItsPlaceInTheLayers(module: Module) throws {
    let known = Set(module.layers.joined())
    for source in try Repository.sources(under: module.path) {
      #expect(known.contains(module.folder(of: source)), "\(source.path) lies in no known layer")
    }
  }

  @Test(arguments: [
    ("Search", "Query", true), ("Search", "Search", true), ("Cursors", "Ranking", true),
    ("Query", "Search", false), ("Postings", "TermDictionary", false), ("Build", "Ranking", false),
    ("Search", "Build", false), ("Storage", "Primitives", true), ("Storage", "Codecs", false),
  ])
  func arrowsPointDownOnly(from folder: String, to home: String, isAllowed: Bool) {
    #expect(Self.index.may(folder, name: home) == isAllowed)
  }

  @Test func usesAreSeenWhereverTheyStand() {
    let lines = [
      #"let text = "Nothing \(Storage.name) \(called(1))""#, "let a: Type? = other.Member", "plain",
    ]
    var reader = CodeReader()
    let source = Repository.Source(path: "", lines: lines, code: lines.map { reader.code(of: $0) })
    #expect(Self.usedNames(in: source) == ["Storage", "called", "Type"])
  }

  // MARK: Declarations and uses

  /// The folders of each type that other files can name without naming another type first, and of
  /// each function that they can call so.
  private static func homes(
    of sources: [Repository.Source], in module: Module
  ) -> [String: Set<String>] {
    let declaration =
      /^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|final|indirect)\s+)*(?:struct|class|enum|protocol|actor|typealias|func)\s+(\w+)/
    var homes: [String: Set<String>] = [:]
    for source in sources {
      for line in source.code {
        if let match = line.firstMatch(of: declaration) {
          homes[String(match.1), default: []].insert(module.folder(of: source))
        }
      }
    }
    return homes
  }

  /// The types and functions a file declares, nested and private ones too.
  private static func declaredNames(in source: Repository.Source) -> [String] {
    let keywords: Set = [
      "struct", "class", "enum", "protocol", "actor", "typealias", "associatedtype", "func", "case",
    ]
    return source.code.flatMap { line in
      let words = words(of: line)
      return zip(words, words.dropFirst()).filter { keywords.contains(String($0.0.text)) }
        .map { String($0.1.text) }
    }
  }

  /// The words in a file that could be types or functions of others: no members of something else,
  /// and capitalised or called.
  private static func usedNames(in source: Repository.Source) -> Set<String> {
    var names: Set<String> = []
    for line in source.code {
      for word in words(of: line)
      where !word.isMember && (word.isCalled || word.text.first?.isUppercase ?? false) {
        names.insert(String(word.text))
      }
    }
    return names
  }

  /// The identifiers and keywords of a line, whether each follows a dot, and whether an opening
  /// parenthesis follows it.
  private static func words(
    of line: String
  ) -> [(text: Substring, isMember: Bool, isCalled: Bool)] {
    var words: [(text: Substring, isMember: Bool, isCalled: Bool)] = []
    var rest = line[...]
    var isMember = false
    while let byte = rest.utf8.first {
      let end = rest.utf8.firstIndex { !isWordByte($0) } ?? rest.endIndex
      if end > rest.startIndex {
        let isCalled = end < rest.endIndex && rest.utf8[end] == UInt8(ascii: "(")
        words.append((rest[..<end], isMember, isCalled))
        rest = rest[end...]
        isMember = false
      } else {
        isMember = byte == UInt8(ascii: ".")
        rest = Substring(rest.utf8.dropFirst())
      }
    }
    return words
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
