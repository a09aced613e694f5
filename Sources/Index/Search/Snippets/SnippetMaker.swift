package import Tokenizer

/// Makes the snippets of one query: where and how a text has what the query asks for.
///
///     snippet := ["… "] fragment (" … " fragment)* [" …"]
///
/// The text is analysed again, as it was for the index, and the words of the query found in it:
/// terms wherever they stand, phrases only where all of their words do. Of the passages that
/// show most (see `PassageSelector`) a fragment each is cut out (see `FragmentCutter`). If all that
/// is found fits into one fragment, there is one, else as many as it takes.
///
/// In a fragment white space and control characters are single spaces; all else is the text as
/// it is, never cut within a character and, but for words longer than a fragment, never within a
/// word. Texts of any size are read in bounded memory.
///
/// What depends on the query alone is made once, and the memory to analyse in is kept from text to
/// text: one maker serves all hits of a query, on one thread at a time.
public struct SnippetMaker: ~Copyable {
  private let analyzer: Analyzer
  private let pattern: SnippetPattern
  private let nothingFound: SnippetMatches
  private let maxLength: Int
  private let maxFragments: Int
  private var buffer = TokenBuffer(tokenCapacity: 512, byteCapacity: 0)

  /// Snippets shorter than this have no ellipses.
  private static let leastLengthWithEllipses = 16
  /// Fragments are not made shorter than this to have more of them.
  private static let leastFragmentLength = 24

  /// A maker for the documents of an index that was analysed by `analyzer`.
  ///
  /// - Parameters:
  ///   - query: what was asked.
  ///   - maxLength: the most characters (grapheme clusters) of a snippet.
  ///   - maxFragments: the most fragments.
  ///   - weight: how much it is worth to show a term; rarer terms should be worth more.
  package init(
    _ query: Query, analyzer: Analyzer, maxLength: Int, maxFragments: Int,
    weight: (_ term: [UInt8]) -> Float = { _ in 1 }
  ) {
    self.analyzer = analyzer
    self.maxLength = maxLength
    self.maxFragments = maxFragments
    pattern = SnippetPattern(query, weight: weight)
    nothingFound = SnippetMatches(pattern)
  }

  /// The part of `text`, the text of a hit, that shows best why it is one; its beginning, if it is
  /// none.
  ///
  /// - Complexity: one analysis of the text.
  public mutating func snippet(of text: String) -> Snippet {
    let all = text.utf8Span.span
    // An analyzer takes no more.
    var limit = min(all.count, Int(UInt32.max))
    while limit < all.count, all[limit] & 0xC0 == 0x80 { limit -= 1 }
    let bytes = all.extracting(first: limit)
    let extent = SnippetMaker.extent(of: bytes)
    guard maxLength > 0, !extent.isEmpty else { return Snippet(text: "", highlights: []) }

    let language = analyzer.language(of: bytes)
    var found = nothingFound
    found.collect(bytes, analyzer: analyzer, language: language, buffer: &buffer)

    let fragments = whole(bytes, extent).map { [$0] } ?? fragments(of: bytes, extent, found)
    var writer = SnippetWriter(
      extent: extent, hasEllipses: maxLength >= SnippetMaker.leastLengthWithEllipses)
    for fragment in fragments {
      var words = found.words(in: fragment.origin)
      if !found.isComplete {
        // Those of frequent terms may be missing here.
        var local = nothingFound
        local.collect(
          bytes.extracting(fragment.origin), origin: fragment.origin.lowerBound,
          analyzer: analyzer, language: language, buffer: &buffer)
        words = SnippetMatches.merged(words + local.words(in: fragment.origin))
      }
      writer.append(fragment, of: bytes, highlights: words)
    }
    return writer.snippet
  }

  /// The text as one fragment, if it is short.
  private func whole(_ text: Span<UInt8>, _ extent: Range<Int>) -> FragmentCutter.Fragment? {
    guard extent.count / 16 <= maxLength else { return nil }
    // Most texts are longer: their first characters are enough to tell.
    let collapsed = CollapsedText(text, extent, limit: maxLength)
    guard collapsed.count <= maxLength else { return nil }
    return FragmentCutter.Fragment(text: collapsed, characters: 0..<collapsed.count)
  }

