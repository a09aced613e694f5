import Tokenizer

/// A sum for each document of a window, to which postings are added in any order.
///
/// Sums are zero between windows. Of documents that have one, either all sums tell, which a vector
/// loop looks at, or a list of their places, if it is kept: less work where they are few.
struct WindowSums: ~Copyable {
  /// Documents in a window, a multiple of `wordGroupLength`.
  private let length: Int
  private let sums: ColumnView<UInt32>
  /// The place in the window of each document that has a sum, once, if they are listed.
  private let places: ColumnView<UInt32>
  private var placeCount = 0
  /// A bit for each listed document whose sum is enough; zero between windows.
  private let marks: ColumnView<UInt64>

  /// Documents of 64 words of bits.
  private static let wordGroupLength = 64 * 64

  /// Sums for windows of up to `length` documents.
  init(length: Int, _ memory: SearchMemory) {
    // There are four groups at most.
    assert(length % WindowSums.wordGroupLength == 0 && length <= 4 * WindowSums.wordGroupLength)
    self.length = length
    sums = memory.takeZeros(length)
    // One more may be written that does not count.
    places = memory.take(length + 1)
    marks = memory.takeZeros(length / 64)
  }

  /// Adds the shares of some postings of a decoded block, which lie in the window from `base` on.
  ///
  /// - Parameter listing: whether the documents are listed; the same for all of a window.
  @inline(__always)
  mutating func add(
    _ range: Range<Int>, of cursor: ListCursor, from base: UInt32,
    _ segment: borrowing SearchedSegment, listing: Bool
  ) {
    let docs = cursor.docs
    let frequencies = cursor.frequencies
    let weight = cursor.weight
    let (sums, places) = (sums, places)
    var placeCount = placeCount
    func add(_ slot: Int, _ segment: borrowing SearchedSegment) {
      let doc = docs[slot]
      let share = weight.share(frequency: frequencies[slot], norm: segment.verifiedNorm(doc))
      let place = Int(doc &- base)
      let sum = sums[place]
      sums[place] = sum &+ share
      if listing {
        places[placeCount] = UInt32(truncatingIfNeeded: place)
        placeCount &+= Int(sum, equals: 0)
      }
    }
    if range.count == PostingsFormat.blockLength {
      // The order does not matter, so slots are taken as they lie.
      for slot in 0..<PostingsFormat.blockLength { add(slot, segment) }
    } else {
      for posting in range { add(DeltaBlock.slot(posting), segment) }
    }
    self.placeCount = placeCount
  }

  // MARK: - Listed documents

  /// Makes the listed documents with a sum of at least `needed` candidates, in order, and clears
  /// all sums; the window starts at `base`.
  ///
  /// Whether a sum is enough is as hard to predict as anything, so nothing branches on it. Bits
  /// bring those that are into order.
  mutating func moveListed(
    reaching needed: UInt32, from base: UInt32, to candidates: inout CandidateList
  ) {
    var keptCount = 0
    for index in 0..<placeCount {
      let place = places[index]
      let sum = sums[Int(place)]
      let isEnough = Int(sum, reaches: needed)
      sums[Int(place)] = sum & UInt32(truncatingIfNeeded: 0 &- isEnough)
      places[keptCount] = place
      keptCount &+= isEnough
    }
    placeCount = 0
    let marks = marks
    // A bit for each word of `marks` that is not zero.
    var words = InlineArray<4, UInt64>(repeating: 0)
    for index in 0..<keptCount {
      let place = Int(places[index])
      marks[place &>> 6] |= 1 &<< UInt64(place & 63)
      words[place / WindowSums.wordGroupLength] |= 1 &<< UInt64(place &>> 6 & 63)
    }
    for group in 0..<length / WindowSums.wordGroupLength {
      var rest = words[group]
      while rest != 0 {
        moveMarked(word: group &* 64 &+ rest.trailingZeroBitCount, from: base, to: &candidates)
        rest &= rest &- 1
      }
    }
  }

  /// Makes the documents with a bit in a word of `marks` candidates, and clears their sums.
  @inline(__always)
  private func moveMarked(
    word: Int, from base: UInt32, to candidates: inout CandidateList
  ) {
    var rest = marks[word]
    marks[word] = 0
    while rest != 0 {
      let place = word &* 64 &+ rest.trailingZeroBitCount
      rest &= rest &- 1
      candidates.add(base &+ UInt32(place), sums[place])
      sums[place] = 0
    }
  }

  // MARK: - All documents

  /// Makes the documents with a sum of at least `needed` candidates, in order, and clears all sums,
  /// where none are listed.
  func move(
    reaching needed: UInt32, from window: Range<UInt32>, to candidates: inout CandidateList
  ) {
    let limit = SIMD4<Int32>(repeating: Int32(needed) &- 1)
    let zero = SIMD4<UInt32>()
    var place = 0
    while place < window.count {
      let offset = place &* 4
      let first = sums.load(at: offset, as: SIMD4<Int32>.self) .> limit
      let second = sums.load(at: offset &+ 16, as: SIMD4<Int32>.self) .> limit
      let third = sums.load(at: offset &+ 32, as: SIMD4<Int32>.self) .> limit
      let fourth = sums.load(at: offset &+ 48, as: SIMD4<Int32>.self) .> limit
      if isAnySet((first .| second) .| (third .| fourth)) {
        var rest = bits(first, second, third, fourth)
        while rest != 0 {
          let index = place &+ rest.trailingZeroBitCount
          rest &= rest &- 1
          candidates.add(window.lowerBound &+ UInt32(index), sums[index])
        }
      }
      sums.store(zero, at: offset)
      sums.store(zero, at: offset &+ 16)
      sums.store(zero, at: offset &+ 32)
      sums.store(zero, at: offset &+ 48)
      place &+= 16
    }
  }

  /// Whether any lane is set: two 64-bit halves instead of four lanes.
  @inline(__always)
  private func isAnySet(_ mask: SIMDMask<SIMD4<Int32>>) -> Bool {
    // SAFETY: both types are 16 bytes of plain bits.
    let halves = unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self)
    return halves[0] | halves[1] != 0
  }

  /// A bit for each lane that is set, those of the first mask lowest.
  @inline(__always)
  private func bits(
    _ first: SIMDMask<SIMD4<Int32>>, _ second: SIMDMask<SIMD4<Int32>>,
    _ third: SIMDMask<SIMD4<Int32>>, _ fourth: SIMDMask<SIMD4<Int32>>
  ) -> UInt64 {
    let zero = SIMD4<Int32>()
    var lanes = zero.replacing(with: [1, 1 << 1, 1 << 2, 1 << 3], where: first)
    lanes |= zero.replacing(with: [1 << 4, 1 << 5, 1 << 6, 1 << 7], where: second)
    lanes |= zero.replacing(with: [1 << 8, 1 << 9, 1 << 10, 1 << 11], where: third)
    lanes |= zero.replacing(with: [1 << 12, 1 << 13, 1 << 14, 1 << 15], where: fourth)
    // SAFETY: both types are 16 bytes of plain bits.
    let halves = unsafe unsafeBitCast(lanes, to: SIMD2<UInt64>.self)
    let both = halves[0] | halves[1]
    return (both | both &>> 32) & 0xFFFF
  }
}
