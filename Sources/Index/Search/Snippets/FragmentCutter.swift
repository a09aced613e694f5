/// Cuts fragments out of a text: from a sentence or at least a word on, to the end of one.
struct FragmentCutter {
  /// The text without white space at its ends, in bytes.
  let extent: Range<Int>
  /// What the query asks for: none of its words is cut if there is another place to cut at.
  let matches: SnippetMatches

  /// A fragment.
  struct Fragment {
    /// What surrounds it, on one line.
    var text: CollapsedText
    /// Its characters in `text`.
    var characters: Range<Int>

    /// The bytes of the whole text it is made of.
    var origin: Range<Int> { text.origin(characters) }
  }

  /// The fragment of up to `length` characters around the bytes `core` of the text, which starts
  /// at the byte `start` or later.
  ///
  /// A core that is too long is cut off. The room left is spent on what precedes it, if its
  /// sentence starts not far before, and on what follows.
  func fragment(
    around core: Range<Int>, of text: Span<UInt8>, length: Int, notBefore start: Int
  ) -> Fragment {
    var reach = 2 * length + 32
    while true {
      let around = surroundings(of: core, in: text, reach: reach, notBefore: start)
      let before = around.characters.lowerBound - around.room.first
      let after = around.room.last - around.characters.upperBound
      // Two bytes a character are enough for prose, but not for all there is.
      let isEnough =
        (around.isWholeBefore || before >= length) && (around.isWholeAfter || after >= length)
      if isEnough || reach > 64 * length {
        let cut = around.text.cut(around: around.characters, length: length, around.room)
        return Fragment(text: around.text, characters: around.text.trimmed(cut))
      }
      reach *= 3
    }
  }

  /// A stretch of text to cut from.
  private struct Surroundings {
    var text: CollapsedText
    /// The characters that the fragment is for.
    var characters: Range<Int>
    /// Whether nothing that may be shown precedes.
    var isWholeBefore: Bool
    /// Whether nothing follows.
    var isWholeAfter: Bool

    /// Where the fragment may start and end: what is at an end that is cut is not known.
    var room: CutRange {
      CutRange(
        first: isWholeBefore ? 0 : min(1, text.count),
        last: isWholeAfter ? text.count : max(0, text.count - 1))
    }
  }

  private func surroundings(
    of core: Range<Int>, in text: Span<UInt8>, reach: Int, notBefore start: Int
  ) -> Surroundings {
    let first = max(start, extent.lowerBound)
    let low = lowerEnd(core.lowerBound - reach, text, notBefore: first)
    let longest = min(core.upperBound, core.lowerBound + 2 * reach)
    let high = max(low, min(extent.upperBound, scalarBoundary(longest + reach, text)))
    var collapsed = CollapsedText(text, low..<high)
    collapsed.keepWhole(matches.words(touching: low..<high))
    return Surroundings(
      text: collapsed, characters: collapsed.characters(ofOrigin: core.clamped(to: low..<high)),
      isWholeBefore: low == first, isWholeAfter: high == extent.upperBound)
  }

  /// A place to start to look from, at `offset` or a little before: at an ASCII byte, where the
  /// characters that follow do not depend on what precedes.
  private func lowerEnd(_ offset: Int, _ text: Span<UInt8>, notBefore start: Int) -> Int {
    var low = offset
    while low > start, offset - low < 256, text[low] >= 0x80 { low -= 1 }
    if low <= start { return start }
    return text[low] < 0x80 ? low : scalarBoundary(offset, text)
  }

  /// The first scalar boundary at or after `offset`.
  private func scalarBoundary(_ offset: Int, _ text: Span<UInt8>) -> Int {
    var offset = min(max(offset, 0), text.count)
    while offset < text.count, text[offset] & 0xC0 == 0x80 { offset += 1 }
    return offset
  }
}

/// Where a fragment may start and end, in characters.
private struct CutRange {
  var first: Int
  var last: Int
}

extension CollapsedText {
  /// The characters to show around `core`: up to `length`.
  fileprivate func cut(around core: Range<Int>, length: Int, _ room: CutRange) -> Range<Int> {
    if core.count > length {
      let farthest = core.lowerBound + length
      return core.lowerBound..<(end(after: core.lowerBound, upTo: farthest) ?? farthest)
    }
    var first = start(before: core.lowerBound, spare: length - core.count, room)
    let farthest = min(room.last, first + length)
    if farthest == count {
      // The text ends early: show more of what precedes.
      let spare = length - (count - core.lowerBound)
      first = min(first, farStart(before: core.lowerBound, spare: spare, room))
      return first..<count
    }
    let fallback = core.isEmpty ? farthest : core.upperBound
    return first..<(end(after: core.upperBound, upTo: farthest) ?? fallback)
  }

  /// Where to start, at most `spare` characters before `place`: at the start of the sentence if
  /// that takes not over two thirds of them, else at a word after one third.
  private func start(before place: Int, spare: Int, _ room: CutRange) -> Int {
    let sentenceReach = max(room.first, place - spare * 2 / 3)
    guard sentenceReach < place else { return place }
    if let sentence = (sentenceReach...place).last(where: startsSentence) { return sentence }
    let near = max(room.first, place - spare / 3)
    // If the word itself is longer, it is shown whole where there is room for that.
    return wordStart(in: near...place)
      ?? (max(room.first, place - spare)...place).last(where: isBetweenSpaces) ?? place
  }

  /// Where to start if there is plenty of room: as far away as possible, best at a sentence.
  private func farStart(before place: Int, spare: Int, _ room: CutRange) -> Int {
    let farthest = max(room.first, place - spare)
    guard farthest < place else { return place }
    let sentence = (farthest...place).first(where: startsSentence)
    if let sentence, place - sentence >= spare / 2 { return sentence }
    return wordStart(in: farthest...place) ?? place
  }

  /// The first place in `places` to start at with a word; nil if there is none before the last.
  private func wordStart(in places: ClosedRange<Int>) -> Int? {
    let bySpace = places.first(where: isBetweenSpaces) ?? places.upperBound
    let byWord = places.first(where: isBetweenWords) ?? places.upperBound
    // Where there is hardly any white space, as in Chinese, any word will do.
    let start = places.upperBound - bySpace < places.count / 2 ? byWord : bySpace
    return start < places.upperBound ? start : nil
  }

  /// Where to end after `place`, at most at `farthest`: with a sentence that ends in the second
  /// half of what is between, else after a word; nil if there is no such place.
  private func end(after place: Int, upTo farthest: Int) -> Int? {
    guard place < farthest else { return nil }
    let places = place + 1...farthest
    let half = place + places.count / 2
    if let sentence = places.last(where: startsSentence), sentence >= half { return sentence }
    let bySpace = places.last(where: isBetweenSpaces)
    if let bySpace, bySpace >= half { return bySpace }
    return places.last(where: isBetweenWords) ?? bySpace
  }
}
