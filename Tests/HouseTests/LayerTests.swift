import Testing

/// Keeps the folders of `Sources/Index` in layers, as Swift has no imports within a module.
///
/// A file names only types of its own folder or of folders below.
struct LayerTests {
  /// The layers, bottom first; folders of one layer do not know each other.
  private static let layers: [[String]] = [
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
  ]

  @Test func filesNameOnlyTypesOfTheirOwnLayerAndOfThoseBelow() throws {
    let sources = try Repository.sources(under: "Sources/Index")
    let homes = Self.homes(of: sources)
    for (folder, sources) in Dictionary(grouping: sources, by: Self.folder) {
      let own = Set(sources.flatMap(Self.allTypes))
      for source in sources {
        for name in Self.namedTypes(in: source).subtracting(own).sorted() {
          guard let home = homes[name], !Self.may(folder, name: home) else { continue }
          Issue.record("\(source.path) (\(folder)) names \(name), a type of \(home)")
        }
      }
    }
  }

  @Test func everyFolderHasItsPlaceInTheLayers() throws {
    let known = Set(Self.layers.joined())
    for source in try Repository.sources(under: "Sources/Index") {
      #expect(known.contains(Self.folder(of: source)), "\(source.path) lies in no known layer")
    }
  }

  @Test(arguments: [
    ("Search", "Query", true), ("Search", "Search", true), ("Cursors", "Ranking", true),
    ("Query", "Search", false), ("Postings", "TermDictionary", false), ("Build", "Ranking", false),
    ("Search", "Build", false), ("Storage", "Primitives", true), ("Storage", "Codecs", false),
  ])
  func arrowsPointDownOnly(from folder: String, to home: String, isAllowed: Bool) {
    #expect(Self.may(folder, name: home) == isAllowed)
  }

  /// Whether files of `folder` may name types of `home`.
  ///
  /// Nothing on the query side may know how an index is built: the two agree through the file.
  private static func may(_ folder: String, name home: String) -> Bool {
    if folder == home { return true }
    guard let upper = layers.firstIndex(where: { $0.contains(folder) }),
      let lower = layers.firstIndex(where: { $0.contains(home) })
    else { return true }
    return lower < upper && home != "Build"
  }

  /// The folder below `Sources/Index` that a file lies in.
  private static func folder(of source: Repository.Source) -> String {
    source.path.split(separator: "/").dropLast().dropFirst(2).first.map(String.init) ?? ""
  }

  /// The folder of each type that other files can name without naming another type first.
  private static func homes(of sources: [Repository.Source]) -> [String: String] {
    let declaration =
      /^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|final|indirect)\s+)*(?:struct|class|enum|protocol|actor|typealias)\s+(\w+)/
    var homes: [String: String] = [:]
    for source in sources {
      for line in source.code {
        if let match = line.firstMatch(of: declaration) {
          homes[String(match.1)] = folder(of: source)
        }
      }
    }
    return homes
  }

  /// The types a file declares, nested and private ones too.
  private static func allTypes(in source: Repository.Source) -> [String] {
    let keywords: Set = [
      "struct", "class", "enum", "protocol", "actor", "typealias", "associatedtype",
    ]
    return source.code.flatMap { line in
      let words = words(of: line)
      return zip(words, words.dropFirst()).filter { keywords.contains(String($0.0.text)) }
        .map { String($0.1.text) }
    }
  }

  /// The words in a file that could be types: capitalised, and no member of something else.
  private static func namedTypes(in source: Repository.Source) -> Set<String> {
    var names: Set<String> = []
    for line in source.code {
      for word in words(of: line) where !word.isMember && word.text.first?.isUppercase ?? false {
        names.insert(String(word.text))
      }
    }
    return names
  }

  /// The identifiers and keywords of a line, and whether each follows a dot.
  private static func words(of line: String) -> [(text: Substring, isMember: Bool)] {
    var words: [(text: Substring, isMember: Bool)] = []
    var rest = line[...]
    var isMember = false
    while let byte = rest.utf8.first {
      let end = rest.utf8.firstIndex { !isWordByte($0) } ?? rest.endIndex
      if end > rest.startIndex {
        words.append((rest[..<end], isMember))
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
