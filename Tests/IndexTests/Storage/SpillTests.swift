import TestSupport
import Testing
import Tokenizer

@testable import Index

/// What waits in temporary files comes back as it was.
@Suite struct SpillTests {
  @Test func piecesAreReadBackAndTheFileGoesWithTheLast() throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: TestSeed.value)
    var file: SpillFile? = try SpillFile(path: folder.path("spill"))
    let pieces = (0..<20).map { _ in random.bytes(random.number(in: 0...5_000)) }
    var spilled = try pieces.map { piece in
      try #require(file).append(piece)
    }
    #expect(try #require(file).contents.copied() == pieces.flatMap { $0 })
    file = nil
    for (piece, bytes) in zip(pieces, spilled) { #expect(try bytes.copied() == piece) }
    spilled.removeAll()
    #expect(throws: IndexError.self) { _ = try OpenFile.open(folder.path("spill")) }
  }

  @Test func aFileThatWasShortenedIsDamaged() throws {
    let folder = try TemporaryDirectory()
    let file = try SpillFile(path: folder.path("spill"))
    let bytes = try file.append([1, 2, 3, 4])
    try folder.write([1, 2, 3], to: "spill")
    let error = #expect(throws: IndexError.self) { _ = try bytes.copied() }
    let path = folder.path("spill")
    #expect(error?.description.contains(path) == true)
  }

  /// Bytes that grow, move to a file now and then, and join others, against an array.
  @Test func spillableBytesAreAnArray() throws {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<100 {
      let folder = try TemporaryDirectory()
      let file = try SpillFile(path: folder.path("spill"))
      var all = SpillableBytes(capacity: 0)
      var wanted: [UInt8] = []
      for _ in 0..<random.number(in: 0...20) {
        let bytes = random.bytes(random.number(in: 0...200))
        wanted += bytes
        var part = SpillableBytes(capacity: 0)
        let (head, rest) = (Array(bytes[..<(bytes.count / 2)]), Array(bytes[(bytes.count / 2)...]))
        part.memory.append(head.span)
        if random.chance(0.3) { try part.spill(to: file) }
        part.memory.append(rest.span)
        if part.isSpilled || random.chance(0.1) { try all.spill(to: file) }
        all.append(&part)
        #expect(part.count == 0 && !part.isSpilled)
        #expect(all.count == wanted.count, "round \(round), seed \(TestSeed.value)")
      }
      #expect(try all.copied() == wanted, "round \(round), seed \(TestSeed.value)")
      all.removeAll()
      #expect(try all.count == 0 && all.copied().isEmpty)
    }
  }
}

extension SpillFile {
  /// Appends `bytes`.
  func append(_ bytes: [UInt8]) throws(IndexError) -> SpilledBytes {
    try bytes.span.withBytes { (bytes) throws(IndexError) in try append(bytes) }
  }
}

extension SpilledBytes {
  /// All bytes.
  fileprivate func copied() throws(IndexError) -> [UInt8] {
    var all: [UInt8] = []
    try forEachChunk { all += $0.copied() }
    return all
  }
}

extension SpillableBytes {
  /// All bytes, also those in a file.
  func copied() throws(IndexError) -> [UInt8] {
    var all: [UInt8] = []
    try forEachPiece { all += $0.copied() }
    return all
  }
}
