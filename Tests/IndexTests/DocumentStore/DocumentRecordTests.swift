import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Records that are reached without those before them, judged by a walk from the first.
@Suite struct DocumentRecordTests {
  /// Documents with ids and titles of several kinds, enough for many blocks.
  private static func makeDocuments(_ count: Int, _ random: inout SplitMix64) -> [TestDocument] {
    let kind = random.below(3)
    let hasTitles = random.below(3) > 0
    var number = random.below(1000)
    return (0..<count).map { _ in
      number += random.below(20) == 0 ? random.below(500) : 1
      let id = kind == 0 ? "\(random.below(1 << 40))" : "w\(number)"
      let title = hasTitles ? random.prose(random.below(random.below(9) == 0 ? 300 : 40)) : []
      return TestDocument(
        id: id, title: random.below(9) == 0 ? "" : String(decoding: title, as: UTF8.self),
        text: random.prose(kind == 2 ? 0 : random.below(300)))
    }
  }

  /// Each document by reading all records before it in its block.
  private static func walk(_ store: DocumentStoreReader) throws -> [StoredDocument] {
    var documents: [StoredDocument] = []
    for block in 0..<store.documents.count {
      var textStart = try store.textOffsets.value(at: block)
      var ranges: [Range<UInt64>] = []
      var records = store.makeRecordBlock()
      try store.withRecords(of: block, &records) {
        (numbers, records) throws(BlockDecompressor.Failure) in
        for _ in numbers {
          let record = try records.next()
          documents.append(
            StoredDocument(
              id: String(decoding: record.id), title: String(decoding: record.title), text: nil))
          ranges.append(textStart..<textStart + record.textByteCount)
          textStart += record.textByteCount
        }
      }
      guard let texts = store.texts else { continue }
      for (index, range) in ranges.enumerated() {
        documents[documents.count - ranges.count + index].text = try texts.text(range)
      }
    }
    return documents
  }

  @Test(arguments: [1, 3], [true, false])
  func manyAtOnceAreThoseOfAWalk(segmentCount: Int, storeText: Bool) throws {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<3 {
      let count = [3, 150, 700][round]
      let built = try BuiltIndex(
        Self.makeDocuments(count, &random),
        options: BuildOptions(storeText: storeText, storeTitles: round != 1),
        segmentCount: segmentCount)
      let reader = built.reader
      let wanted = try reader.segments.map { try Self.walk($0.documents) }
      let all = reader.segments.indices.flatMap { segment in
        wanted[segment].indices.map { DocAddress(segment: segment, doc: DocID(UInt32($0))) }
      }
      #expect(all.count == count)
      let some = (0..<random.below(2 * count)).map { _ in all[random.below(count)] }
      for addresses in [all, all.reversed(), some, [], [all[0]], [all[count - 1], all[0]]] {
        let expected = addresses.map { wanted[$0.segment][Int($0.doc.rawValue)] }
        let comment: Comment = "round \(round), seed \(TestSeed.value)"
        #expect(try reader.documents(at: addresses) == expected, comment)
        let withoutTexts = try reader.documents(at: addresses, withText: false)
        #expect(withoutTexts.map(\.title) == expected.map(\.title), comment)
        #expect(withoutTexts.allSatisfy { $0.text == nil })
        #expect(try reader.ids(of: addresses) == expected.map(\.id), comment)
      }
      for address in some.prefix(100) {
        #expect(
          try reader.document(at: address) == wanted[address.segment][Int(address.doc.rawValue)],
          "\(address), round \(round), seed \(TestSeed.value)")
      }
    }
  }

  @Test func addressesThatAreNoneAreErrors() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let built = try BuiltIndex(Self.makeDocuments(10, &random), segmentCount: 2)
    let good = DocAddress(segment: 1, doc: DocID(4))
    #expect(try built.reader.ids(of: [good]).count == 1)
    for bad in [
      DocAddress(segment: 2, doc: DocID(0)), DocAddress(segment: -1, doc: DocID(0)),
      DocAddress(segment: 0, doc: DocID(5)), DocAddress(segment: 1, doc: DocID(.max)),
    ] {
      for addresses in [[bad], [good, bad], [bad, good]] {
        #expect(throws: IndexError.self) { try built.reader.ids(of: addresses) }
        #expect(throws: IndexError.self) { try built.reader.documents(at: addresses) }
      }
    }
  }

  /// In steps of any size a block is what it is at once, and fails if that does.
  @Test func blocksRestoredInStepsAreTheSame() {
    var random = SplitMix64(seed: TestSeed.value)
    let samples = BlockCompressionTests.samples().filter { $0.count < 6000 }
    var restored = RestoredBlock()
    for round in 0..<600 {
      var block = BlockCompressionTests.compress(samples[round % samples.count])
      if round % 2 == 1, !block.isEmpty {
        for _ in 0..<3 { block[random.below(block.count)] = UInt8(random.below(256)) }
      }
      let whole = try? BlockCompressionTests.decompress(block)
      let inSteps: [UInt8]? = block.span.withBytes { bytes in
        do throws(BlockDecompressor.Failure) {
          try restored.begin(bytes, after: .empty)
          while restored.restoredByteCount < restored.byteCount, random.below(30) > 0 {
            let count = restored.restoredByteCount + 1 + random.below(1 + random.below(500))
            try restored.restore(count)
            let start = restored.bytes.slice(at: 0, count: restored.restoredByteCount).copied()
            guard restored.restoredByteCount >= min(count, restored.byteCount) else { return nil }
            if let whole, !whole.starts(with: start) { return nil }
          }
          try restored.restore()
          return restored.bytes.copied()
        } catch {
          return nil
        }
      }
      #expect(inSteps == whole, "round \(round), seed \(TestSeed.value)")
    }
  }
}
