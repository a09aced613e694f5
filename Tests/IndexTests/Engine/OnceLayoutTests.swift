import TestSupport
import Testing

@testable import Index

/// What the dictionary says of terms that stand once, number by number.
@Suite struct OnceLayoutTests {
  private static let documentCounts = [
    0, 1, 2, 3, 255, 256, 257, 65_536, 65_537, 250_000, 1 << 22, 1 << 22 + 1, 1 << 30 + 1,
    1 << 31 - 2,
  ]

  /// The first eight bytes, as a reader loads them, whatever comes after.
  private static func word(_ bytes: [UInt8], then rest: UInt8) -> UInt64 {
    (bytes + [UInt8](repeating: rest, count: 8)).prefix(8).reversed()
      .reduce(0) { $0 << 8 | UInt64($1) }
  }

  @Test(arguments: documentCounts, DictionaryKind.old)
  func numbersAreReadAsTheFormatSays(
    documentCount: Int, kind: DictionaryKind
  ) throws {
    var random = SplitMix64(seed: TestSeed.value)
    let layout = OnceLayout(
      documentCount: documentCount, hasPositions: kind.positions,
      formatVersion: kind.formatVersion)
    let naive = NaiveOnceLayout(documentCount, kind)
    #expect(layout.byteCount == naive.byteCount)
    let far = UInt32(naive.far ?? 7)
    let positions: [UInt32] = [
      0, 1, 126, 127, 128, 129, 511, 512, far - 2, far - 1, far, far + 1, far + 127, far + 128,
      .max - 1, .max,
    ]
    let last = UInt32(max(1, documentCount) - 1)
    for doc in [0, min(1, last), last / 2, last, UInt32(random.below(Int(last) + 1))] {
      for position in positions + [UInt32(truncatingIfNeeded: random.next())] {
        let comment: Comment = "document \(doc), position \(position), seed \(TestSeed.value)"
        let bytes = naive.bytes(doc: doc, position: position)
        for rest in [0, 0xFF] as [UInt8] {
          let word = Self.word(bytes, then: rest)
          #expect(layout.doc(word) == doc, comment)
          let isFar = naive.far.map { UInt64(position) >= $0 } ?? false
          #expect(layout.isFar(word) == isFar, comment)
          #expect(!layout.isFar(word & ~1), "lists are never far")
          let second = isFar ? bytes.span.withBytes { $0.second(at: layout.byteCount) } : 0
          #expect(second <= layout.maxSecond, comment)
          #expect(
            layout.position(word, second: second) == (kind.positions ? position : 0), comment)
        }
      }
    }
  }

  /// A term takes four bytes as long as nine bits are left for its position.
  @Test func aTermOnceTakesFewBytes() {
    func byteCounts(_ positions: Bool, _ version: UInt32) -> [Int] {
      [1, 128, 256, 16_384, 65_536, 1 << 22, 1 << 22 + 1, 1 << 30, 1 << 31 - 2].map {
        OnceLayout(documentCount: $0, hasPositions: positions, formatVersion: version).byteCount
      }
    }
    #expect(byteCounts(true, 4) == [2, 3, 3, 3, 4, 4, 5, 5, 6])
    #expect(byteCounts(true, 3) == [3, 3, 3, 4, 4, 5, 5, 6, 6])
    #expect(byteCounts(false, 4) == [1, 1, 2, 2, 3, 3, 3, 4, 4])
    #expect(byteCounts(false, 3) == [2, 2, 2, 3, 3, 4, 4, 5, 5])
  }

  // MARK: - Hostile bytes

  /// A dictionary of 200 documents whose only term, "a", has these bytes after it.
  private static func reader(
    _ entry: [UInt8], _ kind: DictionaryKind, in folder: TemporaryDirectory
  ) throws -> TermDictionaryReader {
    let path = folder.path("file")
    _ = try writeSections(
      [
        ("terms", [0, 0, 1, 97] + entry),
        ("termindex", [0, 0, 0, 0, 0, 0, 0, 97, 0, 0, 0, 0]),
      ], to: path, formatVersion: kind.formatVersion)
    let file = try VerifiedFile(path: path)
    return try TermDictionaryReader(
      file: file, terms: try #require(file.section("terms")),
      index: try #require(file.section("termindex")), postings: 0..<0,
      positions: kind.positions ? 0..<0 : nil, documentCount: 200)
  }

  /// What a lookup and all entries make of "a"; nil where they throw.
  private static func read(
    _ reader: TermDictionaryReader
  ) -> (found: TermInfo?, listed: TermInfo?) {
    let term: [UInt8] = [97]
    let found = try? term.span.withBytes { bytes throws(IndexError) in try reader.find(bytes) }
    var listed: TermInfo?
    try? reader.forEachTerm { _, info in
      listed = info
      return true
    }
    return (found ?? nil, listed)
  }

  @Test(arguments: DictionaryKind.old)
  func documentsThatAreNotThereAreDamage(kind: DictionaryKind) throws {
    let naive = NaiveOnceLayout(200, kind)
    for doc in [0, 199, 200, 255] as [UInt32] {
      let folder = try TemporaryDirectory()
      let bytes = naive.bytes(doc: doc, position: 3)
      let result = Self.read(try Self.reader(bytes, kind, in: folder))
      #expect(result.found?.singleDoc == (doc < 200 ? doc : nil))
      #expect(result.found == result.listed)
    }
  }

  /// An entry of lists is as good for a term that stands once, but has no position; then it is not
  /// that of the term before.
  @Test(arguments: DictionaryKind.old)
  func aTermOnceWithListsHasNoPositionOfAnother(kind: DictionaryKind) throws {
    let lists: [UInt8] = [1, 98, 6, 9] + (kind.positions ? [0] : [])
    let folder = try TemporaryDirectory()
    let bytes = NaiveOnceLayout(200, kind).bytes(doc: 7, position: 5) + lists
    let reader = try Self.reader(bytes, kind, in: folder)
    let term: [UInt8] = [98]
    let found = try term.span.withBytes { bytes throws(IndexError) in try reader.find(bytes) }
    #expect(found?.totalFrequency == 1 && found?.singleDoc == 9)
    #expect(Self.read(reader).listed == found)
  }

  /// The bits that a document leaves are those of the position, or zero.
  @Test(arguments: DictionaryKind.old.filter { !$0.positions && $0.formatVersion > 3 })
  func bitsThatMeanNothingAreDamage(kind: DictionaryKind) throws {
    let whole = NaiveOnceLayout(200, kind).bytes(doc: 7, position: 0)
    for bit in 9..<8 * whole.count {
      var bytes = whole
      bytes[bit / 8] |= 1 << UInt8(bit % 8)
      let folder = try TemporaryDirectory()
      let result = Self.read(try Self.reader(bytes, kind, in: folder))
      #expect(result.found == nil && result.listed == nil, "bit \(bit)")
    }
  }

  @Test(arguments: DictionaryKind.old)
  func numbersThatDoNotEndAreDamage(kind: DictionaryKind) throws {
    let naive = NaiveOnceLayout(200, kind)
    let whole = naive.bytes(doc: 7, position: kind.positions ? .max : 3)
    for count in 0...whole.count {
      let folder = try TemporaryDirectory()
      let result = Self.read(try Self.reader(Array(whole.prefix(count)), kind, in: folder))
      let isWhole = count == whole.count
      #expect((result.found != nil) == isWhole, "\(count) bytes")
      #expect((result.listed != nil) == isWhole, "\(count) bytes")
    }
  }

  @Test(arguments: DictionaryKind.old.filter(\.positions))
  func positionsOfMoreThan32BitsAreDamage(kind: DictionaryKind) throws {
    let naive = NaiveOnceLayout(200, kind)
    let far = try #require(naive.far)
    let start = naive.bytes(doc: 7, position: UInt32(far)).prefix(naive.byteCount)
    let most = (UInt64(UInt32.max) - far) / (kind.formatVersion == 3 ? 128 : 1)
    for (second, isRight) in [
      (0, true), (most, true), (most + 1, false), (1 << 32, false), (1 << 56, false), (.max, false),
    ] as [(UInt64, Bool)] {
      var writer = ByteWriter()
      writer.appendVariable(second)
      let folder = try TemporaryDirectory()
      let result = Self.read(try Self.reader(start + writer.bytes.copied(), kind, in: folder))
      extendLifetime(writer)
      #expect((result.found != nil) == isRight, "\(second)")
      #expect(result.found == result.listed, "\(second)")
    }
  }

  @Test(arguments: DictionaryKind.old)
  func whateverFollowsATermIsReadOrRefused(kind: DictionaryKind) throws {
    var random = SplitMix64(seed: TestSeed.value)
    for _ in 0..<300 {
      let folder = try TemporaryDirectory()
      var bytes = random.bytes(random.below(20))
      if !bytes.isEmpty, random.chance(0.7) { bytes[0] |= 1 }
      if random.chance(0.3) { bytes = bytes.map { $0 | 0xE1 } }
      let result = Self.read(try Self.reader(bytes, kind, in: folder))
      if let found = result.found {
        #expect(found.singleDoc < 200 || found.documentFrequency > 1)
      }
    }
  }
}

