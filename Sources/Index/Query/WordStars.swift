import Tokenizer

/// The words of a query's text that a star makes the beginnings of words: `kas*`.
///
/// A star counts at the end of a word, where no other word follows at once. Several stars are one. A
/// star alone is passed over like any other sign, and so is one before or within words of a letter
/// or a number: `M*A*S*H`, `2*3`. Any other gives a warning, as it was meant for something: `*kas`,
/// `kas*im`, `node.*`, `"node js"*`. (`node.` is no beginning that a person can mean: whoever types
/// `u.s.*` wants *U.S.* too, which is the word *u.s*.)
///
/// What words must begin with is what the word becomes in each language of the index, with these
/// differences, as it need not be a whole word:
///
/// - A final *'s* stays, as in `o's*` for *O'Sullivan*. French articles go: `l'arm*` is `arm*` in
///   French documents, where *l'armée* is *armee*, and `l'arm*` in others.
/// - An apostrophe or low lines before the star stay: `zo'*`, `get_*`.
/// - It is no stop word, even where the index leaves those out: `le*`.
struct WordStars {
  /// The prefixes of each word; none if it has no star.
  private var prefixes: [[[UInt8]]] = []
  /// The stars that make no prefix and are worth a warning, in bytes.
  private var ignored: [Range<Int>] = []

  /// Finds the stars in `text`, whose words `reader` finds.
  init(in text: Span<UInt8>, _ reader: QueryWordReader) {
    let runs = WordStars.runs(in: text)
    if runs.isEmpty { return }
    let isPlain = reader.languages.contains(.plain)
    let typed = reader.typedWords(of: text, language: isPlain ? .plain : .undetermined)
    let elided =
      reader.languages.contains(.french)
      ? reader.typedWords(of: text, language: .french).map(\.term) : []
    prefixes = Array(repeating: [], count: typed.count)
    var next = 0
    for run in runs {
      while next < typed.count, typed[next].byteRange.lowerBound < run.lowerBound { next += 1 }
      let word = next - 1
      if next < typed.count, typed[next].byteRange.lowerBound == run.upperBound {
        let isWithin = word >= 0 && typed[word].byteRange.upperBound == run.lowerBound
        if WordStars.isLong(typed[next].term) || isWithin && WordStars.isLong(typed[word].term) {
          ignored.append(run)
        }
        continue
      }
      if word >= 0,
        let marks = WordStars.marks(
          in: text, typed[word].byteRange.upperBound..<run.lowerBound, isPlain: isPlain)
      {
        for language in reader.languages {
          let form = (language == .french ? elided[word] : typed[word].term) + marks
          if !prefixes[word].contains(form) { prefixes[word].append(form) }
        }
      } else if let sign = text.scalar(before: run.lowerBound), !sign.properties.isWhitespace {
        ignored.append(run)
      }
    }
  }

  private static let star = UInt8(ascii: "*")
  private static let lowLine = UInt8(ascii: "_")

  /// Whether a star beside a term can have been meant to stand for letters of it.
  private static func isLong(_ term: [UInt8]) -> Bool {
    term.count > 1 && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(term[0])
  }

  /// Where stars stand in `text`, those side by side as one.
  private static func runs(in text: Span<UInt8>) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for offset in text.indices where text[offset] == star {
      let isFirst = runs.last?.upperBound != offset
      let start = isFirst ? offset : runs.removeLast().lowerBound
      runs.append(start..<offset + 1)
    }
    return runs
  }

  /// What stays of `gap`, between a word and a star: an apostrophe or low lines; nil if the star does
  /// not belong to the word.
  private static func marks(
    in text: Span<UInt8>, _ gap: Range<Int>, isPlain: Bool
  ) -> [UInt8]? {
    if gap.isEmpty { return [] }
    if isPlain { return nil }
    // From the star, as many stars may share the beginning of the gap: it would be read for each.
    var start = gap.upperBound
    while start > gap.lowerBound, text[start - 1] == lowLine { start -= 1 }
    if start == gap.lowerBound { return Array(repeating: lowLine, count: gap.count) }
    guard let scalar = text.scalar(before: gap.upperBound), Elision.isApostrophe(scalar.value),
      UTF8.width(scalar) == gap.count
    else { return nil }
    return [UInt8(ascii: "'")]
  }

  /// Makes words with a star prefixes, unless they are in quotation marks; warns of these and of the
  /// stars that belong to no word.
  func mark(_ words: inout [QueryWord], _ items: [QueryItem]) -> [QueryWarning] {
    var warnings = ignored.map { stars in
      QueryWarning(
        code: .starIgnored, byteRange: stars,
        message: "a star that is not right after a word, at its end, is ignored")
    }
    for item in items {
      for word in item.words where word < prefixes.count && !prefixes[word].isEmpty {
        if item.isPhrase {
          warnings.append(
            QueryWarning(
              code: .starInPhrase, byteRange: words[word].byteRange,
              message: "a star in quotation marks is ignored: the word is searched as it stands"))
        } else {
          words[word].prefixes = prefixes[word]
          words[word].stopLanguages = []
          words[word].evidence = 0
        }
      }
    }
    return warnings
  }
}

extension QueryWordReader {
  /// The words of `text` as one language sees them, in order.
  fileprivate func typedWords(
    of text: Span<UInt8>, language: Language
  ) -> [(term: [UInt8], byteRange: Range<Int>)] {
    var buffer = TokenBuffer(tokenCapacity: 512, byteCapacity: 0)
    var words: [(term: [UInt8], byteRange: Range<Int>)] = []
    analyzer.analyze(text, language: language, into: &buffer) { batch in
      for row in 0..<batch.count {
        let range = Int(batch.sourceStarts[row])..<Int(batch.sourceEnds[row])
        words.append((batch.term(row), range))
      }
    }
    return words
  }
}

extension Span<UInt8> {
  /// The scalar of a UTF-8 text that ends before `end`; nil at its start.
  fileprivate func scalar(before end: Int) -> Unicode.Scalar? {
    var start = end - 1
    while start > 0, end - start < 4, UTF8.isContinuation(self[start]) { start -= 1 }
    guard start >= 0 else { return nil }
    return String(decoding: (start..<end).map { self[$0] }, as: UTF8.self).unicodeScalars.first
  }
}
