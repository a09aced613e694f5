import TestSupport
import Testing

@testable import Index

/// Damage never changes an answer: it is an error, or nobody touched the damaged bytes; and
/// `verify` finds it always.
///
/// Every byte takes some minutes; without `SEARCH_FULL_TESTS=1` a sample is tried.
@Suite struct DamagedIndexTests {
  /// Parts of the work that run side by side.
  private static let shards = 0..<4

  private static func offsets(
    _ count: Int, sample: Int, shard: Int, _ random: inout SplitMix64
  ) -> [Int] {
    if TestSeed.runsFullTests {
      return Array(stride(from: shard, to: count, by: shards.count))
    }
    return (0..<sample / shards.count).map { _ in random.below(count) }
  }

  @Test(arguments: shards) func aFlippedBitChangesNoAnswer(shard: Int) throws {
    let built = try makeIndexOfEveryKind(seed: 5)
    let probe = IndexProbe(built, seed: 6)
    let expected = try #require(try probe.answers(at: built.folder.path))
    #expect(!expected.contains { $0.isFailure })
    let copy = try IndexCopy(of: built)
    #expect((90_000...160_000).contains(copy.segment.count), "\(copy.segment.count) bytes")
    var random = SplitMix64(seed: TestSeed.value &+ UInt64(shard))
    let offsets = Self.offsets(copy.segment.count, sample: 320, shard: shard, &random)
    var (unopened, noticed) = (0, 0)
    for offset in offsets {
      let bit = random.below(8)
      let comment: Comment = "bit \(bit) of byte \(offset)"
      try copy.replaceSegment(by: Corrupter.flipping(bit: bit, at: offset, of: copy.segment))
      if let answers = try probe.answers(at: copy.path) {
        #expect(answers.agree(with: expected), comment)
        if answers.contains(where: \.isFailure) { noticed += 1 }
      } else {
        unopened += 1
      }
      #expect(!(try verifyOnThreads(path: copy.path).isIntact), comment)
    }
    print(
      """
      shard \(shard): \(offsets.count) of \(copy.segment.count) bytes flipped, \(unopened) not \
      opened, \(noticed) noticed by the questions, SEARCH_TEST_SEED=\(TestSeed.value)
      """)
  }

  @Test func aFlippedBitOfTheManifestChangesNoAnswer() throws {
    let built = try makeIndexOfEveryKind(seed: 5)
    let copy = try IndexCopy(of: built)
    try copy.replaceSegment(by: copy.segment)
    let manifest = try copy.folder.read("manifest")
    for offset in manifest.indices {
      for bit in 0..<8 {
        try copy.replaceManifest(by: Corrupter.flipping(bit: bit, at: offset, of: manifest))
        #expect(throws: IndexError.self, "bit \(bit) of byte \(offset)") {
          try IndexReader(path: copy.path)
        }
      }
    }
    for count in manifest.indices {
      try copy.replaceManifest(by: Corrupter.truncating(manifest, to: count))
      #expect(throws: IndexError.self, "\(count) bytes") { try IndexReader(path: copy.path) }
    }
  }

  @Test(arguments: shards) func aSegmentCutOffIsNotOpened(shard: Int) throws {
    let copy = try IndexCopy(of: try makeIndexOfEveryKind(seed: 5))
    var random = SplitMix64(seed: TestSeed.value &+ UInt64(shard))
    let counts = Self.offsets(copy.segment.count, sample: 2_000, shard: shard, &random)
    for count in counts {
      try copy.replaceSegment(by: Corrupter.truncating(copy.segment, to: count))
      #expect(throws: IndexError.self, "\(count) bytes") { try IndexReader(path: copy.path) }
      if count % 16 == 0 {
        #expect(!(try verifyOnThreads(path: copy.path).isIntact), "\(count) bytes")
      }
    }
  }

  @Test(arguments: shards) func aHoleChangesNoAnswer(shard: Int) throws {
    let built = try makeIndexOfEveryKind(seed: 5)
    let probe = IndexProbe(built, seed: 6)
    let expected = try #require(try probe.answers(at: built.folder.path))
    let copy = try IndexCopy(of: built)
    var random = SplitMix64(seed: TestSeed.value &+ UInt64(shard))
    for hole in Self.offsets(copy.segment.count / 512 + 1, sample: 60, shard: shard, &random) {
      let range = hole * 512..<hole * 512 + 512
      let damaged = Corrupter.zeroing(range, of: copy.segment)
      if damaged == copy.segment { continue }
      try copy.replaceSegment(by: damaged)
      if let answers = try probe.answers(at: copy.path) {
        #expect(answers.agree(with: expected), "zeros at \(range)")
      }
      #expect(!(try verifyOnThreads(path: copy.path).isIntact), "zeros at \(range)")
    }
  }
}
