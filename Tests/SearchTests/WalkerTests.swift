import Foundation
import Synchronization
import TestSupport
import Testing

@testable import search

/// Which files of a folder are taken, in which order, and what is said about the others.
struct WalkerTests {
  private func names(
    _ folder: TemporaryDirectory, _ options: FolderWalker.Options = FolderWalker.Options()
  ) throws -> [String] {
    let plan = try InputPlan(operands: [Path(folder.path)], options: options)
    return plan.items.map { String($0.name.dropFirst(folder.path.count + 1)) }
  }

  @Test func filesComeInTheOrderOfTheBytesOfTheirPaths() throws {
    let folder = try TemporaryDirectory()
    let all = ["a/z.txt", "a-b.txt", "a.txt", "a/b/c.md", "B.html", "é.txt", "a b.txt", "readme"]
    for name in all { try folder.write(name, "x") }
    let expected = all.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    #expect(try names(folder) == expected)
  }

  @Test func otherTypesHiddenFilesAndLinksAreCounted() throws {
    let folder = try TemporaryDirectory()
    for name in ["a.txt", "b.c", ".hidden/x.txt", ".dot", "c.jpg"] { try folder.write(name, "x") }
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/loop", withDestinationPath: folder.path)
    let plan = try InputPlan(operands: [Path(folder.path)], options: FolderWalker.Options())
    #expect(plan.items.count == 1)
    #expect(plan.report.finding(.otherType).count == 2)
    #expect(plan.report.finding(.hidden).count == 2)
    #expect(plan.report.finding(.symbolicLink).count == 1)
    var options = FolderWalker.Options()
    options.includesHidden = true
    #expect(try names(folder, options) == [".dot", ".hidden/x.txt", "a.txt"])
    options = FolderWalker.Options()
    options.format = .text
    #expect(try names(folder, options) == ["a.txt", "b.c", "c.jpg"])
  }

  @Test func globsChooseAndTheLastOneDecides() throws {
    let folder = try TemporaryDirectory()
    for name in ["a.txt", "b.md", "d/a.txt", "d/b.log", "e/x.md"] { try folder.write(name, "x") }
    func chosen(_ patterns: [String]) throws -> [String] {
      var options = FolderWalker.Options()
      options.globs = IgnoreRules(patterns: patterns)
      return try names(folder, options)
    }
    #expect(try chosen(["*.txt"]) == ["a.txt", "d/a.txt"])
    #expect(try chosen(["!d/"]) == ["a.txt", "b.md", "e/x.md"])
    #expect(try chosen(["*.log"]) == ["d/b.log"])
    #expect(try chosen(["*.txt", "!d/a.txt"]) == ["a.txt"])
    #expect(try chosen(["d/**"]) == ["d/a.txt", "d/b.log"])
  }

