import Tokenizer

/// Text as it comes to UTF-8 as it should be.
enum TextEncoding {
  /// Whether the bytes are well-formed UTF-8.
  static func isWellFormed(_ bytes: ColumnView<UInt8>, _ range: Range<Int>) -> Bool {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    let end = range.upperBound
    var place = firstNonASCII(in: bytes, from: range.lowerBound, to: end)
    while place < end {
      // Where there is one there are often more.
      repeat {
        let (length, isWellFormed) = sequence(bytes, at: place, end: end)
        guard isWellFormed else { return false }
        place += length
      } while place < end && bytes[place] >= 0x80
      place = firstNonASCII(in: bytes, from: place, to: end)
    }
    return true
  }

  /// The place of the first byte in `start ..< end` that is not ASCII, or `end`.
  @inline(__always)
  private static func firstNonASCII(
    in bytes: ColumnView<UInt8>, from start: Int, to end: Int
  ) -> Int {
    let highBits: UInt64 = 0x8080_8080_8080_8080
    var place = start
    while place &+ 32 <= end {
      let first: UInt64 = bytes.load(at: place) | bytes.load(at: place &+ 8)
      let second: UInt64 = bytes.load(at: place &+ 16) | bytes.load(at: place &+ 24)
      if (first | second) & highBits != 0 { break }
      place &+= 32
    }
    while place &+ 8 <= end {
      let found = bytes.load(at: place, as: UInt64.self).littleEndian & highBits
      if found != 0 { return place &+ found.trailingZeroBitCount / 8 }
      place &+= 8
    }
    while place < end, bytes[place] < 0x80 { place &+= 1 }
    return place
  }

  /// Appends `bytes` to `target` with each ill-formed part (a maximal subpart, Unicode Standard
  /// section 3.9) replaced by U+FFFD; returns the number of bytes replaced.
  static func repair(
    _ bytes: ColumnView<UInt8>, _ range: Range<Int>, into target: inout ByteBuffer
  ) -> Int {
    var replacedCount = 0
    var copied = range.lowerBound
    var place = range.lowerBound
    while place < range.upperBound {
      if bytes[place] < 0x80 {
        place += 1
        continue
      }
      let (length, isWellFormed) = sequence(bytes, at: place, end: range.upperBound)
      if !isWellFormed {
        target.append(bytes, copied..<place)
        target.append("\u{FFFD}" as Unicode.Scalar)
        replacedCount += length
        copied = place + length
      }
      place += length
    }
    target.append(bytes, copied..<range.upperBound)
    return replacedCount
  }

  /// The length of the sequence, or of the ill-formed part, that starts with the byte at `start`,
  /// which is not ASCII.
  private static func sequence(_ bytes: ColumnView<UInt8>, at start: Int, end: Int)
    -> (length: Int, isWellFormed: Bool)
  {
    // Unicode Standard, table 3-7: the range of the second byte depends on the first.
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch bytes[start] {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return (1, false)
    }
    for offset in 1..<length {
      let allowed = offset == 1 ? second : 0x80...0xBF
      guard start + offset < end, allowed.contains(bytes[start + offset]) else {
        return (offset, false)
      }
    }
    return (length, true)
  }
}

/// UTF-16 to UTF-8, piece by piece: what is cut at the end of one piece goes on in the next.
struct UTF16Decoder {
  let isBigEndian: Bool
  private var firstByte: UInt8?
  private var highSurrogate: UInt32?
  /// Code units that were no part of a pair, and single bytes, so far.
  private(set) var replacedCount = 0

  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  /// Decodes `range` of `bytes` to the end of `target`.
  mutating func decode(
    _ bytes: ColumnView<UInt8>, _ range: Range<Int>, into target: inout ByteBuffer
  ) {
    for place in range {
      guard let first = firstByte else {
        firstByte = bytes[place]
        continue
      }
      firstByte = nil
      let second = bytes[place]
      let unit =
        isBigEndian
        ? UInt32(first) << 8 | UInt32(second) : UInt32(second) << 8 | UInt32(first)
      decode(unit, into: &target)
    }
  }

  /// Ends the text: what is still cut is ill-formed.
  mutating func finish(into target: inout ByteBuffer) {
    if highSurrogate != nil || firstByte != nil { replace(into: &target) }
    (highSurrogate, firstByte) = (nil, nil)
  }

  private mutating func decode(_ unit: UInt32, into target: inout ByteBuffer) {
    if let high = highSurrogate {
      highSurrogate = nil
      if 0xDC00...0xDFFF ~= unit,
        let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00))
      {
        target.append(scalar)
        return
      }
      replace(into: &target)
    }
    if 0xD800...0xDBFF ~= unit {
      highSurrogate = unit
    } else if let scalar = Unicode.Scalar(unit) {
      if scalar != "\u{FEFF}" { target.append(scalar) }
    } else {
      replace(into: &target)
    }
  }

  private mutating func replace(into target: inout ByteBuffer) {
    replacedCount += 2
    target.append("\u{FFFD}" as Unicode.Scalar)
  }
}
