/// How the dictionary of a segment lies in its sections `terms` and `termindex`.
///
///     terms      := Block ^ blockCount
///     Block      := postingsStart: varint, positionsStart: varint, Entry ^ 1...32
///     Entry      := min(sharedCount, 15) << 4 | min(suffixLength, 15): u8,
///                   sharedCount - 15: u8                            if it is 15 or more
///                   suffixLength - 15: varint                       if it is 15 or more
///                   suffix: bytes, (Once | Lists)
///     Once       := 1 | doc << 1 | min(position, limit) << (1 + docBitCount): a few bytes,
///                   position - limit: varint                        if position >= limit
///     Lists      := documentFrequency << 2 | (totalFrequency == documentFrequency) << 1: varint,
///                   totalFrequency - documentFrequency: varint      if they differ
///                   documentFrequency == 1 ? doc : postingsLength: varint,
///                   positionsLength: varint                         if there are positions
///     termindex  := firstTermPrefix: u64 ^ blockCount, blockOffset: u32 ^ blockCount
///
/// Terms are in the order of their bytes, 32 to a block (the last may have fewer). An entry shares
/// `sharedCount` bytes with the term before it; the first of a block shares none. Postings and
/// positions of successive terms follow each other, so their lengths tell where they lie.
/// `firstTermPrefix` is the first eight bytes of a block's first term, as a big-endian number,
/// padded with zeros. A term that stands once in all documents, as half of them do, is `Once`: its
/// few bytes are as many in the whole dictionary, so that the length of what follows the suffix is
/// known at once. `OnceLayout` says how many they are, and what in format 3.
///
/// Before format 3 an entry starts with sharedCount: u8, suffixLength: varint; then come the suffix
/// and for all terms what `Lists` has, with
/// `documentFrequency << 1 | (totalFrequency == documentFrequency)` in place of its first number.
enum TermDictionaryFormat {
  /// Terms in a block: a lookup reads half a block on average.
  static let blockLength = 32
  /// Bytes of the index for a block.
  static let indexEntryByteCount = 12
  /// The longest prefix an entry shares with the term before.
  static let maxSharedCount = 255
  /// Lengths of less stand in four bits.
  static let longLength = 15

  /// Entries of the index whose prefixes fill a unit that is verified.
  static let prefixesInUnit = 512

  /// What the entry at `offset` says of its term: the bytes shared with the one before, the bytes
  /// of the suffix, and where that starts.
  ///
  /// - Precondition: 16 bytes can be read from there on. The caller checks that all lies within the
  ///   block.
  @inline(__always)
  static func lengths(
    _ bytes: Bytes, at offset: Int
  ) -> (shared: Int, suffix: Int, start: Int) {
    let byte = Int(bytes[offset])
    let (shared, suffix) = (byte &>> 4, byte & 15)
    if max(shared, suffix) < longLength { return (shared, suffix, offset &+ 1) }
    return longLengths(shared, suffix, bytes, offset &+ 1)
  }

  @inline(never)
  private static func longLengths(
    _ shared: Int, _ suffix: Int, _ bytes: Bytes, _ offset: Int
  ) -> (shared: Int, suffix: Int, start: Int) {
    var result = (shared: shared, suffix: suffix, start: offset)
    if shared == longLength {
      result.shared += Int(bytes[offset])
      result.start += 1
    }
    if suffix == longLength {
      let (more, length) = bytes.loadVariable(at: result.start)
      result.suffix += Int(min(more, 1 << 40))
      result.start += length
    }
    return result
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
