import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Groups of positions that no writer made, and such as are asked for what they have not got: the
/// answer is anything or an error, has nothing to do with what lies after the group, and ends.
@Suite struct HostilePositionGroupTests {
  typealias Documents = PositionGroupTests.Documents
  typealias Question = PositionGroupTests.Question

  /// What bytes answer to questions, or nil, with these bytes after them.
  private func answers(
    _ questions: [Question], _ bytes: [UInt8], count: Int, hasGaps: Bool, before next: UInt8
  ) -> [[UInt32]?] {
    let answers = try? PositionGroupTests.withGroup(
      bytes, count: count, hasGaps: hasGaps, before: next
    ) { group in
      questions.map { question in try? question.answer(&group) }
    }
    return answers ?? []
  }

  /// Documents with frequencies as a forger would have them.
  private func makeQuestions(
    count: Int, gapCount: Int, _ random: inout SplitMix64
  ) -> [Question] {
    (0..<random.number(in: 1...8)).map { _ in
      let index = random.below(count)
      let before = random.pick([0, index, index + random.below(gapCount + 1), Int(UInt32.max)])
      let frequency = random.pick([1, 2, 3, gapCount + 1, gapCount + 2, 1 << 20, Int(UInt32.max)])
      return Question(
        first: random.chance(0.9) ? index : nil, gapIndex: before - index, gapCount: frequency - 1,
        stop: random.chance(0.3) ? random.number(in: 1...4) : .max)
    }
  }

  private func makeBytes(_ random: inout SplitMix64) -> [UInt8] {
    let count = random.number(in: 0...random.pick([3, 40, 300]))
    var bytes = random.bytes(count)
    if random.chance(0.5) {
      // Few ones, or hardly any zeros.
      let filling: UInt8 = random.pick([0, 0, 0xFF])
      for index in bytes.indices where random.chance(0.9) { bytes[index] = filling }
      // Small parameters leave room for more.
      if count > 0, random.chance(0.5) { bytes[0] &= 0x33 }
    }
    return bytes
  }

