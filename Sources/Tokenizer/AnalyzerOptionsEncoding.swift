extension Analyzer {
  /// The version of Unicode whose properties and mappings the analysis uses.
  public static let unicodeVersion = "17.0.0"

  /// The version of the analysis: changes whenever any text gives other terms than before.
  public static let analysisVersion: UInt8 = 1
}

extension AnalyzerOptions {
  /// The options as bytes, for an index to keep; equal options give equal bytes.
  ///
  ///     analysis version: u8, Unicode version: 3 × u8,
  ///     language: u8 (`Language.rawValue`, 255 = guessed),
  ///     policy: u8 (0 keep, 1 drop, 2 custom),
  ///     custom only: word count: varint, (byte count: varint, UTF-8)^count
  ///
  /// The bytes for French with stop words kept are `01 11 00 00 03 00`.
  public var encoded: [UInt8] {
    var bytes = Self.header
    bytes.append(language?.rawValue ?? Self.guessedLanguage)
    switch stopWords {
    case .keep: bytes.append(0)
    case .drop: bytes.append(1)
    case .custom(let words):
      bytes.append(2)
      Self.append(words.count, to: &bytes)
      for word in words {
        Self.append(word.utf8.count, to: &bytes)
        bytes += word.utf8
      }
    }
    return bytes
  }

  /// The options that `encoded` made `bytes` of; nil if the bytes are damaged or from another
  /// version of the analysis or of Unicode, whose terms may differ from those made here.
  public init?(encoded bytes: [UInt8]) {
    self.init(encoded: bytes.span)
  }

  /// The options that `encoded` made `bytes` of; nil if the bytes are damaged or from another
  /// version of the analysis or of Unicode, whose terms may differ from those made here.
  public init?(encoded bytes: Span<UInt8>) {
    let header = Self.header
    guard bytes.count >= header.count + 2,
      header.indices.allSatisfy({ bytes[$0] == header[$0] })
    else { return nil }
    let code = bytes[header.count]
    let language = Language(rawValue: code)
    guard language != nil || code == Self.guessedLanguage else { return nil }
    var offset = header.count + 2
    switch bytes[header.count + 1] {
    case 0: self.init(language: language, stopWords: .keep)
    case 1: self.init(language: language, stopWords: .drop)
    case 2:
      guard let words = Self.readWords(bytes, &offset) else { return nil }
      self.init(language: language, stopWords: .custom(words))
    default: return nil
    }
    guard offset == bytes.count else { return nil }
  }

  private static let guessedLanguage: UInt8 = 255

  private static var header: [UInt8] {
    [Analyzer.analysisVersion]
      + Analyzer.unicodeVersion.split(separator: ".").map { UInt8($0) ?? 0 }
  }

  private static func readWords(_ bytes: Span<UInt8>, _ offset: inout Int) -> [String]? {
    // A word takes at least the byte of its length.
    guard let count = readCount(bytes, &offset), count <= bytes.count - offset else { return nil }
    var words: [String] = []
    for _ in 0..<count {
      guard let byteCount = readCount(bytes, &offset), byteCount <= bytes.count - offset else {
        return nil
      }
      var word: [UInt8] = []
      for index in offset..<offset + byteCount { word.append(bytes[index]) }
      guard let text = String(validating: word, as: UTF8.self) else { return nil }
      words.append(text)
      offset += byteCount
    }
    return words
  }

  /// Appends `count`, 7 bits a byte, low bits first, the high bit set in all bytes but the last.
  private static func append(_ count: Int, to bytes: inout [UInt8]) {
    var rest = count
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private static func readCount(_ bytes: Span<UInt8>, _ offset: inout Int) -> Int? {
    var value = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      guard offset < bytes.count else { return nil }
      let byte = bytes[offset]
      offset += 1
      value |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
