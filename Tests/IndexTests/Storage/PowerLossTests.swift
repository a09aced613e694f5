import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Power is lost before each system call of a build: what the device kept opens as it was before
/// the build or after it, and the next build works.
extension FaultTests {
  /// States to make of one moment for each kind of loss that is drawn.
  private static let drawCount = TestSeed.runsFullTests ? 200 : 4

  private static func build(_ word: String, at path: String) throws {
    // Units so small that some are spilled; one thread, as the recorder sees no two calls at once.
    let documents = (0..<60).map { number in
      TestDocument(
        id: "\(number)",
        text: "\(word) common " + (0..<30).map { "w\(number * $0 % 97)" }.joined(separator: " "))
    }
    _ = try IndexBuilder(options: BuildOptions(memoryBudget: 1, threadCount: 1)).build(
      from: MemoryFeed(documents, pieceByteLimit: 2_000), at: path)
  }

  /// The states of a device while an index of the word "newer" is built in `folder`.
  private static func record(
    _ folder: TemporaryDirectory, hearsSyncs: Bool = true
  ) throws -> [DeviceState] {
    let recorder = DeviceRecorder(folder.path, hearsSyncs: hearsSyncs)
    try FaultTests.intercepting(folder) { call in
      recorder.record(before: call)
      return .proceed
    } _: {
      try build("newer", at: folder.path)
    }
    recorder.record(before: nil)
    return recorder.states
  }

  /// Calls `body` with a folder for each state after a loss of power that is not like another.
  private static func forEachLoss(
    _ states: [DeviceState], seed: UInt64,
    _ body: (_ path: String, _ isLast: Bool, Comment) throws -> Void
  ) throws {
    var random = SplitMix64(seed: seed)
    var seen: Set<[String: [UInt8]]> = []
    for (number, state) in states.enumerated() {
      for loss in DeviceState.Loss.allCases {
        let isDrawn = loss == .tornData || loss == .anything
        for _ in 0..<(isDrawn ? drawCount : 1) {
          let files = state.files(after: loss, &random)
          // The last state stands for what holds once the build has returned.
          let isLast = number == states.count - 1
          // What temporary files hold makes no difference to a reader.
          let read = files.filter { !IndexDirectory.isTemporary($0.key) }
          guard seen.insert(read).inserted || isLast else { continue }
          let folder = try TemporaryDirectory()
          for (name, bytes) in files { try folder.write(bytes, to: name) }
          try body(
            folder.path, isLast,
            "\(loss) before call \(number) of \(states.count), seed \(seed)")
        }
      }
    }
  }

  /// The word of the index at `path`; nil if there is none.
  private static func word(at path: String) throws -> String? {
    let reader: IndexReader
    do {
      reader = try IndexReader(path: path)
    } catch IndexError.noIndex {
      return nil
    }
    var options = SearchOptions()
    options.countsMatches = true
    for word in ["former", "newer"] {
      let query = Query.all([.term(Array(word.utf8)), .term(Array("common".utf8))])
      if try reader.search(query, options: options).matchCount == 60 { return word }
    }
    return "neither"
  }

  @Test(arguments: ["former", nil])
  func afterALossOfPowerTheFormerOrTheNewIndexOpens(former: String?) throws {
    let folder = try TemporaryDirectory()
    if let former { try Self.build(former, at: folder.path) }
    let states = try Self.record(folder)
    var words: [String?: Int] = [:]
    var count = 0
    try Self.forEachLoss(states, seed: TestSeed.value) { path, isLast, comment in
      let word = try Self.word(at: path)
      words[word, default: 0] += 1
      #expect(word == "newer" || word == former && !isLast, comment)
      if word != nil { #expect(try IndexReader.verify(path: path).isIntact, comment) }
      count += 1
      guard isLast || count % 10 == 0 else { return }
      try Self.build("newer", at: path)
      #expect(try Self.word(at: path) == "newer", comment)
      #expect(try FileNames.inFolder(path).count == 3, comment)
    }
    #expect(states.count > 30 && count > 25 && words.count == 2, "\(count), \(words)")
    print("power loss: \(count) states of \(states.count) moments, \(words)")
  }

  /// If fsync did nothing, the losses above would be seen.
  @Test func withoutSyncsTheIndexWouldBeLost() throws {
    let folder = try TemporaryDirectory()
    try Self.build("former", at: folder.path)
    let states = try Self.record(folder, hearsSyncs: false)
    var lostCount = 0
    try Self.forEachLoss(Array(states.suffix(6)), seed: TestSeed.value) { path, _, _ in
      if (try? Self.word(at: path)) == nil { lostCount += 1 }
    }
    #expect(lostCount > 0)
  }
}
