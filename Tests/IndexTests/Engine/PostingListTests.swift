import TestSupport
import Testing
import Tokenizer

@testable import Index

/// What goes into an encoder comes out of lists and position lists.
@Suite struct PostingListTests {
  private static func makeNorms(_ random: inout SplitMix64) -> Column<UInt8> {
    let norms = Column<UInt8>(capacity: TermLists.documentCount)
    for doc in 0..<norms.capacity { norms[doc] = UInt8(random.number(in: 1...90)) }
    return norms
  }

  /// An encoder that `norms` has to outlive.
  private static func makeEncoder(
    _ norms: borrowing Column<UInt8>, storesPositions: Bool
  ) -> PostingListEncoder {
    PostingListEncoder(norms: norms.view, averageLength: 31.5, storesPositions: storesPositions)
  }

  /// Occurrences in pieces, which may begin within a document, against one by one.
  @Test(arguments: [1, 2, 100, 128, 129, 1000, 5000], [false, true])
  func piecesOfOccurrencesDoNotShow(count: Int, storesPositions: Bool) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let norms = Self.makeNorms(&random)
    var wanted = Self.makeEncoder(norms, storesPositions: storesPositions)
    var actual = Self.makeEncoder(norms, storesPositions: storesPositions)
    for maxPieceLength in [1, 3, 200, .max] {
      let postings = TermLists.makePostings(count, &random)
      let positionBits = 28
      var values: [UInt64] = []
      wanted.begin()
      for (doc, positions) in postings {
        for position in positions {
          wanted.append(doc: doc, position: position)
          values.append(UInt64(doc) << UInt64(positionBits) | UInt64(position))
        }
      }
      let occurrences = Column<UInt64>(capacity: values.count)
      for (index, value) in values.enumerated() { occurrences[index] = value }
      actual.begin()
      var done = 0
      while done < values.count {
        let length = min(random.number(in: 0...min(maxPieceLength, 1 << 20)), values.count - done)
        actual.append(
          occurrences.view, done..<done + length, positionBits: positionBits, docBase: 0)
        done += length
      }
      extendLifetime(occurrences)
      #expect(try actual.finish() == wanted.finish(), "seed \(TestSeed.value)")
    }
    #expect(actual.postings.memory.bytes.copied() == wanted.postings.memory.bytes.copied())
    #expect(actual.positions.memory.bytes.copied() == wanted.positions.memory.bytes.copied())
    extendLifetime(norms)
  }

  /// Lists that are spilled now and then, also in the middle, against lists that are not.
  @Test(arguments: [0.5, 0.05], [false, true])
  func whatIsSpilledDoesNotShow(chance: Double, storesPositions: Bool) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let folder = try TemporaryDirectory()
    let norms = Self.makeNorms(&random)
    var wanted = Self.makeEncoder(norms, storesPositions: storesPositions)
    var actual = Self.makeEncoder(norms, storesPositions: storesPositions)
    for (number, count) in [1, 5, 3_000, 127, 128, 1_000, 2].enumerated() {
      if number % 3 == 0 {
        actual.spillFile = LazySpillFile(path: folder.path("lists-\(number)"))
      }
      wanted.begin()
      actual.begin()
      for (doc, positions) in TermLists.makePostings(count, &random) {
        for position in positions {
          wanted.append(doc: doc, position: position)
          actual.append(doc: doc, position: position)
          if random.chance(chance / 10) { try actual.spill() }
        }
      }
      #expect(try actual.finish() == wanted.finish(), "seed \(TestSeed.value)")
      if random.chance(chance) { try actual.spill() }
    }
    #expect(actual.postings.isSpilled && (actual.positions.isSpilled || !storesPositions))
    #expect(try actual.postings.copied() == wanted.postings.copied(), "seed \(TestSeed.value)")
    #expect(try actual.positions.copied() == wanted.positions.copied(), "seed \(TestSeed.value)")
    extendLifetime(norms)
  }

  @Test func documentsAndFrequenciesComeBack() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let lists = try TermLists(TermLists.counts, &random)
    let docs = Column<UInt32>(capacity: 128)
    let frequencies = Column<UInt32>(capacity: 128)
    for term in TermLists.counts.indices {
      let comment: Comment = "\(TermLists.counts[term]) postings, seed \(TestSeed.value)"
      let list = try lists.list(term)
      var found: [(UInt32, Int)] = []
      for block in 0..<list.blockCount {
        let opened = try list.open(block, docs.view, frequencies.view, lists.file)
        if opened.bitset.wordCount > 0 {
          try list.decode(opened.bitset, ofBlock: block, docs.view, lists.file)
        }
        let (count, offset) = (opened.count, opened.frequencyOffset)
        if offset >= 0 {
          for index in [0, 1, 31, 32, 127] {
            let slot = DeltaBlock.slot(index)
            let single = try list.frequency(inSlot: slot, at: offset, lists.file)
            #expect(Int(single) == lists.terms[term][found.count + index].positions.count, comment)
          }
          try list.decodeFrequencies(at: offset, frequencies.view, lists.file)
        }
        for index in 0..<count {
          let slot = DeltaBlock.slot(index)
          found.append((docs[slot], Int(frequencies[slot])))
        }
        if list.hasSkipData { #expect(list.lastDoc(block) == found.last?.0, comment) }
      }
      #expect(found.map(\.0) == lists.terms[term].map(\.doc), comment)
      #expect(found.map(\.1) == lists.terms[term].map(\.positions.count), comment)
      #expect(list.totalFrequency == found.reduce(0) { $0 + $1.1 }, comment)
      #expect(list.documentFrequency == TermLists.counts[term], comment)
    }
  }

  /// Gaps of more than 24 bits, as no list of less than 16 million documents has, are checked one by
  /// one.
  @Test func distantDocumentsComeBack() throws {
    let documentCount = 1 << 25
    let norms = Column<UInt8>(capacity: documentCount)
    var encoder = PostingListEncoder(norms: norms.view, averageLength: 3, storesPositions: false)
    let wanted = (0..<127).map { UInt32($0 * 3) } + [UInt32(documentCount - 1)]
    encoder.begin()
    for doc in wanted { encoder.append(doc: doc, position: 0) }
    let info = try encoder.finish()
    let file = try writtenFile([("postings", encoder.postings.memory.bytes.copied())])
    extendLifetime(norms)
    let list = try PostingList(info, in: try file.postings(documentCount: documentCount))
    let docs = Column<UInt32>(capacity: 128)
    let frequencies = Column<UInt32>(capacity: 128)
    let opened = try list.open(0, docs.view, frequencies.view, file)
    #expect(opened.count == 128 && opened.bitset.wordCount == 0)
    #expect((0..<128).map { docs[DeltaBlock.slot($0)] } == wanted)
  }

  /// Bounds are never below a posting of their block, primes are reached by as many as they say.
  @Test func boundsHold() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let lists = try TermLists(TermLists.counts, &random)
    for term in TermLists.counts.indices where TermLists.counts[term] > 1 {
      let list = try lists.list(term)
      let saturated = lists.terms[term].map { posting in
        lists.saturation.view.saturated(
          frequency: UInt32(posting.positions.count), norm: lists.norms[Int(posting.doc)])
      }
      let comment: Comment = "\(TermLists.counts[term]) postings, seed \(TestSeed.value)"
      guard list.hasSkipData else {
        #expect(saturated.allSatisfy { $0 * 255 <= Float(list.tailImpact) }, comment)
        continue
      }
      for (index, posting) in lists.terms[term].enumerated() {
        let block = index / 128
        #expect(saturated[index] * 255 <= Float(list.impact(block)), comment)
        let bounds = list.looseBounds(block)
        #expect(min(255, posting.positions.count) <= Int(bounds.maxFrequency), comment)
        #expect(lists.norms[Int(posting.doc)] >= bounds.minNorm, comment)
      }
      for rank in 0..<PostingsFormat.primeRanks.count {
        let prime = list.prime(rank)
        if prime == 0 { continue }
        let count = saturated.count { ($0 * 255).rounded(.up) >= Float(prime) }
        #expect(count >= PostingsFormat.primeRanks[rank], comment)
      }
    }
  }

  /// Documents are found, and others not, whether blocks are searched, tabled or bitsets.
  @Test(arguments: [1, 5, 100]) func documentsAreFound(lookupCount: Int) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let lists = try TermLists(TermLists.counts, &random)
    let memory = SearchMemory()
    let segment = try lists.segment()
    let cursors = try lists.makeCursors(memory, segment)
    let docs = memory.take(lookupCount + ListCursor.endMarkCount, of: UInt32.self)
    let found = memory.take(lookupCount, of: UInt32.self)
    var kinds: Set<Bool> = []
    for term in TermLists.counts.indices {
      let postings = lists.terms[term]
      let known = Dictionary(uniqueKeysWithValues: postings.map { ($0.doc, $0.positions.count) })
      let wanted = Set(postings.flatMap { [$0.doc, $0.doc + 1] }).sorted()
      var cursor = cursors[term]
      var start = 0
      var frequencies: [UInt32: Int] = [:]
      while start < wanted.count {
        cursor.seekBlock(to: wanted[start])
        if cursor.isExhausted { break }
        let candidates = wanted[start..<min(wanted.count, start + lookupCount)]
        let end = candidates.firstIndex { $0 > cursor.lastDoc } ?? candidates.endIndex
        for (index, doc) in candidates.enumerated() { docs[index] = doc }
        ListCursor.markEnd(of: docs, count: candidates.count)
        let lookedUp = try cursor.lookUp(from: 0, of: docs, into: found, segment)
        #expect(start + lookedUp.end == end, "list \(term), seed \(TestSeed.value)")
        kinds.insert(cursor.bitset.wordCount > 0)
        for index in 0..<lookedUp.foundCount {
          let posting = FoundPosting(bits: found[index])
          let doc = docs[posting.candidate]
          #expect(try cursor.place(of: doc, segment) == posting.place, "seed \(TestSeed.value)")
          frequencies[doc] = Int(try cursor.frequency(posting.place, segment))
        }
        start = end
      }
      #expect(frequencies == known, "list \(term), seed \(TestSeed.value)")
    }
    #expect(kinds == [true, false], "seed \(TestSeed.value)")
    extendLifetime(memory)
    extendLifetime(lists)
  }

  /// A union has as many documents as the set of all, with windows of any length.
  @Test(arguments: [64, 640, 4_096, 1 << 18] as [UInt32])
  func unionsAreCounted(windowLength: UInt32) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let lists = try TermLists(TermLists.counts, &random)
    let segment = try lists.segment()
    for _ in 0..<10 {
      let terms = TermLists.counts.indices.filter { _ in random.chance(0.4) }
      let memory = SearchMemory()
      let all = try lists.makeCursors(memory, segment)
      let cursors = memory.take(terms.count, of: ListCursor.self)
      for (index, term) in terms.enumerated() { cursors[index] = all[term] }
      var counter = UnionCounter(
        documentCount: TermLists.documentCount, windowLength: windowLength, memory)
      let count = try counter.count(cursors, segment)
      let union = Set(terms.flatMap { lists.terms[$0].map(\.doc) })
      #expect(count == union.count, "lists \(terms), seed \(TestSeed.value)")
      extendLifetime(memory)
    }
  }

  @Test func positionsComeBackInAnyStepForward() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let lists = try TermLists(TermLists.counts, &random)
    let memory = Column<UInt32>(capacity: PositionCursor.memoryCount)
    let output = Column<UInt32>(capacity: 1024)
    for term in TermLists.counts.indices {
      for stride in [1, 2, 40, 500] {
        var cursor = PositionCursor(try lists.positions(term), memory: memory.view)
        var index = random.below(stride)
        while index < lists.terms[term].count {
          let positions = lists.terms[term][index].positions
          let blockStart = index / 128 * 128
          let before = lists.terms[term][blockStart..<index].reduce(0) { $0 + $1.positions.count }
          let place = PostingPlace(
            block: index / 128, index: index % 128, before: UInt32(before),
            frequency: UInt32(positions.count))
          let comment: Comment =
            "posting \(index) of \(TermLists.counts[term]), seed \(TestSeed.value)"
          // The second time as the phrase's other words may ask again.
          for _ in 0..<2 {
            try cursor.read(place, into: output.view, lists.file)
            #expect(positions.indices.map { output[$0] } == positions, comment)
            if positions.count <= 4 {
              let few = try cursor.readFew(place, lists.file)
              #expect(positions.indices.map { few[$0] } == positions, comment)
            }
            var wanted = SIMD4<UInt32>()
            for lane in 0..<4 {
              let position = positions[random.below(positions.count)]
              wanted[lane] = random.chance(0.5) ? position : position + 1
            }
            let mask = try cursor.find(wanted, upTo: wanted.max(), place, lists.file)
            for lane in 0..<4 {
              #expect(mask[lane] == positions.contains(wanted[lane]), comment)
            }
          }
          index += random.number(in: 1...stride)
        }
      }
    }
  }

  @Test func theVerifierAgrees() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let lists = try TermLists(TermLists.counts, &random)
    let frequencies = Column<UInt32>(capacity: 128)
    let weights = Column<UInt64>(capacity: 128)
    var sums = [UInt64](repeating: 0, count: TermLists.documentCount)
    for term in TermLists.counts.indices {
      let postings = lists.terms[term]
      var verifier = try PositionListVerifier(
        lists.infos[term], in: try #require(lists.file.section("positions")), of: lists.file)
      for start in stride(from: 0, to: postings.count, by: 128) {
        let count = min(128, postings.count - start)
        for index in 0..<count {
          frequencies[DeltaBlock.slot(index)] = UInt32(postings[start + index].positions.count)
        }
        try verifier.check(
          frequencies.view, count: count, block: start / 128, weights: weights.view)
        for index in 0..<count {
          sums[Int(postings[start + index].doc)] &+= weights[DeltaBlock.slot(index)]
        }
      }
      try verifier.checkEnd()
    }
    for doc in 0..<60 {
      let positions = lists.terms.joined().filter { Int($0.doc) == doc }.flatMap(\.positions)
      let expected = positions.reduce(UInt64(0)) {
        $0 &+ PositionListVerifier.weight(UInt64($1))
      }
      #expect(sums[doc] == expected)
    }
  }

  @Test func listsWithoutPositionsHaveNone() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let lists = try TermLists([1, 5, 500], &random, storesPositions: false)
    #expect(lists.infos.allSatisfy { $0.positions.isEmpty })
    #expect(lists.file.section("positions")?.isEmpty == true)
  }
}
