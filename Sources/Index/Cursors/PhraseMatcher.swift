import Tokenizer

/// Where a document stands in one list.
struct PostingPlace {
  /// The block of postings.
  var block = 0
  /// The place in the block.
  var index = 0
  /// The frequency.
  var frequency: UInt32 = 0
}

/// A phrase as conjunctions see it: which of their lists, at which distances.
struct PhrasePattern {
  /// One word of the phrase.
  struct Word {
    /// The number of its list.
    var list: Int
    /// Its distance from the first word.
    var offset: UInt32
    /// The positions of the list; each word has its own place there.
    var positions: PositionCursor
  }

  /// The words, those with the shortest lists first.
  var words: [Word]
  /// The weight of the phrase.
  var weight: TermWeight
}

/// Counts how often phrases stand in documents that have all of their words.
///
/// Words of all phrases lie side by side in one array of trivial values: nothing is counted or
/// checked by the language when a document is looked at.
struct PhraseMatcher: ~Copyable {
  private let memory: SearchMemory
  private let words: ColumnView<PhrasePattern.Word>
  /// Where the words of each phrase end.
  private var ends: [Int] = []
  /// The weights of the phrases.
  private(set) var weights: [TermWeight] = []

  private var starts: ColumnView<UInt32>
  private var positions: ColumnView<UInt32>
  /// For each word, of one block of its list, the sums of the frequencies before each posting.
  private let frequencySums: ColumnView<UInt32>
  /// The number of that block, or -1.
  private let summedBlocks: ColumnView<Int>

  /// A matcher of `phrases`.
  init(_ phrases: [PhrasePattern], _ memory: SearchMemory) {
    self.memory = memory
    let wordCount = phrases.reduce(0) { $0 + $1.words.count }
    words = memory.take(wordCount)
    frequencySums = memory.take(wordCount * PostingsFormat.blockLength)
    summedBlocks = memory.take(wordCount)
    starts = memory.take(256)
    positions = memory.take(256)
    var count = 0
    for phrase in phrases {
      for word in phrase.words {
        words[count] = word
        summedBlocks[count] = -1
        count += 1
      }
      ends.append(count)
      weights.append(phrase.weight)
    }
  }

  /// The number of phrases.
  var count: Int { ends.count }

  /// Blocks of positions decoded so far.
  var blocksDecoded: Int {
    (0..<words.count).reduce(0) { $0 + words[$1].positions.blocksDecoded }
  }

  @inline(__always)
  private func range(_ phrase: Int) -> Range<Int> {
    (phrase == 0 ? 0 : ends[phrase &- 1])..<ends[phrase]
  }

  /// Whether any phrase has a word in a list.
  func contains(list: Int) -> Bool {
    (0..<words.count).contains { words[$0].list == list }
  }

  /// The least of `value(list)` over the lists of a phrase.
  @inline(__always)
  func least<Value: Comparable>(_ phrase: Int, of value: (_ list: Int) -> Value) -> Value {
    let range = range(phrase)
    var least = value(words[range.lowerBound].list)
    for word in range.dropFirst() { least = min(least, value(words[word].list)) }
    return least
  }

  /// How often a phrase stands in the document at `place(list)` of each list.
  mutating func matchCount(
    _ phrase: Int, _ lists: ColumnView<ListCursor>, _ segment: borrowing SearchedSegment,
    _ place: (_ list: Int) -> PostingPlace
  ) throws(IndexError) -> Int {
    var startCount = 0
    let range = range(phrase)
    for word in range {
      let list = words[word].list
      let place = place(list)
      let count = Int(place.frequency)
      try words[word].positions.validate(count, segment.file)
      let before = try frequencySum(word, before: place, lists, segment)
      let offset = words[word].offset
      if word > range.lowerBound, startCount <= 4 {
        startCount = keep(
          startCount,
          in: try words[word].positions.find(
            wanted(startCount, offset), count, inBlock: place.block, after: before, segment.file))
      } else {
        if positions.count < count { positions = memory.take(2 * count) }
        try words[word].positions.read(
          count, inBlock: place.block, after: before, into: positions, segment.file)
        if word == range.lowerBound {
          if starts.count < max(4, count) { starts = memory.take(2 * count) }
          startCount = PhraseMatcher.copyStarts(positions, count, offset, to: starts)
        } else {
          startCount = PhraseMatcher.intersect(
            starts, startCount, with: positions, count, offset)
        }
      }
      if startCount == 0 { return 0 }
    }
    return startCount
  }

