/// Word boundaries by UAX #29, "Unicode Text Segmentation", revision 47, section 4.1.1.
///
/// A segment starts at a boundary and ends at the next one. Because every rule looks at the left
/// no further than the segment's start, a segment depends on nothing before it.
struct WordBreaker {
  /// The text, as UTF-8.
  let text: TextView
  /// Whether the colon joins no letters and spaces join nothing, U+202F among them, as the analysis
  /// wants it; else the rules are those of the standard to the letter.
  let isTailored: Bool

  /// One segment.
  struct Segment {
    /// The offset after its last byte.
    let end: Int
    /// Where the word in it starts: at its first letter, digit, emoji or low line.
    let wordStart: Int
    /// The flags of all its scalars, united.
    let bits: UInt32
  }

  /// The segment that starts at `start`, a boundary before the end of the text.
  @inline(__always)
  func segment(from start: Int) -> Segment {
    typealias Class = WordBreakClass
    var cursor = Cursor(breaker: self, end: start)
    var current = cursor.advance()
    var wordStart = start
    var hasWordStart = Self.startsWord(current.bits)
    // WB3, WB3a.
    if current.value <= Class.newline, current.value != Class.other {
      if current.value == Class.carriageReturn, let next = cursor.peek(),
        next.value == Class.lineFeed
      {
        cursor.accept(next)
      }
      return Segment(end: cursor.end, wordStart: start, bits: cursor.bits)
    }
    var indicatorCount = current.value == Class.regionalIndicator ? 1 : 0
    var isAfterJoiner = current.value == Class.zeroWidthJoiner
    var isAfterIgnored = false
    while true {
      // Not before the segment is a word: ASCII letters leave no flags behind, nor a start. (Marks
      // such as U+02D7 and U+24B6 have the class of letters and make no word.)
      if current.value == Class.letter, !isAfterIgnored, cursor.bits & ScalarProperties.word != 0 {
        cursor.acceptLetters()
      }
      guard var next = cursor.peek() else { break }
      // WB4: ignored, but remembered for WB3c and WB3d.
      if Self.isIgnored(next.value) {
        cursor.accept(next)
        isAfterJoiner = next.value == Class.zeroWidthJoiner
        isAfterIgnored = true
        continue
      }
      var joins = false
      if isAfterJoiner, Self.isPictographic(next.value) {  // WB3c
        joins = true
      } else if current.value == Class.space, next.value == Class.space {  // WB3d
        joins = !isAfterIgnored
      } else if current.joinsDirectly(next) {  // WB5, WB8-WB10, WB13-WB13b
        joins = true
      } else if current.value == Class.regionalIndicator, next.value == Class.regionalIndicator {
        joins = indicatorCount & 1 == 1  // WB15, WB16
        indicatorCount += 1
      } else if next.isMiddle || next.value == Class.doubleQuote,
        let (middle, after) = cursor.peekAcross(next, from: current)
      {
        // WB6, WB7, WB7b, WB7c, WB11, WB12.
        cursor.accept(middle)
        next = after
        joins = true
      } else if current.value == Class.hebrewLetter, next.value == Class.singleQuote {  // WB7a
        joins = true
      }
      guard joins else { break }
      if !hasWordStart, Self.startsWord(next.bits) {
        hasWordStart = true
        wordStart = cursor.end
      }
      cursor.accept(next)
      current = next
      isAfterJoiner = false
      isAfterIgnored = false
    }
    return Segment(end: cursor.end, wordStart: wordStart, bits: cursor.bits)
  }

  /// Whether the class is skipped by WB4.
  @inline(__always)
  private static func isIgnored(_ value: UInt32) -> Bool {
    value &- WordBreakClass.extend <= 2
  }

  @inline(__always)
  private static func isPictographic(_ value: UInt32) -> Bool {
    value &- WordBreakClass.pictographic <= 1
  }

  /// Whether a scalar may be the first of a word; what a joiner glues before it is left out.
  @inline(__always)
  private static func startsWord(_ bits: UInt32) -> Bool {
    bits & ScalarProperties.word != 0 || bits & 31 == WordBreakClass.extendNumLet
  }
}

/// A scalar as the rules see it.
private struct Step {
  /// Its properties.
  let bits: UInt32
  /// Its word break class, tailored.
  let value: UInt32
  /// The offset after it.
  let end: Int

  @inline(__always)
  var isLetter: Bool {
    value &- WordBreakClass.hebrewLetter <= 1 || value == WordBreakClass.pictographicLetter
  }