  @Test func anyBytesHaveAnswersOrNone() {
    var random = SplitMix64(seed: TestSeed.value)
    var (answered, refused) = (0, 0)
    for round in 0..<10_000 {
      let bytes = makeBytes(&random)
      let count = random.pick([1, 2, 128, random.number(in: 1...128)])
      let hasGaps = random.chance(0.8)
      let questions = makeQuestions(count: count, gapCount: 4 * bytes.count, &random)
      let found = answers(questions, bytes, count: count, hasGaps: hasGaps, before: 0)
      let comment: Comment = "round \(round), seed \(TestSeed.value): \(bytes)"
      #expect(
        found == answers(questions, bytes, count: count, hasGaps: hasGaps, before: 0xFF), comment)
      for (question, answer) in zip(questions, found) {
        guard let answer else {
          refused += 1
          continue
        }
        answered += 1
        // What comes back has its bits.
        #expect(answer.count <= bytes.count * 8, comment)
        let gapCount = min(question.gapCount, question.stop)
        #expect(answer.count == gapCount + (question.first == nil ? 0 : 1), comment)
        #expect(question.gapIndex >= 0 || question.gapCount == 0, comment)
      }
    }
    #expect(answered > 1_000 && refused > 1_000, "seed \(TestSeed.value)")
  }

  /// Groups of which the end is missing, or a bit is another.
  @Test func damagedGroupsHaveAnswersOrNone() {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<1_500 {
      let documents = Documents(&random)
      var bytes = documents.encoded(saysGaps: true, &random)
      if random.chance(0.5) {
        bytes.removeLast(random.number(in: 1...bytes.count))
      } else {
        bytes[random.chance(0.3) ? 0 : random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
      }
      let (count, gapCount) = (documents.positions.count, documents.gaps.count)
      let questions = makeQuestions(count: count, gapCount: gapCount, &random)
      let found = [0, 0xFF].map {
        answers(questions, bytes, count: count, hasGaps: true, before: $0)
      }
      #expect(found[0] == found[1], "round \(round), seed \(TestSeed.value)")
    }
  }

  /// Also after questions to which there is no answer the next one has that of the documents.
  @Test func impossibleFrequenciesAreMalformed() throws {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<200 {
      let comment: Comment = "round \(round), seed \(TestSeed.value)"
      let documents = Documents(&random)
      let bytes = documents.encoded(saysGaps: true, &random)
      let (count, gapCount) = (documents.positions.count, documents.gaps.count)
      let whole = Question(gapIndex: 0, gapCount: gapCount)
      let wanted = documents.gaps.map { $0 + 1 }
      let bitCount = 8 * bytes.count
      let impossible = [
        // Fewer positions before than documents.
        Question(gapIndex: -1, gapCount: 1), Question(gapIndex: -count, gapCount: gapCount + 1),
        // More positions than bits.
        Question(gapIndex: 0, gapCount: bitCount + 1),
        Question(gapIndex: gapCount / 2, gapCount: Int(UInt32.max) - 1),
        Question(gapIndex: bitCount, gapCount: 1),
        Question(gapIndex: Int(UInt32.max) - 1, gapCount: 1),
      ]
      try PositionGroupTests.withGroup(bytes, count: count, hasGaps: true, before: 0xFF) { group in
        for question in impossible {
          #expect(throws: PositionGroup.Malformed.self, comment) { try question.answer(&group) }
          let answer = try whole.answer(&group)
          #expect(answer == wanted, comment)
          let last = try group.firstPosition(count - 1)
          #expect(last == documents.firsts[count - 1], comment)
        }
      }
    }
  }

  @Test func groupsWithoutRoomForLowBitsAreNone() {
    for (bytes, count) in [([], 1), ([0x0F], 1), ([0x01], 8), ([0x08] + [0xFF], 1)]
      as [([UInt8], Int)]
    {
      #expect(throws: PositionGroup.Malformed.self) {
        try PositionGroupTests.withGroup(bytes, count: count, hasGaps: true, before: 0xFF) { _ in }
      }
    }
  }

  /// A list of three groups whose starts, or other bytes, are changed before it is written.
  private struct List {
    let documents: [[UInt32]]
    let info: TermInfo
    let bytes: [UInt8]

    init() throws {
      documents = (0..<300).map { doc in (0...UInt32(doc % 3)).map { $0 * 5 + UInt32(doc % 7) } }
      let norms = Column<UInt8>(capacity: documents.count)
      var encoder = PostingListEncoder(norms: norms.view, averageLength: 3, storesPositions: true)
      encoder.begin()
      for (doc, positions) in documents.enumerated() {
        for position in positions { encoder.append(doc: UInt32(doc), position: position) }
      }
      info = try encoder.finish()
      bytes = encoder.positions.memory.bytes.copied()
      extendLifetime(norms)
    }

    /// The positions of a document in each group; nil where there is damage.
    func read(_ change: (inout [UInt8]) -> Void) throws -> [[UInt32]?] {
      var (bytes, info) = (bytes, info)
      change(&bytes)
      info.positions = 0..<bytes.count
      let file = try writtenFile([("positions", bytes)])
      let memory = Column<UInt32>(capacity: PositionCursor.memoryCount)
      let output = Column<UInt32>(capacity: 3)
      defer { extendLifetime(memory) }
      let list = try PositionList(info, in: try #require(file.section("positions")), of: file)
      var cursor = PositionCursor(list, memory: memory.view)
      var found: [[UInt32]?] = []
      for doc in [100, 200, 299] {
        let before = documents[doc / 128 * 128..<doc].reduce(0) { $0 + $1.count }
        let count = documents[doc].count
        let place = PostingPlace(
          block: doc / 128, index: doc % 128, before: UInt32(before), frequency: UInt32(count))
        var positions: [UInt32]?
        let isDamaged = isDamage {
          try cursor.read(place, into: output.view, file)
          positions = (0..<count).map { output[$0] }
        }
        found.append(isDamaged ? nil : positions)
      }
      return found
    }
  }

  @Test func startsThatAreNoneAreDamage() throws {
    let list = try List()
    let right: [[UInt32]?] = [100, 200, 299].map { list.documents[$0] }
    #expect(try list.read { _ in } == right)
    let starts = [0, 2].map { Int(list.bytes[$0]) | Int(list.bytes[$0 + 1]) << 8 }
    let size = list.bytes.count - 4
    let changes: [([Int], intact: [Bool])] = [
      // Beyond the list.
      ([0xFFFF, starts[1]], [false, false, true]), ([starts[0], 0xFFFF], [true, false, false]),
      ([0xFFFE, 0xFFFF], [false, false, false]), ([starts[0], size + 1], [true, false, false]),
      // At its end, so that the last group has no byte.
      ([starts[0], size], [true, true, false]),
      // Decreasing, or the same.
      ([starts[1], starts[0]], [true, false, true]),
      ([starts[0], starts[0]], [true, false, true]),
      ([0, starts[1]], [false, true, true]), ([starts[0], 0], [true, false, true]),
    ]
    for (starts, intact) in changes {
      let found = try list.read { bytes in
        for (index, start) in starts.enumerated() {
          (bytes[2 * index], bytes[2 * index + 1]) = (UInt8(start & 0xFF), UInt8(start >> 8))
        }
      }
      #expect(found.map { $0 != nil } == intact, "\(starts)")
    }
  }

  @Test func listsWithoutTheirBytesAreDamage() throws {
    let list = try List()
    // Not all skip data, and then not a bit for each position.
    let least = list.info.totalFrequency >> 3
    for count in [0, 1, 2, 3, 4, least - 1] {
      #expect(isDamage { _ = try list.read { $0 = Array($0.prefix(count)) } }, "\(count) bytes")
    }
    #expect(try list.read { $0 = Array($0.prefix(least)) }[2] == nil)
    #expect(try list.read { $0.removeLast() }[..<2] == [list.documents[100], list.documents[200]])
    // The greatest parameters leave no room for anything else.
    let second = 4 + (Int(list.bytes[0]) | Int(list.bytes[1]) << 8)
    #expect(try list.read { $0[second] = 0xFF }[1] == nil)
  }
}