  @Test func theSameFileTwiceIsReadOnce() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.txt", "x")
    let plan = try InputPlan(
      operands: [Path(folder.path), Path("\(folder.path)/a.txt")], options: FolderWalker.Options())
    #expect(plan.items.count == 1)
    #expect(plan.report.finding(.namedTwice).count == 1)
    let spellings = ["a.txt", "./a.txt", ".//a.txt", "."].map { Path("\(folder.path)/\($0)") }
    let respelt = try InputPlan(operands: spellings, options: FolderWalker.Options())
    #expect(respelt.items.map(\.path) == [spellings[0]])
    #expect(respelt.report.finding(.namedTwice).count == 3)
  }

  @Test func rulesOfFoldersAboveHoldWithinARepository() throws {
    let folder = try TemporaryDirectory()
    try folder.write(".git/config", "")
    try folder.write(".gitignore", "skip.txt\n/sub/anchored.txt\n")
    for name in ["skip.txt", "anchored.txt", "keep.txt"] { try folder.write("sub/\(name)", "x") }
    let plan = try InputPlan(
      operands: [Path("\(folder.path)/sub")], options: FolderWalker.Options())
    #expect(plan.items.map { Path($0.name).name.map { $0 } } == [Array("keep.txt".utf8)])
    #expect(plan.report.finding(.ignored).count == 2)
  }

  /// The twin is git itself.
  @Test func ignoreRulesAreThoseOfGit() throws {
    let folder = try TemporaryDirectory()
    let patterns = [
      "*.log", "!keep.log", "/top.txt", "build/", "docs/*.txt", "**/deep/x.txt", "a/**/z.txt",
      "inner/**", "[ab]1.txt", "[!ab]2.txt", "q?.txt", "\\#hash.txt", "# comment", "sp\\ ",
      "tr.txt  ",
      "foo*bar.txt", "*.tar.*", "x[", "[]-]3.txt", "[a-c]4.txt", "\\!bang.txt", "m/n", "**/any",
      "end/**/", "a**b.txt", "[[:upper:]]u.txt", "[![:digit:][:space:]_]n.txt", "[[:none:]]k.txt",
      "[[:alpha:]-z]r.txt", "[[:alpha]c.txt", "[[:]o.txt", "[[:alnum:]", "[x[:punct:]]p.txt",
    ]
    let paths = [
      "a.log", "keep.log", "d/a.log", "d/keep.log", "top.txt", "d/top.txt", "build/x.txt",
      "d/build/y.txt", "docs/a.txt", "docs/e/a.txt", "deep/x.txt", "p/q/deep/x.txt", "a/z.txt",
      "a/b/z.txt", "a/b/c/z.txt", "inner/1.txt", "inner/2/3.txt", "a1.txt", "c1.txt", "a2.txt",
      "c2.txt", "qq.txt", "q.txt", "#hash.txt", "sp ", "tr.txt", "foobar.txt", "fooXbar.txt",
      "foo/bar.txt", "x.tar.gz", "x[", "]3.txt", "-3.txt", "b4.txt", "d4.txt", "!bang.txt", "m/n",
      "z/m/n", "any", "k/any", "end/a/b.txt", "end/b.txt", "ab.txt", "axxb.txt", "plain.txt",
      "Uu.txt", "uu.txt", "1n.txt", " n.txt", "_n.txt", "nn.txt", "kk.txt", "ér.txt", "-r.txt",
      "ar.txt", "1r.txt", "[c.txt", ":c.txt", "ac.txt", "bc.txt", "[o.txt", ":o.txt",
      "[[:alnum:]",
      "!p.txt", "xp.txt", "yp.txt", "marked/1.txt", "marked/2.txt",
    ]
    for path in paths { try folder.write(path, "x") }
    try folder.write(".gitignore", patterns.joined(separator: "\n") + "\n")
    try folder.write("marked/.gitignore", "\u{FEFF}1.txt\n2.txt\n")
    guard
      try Subprocess.run("/usr/bin/env", ["git", "init", "-q"], folder: folder.path).status == 0
    else {
      Issue.record("git is needed for this test")
      return
    }
    let listed = try Subprocess.run(
      "/usr/bin/env",
      [
        "git", "-c", "core.excludesFile=/dev/null", "ls-files", "-z", "--others",
        "--exclude-standard",
      ],
      folder: folder.path)
    let expected = Set(listed.output.split(separator: "\0").map { String($0) })
      .subtracting([".gitignore", "marked/.gitignore"])
    var options = FolderWalker.Options()
    options.format = .text
    let found = Set(try names(folder, options))
    #expect(found == expected, "\(found.symmetricDifference(expected).sorted())")
  }

  @Test func filesThatAreNoTextAreSkippedAndCounted() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.txt", "fine")
    try folder.write("bin.txt", [0x41, 0x00, 0x42])
    try folder.write("utf32.txt", [0xFF, 0xFE, 0, 0, 0x41, 0, 0, 0])
    try folder.write("empty.txt", "")
    try folder.write("gz.txt", [0x1F, 0x8B, 0x08, 0x00])
    try folder.write("bz.txt", "BZh91AY&SY")
    try folder.write("pdf.txt", "%PDF-1.4")
    let input = try FedInput([folder.path])
    #expect(input.documents.map { $0.text } == ["fine"])
    #expect(input.report.finding(.binary).count == 3)
    #expect(input.report.finding(.empty).count == 1)
    #expect(input.report.finding(.compressed).count == 2)
    #expect(try FedInput([folder.path], policy: .stop).failure != nil)
    for text in ["BZh", "BZh is no word", "BZh9 is none either"] {
      try folder.write("a.txt", text)
      #expect(try FedInput([folder.path]).documents.map { $0.text } == [text])
    }
  }

  @Test func anyBytesInAnyFormatAreTakenWithoutACrash() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let folder = try TemporaryDirectory()
    let parts: [[UInt8]] = [
      Array("{\"id\":1,\"text\":\"a\"}\n".utf8), Array("id,text\n1,\"a".utf8), Array("\t".utf8),
      [0x0A], [0x0D], [0xFF], [0xC3], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], Array("<p>é&#".utf8),
      Array("# [x](".utf8), [0x22], [0x5C], Array("text,id".utf8), [0xE2, 0x80, 0xAF],
    ]
    for round in 0..<300 {
      let bytes = (0..<random.below(30)).flatMap { _ in random.pick(parts) }
      let name = "\(round).x"
      try folder.write(name, bytes)
      for format in InputFormat.allCases {
        var options = FolderWalker.Options()
        options.format = format
        let path = "\(folder.path)/\(name)"
        let whole = try FedInput([path], walk: options)
        let cut = try FedInput([path], walk: options, byteLimit: 1 + random.below(20))
        #expect(whole.documents == cut.documents, "seed \(random.seed), \(format)")
        for document in whole.documents {
          #expect(!document.id.isEmpty, "seed \(random.seed), \(format)")
        }
      }
    }
  }

  @Test func patternsMatchWhatTrialAndErrorFinds() {
    var random = SplitMix64(seed: TestSeed.value)
    let parts = ["a", "b", "/", "*", "?", "**/", "/**", "ab"]
    var matchCount = 0
    for _ in 0..<20_000 {
      let pattern = (0..<random.below(7)).map { _ in random.pick(parts) }.joined()
      let path = (0..<random.below(9)).map { _ in random.pick(["a", "b", "/"]) }.joined()
      let expected = Self.matches(Array(pattern.utf8)[...], Array(path.utf8)[...], isStart: true)
      matchCount += expected ? 1 : 0
      #expect(
        Glob(Array(pattern.utf8)[...]).matches(Array(path.utf8)[...]) == expected,
        "\(pattern) \(path) seed \(random.seed)")
    }
    #expect(matchCount > 500)
  }

  /// Whether a pattern without brackets matches a path: by trying all that each wildcard may mean.
  private static func matches(
    _ pattern: ArraySlice<UInt8>, _ path: ArraySlice<UInt8>, isStart: Bool
  ) -> Bool {
    guard let first = pattern.first else { return path.isEmpty }
    let slash = UInt8(ascii: "/")
    let stars = pattern.prefix { $0 == UInt8(ascii: "*") }.count
    let rest = pattern.dropFirst(max(1, stars))
    if isStart, stars == 2, rest.isEmpty { return true }
    if isStart, stars == 2, rest.first == slash {
      let starts = [path.startIndex] + path.indices.filter { path[$0] == slash }.map { $0 + 1 }
      return starts.contains { matches(rest.dropFirst(), path[$0...], isStart: true) }
    }
    if stars > 0 {
      let name = path.prefix { $0 != slash }
      return (0...name.count).contains { matches(rest, path.dropFirst($0), isStart: false) }
    }
    guard let byte = path.first, first == byte || first == UInt8(ascii: "?") && byte != slash
    else { return false }
    return matches(rest, path.dropFirst(), isStart: first == slash)
  }

  @Test func hostilePatternsTakeNoLongTime() {
    let glob = Glob(Array(String(repeating: "*a", count: 200).utf8)[...])
    #expect(!glob.matches(Array(String(repeating: "a", count: 2000).utf8 + [0x62])[...]))
  }

  @Test func ofWhatIsNoDocumentOnlyTheStartIsRead() throws {
    let folder = try TemporaryDirectory()
    // Most of these is a hole, which takes no room on the disk.
    for (name, start, byteCount) in [
      ("disk.txt", [0x00], 100 << 20), ("dump.txt", [0x1F, 0x8B], 100 << 20),
      ("huge.txt", Array(repeating: 0x61, count: 1 << 16), 4 << 30),
    ] as [(String, [UInt8], Int)] {
      try folder.write("d/\(name)", start)
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("d/\(name)")))
      try file.truncate(atOffset: UInt64(byteCount))
      try file.close()
    }
    try folder.write("d/note.txt", "word")
    let input = try FedInput([folder.path("d")])
    #expect(input.documents.map(\.text) == ["word"])
    let reasons: [InputReport.Reason] = [.binary, .compressed, .unreadable]
    #expect(reasons.map { input.report.finding($0).count } == [1, 1, 1])
    #expect(input.report.byteCount.load(ordering: .relaxed) <= 200_000)
  }

  @Test func indexesAmongTheDocumentsAreNoDocuments() throws {
    let folder = try TemporaryDirectory()
    for name in ["d/a.txt", "d/e/manifest", "d/e/lock", "f/b.txt"] {
      try folder.write(name, "word")
    }
    func build(_ arguments: String...) throws -> Subprocess {
      try Subprocess.run(Subprocess.search, ["build-index"] + arguments, folder: folder.path)
    }
    #expect(try build("d/a.txt", "--index", "d/ix").status == 0)
    let result = try build("d")
    #expect(result.errors.hasPrefix("indexed 3 files "), "\(result.errors)")
    #expect(result.errors.hasSuffix("note: skipped 1 holding an index: d/ix\n"))
    // Beside the files of the index that is replaced.
    for _ in 0..<2 {
      let beside = try build("f", "--index", "f", "--force")
      #expect(beside.errors.hasPrefix("indexed 1 file "), "\(beside.errors)")
      #expect(!beside.errors.contains("skipped"), "\(beside.errors)")
    }
    // Only names that the index gives its files are its own.
    try folder.write("f/notes.seg", "word")
    let notes = try build("f", "--index", "f", "--force", "--format", "text")
    #expect(notes.errors.hasPrefix("indexed 2 files "), "\(notes.errors)")
  }

  /// A part of the rules would be other rules.
  @Test func filesOfSettingsAreTakenWholeOrNotAtAll() throws {
    let folder = try TemporaryDirectory()
    let long = String(repeating: "# nothing here\n", count: 300_000)
    try folder.write("a/.gitignore", long + "*.txt\n")
    try folder.write("a/kept.txt", "word")
    try folder.write("stop.txt", long + "word\n")
    let built = try Subprocess.run(Subprocess.search, ["build-index", "a"], folder: folder.path)
    #expect(built.status == 0)
    #expect(built.errors.contains("indexed 1 file"), "\(built.errors)")
    #expect(built.errors.contains("a/.gitignore: File too large"), "\(built.errors)")
    let refused = try Subprocess.run(
      Subprocess.search, ["build-index", "a", "--stopwords", "stop.txt"], folder: folder.path)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("stop.txt: File too large"), "\(refused.errors)")
  }

  /// As the lists of the Snowball project have them, and with the other common mark.
  @Test func stopWordsMayHaveComments() throws {
    let folder = try TemporaryDirectory()
    try folder.write("stop.txt", " | French\nces | these\nété\t# been\n# not\nc# #sharp\n\n")
    let result = try Subprocess.run(
      Subprocess.search,
      ["analyze", "--json", "--stopwords", "stop.txt", "ces these été been not c sharp French"],
      folder: folder.path)
    let stops = result.output.split(separator: "{").compactMap { part -> String? in
      guard part.contains("\"stop\":true") else { return nil }
      return part.split(separator: "\"").dropFirst(4).first.map(String.init)
    }
    #expect(stops == ["ces", "ete", "c"], "\(result.output)\(result.errors)")
  }

  @Test(
    arguments: [
      ([0xFF, 0xFE, 0x61, 0x00], "is UTF-16"), ([0x61, 0x00, 0x0A], "is no text"),
      ([0x1F, 0x8B, 0x08, 0x00], "is compressed"), ([0xE9, 0x74, 0xE9, 0x0A], "is not UTF-8"),
    ] as [([UInt8], String)])
  func stopWordsThatCannotBeReadAreRefused(bytes: [UInt8], reason: String) throws {
    let folder = try TemporaryDirectory()
    try folder.write("stop.txt", bytes)
    let arguments = ["analyze", "--stopwords", "stop.txt", "a"]
    let refused = try Subprocess.run(Subprocess.search, arguments, folder: folder.path)
    #expect(refused.status == 2)
    #expect(refused.errors.hasPrefix("search: stop.txt: \(reason)\nhint: "), "\(refused.errors)")
    try folder.write("stop.txt", [0xEF, 0xBB, 0xBF] + Array("a\n".utf8))
    let taken = try Subprocess.run(
      Subprocess.search, arguments + ["--json"], folder: folder.path)
    #expect(taken.output.contains("\"stop\":true"), "\(taken.output)\(taken.errors)")
  }
}
