/// The longest term, and the longest stretch of a word that is looked at, in bytes.
///
/// What is longer is cut at the last scalar boundary before; the limit is Lucene's.
package let maxTermByteCount = 32_766

/// Turns one word of a text into a term, for all the words that are not plain ASCII.
///
/// The order of the steps is the specification:
///
///     NFC; apostrophes to U+0027; default ignorables dropped; case folding (C + F);
///     apostrophes and low lines trimmed; elision, possessive, final 's; stop test; accent folding
///
/// Owned by a `TokenBuffer`, so that its memory serves many documents.
struct WordFolder: ~Copyable {
  /// The word, up to but without accent folding.
  private var word = ScalarBuffer(limit: 2 * maxTermByteCount)
  private var spare = ScalarBuffer(limit: 2 * maxTermByteCount)
  private var folded = ScalarBuffer(limit: 2 * maxTermByteCount)
  /// The word without accent folding as UTF-8, for the stop test.
  private let keyBytes = Column<UInt8>(capacity: StopWordSet.longestKey + 32)
  /// The part of `word` that is left after trimming and elision.
  private var first = 0
  private var last = 0
  /// Whether a scalar of `word` needs normalization when accents are folded.
  private var isComplex = false

  private let apostrophe: UInt32 = 0x27

  /// The result for one word.
  struct Term {
    /// The number of bytes written.
    let length: Int
    /// Whether it is a stop word.
    let isStopWord: Bool
    /// The offset in the text of the first byte it is made of.
    let sourceStart: Int
    /// The offset in the text after the last byte it is made of.
    let sourceEnd: Int
  }

  /// Writes the term of the word at `start..<end` of `text` to `output` at `offset`, where there
  /// is room for `maxTermByteCount` + 4 bytes; nil if nothing is left of it.
  ///
  /// `bits` are the united flags of its scalars.
  mutating func fold(
    _ text: TextView, from start: Int, to end: Int, bits: UInt32, language: Language,
    stopWords: StopWordSet?, into output: ColumnView<UInt8>, at offset: Int
  ) -> Term? {
    let end = cut(text, from: start, to: end)
    load(text, from: start, to: end, bits: bits)
    last = word.count
    first = 0
    trimMarks()
    guard first < last else { return nil }
    var isStopWord = stopWords.map { contains(word: $0) } ?? false
    let fullCount = last - first
    switch language {
    case .french: elide()
    case .english, .dutch: dropFinalS()
    case .undetermined, .plain: break
    }
    if let stopWords, !isStopWord, last - first < fullCount {
      isStopWord = contains(word: stopWords)
    }
    let sourceStart = first == 0 ? start : Int(word.origin(first))
    let sourceEnd = last == word.count ? end : Int(word.origin(last))
    if language == .dutch, !isStopWord, stopWords != nil {
      isStopWord = isLoneClitic(text, from: sourceStart, to: sourceEnd)
    }
    let length = writeFolded(into: output, at: offset)
    guard length > 0 else { return nil }
    return Term(
      length: length, isStopWord: isStopWord, sourceStart: sourceStart, sourceEnd: sourceEnd)
  }

  /// The unfolded form of a word, as the stop lists hold it.
  mutating func key(_ text: TextView, from start: Int, to end: Int, bits: UInt32) -> [UInt8] {
    load(text, from: start, to: cut(text, from: start, to: end), bits: bits)
    (first, last) = (0, word.count)
    trimMarks()
    let bytes = Column<UInt8>(capacity: 4 * (last - first) + 4)
    var length = 0
    for index in first..<last { length += bytes.view.encodeScalar(word[index], at: length) }
    return (0..<length).map { bytes[$0] }
  }

  /// Where to cut a word of endless length.
  private func cut(_ text: TextView, from start: Int, to end: Int) -> Int {
    guard end - start > maxTermByteCount else { return end }
    var cut = start + maxTermByteCount
    while cut > start + 1, text[cut] & 0xC0 == 0x80 { cut -= 1 }
    return cut
  }

