import Tokenizer

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
  /// Whether a phrase has a word so often that its positions are better looked at as bits.
  private let repeatsWords: Bool
  private var bits: PhraseBits

  /// The places of one word in a phrase that are often.
  private static let leastRepeatCount = 8

  /// A matcher of `phrases`.
  init(_ phrases: [PhrasePattern], _ memory: SearchMemory) {
    self.memory = memory
    let wordCount = phrases.reduce(0) { $0 + $1.words.count }
    words = memory.take(wordCount)
    starts = memory.take(256)
    positions = memory.take(256)
    bits = PhraseBits(memory)
    var count = 0
    var (repeatCount, mostRepeats) = (0, 0)
    for phrase in phrases {
      for (index, word) in phrase.words.enumerated() {
        // Words of one list are neighbours.
        let isRepeated = index > 0 && word.list == phrase.words[index - 1].list
        repeatCount = isRepeated ? repeatCount + 1 : 1
        mostRepeats = max(mostRepeats, repeatCount)
        words[count] = word
        count += 1
      }
      ends.append(count)
      weights.append(phrase.weight)
    }
    repeatsWords = mostRepeats >= PhraseMatcher.leastRepeatCount
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

  /// The least of `value(list)` over the lists of a phrase.
  @inline(__always)
  func least<Value: Comparable>(_ phrase: Int, of value: (_ list: Int) -> Value) -> Value {
    let range = range(phrase)
    var least = value(words[range.lowerBound].list)
    for word in range.dropFirst() { least = min(least, value(words[word].list)) }
    return least
  }

  /// How often a phrase stands in the document that is at `places[first + list]` of each list.
  @inline(__always)
  mutating func matchCount(
    _ phrase: Int, _ places: ColumnView<PostingPlace>, first: Int, _ file: VerifiedFile
  ) throws(IndexError) -> Int {
    try matchCount(range(phrase), places, first: first, file)
  }

  /// The number of words that a phrase has in the lists up to `list`, which are its first.
  func wordCount(_ phrase: Int, throughList list: Int) -> Int {
    range(phrase).prefix { words[$0].list <= list }.count
  }

  /// How often the first `wordCount` words of a phrase stand in a document as they have to: as often
  /// as the phrase at least.
  mutating func matchCount(
    _ phrase: Int, ofFirst wordCount: Int, _ places: ColumnView<PostingPlace>, first: Int,
    _ file: VerifiedFile
  ) throws(IndexError) -> Int {
    let start = range(phrase).lowerBound
    return try matchCount(start..<start &+ wordCount, places, first: first, file)
  }

  @inline(__always)
  private mutating func matchCount(
    _ range: Range<Int>, _ places: ColumnView<PostingPlace>, first: Int, _ file: VerifiedFile
  ) throws(IndexError) -> Int {
    var word = range.lowerBound
    let place = places[first &+ words[word].list]
    if repeatsWords, let count = try matchCountByBits(range, places, first: first, file) {
      return count
    }
    guard place.frequency <= 4 else {
      return try matchCountOfMany(range, places, first: first, file)
    }
    try words[word].positions.validate(place.frequency, file)
    var starts = PhraseStarts(
      try words[word].positions.readFew(place, file), count: place.frequency)
    starts.move(by: words[word].offset)
    while word &+ 1 < range.upperBound, !starts.isEmpty {
      word &+= 1
      try keep(&starts, word, at: places[first &+ words[word].list], file)
    }
    return starts.count
  }

  /// Keeps the starts whose word `word` stands where it has to.
  @inline(__always)
  private func keep(
    _ starts: inout PhraseStarts, _ word: Int, at place: PostingPlace, _ file: VerifiedFile
  ) throws(IndexError) {
    try words[word].positions.validate(place.frequency, file)
    let offset = words[word].offset
    let (last, isBeyond) = starts.last.addingReportingOverflow(offset)
    starts.keep(
      try words[word].positions.find(
        starts.wanted(offset), upTo: isBeyond ? .max : last, place, file))
  }

  /// The same if the first word stands in the document more than four times.
  @inline(never)
  private mutating func matchCountOfMany(
    _ range: Range<Int>, _ places: ColumnView<PostingPlace>, first: Int, _ file: VerifiedFile
  ) throws(IndexError) -> Int {
    var startCount = 0
    for word in range {
      let place = places[first &+ words[word].list]
      try words[word].positions.validate(place.frequency, file)
      let offset = words[word].offset
      if word > range.lowerBound, startCount <= 4 {
        var few = PhraseStarts(starts, startCount)
        try keep(&few, word, at: place, file)
        startCount = few.copy(to: starts)
      } else {
        let count = try readPositions(ofWord: word, at: place, file)
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

  /// The same for a phrase that repeats words; nil if it and the document are so long, and have so few
  /// of these words, that bits would take longer.
  @inline(never)
  private mutating func matchCountByBits(
    _ range: Range<Int>, _ places: ColumnView<PostingPlace>, first: Int, _ file: VerifiedFile
  ) throws(IndexError) -> Int? {
    var (occurrenceCount, lastOffset) = (0, 0 as UInt32)
    for word in range {
      lastOffset = max(lastOffset, words[word].offset)
      if isFirstOfList(word, in: range) {
        occurrenceCount += Int(places[first + words[word].list].frequency)
      }
    }
    for word in range {
      let place = places[first &+ words[word].list]
      let offset = words[word].offset
      if isFirstOfList(word, in: range) {
        try words[word].positions.validate(place.frequency, file)
        let count = try readPositions(ofWord: word, at: place, file)
        if word == range.lowerBound {
          let last = positions[count - 1]
          if last < offset { return 0 }
          let wordCount = PhraseBits.wordCount(lastStart: last - offset, lastOffset: lastOffset)
          if wordCount > max(64, occurrenceCount) { return nil }
          bits.begin(lastStart: last - offset, lastOffset: lastOffset)
        }
        bits.setMembers(positions, count)
      }
      if !bits.keep(offset: offset) { return 0 }
    }
    return bits.count
  }

  /// Whether a word is the first of its list in a phrase, whose words of one list are neighbours.
  private func isFirstOfList(_ word: Int, in range: Range<Int>) -> Bool {
    word == range.lowerBound || words[word].list != words[word - 1].list
  }

  /// Reads the positions of a word in a document into `positions`; returns their number.
  private mutating func readPositions(
    ofWord word: Int, at place: PostingPlace, _ file: VerifiedFile
  ) throws(IndexError) -> Int {
    let count = Int(place.frequency)
    if positions.count < count { positions = memory.take(2 * count) }
    try words[word].positions.read(place, into: positions, file)
    return count
  }

  /// The starts of phrases whose word at `offset` stands at these positions.
  private static func copyStarts(
    _ positions: ColumnView<UInt32>, _ count: Int, _ offset: UInt32, to starts: ColumnView<UInt32>
  ) -> Int {
    var kept = 0
    for index in 0..<count {
      starts[kept] = positions[index] &- offset
      kept &+= Int(positions[index], reaches: offset)
    }
    return kept
  }

  /// Keeps the starts whose word at `offset` stands at one of `positions`.
  private static func intersect(
    _ starts: ColumnView<UInt32>, _ startCount: Int, with positions: ColumnView<UInt32>,
    _ count: Int, _ offset: UInt32
  ) -> Int {
    var kept = 0
    var start = 0
    var index = 0
    while start < startCount, index < count {
      let (wanted, isBeyond) = starts[start].addingReportingOverflow(offset)
      if isBeyond { break }
      let position = positions[index]
      starts[kept] = starts[start]
      kept &+= Int(wanted, equals: position)
      start &+= Int(position, reaches: wanted)
      index &+= Int(wanted, reaches: position)
    }
    return kept
  }
}

/// Up to four places where a phrase may start in a document, increasing.
///
/// Those that drop out are only marked: nothing branches on which of them are left.
struct PhraseStarts {
  private var starts: SIMD4<UInt32>
  private var isLeft: SIMDMask<SIMD4<Int32>>
  /// The last one there was.
  private(set) var last: UInt32

  /// The first `count`, up to four, of `starts`.
  @inline(__always)
  init(_ starts: SIMD4<UInt32>, count: UInt32) {
    self.starts = starts
    last = starts[Int(count &- 1) & 3]
    // A comparison of the numbers themselves is compiled to branches.
    let lanes = SIMD4<Int32>(0, 1, 2, 3) &- SIMD4(repeating: Int32(truncatingIfNeeded: count))
    isLeft = lanes .< SIMD4<Int32>()
  }

  /// The first `count` of `starts`, which has room for four.
  init(_ starts: ColumnView<UInt32>, _ count: Int) {
    self.init(starts.load(at: 0, as: SIMD4<UInt32>.self), count: UInt32(count))
  }

  /// Whether none is left.
  @inline(__always)
  var isEmpty: Bool { !any(isLeft) }

  /// How many are left.
  @inline(__always)
  var count: Int {
    Int(SIMD4<Int32>().replacing(with: 1, where: isLeft).wrappedSum())
  }

  /// Makes starts of what are positions of the word at `offset`; those before it drop out.
  @inline(__always)
  mutating func move(by offset: UInt32) {
    if offset == 0 { return }
    isLeft = isLeft .& (starts .>= SIMD4(repeating: offset))
    starts = starts &- SIMD4(repeating: offset)
    last &-= offset
  }

  /// Where a word at `offset` has to stand for each; those that it is too far from drop out.
  @inline(__always)
  mutating func wanted(_ offset: UInt32) -> SIMD4<UInt32> {
    let wanted = starts &+ SIMD4(repeating: offset)
    // No position is the greatest number.
    let after = wanted &+ SIMD4(repeating: 1)
    isLeft = isLeft .& (after .> SIMD4(repeating: offset))
    return wanted
  }

  /// Keeps those that were found.
  @inline(__always)
  mutating func keep(_ found: SIMDMask<SIMD4<Int32>>) { isLeft = isLeft .& found }

  /// Writes those that are left to `output`, which has room for four; returns their number.
  func copy(to output: ColumnView<UInt32>) -> Int {
    var count = 0
    for lane in 0..<4 where isLeft[lane] {
      output[count] = starts[lane]
      count += 1
    }
    return count
  }
}