  @inline(__always)
  var isMiddle: Bool {
    let middles: UInt32 =
      1 << WordBreakClass.singleQuote | 1 << WordBreakClass.midNumLet
      | 1 << WordBreakClass.midLetter | 1 << WordBreakClass.midNum
    return middles >> value & 1 == 1
  }

  /// WB5, WB8, WB9, WB10, WB13, WB13a, WB13b: what joins without a look at anything else.
  @inline(__always)
  func joinsDirectly(_ next: Step) -> Bool {
    let letterOrDigit = isLetter || value == WordBreakClass.numeric
    let nextLetterOrDigit = next.isLetter || next.value == WordBreakClass.numeric
    if letterOrDigit && nextLetterOrDigit { return true }
    let katakana = value == WordBreakClass.katakana
    let nextKatakana = next.value == WordBreakClass.katakana
    if katakana && nextKatakana { return true }
    let extender = value == WordBreakClass.extendNumLet
    let nextExtender = next.value == WordBreakClass.extendNumLet
    return (letterOrDigit || katakana || extender) && nextExtender
      || extender && (nextLetterOrDigit || nextKatakana)
  }
}

/// A place in the text while a segment grows.
private struct Cursor {
  let breaker: WordBreaker
  /// The offset after what was accepted.
  var end: Int
  /// The flags of what was accepted, united.
  var bits: UInt32 = 0

  @inline(__always)
  init(breaker: WordBreaker, end: Int) {
    self.breaker = breaker
    self.end = end
  }

  /// The scalar at `offset`, or nil at the end of the text.
  @inline(__always)
  func step(at offset: Int) -> Step? {
    guard offset < breaker.text.count else { return nil }
    let (scalar, length) = breaker.text.decodeScalar(at: offset)
    let properties = ScalarProperties(scalar)
    var value = properties.wordBreakClass
    if value == WordBreakClass.space || value >= WordBreakClass.colon {
      if breaker.isTailored {
        value = WordBreakClass.other
      } else if value == WordBreakClass.colon {
        value = WordBreakClass.midLetter
      } else if value == WordBreakClass.narrowSpace {
        value = WordBreakClass.extendNumLet
      }
    }
    return Step(bits: properties.bits, value: value, end: offset + length)
  }

  @inline(__always)
  func peek() -> Step? { step(at: end) }

  @inline(__always)
  mutating func accept(_ step: Step) {
    end = step.end
    bits |= step.bits & ~31
  }

  /// Accepts the letters ahead that take one or two bytes: WB5 for most of the words that have
  /// come here, without the rest of the rules.
  ///
  /// The segment must be a word already.
  @inline(__always)
  mutating func acceptLetters() {
    while end < breaker.text.count {
      let byte = breaker.text[end]
      if (byte | 0x20) &- 0x61 < 26 {
        end &+= 1
        continue
      }
      guard byte &- 0xC3 < 0x1D else { return }
      let (scalar, length) = breaker.text.decodeScalar(at: end)
      let properties = ScalarProperties(scalar)
      guard properties.wordBreakClass == WordBreakClass.letter else { return }
      bits |= properties.bits & ~31
      end &+= length
    }
  }

  /// Accepts the first scalar of a segment.
  @inline(__always)
  mutating func advance() -> Step {
    guard let first = step(at: end) else { fatalError("a segment starts before the end") }
    accept(first)
    return first
  }

  /// The scalars `middle` (with what WB4 ignores after it) and the one after it, if they join
  /// `left` across `middle`.
  @inline(never)
  func peekAcross(_ middle: Step, from left: Step) -> (middle: Step, after: Step)? {
    typealias Class = WordBreakClass
    let isNumLetQuote = middle.value == Class.singleQuote || middle.value == Class.midNumLet
    let joinsLetters = left.isLetter && (isNumLetQuote || middle.value == Class.midLetter)
    let joinsDigits =
      left.value == Class.numeric && (isNumLetQuote || middle.value == Class.midNum)
    let joinsHebrew = left.value == Class.hebrewLetter && middle.value == Class.doubleQuote
    guard joinsLetters || joinsDigits || joinsHebrew else { return nil }
    var offset = middle.end
    var between = middle.bits
    while let step = step(at: offset) {
      if step.value &- Class.extend <= 2 {
        between |= step.bits
        offset = step.end
        continue
      }
      let joins =
        joinsLetters && step.isLetter || joinsDigits && step.value == Class.numeric
        || joinsHebrew && step.value == Class.hebrewLetter
      guard joins else { return nil }
      return (Step(bits: between, value: middle.value, end: offset), step)
    }
    return nil
  }
}