  /// Fills `word`: NFC, apostrophes, ignorables, case folding.
  private mutating func load(_ text: TextView, from start: Int, to end: Int, bits: UInt32) {
    word.truncate()
    isComplex = bits & ScalarProperties.complex != 0
    if isComplex { return loadComplex(text, from: start, to: end) }
    var offset = start
    while offset < end {
      let (scalar, length) = text.decodeScalar(at: offset)
      appendCaseFolded(scalar, origin: UInt32(truncatingIfNeeded: offset))
      offset += length
    }
  }

  /// As `load`, cluster by cluster: nothing before a scalar that is not `complex` changes what
  /// NFC makes of the rest.
  private mutating func loadComplex(_ text: TextView, from start: Int, to end: Int) {
    folded.truncate()
    var startsComplex = true
    var offset = start
    while offset < end {
      let (scalar, length) = text.decodeScalar(at: offset)
      if scalar < 0x300 || !ScalarProperties(scalar).has(ScalarProperties.complex) {
        appendCluster(startsComplex)
        startsComplex = false
      }
      folded.append(scalar, origin: UInt32(truncatingIfNeeded: offset))
      offset += length
    }
    appendCluster(startsComplex)
  }

  /// Moves the scalars of `folded` to `word`.
  @inline(__always)
  private mutating func appendCluster(_ startsComplex: Bool) {
    if startsComplex {
      Normalizer.composeAll(&folded, spare: &spare)
    } else if folded.count > 1 {
      Normalizer.composeCluster(&folded, spare: &spare)
    }
    for index in 0..<folded.count {
      appendCaseFolded(folded[index], origin: folded.origin(index))
    }
    folded.truncate()
  }

  @inline(__always)
  private mutating func appendCaseFolded(_ scalar: UInt32, origin: UInt32) {
    if scalar < 0x80 {
      let isUpper = scalar &- 0x41 < 26
      word.append(isUpper ? scalar | 0x20 : scalar, origin: origin)
      return
    }
    let properties = ScalarProperties(scalar)
    if !properties.has(ScalarProperties.ignorable | ScalarProperties.hasCaseFolding) {
      word.append(scalar, origin: origin)
      return
    }
    if properties.has(ScalarProperties.ignorable) { return }
    let mapping = ScalarMapping.caseFolding(scalar)
    if mapping.count > 1 {
      // A full case folding may end in marks: U+0390 becomes three scalars.
      isComplex = true
    }
    for index in 0..<mapping.count { word.append(mapping[index], origin: origin) }
  }

  /// Takes the apostrophes off the ends, and the low lines that stand for italics in plain text; but no
  /// low line that carries an accent.
  private mutating func trimMarks() {
    while first < last, word[first] == apostrophe { first += 1 }
    var start = first
    while start < last, isMark(word[start]) { start += 1 }
    if start < last, ScalarProperties(word[start]).has(ScalarProperties.word) { first = start }
    while first < last, isMark(word[last - 1]) { last -= 1 }
  }

  @inline(__always)
  private func isMark(_ scalar: UInt32) -> Bool { scalar == apostrophe || scalar == 0x5F }

  /// French: drops articles and other words that lost their vowel, as often as there is one.
  private mutating func elide() {
    while true {
      var length = 0
      while length < 6, first + length < last, word[first + length] != apostrophe { length += 1 }
      guard first + length + 1 < last, word[first + length] == apostrophe,
        Elision.isArticle(word, from: first, count: length)
      else { return }
      first += length + 1
      while first < last - 1, word[first] == apostrophe { first += 1 }
    }
  }

  /// English possessive, Dutch plural and genitive: a final 's.
  private mutating func dropFinalS() {
    guard last - first > 2, word[last - 1] == 0x73, word[last - 2] == apostrophe else { return }
    last -= 2
    trimMarks()
  }

