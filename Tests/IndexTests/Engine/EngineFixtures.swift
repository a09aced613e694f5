import Foundation
import Synchronization
import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Documents, the index that was built of them, and the reference that judges it.
final class BuiltIndex: Sendable {
  let folder: TemporaryDirectory
  let reader: IndexReader
  let report: BuildReport
  /// The tokens of each document.
  let tokens: [[AnalyzedToken]]
  /// Documents with tokens; empty ones count nowhere in a score.
  let nonEmptyDocuments: [Int]
  let reference: ReferenceIndex

  /// Builds an index of `documents`.
  ///
  /// - Parameters:
  ///   - pieceByteLimit: bytes of text in a unit of work at most.
  ///   - segmentCount: cuts the documents into so many segments, each built for itself.
  init(
    _ documents: [TestDocument], options: BuildOptions = BuildOptions(),
    pieceByteLimit: Int = .max, segmentCount: Int = 1
  ) throws {
    folder = try TemporaryDirectory()
    if segmentCount == 1 {
      report = try IndexBuilder(options: options).build(
        from: MemoryFeed(documents, pieceByteLimit: pieceByteLimit), at: folder.path)
    } else {
      report = BuildReport()
      try BuiltIndex.build(
        documents, options, pieceByteLimit, segmentCount: segmentCount, at: folder.path)
    }
    reader = try IndexReader(path: folder.path)
    let analyzer = Analyzer(options.analyzer)
    tokens = documents.map { analyzer.tokens(of: $0.text) }
    nonEmptyDocuments = tokens.indices.filter { [tokens] in !tokens[$0].isEmpty }
    var reference = ReferenceIndex { FieldNorm(length: $0).length }
    for document in nonEmptyDocuments { reference.add(tokens[document]) }
    self.reference = reference
  }

  /// Builds segments one by one and lists them in one manifest.
  private static func build(
    _ documents: [TestDocument], _ options: BuildOptions, _ pieceByteLimit: Int,
    segmentCount: Int, at path: String
  ) throws {
    var manifest: Manifest?
    for number in 0..<segmentCount {
      let start = documents.count * number / segmentCount
      let end = documents.count * (number + 1) / segmentCount
      let part = try TemporaryDirectory()
      _ = try IndexBuilder(options: options).build(
        from: MemoryFeed(Array(documents[start..<end]), pieceByteLimit: pieceByteLimit),
        at: part.path)
      var own = try Manifest.load(from: IndexDirectory(path: part.path))
      let name = IndexDirectory.segmentName(generation: 9, number: number)
      try FileManager.default.copyItem(
        atPath: part.path(own.segments[0].fileName), toPath: path + "/" + name)
      own.segments[0].fileName = name
      if manifest == nil { manifest = own } else { manifest?.segments += own.segments }
    }
    try manifest?.commit(in: IndexDirectory(path: path))
  }

  /// The number in the collection of a document of the index.
  func number(of address: DocAddress) -> Int {
    reader.segments[..<address.segment].reduce(Int(address.doc.rawValue)) {
      $0 + $1.metadata.documentCount
    }
  }

  /// The only segment file.
  func segmentBytes() throws -> [UInt8] {
    let manifest = try Manifest.load(from: IndexDirectory(path: folder.path))
    return try folder.read(manifest.segments[0].fileName)
  }
}

/// Made-up collections of the sizes and shapes at which algorithms change their ways.
struct TestCorpus: CustomTestStringConvertible, Sendable {
  var name: String
  var documentCount: Int
  var vocabularySize: Int
  var lengths: ClosedRange<Int>
  /// Documents that have a topic share it with this many neighbours.
  var topicLength = 0
  /// Of every eight stretches of so many documents, one has short documents with repeated words:
  /// the best of all lists lie in few of their blocks.
  var stretchLength = 0

  var testDescription: String { name }

  static let all = [
    TestCorpus(name: "1 document", documentCount: 1, vocabularySize: 10, lengths: 5...40),
    TestCorpus(name: "127 documents", documentCount: 127, vocabularySize: 30, lengths: 1...40),
    TestCorpus(name: "128 documents", documentCount: 128, vocabularySize: 30, lengths: 1...40),
    TestCorpus(name: "129 documents", documentCount: 129, vocabularySize: 30, lengths: 1...40),
    TestCorpus(
      name: "3,000 documents", documentCount: 3_000, vocabularySize: 1_500, lengths: 0...60),
    TestCorpus(
      name: "20,000 short documents", documentCount: 20_000, vocabularySize: 3_000,
      lengths: 1...9),
    TestCorpus(
      name: "12,000 documents by topic", documentCount: 12_000, vocabularySize: 1_000,
      lengths: 2...14, topicLength: 150),
    TestCorpus(
      name: "16,000 documents in stretches", documentCount: 16_000, vocabularySize: 70,
      lengths: 4...11, stretchLength: 90),
  ]

  /// The documents: words by Zipf, so that few lists have many blocks and many have one posting.
  func makeDocuments(_ random: inout SplitMix64) -> [TestDocument] {
    let ranks = ZipfDistribution(count: vocabularySize)
    return (0..<documentCount).map { number in
      var words: [String] = []
      if stretchLength > 0, number / stretchLength % 8 == 5 {
        let word = "w\(ranks.sample(&random))"
        words = Array(repeating: word, count: random.number(in: 1...12))
        words.append("w\(ranks.sample(&random))")
        return TestDocument(id: String(number), text: words.joined(separator: " "))
      }
      for _ in 0..<random.number(in: lengths) {
        words.append("w\(ranks.sample(&random))")
        if random.chance(0.1), let word = words.randomElement(using: &random) {
          words += Array(repeating: word, count: random.number(in: 1...20))
        }
      }
      if topicLength > 0 {
        let topic = number / topicLength
        if topic % 7 == 0, random.chance(0.9) { words.append("topic\(topic % 3)") }
        if topic % 5 == 0 { words += ["topics", "topics"] }
      }
      return TestDocument(id: String(number), text: words.joined(separator: " "))
    }
  }
}

extension Query {
  /// The same query without alternatives at the places of phrases, as the engine scores it.
  var withoutAlternatives: Query {
    switch self {
    case .term, .prefix, .nothing: return self
    case .all(let parts): return .all(parts.map(\.withoutAlternatives))
    case .any(let parts): return .any(parts.map(\.withoutAlternatives))
    case .phrase(let places):
      var variants: [[PhrasePlace]] = [[]]
      for place in places {
        variants = place.terms.flatMap { term in
          variants.map { $0 + [PhrasePlace(offset: place.offset, terms: [term])] }
        }
      }
      return .any(variants.map { .phrase($0) })
    }
  }
}

extension TestSeed {
  /// Says on the test's output what repeats it.
  static func announce(_ test: String, _ seed: UInt64 = TestSeed.value) {
    print("\(test): SEARCH_TEST_SEED=\(seed)")
  }
}
