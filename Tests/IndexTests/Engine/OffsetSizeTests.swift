import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Lists as long as offsets of so many bytes can be, and a byte longer: who writes them and who reads
/// them, and knows only how long they are, must mean the same bytes.
@Suite struct OffsetSizeTests {
  /// What is around the first size whose offsets take three bytes, if they took two.
  private static let sizes = Array(65_533...65_538)

  @Test(arguments: [16, 24], [1, 2, 3, 40_000])
  func sizesTellHowLongOffsetsAre(limitBits: Int, blockCount: Int) {
    let skips: [(Int) -> Int] = [
      { PostingsFormat.skipByteCount(blockCount: blockCount, offsetByteCount: $0) },
      { PostingsFormat.positionSkipByteCount(blockCount: blockCount, offsetByteCount: $0) },
    ]
    for skip in skips {
      for short in 2...3 where skip(short) < 1 << limitBits {
        for change in -3...3 {
          let data = 1 << limitBits - skip(short) + change
          let written = PostingsFormat.offsetByteCount(dataByteCount: data, skipByteCount: skip)
          let size = skip(written) + data
          #expect(
            PostingsFormat.offsetByteCount(listByteCount: size, formatVersion: 4) == written)
          #expect(data < 1 << (8 * written), "every block is reached")
          if 8 * short == limitBits { #expect(written == (change < 0 ? short : short + 1)) }
          for version in 1...3 as ClosedRange<UInt32> {
            #expect(
              PostingsFormat.offsetByteCount(listByteCount: size, formatVersion: version) == 4)
          }
        }
      }
    }
  }

  @Test(arguments: sizes) func postingsOfAnySizeComeBack(size: Int) throws {
    // A block takes 8 bytes of skip data, 97 for gaps of 6 bits and 1 for frequencies of 1.
    let documentCount = 1 << 23
    let blockCount = (size - 60) / 106
    let tailByteCount = size - 3 - 106 * blockCount - 8
    var postings = (0..<128 * blockCount).map { (doc: UInt32(64 * $0 + 63), frequency: 1) }
    let tailCount = tailByteCount * 8 / 11
    let gapBitCount =
      1
      + PostingsFormat.tailParameter(
        documentFrequency: postings.count + tailCount, documentCount: documentCount)
    var bitCount = 8 * tailByteCount
    for number in 0..<tailCount {
      let left = tailCount - number
      let frequency = bitCount / left - gapBitCount
      try #require((1...12).contains(frequency) && left < 128)
      postings.append((postings[postings.count - 1].doc + 1, frequency))
      bitCount -= gapBitCount + frequency
    }

    let norms = Column<UInt8>(capacity: documentCount)
    var encoder = PostingListEncoder(norms: norms.view, averageLength: 3, storesPositions: false)
    encoder.begin()
    for (doc, frequency) in postings {
      for _ in 0..<frequency { encoder.append(doc: doc, position: 0) }
    }
    let info = try encoder.finish()
    let isLong = size >= 1 << 16
    #expect(info.postings.count == (isLong ? size + blockCount + 1 : size))
    let file = try writtenFile([("postings", encoder.postings.memory.bytes.copied())])
    extendLifetime(norms)

    let list = try PostingList(info, in: try file.postings(documentCount: documentCount))
    #expect(
      list.blocksOffset
        == PostingsFormat.skipByteCount(
          blockCount: blockCount + 1, offsetByteCount: isLong ? 3 : 2))
    let docs = Column<UInt32>(capacity: 128)
    let frequencies = Column<UInt32>(capacity: 128)
    for block in 0..<list.blockCount {
      let opened = try list.open(block, docs.view, frequencies.view, file)
      if opened.frequencyOffset >= 0 {
        try list.decodeFrequencies(at: opened.frequencyOffset, frequencies.view, file)
      }
      let expected = postings[128 * block..<128 * block + opened.count]
      let slots = (0..<opened.count).map { DeltaBlock.slot($0) }
      #expect(slots.map { docs[$0] } == expected.map(\.doc), "block \(block)")
      #expect(slots.map { Int(frequencies[$0]) } == expected.map(\.frequency), "block \(block)")
      let bounds = LooseBounds(
        maxFrequency: UInt8(expected.map(\.frequency).max() ?? 0), minNorm: 0)
      #expect(list.looseBounds(block) == LooseBounds(code: bounds.code))
    }
  }

  @Test(arguments: sizes) func positionsOfAnySizeComeBack(size: Int) throws {
    // One offset; a byte of parameters, 16 bits of each first position beside its quotient, and a bit
    // for each gap; then a group of two bytes.
    let quotient = 4_000
    let firstBitCount = 128 * (16 + quotient)
    let gapCount = 8 * (size - 5) - firstBitCount - size % 8
    try #require(gapCount > 1_000)
    let first = UInt32(quotient << 15)
    var documents = Array(repeating: [first], count: 128) + [[0]]
    documents[7] = (0...UInt32(gapCount)).map { first + $0 }

    let norms = Column<UInt8>(capacity: documents.count)
    var encoder = PostingListEncoder(norms: norms.view, averageLength: 3, storesPositions: true)
    encoder.begin()
    for (doc, positions) in documents.enumerated() {
      for position in positions { encoder.append(doc: UInt32(doc), position: position) }
    }
    let info = try encoder.finish()
    let isLong = size >= 1 << 16
    let written = encoder.positions.memory.bytes.copied()
    #expect(info.positions.count == (isLong ? size + 1 : size))
    // The second group takes the last two bytes.
    let offsetByteCount = isLong ? 3 : 2
    let start = written.prefix(offsetByteCount).reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(start == written.count - offsetByteCount - 2)
    let file = try writtenFile([("positions", written)])
    extendLifetime(norms)

    let list = try PositionList(info, in: try #require(file.section("positions")), of: file)
    let memory = Column<UInt32>(capacity: PositionCursor.memoryCount)
    let output = Column<UInt32>(capacity: gapCount + 1)
    var cursor = PositionCursor(list, memory: memory.view)
    var before = 0
    for (doc, positions) in documents.enumerated() {
      let (block, index) = (doc / 128, doc % 128)
      if index == 0 { before = 0 }
      let place = PostingPlace(
        block: block, index: index, before: UInt32(before), frequency: UInt32(positions.count))
      try cursor.read(place, into: output.view, file)
      #expect((0..<positions.count).map { output[$0] } == positions, "document \(doc)")
      before += positions.count
    }
    #expect(cursor.blocksDecoded == 2)
    extendLifetime(memory)
  }
}