  /// Dutch: a lone s, t, n, k, m or r after an apostrophe that no letter precedes and without an
  /// apostrophe after it stands for des, het, een, ik, hem, er or haar.
  private func isLoneClitic(_ text: TextView, from start: Int, to end: Int) -> Bool {
    guard last - first == 1, Elision.isCliticLetter(word[first]), start > 0 else { return false }
    let before = text.startOfScalar(endingAt: start)
    guard Elision.isApostrophe(text.decodeScalar(at: before).scalar) else { return false }
    if end < text.count, Elision.isApostrophe(text.decodeScalar(at: end).scalar) { return false }
    guard before > 0 else { return true }
    let previous = text.decodeScalar(at: text.startOfScalar(endingAt: before)).scalar
    return !ScalarProperties(previous).has(ScalarProperties.letter)
  }

  private func contains(word stopWords: StopWordSet) -> Bool {
    guard last - first <= StopWordSet.longestKey else { return false }
    var length = 0
    for index in first..<last {
      guard length <= StopWordSet.longestKey else { return false }
      length += keyBytes.view.encodeScalar(word[index], at: length)
    }
    return stopWords.contains(keyBytes.view, at: 0, count: length)
  }

  /// Writes `word[first..<last]` with accents folded and returns the number of bytes.
  private mutating func writeFolded(into output: ColumnView<UInt8>, at offset: Int) -> Int {
    if isComplex {
      return writeMarked(into: output, at: offset) ?? writeComplexFolded(into: output, at: offset)
    }
    var length = 0
    for index in first..<last {
      let scalar = word[index]
      guard scalar >= 0x80, ScalarProperties(scalar).has(ScalarProperties.hasAccentFolding) else {
        length += output.encodeScalar(scalar, at: offset + length)
        if length > maxTermByteCount {
          return length - lastScalarLength(output, offset + length)
        }
        continue
      }
      let mapping = ScalarMapping.accents(scalar)
      for index in 0..<mapping.count {
        length += output.encodeScalar(mapping[index], at: offset + length)
        if length > maxTermByteCount {
          return length - lastScalarLength(output, offset + length)
        }
      }
    }
    return length
  }

  /// As `writeComplexFolded`, for words of which it would only drop marks and replace Latin and Greek
  /// letters; nil for others.
  ///
  /// What is written is in NFC, as it is checked to be in order and to have nothing to compose.
  private func writeMarked(into output: ColumnView<UInt8>, at offset: Int) -> Int? {
    var length = 0
    var starter: UInt32 = 0
    var lastClass: UInt32 = 0
    var strips = false
    for index in first..<last {
      // A letter becomes a few at most; near the limit, the general way knows where to cut.
      guard length < maxTermByteCount - 64 else { return nil }
      let scalar = word[index]
      if scalar < 0x80 {
        guard scalar != 0x20 else { return nil }
        output[offset &+ length] = UInt8(truncatingIfNeeded: scalar)
        length &+= 1
        (starter, lastClass, strips) = (scalar, 0, scalar &- 0x61 < 26)
        continue
      }
      let properties = ScalarProperties(scalar)
      if properties.has(Self.needsAll) { return nil }
      if properties.has(ScalarProperties.complex) {
        let check = QuickCheck(scalar)
        let ownClass = check.combiningClass
        if ownClass != 0, strips, scalar &- 0x300 < 0x70 { continue }
        // Without a class, only what may compose is sure to have no compatibility decomposition.
        guard !check.isNo, ownClass != 0 || check.isMaybe else { return nil }
        if ownClass != 0, ownClass < lastClass { return nil }
        if check.isMaybe, mayCompose(starter, scalar, lastClass, ownClass) { return nil }
        lastClass = ownClass
        if ownClass == 0 {
          starter = scalar
          strips = properties.has(ScalarProperties.latinOrGreek)
        }
      } else {
        (starter, lastClass) = (scalar, 0)
        strips = properties.has(ScalarProperties.latinOrGreek)
        if properties.has(ScalarProperties.hasAccentFolding) {
          // U+037A becomes a space with a mark on it before it becomes a letter.
          guard strips, scalar != 0x37A else { return nil }
          let mapping = ScalarMapping.accents(scalar)
          // U+0140 ends in a dot: no accent on it is dropped.
          guard isLatinOrGreek(mapping[mapping.count - 1]) else { return nil }
          for index in 0..<mapping.count {
            length &+= output.encodeScalar(mapping[index], at: offset &+ length)
          }
          continue
        }
      }
      length &+= output.encodeScalar(scalar, at: offset &+ length)
    }
    return length
  }

