/// The entries of a block of the dictionary of a format before 5, one after the other.
///
///     Block      := postingsStart: varint, positionsStart: varint, Entry ^ 1...32
///     Entry      := min(sharedCount, 15) << 4 | min(suffixLength, 15): u8,
///                   sharedCount - 15: u8                            if it is 15 or more
///                   suffixLength - 15: varint                       if it is 15 or more
///                   suffix: bytes, (Once | Lists)
///     Lists      := documentFrequency << 2 | (totalFrequency == documentFrequency) << 1: varint,
///                   totalFrequency - documentFrequency: varint      if they differ
///                   documentFrequency == 1 ? doc : postingsLength: varint,
///                   positionsLength: varint                         if there are positions
///
/// An entry shares `sharedCount` bytes with the term before it; the first of a block shares none. A
/// term that stands once in all documents is `Once`, see `OnceLayout`.
///
/// Before format 3 an entry starts with sharedCount: u8, suffixLength: varint; then come the suffix
/// and for all terms what `Lists` has, with
/// `documentFrequency << 1 | (totalFrequency == documentFrequency)` in place of its first number.
struct OldTermEntries {
  /// Terms in a block.
  static let blockLength = 32
  /// The longest prefix an entry shares with the term before.
  private static let maxSharedCount = 255
  /// Lengths of less stand in four bits.
  private static let longLength = 15

  private let dictionary: TermDictionaryReader
  private let block: Int
  private let isCompact: Bool
  private let once: OnceLayout
  private var reader: ByteReader
  private(set) var term: [UInt8] = []
  private(set) var info = TermInfo()

  /// Starts before the first entry of `block`.
  init(_ dictionary: TermDictionaryReader, block: Int) throws(IndexError) {
    self.dictionary = dictionary
    self.block = block
    let version = dictionary.file.formatVersion
    isCompact = SegmentVersion.isCompact(version)
    once = OnceLayout(
      documentCount: dictionary.documentCount, hasPositions: dictionary.positions != nil,
      formatVersion: version)
    let range = try dictionary.byteRange(ofBlock: block)
    reader = ByteReader(dictionary.file.bytes.slice(at: range.lowerBound, count: range.count))
    do {
      let postings = try reader.readCount(limit: dictionary.postings.count)
      let positions = try reader.readCount(limit: dictionary.positions?.count ?? 0)
      info.postings = postings..<postings
      info.positions = positions..<positions
    } catch {
      throw impossible("start of postings")
    }
  }

  /// Moves to the next entry; false at the end of the block.
  mutating func next() throws(IndexError) -> Bool {
    guard reader.remaining > 0 else { return false }
    var isInOrder = false
    do {
      isInOrder = try readTerm()
      if isInOrder { try readCounts() }
    } catch {
      throw impossible("entry")
    }
    guard isInOrder else { throw impossible("order of terms") }
    guard info.documentFrequency >= 1, info.documentFrequency <= dictionary.documentCount,
      info.singleDoc < max(1, dictionary.documentCount)
    else { throw impossible("counts") }
    return true
  }

  /// Reads the term; false if it is not after the one before, or shares more with it than the entry
  /// says.
  private mutating func readTerm() throws(ByteReader.Failure) -> Bool {
    let shared: Int
    let suffix: Bytes
    if isCompact {
      let long = OldTermEntries.longLength
      let lengths = Int(try reader.read(UInt8.self))
      shared = lengths >> 4 == long ? long + Int(try reader.read(UInt8.self)) : lengths >> 4
      var suffixLength = lengths & 15
      if suffixLength == long { suffixLength += try reader.readCount(limit: reader.remaining) }
      suffix = try reader.readBytes(suffixLength)
    } else {
      shared = Int(try reader.read(UInt8.self))
      suffix = try reader.readLengthPrefixed()
    }
    guard shared <= min(term.count, OldTermEntries.maxSharedCount), suffix.count > 0 else {
      return false
    }
    var same = 0
    if shared == OldTermEntries.maxSharedCount {
      while same < suffix.count, shared + same < term.count, suffix[same] == term[shared + same] {
        same += 1
      }
    }
    if same == suffix.count { return false }
    if shared + same < term.count, suffix[same] <= term[shared + same] { return false }
    term.removeLast(term.count - shared)
    for index in 0..<suffix.count { term.append(suffix[index]) }
    return true
  }

  /// Reads what the entry says after its term; its lists begin where those of the one before end.
  private mutating func readCounts() throws(ByteReader.Failure) {
    if isCompact, try readOnce() { return }
    let code = try reader.readCount(limit: 1 << 41)
    let frequency = isCompact ? code >> 1 : code
    info.documentFrequency = frequency >> 1
    info.totalFrequency = info.documentFrequency
    // Not those of the entry before.
    (info.singleDoc, info.singlePosition) = (0, 0)
    if frequency & 1 == 0 {
      info.totalFrequency += try reader.readCount(limit: TermDictionaryFormat.maxExcess)
    }
    let start = info.postings.upperBound
    if info.documentFrequency == 1 {
      info.singleDoc = UInt32(truncatingIfNeeded: try reader.readCount(limit: 1 << 31))
      info.postings = start..<start
    } else {
      let count = try reader.readCount(limit: dictionary.postings.count - start)
      info.postings = start..<start + count
    }
    if let section = dictionary.positions {
      let start = info.positions.upperBound
      info.positions = start..<start + (try reader.readCount(limit: section.count - start))
    }
  }

  /// Reads the rest of an entry whose term stands once in all documents; false if it does not.
  private mutating func readOnce() throws(ByteReader.Failure) -> Bool {
    guard reader.remaining > 0, reader.bytes[reader.offset] & 1 != 0 else { return false }
    var word: UInt64 = 0
    for byte in 0..<once.byteCount {
      word |= UInt64(try reader.read(UInt8.self)) << UInt64(8 * byte)
    }
    let second = once.isFar(word) ? try reader.readCount(limit: once.maxSecond) : 0
    info.documentFrequency = 1
    info.totalFrequency = 1
    info.singleDoc = once.doc(word)
    info.singlePosition = once.position(word, second: second)
    info.postings = info.postings.upperBound..<info.postings.upperBound
    info.positions = info.positions.upperBound..<info.positions.upperBound
    return true
  }

  func impossible(_ what: String) -> IndexError {
    dictionary.damagedTerms(
      "block \(block): the \(what) at byte \(reader.offset) is impossible")
  }
}