  private func fragments(
    of text: Span<UInt8>, _ extent: Range<Int>, _ found: SnippetMatches
  ) -> [FragmentCutter.Fragment] {
    let selector = PassageSelector(found.matches, weights: pattern.weights)
    let wanted = selector.totalWeight
    var best = (ranges: [extent.lowerBound..<extent.lowerBound], weight: 0)
    let most = min(maxFragments, 16, maxLength / SnippetMaker.leastFragmentLength)
    let bytesPerCharacter = wanted > 0 ? SnippetMaker.bytesPerCharacter(text) : 1
    for count in 1...max(1, most) where wanted > best.weight {
      let length =
        SnippetMaker.fragmentLength(maxLength, count: count) * bytesPerCharacter
      // Words that fill a fragment leave no room for what is around them: only if it must be.
      for share in [length * 2 / 3, length] {
        let passages = selector.passages(count: count, length: share)
        if passages.weight > best.weight { best = passages }
      }
    }
    let length = SnippetMaker.fragmentLength(maxLength, count: best.ranges.count)
    let cutter = FragmentCutter(extent: extent, matches: found)
    var fragments: [FragmentCutter.Fragment] = []
    var end = extent.lowerBound
    for range in best.ranges where range.upperBound > end || fragments.isEmpty {
      let core = min(max(range.lowerBound, end), range.upperBound)..<range.upperBound
      let fragment = cutter.fragment(around: core, of: text, length: length, notBefore: end)
      if fragment.characters.isEmpty { continue }
      fragments.append(fragment)
      // The rest of a word too long for a fragment is not shown in the next.
      end = found.wordEnd(from: fragment.origin.upperBound)
    }
    return fragments
  }

  /// The characters each of `count` fragments may have.
  private static func fragmentLength(_ maxLength: Int, count: Int) -> Int {
    guard maxLength >= leastLengthWithEllipses else { return maxLength }
    return max(1, (maxLength - 4 - 3 * (count - 1)) / count)
  }

  /// About how many bytes a character has, from a look at the beginning.
  private static func bytesPerCharacter(_ text: Span<UInt8>) -> Int {
    let sampleCount = min(text.count, 4096)
    var scalarCount = 0
    for index in 0..<sampleCount where text[index] & 0xC0 != 0x80 { scalarCount += 1 }
    return max(1, (sampleCount + scalarCount / 2) / max(1, scalarCount))
  }

  /// The text without white space at its ends.
  private static func extent(of text: Span<UInt8>) -> Range<Int> {
    var start = 0
    while start < text.count {
      let length = CollapsedText.spaceLength(text, at: start)
      if length == 0 { break }
      start += length
    }
    var end = text.count
    while end > start {
      var last = end - 1
      while last > start, text[last] & 0xC0 == 0x80 { last -= 1 }
      if CollapsedText.spaceLength(text, at: last) == 0 { break }
      end = last
    }
    return start..<end
  }
}

/// Puts the fragments of a snippet together.
private struct SnippetWriter {
  let extent: Range<Int>
  let hasEllipses: Bool

  private var bytes: [UInt8] = []
  private var highlights: [Range<Int>] = []
  /// Where the last fragment ends in the text.
  private var end: Int?

  init(extent: Range<Int>, hasEllipses: Bool) {
    self.extent = extent
    self.hasEllipses = hasEllipses
  }

  /// Appends a fragment of `text` and the places of its words, in bytes of the text.
  mutating func append(
    _ fragment: FragmentCutter.Fragment, of text: Span<UInt8>, highlights words: [Range<Int>]
  ) {
    let origin = fragment.origin
    bytes += Array(separator(before: origin.lowerBound, text).utf8)
    let range = fragment.text.byteRange(fragment.characters)
    let shift = bytes.count - range.lowerBound
    bytes += fragment.text.bytes[range]
    for word in words {
      let start = fragment.text.byteOffset(ofOrigin: word.lowerBound) + shift
      let end = fragment.text.byteOffset(ofOrigin: word.upperBound) + shift
      if start < end { highlights.append(start..<end) }
    }
    end = origin.upperBound
  }

  /// What stands between the last fragment and one from `start` on.
  private func separator(before start: Int, _ text: Span<UInt8>) -> String {
    guard let end else { return hasEllipses && start > extent.lowerBound ? "… " : "" }
    var offset = end
    while offset < start {
      let length = CollapsedText.spaceLength(text, at: offset)
      if length == 0 { return hasEllipses ? " … " : " " }
      offset += length
    }
    return start > end ? " " : ""
  }

  /// All that was appended.
  var snippet: Snippet {
    let isCut = hasEllipses && (end ?? 0) < extent.upperBound
    return Snippet(
      text: String(decoding: isCut ? bytes + Array(" …".utf8) : bytes, as: UTF8.self),
      highlights: highlights)
  }
}