  /// Whether NFC may make something else of `starter`, marks up to `lastClass`, and `scalar`.
  private func mayCompose(
    _ starter: UInt32, _ scalar: UInt32, _ lastClass: UInt32, _ ownClass: UInt32
  ) -> Bool {
    // What is composed already may have to be composed with this first.
    guard ScalarMapping.canonical(starter).isIdentity, ScalarMapping.canonical(scalar).isIdentity
    else { return true }
    let isBlocked = lastClass != 0 && lastClass >= ownClass
    return !isBlocked && Normalizer.composition(starter, scalar) != nil
  }

  @inline(__always)
  private func isLatinOrGreek(_ scalar: UInt32) -> Bool {
    scalar &- 0x61 < 26 || ScalarProperties(scalar).has(ScalarProperties.latinOrGreek)
  }

  /// What case folding has left in no word, but for those that normalization has to see again.
  private static let needsAll = ScalarProperties.ignorable | ScalarProperties.hasCaseFolding

  /// As `writeFolded`, for words with combining marks or jamo: marks go only after Latin and
  /// Greek letters, and what remains is composed.
  private mutating func writeComplexFolded(into output: ColumnView<UInt8>, at offset: Int) -> Int {
    folded.truncate()
    for index in first..<last {
      Normalizer.decompose(word[index], compatibility: true, origin: 0, into: &folded)
    }
    Normalizer.reorder(&folded, spare: &spare)
    spare.truncate()
    var strips = false
    for index in 0..<folded.count {
      let scalar = folded[index]
      if scalar &- 0x300 < 0x70, strips, Normalizer.combiningClass(scalar) != 0 { continue }
      if Normalizer.combiningClass(scalar) == 0 {
        strips = ScalarProperties(scalar).has(ScalarProperties.latinOrGreek)
      }
      appendFolded(scalar)
    }
    folded.truncate()
    for index in 0..<spare.count {
      Normalizer.decompose(spare[index], compatibility: false, origin: 0, into: &folded)
    }
    Normalizer.reorder(&folded, spare: &spare)
    Normalizer.compose(&folded)
    var length = 0
    for index in 0..<folded.count {
      length += output.encodeScalar(folded[index], at: offset + length)
      if length > maxTermByteCount { return length - lastScalarLength(output, offset + length) }
    }
    return length
  }

  /// Appends one decomposed scalar to `spare`, with case and accent folding.
  private mutating func appendFolded(_ scalar: UInt32) {
    let properties = ScalarProperties(scalar)
    if scalar == 0x20 || properties.has(ScalarProperties.ignorable) { return }
    let cases = ScalarMapping.caseFolding(scalar)
    for index in 0..<cases.count {
      let accents = ScalarMapping.accents(cases[index])
      for index in 0..<accents.count { spare.append(accents[index], origin: 0) }
    }
  }

  /// The length of the scalar that ends before `end`.
  private func lastScalarLength(_ output: ColumnView<UInt8>, _ end: Int) -> Int {
    var length = 1
    while output[end - length] & 0xC0 == 0x80 { length += 1 }
    return length
  }
}
