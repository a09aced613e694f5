import TestSupport
import Testing

@testable import Index

/// What a segment knows about itself is read as the specification has it, and no other way.
@Suite struct SegmentMetadataTests {
  private static func example() -> SegmentMetadata {
    var metadata = SegmentMetadata()
    metadata.documentCount = 300
    metadata.nonEmptyDocumentCount = 299
    metadata.tokenCount = 5000
    metadata.termCount = 900
    metadata.postingCount = 4000
    metadata.hasPositions = true
    metadata.documentCountByLanguage = [2: 200, 3: 99, 4: 1]
    metadata.unicodeVersion = "17.0.0"
    return metadata
  }

  /// Where the flags stand in the example; the languages follow.
  private static let flagsOffset = 10

  private static func isRefused(_ bytes: [UInt8]) -> Bool {
    (try? SegmentMetadata.decode(bytes)) == nil
  }

  @Test(arguments: [false, true], [false, true])
  func returnsWhatWasEncoded(positions: Bool, text: Bool) throws {
    var metadata = Self.example()
    (metadata.hasPositions, metadata.hasText) = (positions, text)
    #expect(try SegmentMetadata.decode(metadata.encoded()) == metadata)
    metadata.documentCountByLanguage = [:]
    #expect(try SegmentMetadata.decode(metadata.encoded()) == metadata)
  }

  @Test func everyOtherLengthIsRefused() {
    let bytes = Self.example().encoded()
    for count in bytes.indices { #expect(Self.isRefused(Array(bytes[..<count])), "\(count) bytes") }
    for byte: UInt8 in [0, 0xFF] { #expect(Self.isRefused(bytes + [byte])) }
  }

  @Test func flagsWithoutAMeaningAreRefused() throws {
    var bytes = Self.example().encoded()
    #expect(bytes[Self.flagsOffset] == 1)
    for bit in 0..<8 {
      bytes[Self.flagsOffset] = 1 << UInt8(bit)
      #expect(Self.isRefused(bytes) == (bit > 1), "bit \(bit)")
    }
  }

  @Test func languagesIncrease() throws {
    let bytes = Self.example().encoded()
    let languages = Self.flagsOffset + 2
    #expect(bytes[languages - 1] == 3)
    #expect(Array(bytes[languages..<languages + 7]) == [2, 200, 1, 3, 99, 4, 1])
    for (offset, language) in [(3, 2), (3, 1), (5, 3), (5, 2), (0, 3), (0, 4), (3, 4)] {
      var changed = bytes
      changed[languages + offset] = UInt8(language)
      #expect(Self.isRefused(changed), "\(language) at \(offset)")
    }
  }

  /// A posting has a token at least.
  @Test func countsMayNotContradictEachOther() throws {
    let changes: [((inout SegmentMetadata) -> Void, Bool)] = [
      ({ $0.nonEmptyDocumentCount = 300 }, false), ({ $0.nonEmptyDocumentCount = 301 }, true),
      ({ $0.postingCount = 5000 }, false), ({ $0.postingCount = 5001 }, true),
      ({ $0.documentCount = Int(Int32.max) - 1 }, false),
      ({ $0.documentCount = .init(Int32.max) }, true),
      ({ $0.tokenCount = 1 << 48 }, false), ({ $0.tokenCount = 1 << 48 + 1 }, true),
    ]
    for (number, (change, isRefused)) in changes.enumerated() {
      var metadata = Self.example()
      change(&metadata)
      #expect(Self.isRefused(metadata.encoded()) == isRefused, "change \(number)")
    }
  }
}
