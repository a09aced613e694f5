import Tokenizer

/// Where a phrase may start in a document, and where a word of it stands, a bit for each position.
///
/// For phrases that repeat a word: its positions are read once, and each of its places in the phrase
/// takes a shift and an intersection of 64 positions at a time.
struct PhraseBits {
  private let memory: SearchMemory
  private var starts: ColumnView<UInt64>
  private var members: ColumnView<UInt64>
  private var startCount = 0
  private var memberCount = 0

  /// Bits in `memory`, none so far.
  init(_ memory: SearchMemory) {
    self.memory = memory
    starts = memory.take(0)
    members = starts
  }

  /// The words of bits for starts up to `lastStart` of words that are up to `lastOffset` away.
  static func wordCount(lastStart: UInt32, lastOffset: UInt32) -> Int {
    (Int(lastStart) + Int(lastOffset)) / 64 + 2
  }

  /// Makes all positions up to `lastStart` starts of a phrase.
  mutating func begin(lastStart: UInt32, lastOffset: UInt32) {
    startCount = Int(lastStart) / 64 + 1
    memberCount = PhraseBits.wordCount(lastStart: lastStart, lastOffset: lastOffset)
    if starts.count < startCount { starts = memory.take(2 * startCount) }
    if members.count < memberCount { members = memory.take(2 * memberCount) }
    for index in 0..<startCount { starts[index] = ~0 }
    starts[startCount - 1] = ~0 >> UInt64(63 - lastStart % 64)
  }

  /// Takes the first `count` of `positions` as those of the word that comes next.
  func setMembers(_ positions: ColumnView<UInt32>, _ count: Int) {
    for index in 0..<memberCount { members[index] = 0 }
    for index in 0..<count {
      let position = Int(positions[index])
      if position >= memberCount * 64 { break }
      members[position >> 6] |= 1 << UInt64(position & 63)
    }
  }

  /// Keeps the starts whose word `offset` away stands where it has to; false if there are none.
  func keep(offset: UInt32) -> Bool {
    let (first, shift) = (Int(offset) / 64, UInt64(offset % 64))
    var left: UInt64 = 0
    for index in 0..<startCount {
      let low = members[first &+ index] &>> shift
      // A shift by all 64 bits would leave them as they are.
      let high = (members[first &+ index &+ 1] &<< 1) &<< (63 &- shift)
      starts[index] &= low | high
      left |= starts[index]
    }
    return left != 0
  }

  /// The number of starts.
  var count: Int { (0..<startCount).reduce(0) { $0 + starts[$1].nonzeroBitCount } }
}
