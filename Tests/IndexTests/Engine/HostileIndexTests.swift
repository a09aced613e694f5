import TestSupport
import Testing

@testable import Index

/// Files that make no sense although all their sums are right, as a forger or a bug would write
/// them: searches end, with hits that look like hits, or with an error.
@Suite struct HostileIndexTests {
  private static let sections = [
    "documents", "document-blocks", "texts", "text-blocks", "ids", "postings", "positions", "terms",
    "termindex", "norms", "footer",
  ]

  /// Changes of one section; each is followed by a hundred questions.
  private static let roundCount = TestSeed.runsFullTests ? 5_000 : 36

  @Test(arguments: sections) func nonsenseIsNoTrap(name: String) throws {
    TestSeed.announce("nonsense in \(name)")
    let built = try makeIndexOfEveryKind(seed: 5)
    let answered = try checkNonsense(
      in: name, of: try IndexCopy(of: built), IndexProbe(built, seed: 6),
      documentCount: built.tokens.count, roundCount: Self.roundCount)
    if name != "footer" { #expect(answered > 0) }
  }

  /// What older formats have that is not written any more is read as carefully.
  @Test(arguments: OldIndex.all) func nonsenseInOlderFormatsIsNoTrap(index: OldIndex) throws {
    TestSeed.announce("nonsense in \(index.testDescription)")
    let folder = try TemporaryDirectory()
    try index.write(to: folder)
    let probe = IndexProbe(old: index, seed: 6)
    let copy = try IndexCopy(of: folder)
    #expect(try probe.answers(at: folder.path)?.contains(where: \.isFailure) == false)
    var answered = 0
    for name in Self.sections where !name.hasPrefix("text") {
      answered += try checkNonsense(
        in: name, of: copy, probe, documentCount: index.documents.count,
        roundCount: Self.roundCount / 12)
    }
    #expect(answered > 0)
  }

  /// Changes a section again and again, and asks; returns the number of answers.
  private func checkNonsense(
    in name: String, of copy: IndexCopy, _ probe: IndexProbe, documentCount: Int, roundCount: Int
  ) throws -> Int {
    let section = name == "footer" ? footer(of: copy.segment) : try copy.section(name)
    if section.isEmpty { return 0 }
    var random = SplitMix64(seed: TestSeed.value)
    var answered = 0
    for round in 0..<roundCount {
      let changed = Corrupter.mutating(Array(copy.segment[section]), &random)
      var bytes = copy.segment
      bytes.replaceSubrange(section, with: changed)
      try copy.replaceSegment(byMended: bytes)
      let comment: Comment = "round \(round) of \(name), seed \(TestSeed.value)"
      for answer in try probe.answers(at: copy.path) ?? [] {
        #expect(isWellFormed(answer, documentCount: documentCount), comment)
        answered += 1
      }
      do {
        _ = try verifyOnThreads(path: copy.path)
      } catch .unsupportedFormat {
        // As good an answer as any to a changed version.
      } catch {
        Issue.record("\(error), \(comment)")
      }
    }
    return answered
  }

  /// Numbers where they hurt most: the extremes, in place of each number of the skip data.
  @Test func extremesInShortTablesAreNoTrap() throws {
    let built = try makeIndexOfEveryKind(seed: 5)
    let probe = IndexProbe(built, seed: 6, queryCount: 40, documentCount: 5)
    let copy = try IndexCopy(of: built)
    var random = SplitMix64(seed: TestSeed.value)
    let tables = ["document-blocks", "text-blocks", "ids", "termindex", "postings", "positions"]
    for name in tables {
      let section = try copy.section(name)
      let placeCount = section.count / 4
      for step in 0..<(TestSeed.runsFullTests ? placeCount : 40) {
        let place = TestSeed.runsFullTests || step < 10 ? step : random.below(placeCount)
        guard place < placeCount else { break }
        var bytes = copy.segment
        // A number of eight bytes may end in the next section.
        let byteCount = random.pick([4, 8])
        let top: UInt64 = 1 << UInt64(8 * byteCount - 1)
        let value = random.pick([0, 1, top - 1, top, top &* 2 &- 1, top &* 2 &- 2])
        for byte in 0..<byteCount {
          bytes[section.lowerBound + place * 4 + byte] = UInt8(
            truncatingIfNeeded: value >> UInt64(8 * byte))
        }
        try copy.replaceSegment(byMended: bytes)
        for answer in try probe.answers(at: copy.path) ?? [] {
          #expect(
            isWellFormed(answer, documentCount: built.tokens.count),
            "\(value) at number \(place) of \(name)")
        }
        _ = try verifyOnThreads(path: copy.path)
      }
    }
  }

  /// Lists whose blocks reach beyond all documents, looked up by words whose lists are intact.
  @Test func blocksWithoutEndAreNoTrap() throws {
    let built = try makeIndexOfEveryKind(seed: 5)
    let copy = try IndexCopy(of: built)
    let segment = try #require(built.reader.segments.first)
    var lists: [(term: [UInt8], skipData: Range<Int>, documentFrequency: Int)] = []
    try segment.dictionary.forEachTerm { (term, info) throws(IndexError) in
      if PostingsFormat.hasSkipData(documentFrequency: info.documentFrequency) {
        let list = try PostingList(info, in: segment.postingsSection)
        lists.append(
          (term, list.fileOffset..<list.fileOffset + list.blockCount * 4, info.documentFrequency))
      }
      return true
    }
    lists.sort { $0.documentFrequency > $1.documentFrequency }
    try #require(lists.count > 4)
    for (number, list) in lists.prefix(8).enumerated() {
      var bytes = copy.segment
      for place in list.skipData { bytes[place] = 0xFF }
      try copy.replaceSegment(byMended: bytes)
      let reader = try IndexReader(path: copy.path)
      for other in lists.dropFirst(number + 1) {
        for limit in [0, 1, 10] {
          var options = SearchOptions()
          (options.limit, options.countsMatches) = (limit, limit == 0)
          #expect(throws: IndexError.self) {
            let query = Query.all([.term(list.term), .term(other.term)])
            _ = try reader.search(query, options: options)
          }
        }
      }
    }
  }

  private func footer(of segment: [UInt8]) -> Range<Int> {
    let count = (0..<8).reduce(0) { $0 | Int(segment[segment.count - 24 + $1]) << (8 * $1) }
    return segment.count - count..<segment.count - 32
  }

  private func isWellFormed(_ answer: IndexProbe.Answer, documentCount: Int) -> Bool {
    switch answer {
    case .failure(.damaged), .failure(.invalidInput): return true
    case .failure: return false
    case .document: return true
    case .address(let address):
      return address.map { $0.segment == 0 && $0.doc.rawValue < documentCount } ?? true
    case .explanation(let explanation):
      return explanation.map { $0.score.isFinite && !$0.parts.isEmpty } ?? true
    case .hits(let hits, let matchCount):
      return hits.count <= 10 && (matchCount ?? 0) >= 0
        && hits.allSatisfy {
          $0.score.isFinite && $0.score > 0 && $0.address.segment == 0
            && $0.address.doc.rawValue < documentCount
        }
        && zip(hits, hits.dropFirst()).allSatisfy {
          ($1.score, $0.address) < ($0.score, $1.address)
        }
    }
  }
}
