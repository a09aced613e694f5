import Tokenizer

/// 128 document numbers that lie close together, as a bit for each number of their range.
///
///     DocumentBitset := header: u8, rank: u8 ^ words, word: u64 ^ words
///     header         := words (bits 0...5, 1...63), bit 6 set
///
/// Bit `i` of word `w` stands for document `base + 64 * w + i`; `base` is the multiple of 64 at or
/// below the first number that the block may hold, so that words of several lists line up. `rank`
/// is the number of documents in the words before. Whether a document is there takes one load,
/// and which of the 128 it is one byte and the bits of one word: nothing is decoded. A union or
/// an intersection takes one operation for 64 documents.
struct DocumentBitset {
  /// The high bits of the header of a bitset, which that of a `PatchedBlock` never has.
  static let mark: UInt8 = 0x40
  /// The most words: the header has six bits for them.
  static let maxWordCount = 63

  /// The document of the first bit.
  let base: UInt32
  /// The number of words; 0 if there is no bitset.
  let wordCount: Int
  /// Where the ranks are in the bytes of the list; the words follow.
  private let offset: Int

  /// No bitset.
  init() {
    base = 0
    wordCount = 0
    offset = 0
  }

  /// The bitset whose header is at `offset` of `input`, of documents after `previous` (-1 as
  /// `UInt32.max`) up to `last`; nil if its size does not fit them or the input, or if its header
  /// has a bit that means nothing.
  init?(_ input: Bytes, at offset: Int, after previous: UInt32, through last: UInt32) {
    let base = (previous &+ 1) & ~63
    wordCount = Int(input[offset] ^ DocumentBitset.mark)
    self.base = base
    self.offset = offset &+ 1
    guard wordCount == DocumentBitset.wordCount(base: base, last: last),
      (1...DocumentBitset.maxWordCount).contains(wordCount), end <= input.count
    else { return nil }
  }

  /// Whether a block with this header is a bitset.
  @inline(__always)
  static func isMarked(_ header: UInt8) -> Bool { header & 0xC0 == mark }

  /// The number of words from `base` to `last`.
  static func wordCount(base: UInt32, last: UInt32) -> Int {
    Int(last &>> 6) &- Int(base &>> 6) &+ 1
  }

  /// Bytes taken by `wordCount` words, the header included.
  static func byteCount(wordCount: Int) -> Int { 1 &+ 9 &* wordCount }

  /// The offset of the first byte after the bitset.
  var end: Int { offset &+ 9 &* wordCount }

  /// The word of number `index`.
  @inline(__always)
  func word(_ index: Int, of input: Bytes) -> UInt64 {
    UInt64(littleEndian: input.load(at: offset &+ wordCount &+ index &* 8))
  }

  /// 1 if `doc` is there, else 0.
  ///
  /// - Precondition: `doc` lies between `base` and the last document.
  @inline(__always)
  func bit(of doc: UInt32, in input: Bytes) -> Int {
    let place = doc &- base
    return Int(word(Int(place &>> 6), of: input) &>> UInt64(place & 63) & 1)
  }

  /// The number of documents before `doc`, or -1 if `doc` is not there.
  ///
  /// - Precondition: `doc` lies between `base` and the last document.
  @inline(__always)
  func rank(of doc: UInt32, in input: Bytes) -> Int {
    let place = doc &- base
    let index = Int(place &>> 6)
    let word = word(index, of: input)
    let bit: UInt64 = 1 &<< UInt64(place & 63)
    if word & bit == 0 { return -1 }
    return Int(input[offset &+ index]) &+ (word & (bit &- 1)).nonzeroBitCount
  }

  /// Writes the documents to the slots of `docs` (see `DeltaBlock`); returns their number, or
  /// 129 if there are more than 128.
  func decode(_ input: Bytes, into docs: ColumnView<UInt32>) -> Int {
    var count = 0
    var first = base
    for index in 0..<wordCount {
      var rest = word(index, of: input)
      while rest != 0 {
        if count == PatchedBlock.length { return count &+ 1 }
        docs[DeltaBlock.slot(count)] =
          first &+ UInt32(truncatingIfNeeded: rest.trailingZeroBitCount)
        rest &= rest &- 1
        count &+= 1
      }
      first &+= 64
    }
    return count
  }

  /// Appends the bitset of the documents whose gaps, less one, stand in the slots of `gaps`.
  static func encode(
    _ gaps: ColumnView<UInt32>, after previous: UInt32, wordCount: Int,
    into writer: inout ByteWriter
  ) {
    assert(wordCount > 0 && wordCount <= maxWordCount)
    var words = InlineArray<63, UInt64>(repeating: 0)
    let base = (previous &+ 1) & ~63
    var doc = previous
    for index in 0..<PatchedBlock.length {
      doc = doc &+ gaps[DeltaBlock.slot(index)] &+ 1
      let place = doc &- base
      words[Int(place &>> 6)] |= 1 &<< UInt64(place & 63)
    }
    writer.append(mark | UInt8(wordCount))
    var rank = 0
    for index in 0..<wordCount {
      writer.append(UInt8(rank))
      rank += words[index].nonzeroBitCount
    }
    for index in 0..<wordCount { writer.append(words[index]) }
  }
}
