import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Documents as bits: what goes in comes out, and each has its rank.
struct DocumentBitsetTests {
  /// Fills slots with 128 gaps, less one; returns the documents they stand for.
  private func fill(
    _ gaps: ColumnView<UInt32>, after previous: UInt32, upTo limit: UInt32,
    _ random: inout SplitMix64
  ) -> [UInt32] {
    var docs: [UInt32] = []
    var doc = previous
    for index in 0..<128 {
      let gap = UInt32.random(in: 0...limit, using: &random)
      gaps[DeltaBlock.slot(index)] = gap
      doc = doc &+ gap &+ 1
      docs.append(doc)
    }
    return docs
  }

  @Test func documentsComeBackWithTheirRanks() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let output = Column<UInt32>(capacity: 128)
    for round in 0..<400 {
      let comment: Comment = "round \(round), seed \(TestSeed.value)"
      let previous = round % 4 == 0 ? UInt32.max : UInt32.random(in: 0..<5_000, using: &random)
      let gaps = Column<UInt32>(capacity: 128)
      let docs = fill(gaps.view, after: previous, upTo: UInt32(round % 30), &random)
      let last = try #require(docs.last)
      let wordCount = DocumentBitset.wordCount(base: (previous &+ 1) & ~63, last: last)
      guard wordCount <= DocumentBitset.maxWordCount else { continue }
      var writer = ByteWriter()
      writer.append(UInt8(9))
      DocumentBitset.encode(gaps.view, after: previous, wordCount: wordCount, into: &writer)
      #expect(writer.count == 1 + DocumentBitset.byteCount(wordCount: wordCount), comment)
      let bitset = try #require(
        DocumentBitset(writer.bytes, at: 1, after: previous, through: last), comment)
      #expect(bitset.end == writer.count, comment)
      #expect(bitset.decode(writer.bytes, into: output.view) == 128, comment)
      #expect((0..<128).map { output[DeltaBlock.slot($0)] } == docs, comment)
      for doc in bitset.base...last {
        let rank = bitset.rank(of: doc, in: writer.bytes)
        #expect(rank == docs.firstIndex(of: doc) ?? -1, comment)
      }
    }
  }

  @Test func bitsetsOfAnotherRangeAreRefused() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let gaps = Column<UInt32>(capacity: 128)
    let docs = fill(gaps.view, after: 99, upTo: 3, &random)
    let last = try #require(docs.last)
    let wordCount = DocumentBitset.wordCount(base: 64, last: last)
    var writer = ByteWriter()
    DocumentBitset.encode(gaps.view, after: 99, wordCount: wordCount, into: &writer)
    #expect(DocumentBitset(writer.bytes, at: 0, after: 99, through: last) != nil)
    #expect(DocumentBitset(writer.bytes, at: 0, after: 99, through: last &+ 64) == nil)
    #expect(DocumentBitset(writer.bytes, at: 0, after: 31, through: last) == nil)
    #expect(DocumentBitset(writer.bytes, at: 0, after: last, through: 99) == nil)
    let cut = writer.bytes.slice(at: 0, count: writer.count - 1)
    #expect(DocumentBitset(cut, at: 0, after: 99, through: last) == nil)
    extendLifetime(writer)
  }

  /// Bit 7 means nothing in the header of a bitset; it is no bit to look away from.
  @Test func aHeaderWithAnyOtherBitIsRefused() throws {
    var random = SplitMix64(seed: TestSeed.value)
    let gaps = Column<UInt32>(capacity: 128)
    for limit in [0, 1, 30] as [UInt32] {
      let docs = fill(gaps.view, after: 99, upTo: limit, &random)
      let last = try #require(docs.last)
      let wordCount = DocumentBitset.wordCount(base: 64, last: last)
      for bit in 0..<8 {
        var writer = ByteWriter()
        DocumentBitset.encode(gaps.view, after: 99, wordCount: wordCount, into: &writer)
        let bytes = Corrupter.flipping(bit: bit, at: 0, of: writer.bytes.copied())
        bytes.span.withBytes { bytes in
          #expect(DocumentBitset(bytes, at: 0, after: 99, through: last) == nil, "bit \(bit)")
        }
      }
    }
  }

  /// No words are no bitset, and the header has no room for 64.
  @Test(arguments: [(0, 127, 100), (64, 63, 64 + 64 * 64 - 1)] as [(UInt8, UInt32, UInt32)])
  func aBitsetHas1To63Words(wordCount: UInt8, previous: UInt32, last: UInt32) {
    #expect(DocumentBitset.wordCount(base: previous + 1, last: last) == wordCount)
    var writer = ByteWriter()
    writer.append(DocumentBitset.mark ^ wordCount)
    for _ in 0..<9 * Int(wordCount) { writer.append(UInt8(0)) }
    #expect(DocumentBitset(writer.bytes, at: 0, after: previous, through: last) == nil)
  }

  /// More than 128 bits, as only a damaged file has, are told and not written.
  @Test func tooManyDocumentsAreTold() throws {
    var writer = ByteWriter()
    writer.append(DocumentBitset.mark | 3)
    for rank in [0, 64, 128] { writer.append(UInt8(rank)) }
    for _ in 0..<3 { writer.append(UInt64.max) }
    let bitset = try #require(
      DocumentBitset(writer.bytes, at: 0, after: .max, through: 191))
    let output = Column<UInt32>(capacity: 128)
    #expect(bitset.decode(writer.bytes, into: output.view) == 129)
  }
}
