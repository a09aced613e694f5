/// How the dictionary of a segment lies in its sections `terms` and `termindex`.
///
///     terms      := Block ^ blockCount
///     Block      := postingsStart: varint,
///                   positionsStart: varint                          if there are positions
///                   termCount - 1 | (prefixByteCount - 1) << 6 | isInBytes << 9
///                     | positionBitCount << 10: u16,
///                   leastSharedCount: u8,
///                   positionRate: u8                                if there are positions
///                   isSingle: 1 bit ^ termCount, suffixByteCount: varint,
///                   Half                                            if termCount > 16
///                   Head ^ (termCount - 1), Single ^ singleCount, Suffix ^ termCount,
///                   List ^ (termCount - singleCount)
///     Half       := suffixBitCount: varint, listBitCount: varint, postingsByteCount: varint,
///                   positionsByteCount: varint                      if there are positions
///     Head       := min(sharedCount - leastSharedCount, 7) | min(suffixCount - 1, 7) << 3: 6 bits
///     Single     := document: docBitCount bits, position: positionBitCount bits
///     Suffix     := what counts are more than the head can say, as codes, and symbols
///     List       := what there is of a term with lists, as codes: see `TermListCode`
///     termindex  := firstTermPrefix: u64 ^ blockCount, blockOffset: u32 ^ blockCount
///
/// Terms are in the order of their bytes, 32 to a block (the last may have fewer), and spelled in
/// symbols of 5 or 8 bits (`TermSpelling`). A term shares `sharedCount` symbols with the one before
/// it, but the first of the second half with the first of all, so that a lookup can begin there. The
/// first term begins with the `prefixByteCount` bytes of its prefix, which only the index has: that
/// is its first eight bytes as a big-endian number, padded with zeros. A term that stands once in
/// all documents, as half of them do, is single: it has no lists, and what there is of it takes as
/// many bits for all of a block. Postings and positions of the others follow each other, so their
/// sizes tell where they lie. These are foretold from frequencies; only differences are stored.
///
/// What a lookup reads is in three parts: heads up to the term that it is for; if that is single,
/// its bits; if not, the lists up to it. So nothing branches on what is half and half.
///
/// Before format 5 blocks have 32 terms, entry by entry; see `OldTermEntries`.
enum TermDictionaryFormat {
  /// The blocks of terms.
  static let termsSection = "terms"
  /// For each block the prefix of its first term, and where it starts.
  static let indexSection = "termindex"

  /// Terms in a block: a lookup reads half a block on average.
  static let blockLength = 32
  /// Terms in the first half of a block that has a second.
  static let halfLength = 16
  /// Bytes of the index for a block.
  static let indexEntryByteCount = 12
  /// Bytes of the first term of a block that only the index has.
  static let maxPrefixByteCount = 8
  /// The greatest difference of frequencies that makes sense.
  static let maxExcess = 1 << 48

  /// The bits of a head: what a term shares with the one before and what it has else.
  static let headBitCount = 6
  /// From here on a count is not in the head.
  static let longCount = 7
  /// The parameter of what it is more.
  static let countParameter = 1

  /// The bytes of the heads of so many terms, of which the first has none.
  @inline(__always)
  static func headByteCount(termCount: Int) -> Int {
    ((termCount &- 1) &* headBitCount &+ 7) &>> 3
  }

  /// Entries of the index whose prefixes fill a unit that is verified.
  static let prefixesInUnit = 512

  /// The bits of a document that is stored as it is: those of the last one's number, at least one.
  static func docBitCount(documentCount: Int) -> Int {
    Int.bitWidth - max(1, documentCount - 1).leadingZeroBitCount
  }

  /// The first eight bytes of a term as a number whose order is that of the bytes.
  @inline(__always)
  static func prefix(of term: Bytes) -> UInt64 {
    if term.count >= 8 { return UInt64(bigEndian: term.load(at: 0)) }
    var prefix: UInt64 = 0
    for index in 0..<term.count {
      prefix |= UInt64(term[index]) << UInt64(56 &- index &* 8)
    }
    return prefix
  }
}

/// The order of terms: byte by byte, a prefix before what continues it.
@inline(__always)
func termsAreInOrder(_ left: Bytes, _ right: Bytes) -> Bool {
  compareTerms(left, right) < 0
}

/// Negative, zero or positive as `left` comes before, is, or comes after `right`.
@inline(__always)
func compareTerms(_ left: Bytes, _ right: Bytes) -> Int {
  let count = min(left.count, right.count)
  var index = 0
  while index &+ 8 <= count {
    let a = UInt64(bigEndian: left.load(at: index))
    let b = UInt64(bigEndian: right.load(at: index))
    if a != b { return a < b ? -1 : 1 }
    index &+= 8
  }
  while index < count {
    let difference = Int(left[index]) &- Int(right[index])
    if difference != 0 { return difference }
    index &+= 1
  }
  return left.count &- right.count
}
