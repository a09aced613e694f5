import Tokenizer

extension AnalyzerOptions {
  /// What `--language` and `--stopwords` ask for.
  init(_ arguments: ParsedArguments) throws(Failure) {
    var policy = StopWordPolicy.keep
    switch arguments.value(.stopwords) {
    case nil, "keep": break
    case "drop": policy = .drop
    case .some(let path):
      policy = .custom(try Self.stopWords(Path(path)))
    }
    self.init(
      language: arguments.value(.language).flatMap { Language(code: $0) }, stopWords: policy)
  }

  /// The words of a file, one a line, without comments: from `|` on, as in the lists of the Snowball
  /// project, or from a `#` at the start of a word on.
  private static func stopWords(_ path: Path) throws(Failure) -> [String] {
    let bytes: [UInt8]
    do throws(SystemFailure) {
      bytes = try readSmallFile(path)
    } catch {
      throw Failure(error, hint: "--stopwords takes keep, drop, or a file of words")
    }
    let name = path.text
    switch Signature(bytes) {
    case .utf16:
      throw Failure("\(name): is UTF-16", hint: "make it UTF-8: iconv -f UTF-16 -t UTF-8")
    case .compressed: throw Failure("\(name): is compressed", hint: "unpack it first")
    case .binary: throw Failure("\(name): is no text", hint: "--stopwords takes a file of words")
    case .text: break
    }
    // Words with U+FFFD for what could not be understood would be met in no document.
    let content = bytes.dropFirst(Signature.markByteCount(bytes))
    guard let text = String(validating: content, as: UTF8.self) else {
      throw Failure("\(name): is not UTF-8", hint: "make it UTF-8: iconv -f LATIN1 -t UTF-8")
    }
    return text.split(whereSeparator: \.isNewline).map(withoutComment).filter { !$0.isEmpty }
  }

  private static func withoutComment(_ line: Substring) -> String {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let bytes = line.utf8
    var last = UInt8(ascii: " ")
    var end = bytes.startIndex
    while end < bytes.endIndex, bytes[end] != UInt8(ascii: "|"),
      bytes[end] != UInt8(ascii: "#") || !isBlank(last)
    {
      last = bytes[end]
      bytes.formIndex(after: &end)
    }
    return String(Substring(bytes[..<end].drop(while: isBlank)))
  }
}