  /// Where a word at `offset` has to stand for each of up to four starts; elsewhere a number
  /// that is no position.
  @inline(__always)
  private func wanted(_ startCount: Int, _ offset: UInt32) -> SIMD4<UInt32> {
    var wanted = SIMD4<UInt32>(repeating: .max)
    for index in 0..<4 where index < startCount { wanted[index] = starts[index] &+ offset }
    return wanted
  }

  /// Keeps those of up to four starts that were found; returns their number.
  @inline(__always)
  private func keep(_ startCount: Int, in found: SIMDMask<SIMD4<Int32>>) -> Int {
    var kept = 0
    for index in 0..<4 {
      starts[kept] = starts[index]
      kept &+= index < startCount && found[index] ? 1 : 0
    }
    return kept
  }

  /// The frequencies of the postings before `place` in its block, added up.
  ///
  /// Documents come in order, so that those of dense lists share a block for some time.
  @inline(__always)
  private func frequencySum(
    _ word: Int, before place: PostingPlace, _ lists: ColumnView<ListCursor>,
    _ segment: borrowing SearchedSegment
  ) throws(IndexError) -> Int {
    let list = words[word].list
    if lists[list].list.isShort(place.block) {
      return lists[list].shortFrequencySum(before: place.index)
    }
    let sums = frequencySums.part(
      at: word &* PostingsFormat.blockLength, count: PostingsFormat.blockLength)
    if summedBlocks[word] != place.block {
      summedBlocks[word] = -1
      try sumFrequencies(lists[list], place.block, into: sums, segment)
      summedBlocks[word] = place.block
    }
    return Int(sums[DeltaBlock.slot(place.index)])
  }

  @inline(never)
  private func sumFrequencies(
    _ cursor: borrowing ListCursor, _ block: Int, into sums: ColumnView<UInt32>,
    _ segment: borrowing SearchedSegment
  ) throws(IndexError) {
    if cursor.hasFrequencies(ofBlock: block) {
      return DeltaBlock.sumBefore(cursor.frequencies, into: sums)
    }
    try cursor.list.decodeFrequencies(
      at: try cursor.list.frequencyOffset(block, segment.file), sums, segment.file)
    DeltaBlock.sumBefore(sums, into: sums)
  }

  /// The starts of phrases whose word at `offset` stands at these positions.
  private static func copyStarts(
    _ positions: ColumnView<UInt32>, _ count: Int, _ offset: UInt32, to starts: ColumnView<UInt32>
  ) -> Int {
    var kept = 0
    for index in 0..<count where positions[index] >= offset {
      starts[kept] = positions[index] &- offset
      kept &+= 1
    }
    return kept
  }

  /// Keeps the starts whose word at `offset` stands at one of `positions`.
  private static func intersect(
    _ starts: ColumnView<UInt32>, _ startCount: Int, with positions: ColumnView<UInt32>,
    _ count: Int, _ offset: UInt32
  ) -> Int {
    var kept = 0
    var index = 0
    for start in 0..<startCount {
      let wanted = starts[start] &+ offset
      while index < count, positions[index] < wanted { index &+= 1 }
      if index == count { break }
      if positions[index] == wanted {
        starts[kept] = starts[start]
        kept &+= 1
      }
    }
    return kept
  }
}
