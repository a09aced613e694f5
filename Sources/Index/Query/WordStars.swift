import Tokenizer

/// The words of a query's text that a star makes the beginnings of words: `kas*`.
///
/// A star counts at the end of a word, where no other word follows at once: `M*A*S*H` and `2*3`
/// are words as ever. Several stars are one. A star alone, or before a word, is passed over like
/// any other sign, so `*kas*` is `kas*`.
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

  /// Finds the stars in `text`, whose words `reader` finds.
  init(in text: Span<UInt8>, _ reader: QueryWordReader) {
    guard text.indices.contains(where: { text[$0] == WordStars.star }) else { return }
    let isPlain = reader.languages.contains(.none)
    let typed = reader.typedWords(of: text, language: isPlain ? .none : .undetermined)
    let elided =
      reader.languages.contains(.french)
      ? reader.typedWords(of: text, language: .french).map(\.term) : []
    prefixes = typed.indices.map { index in
      let next = index + 1 < typed.count ? typed[index + 1].byteRange.lowerBound : text.count + 1
      let end = typed[index].byteRange.upperBound
      guard let marks = WordStars.find(in: text, after: end, nextWord: next, isPlain: isPlain)
      else { return [] }
      var forms: [[UInt8]] = []
      for language in reader.languages {
        let form = (language == .french ? elided[index] : typed[index].term) + marks
        if !forms.contains(form) { forms.append(form) }
      }
      return forms
    }
  }

  private static let star = UInt8(ascii: "*")
  private static let lowLine = UInt8(ascii: "_")

  /// The apostrophe or the low lines before the star of the word that ends at `end`; nil if there is
  /// no star.
  private static func find(
    in text: Span<UInt8>, after end: Int, nextWord: Int, isPlain: Bool
  ) -> [UInt8]? {
    var marks: [UInt8] = []
    var offset = end
    while !isPlain, offset < text.count, text[offset] == lowLine {
      marks.append(lowLine)
      offset += 1
    }
    if !isPlain, marks.isEmpty {
      offset += apostropheLength(text, at: end)
      if offset > end { marks = [UInt8(ascii: "'")] }
    }
    guard offset < text.count, text[offset] == star else { return nil }
    while offset < text.count, text[offset] == star { offset += 1 }
    return offset == nextWord ? nil : marks
  }

  /// The bytes of the apostrophe at `offset`, `'` or `’`; 0 if there is none.
  private static func apostropheLength(_ text: Span<UInt8>, at offset: Int) -> Int {
    if offset < text.count, text[offset] == UInt8(ascii: "'") { return 1 }
    guard offset + 2 < text.count, text[offset] == 0xE2, text[offset + 1] == 0x80,
      text[offset + 2] == 0x99
    else { return 0 }
    return 3
  }

  /// Makes words with a star prefixes, unless they are in quotation marks, of which it warns.
  func mark(_ words: inout [QueryWord], _ items: [QueryItem]) -> [QueryWarning] {
    var warnings: [QueryWarning] = []
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