/// The numbers of a layout as the format describes them.
struct NaiveOnceLayout {
  var docBitCount: Int
  var byteCount: Int
  /// The first position that takes a second number; none without positions.
  var far: UInt64?
  let kind: DictionaryKind

  init(_ documentCount: Int, _ kind: DictionaryKind) {
    self.kind = kind
    docBitCount = 1
    while 1 << docBitCount < documentCount { docBitCount += 1 }
    let docByteCount = (docBitCount + 7) / 8
    if kind.formatVersion == 3 {
      byteCount = 1 + docByteCount + (kind.positions ? 1 : 0)
      if kind.positions { far = 32_640 }
    } else {
      byteCount = 1
      while 8 * byteCount < 1 + docBitCount + (kind.positions ? 9 : 0) { byteCount += 1 }
      if kind.positions { far = 1 << UInt64(8 * byteCount - 1 - docBitCount) - 1 }
    }
  }

  func bytes(doc: UInt32, position: UInt32) -> [UInt8] {
    let position = far == nil ? 0 : UInt64(position)
    var bytes: [UInt8]
    var second: UInt64?
    if kind.formatVersion == 3 {
      bytes = [UInt8(position % 128) * 2 + 1]
      for byte in 0..<(docBitCount + 7) / 8 {
        bytes.append(UInt8(truncatingIfNeeded: doc >> UInt32(8 * byte)))
      }
      if kind.positions { bytes.append(UInt8(min(position / 128, 255))) }
      if let far, position >= far { second = (position - far) / 128 }
    } else {
      var number = min(position, far ?? 0)
      number = number << UInt64(docBitCount) + UInt64(doc)
      number = number * 2 + 1
      bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
      if let far, position >= far { second = position - far }
    }
    if let second {
      var writer = ByteWriter()
      writer.appendVariable(second)
      bytes += writer.bytes.copied()
      extendLifetime(writer)
    }
    return bytes
  }
}

/// A dictionary of a format from 3 on, with or without positions.
struct DictionaryKind: Sendable, CustomTestStringConvertible {
  let positions: Bool
  let formatVersion: UInt32

  /// Those of formats with entries one after the other.
  static let old = [3, 4].flatMap { version in
    [true, false].map { DictionaryKind(positions: $0, formatVersion: version) }
  }
  static let current = [true, false].map {
    DictionaryKind(positions: $0, formatVersion: SegmentVersion.current)
  }
  static let all = old + current

  var testDescription: String {
    "format \(formatVersion)\(positions ? "" : " without positions")"
  }
}

extension Bytes {
  /// The variable-length integer at `offset`.
  fileprivate func second(at offset: Int) -> Int {
    var reader = ByteReader(slice(at: offset, count: count - offset))
    return (try? reader.readCount(limit: 1 << 40)) ?? .max
  }
}
