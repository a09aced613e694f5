/// What a file holds, and how documents are found in it.
enum InputFormat: String, Sendable, CaseIterable {
  case text, markdown, html
  case jsonLines = "jsonl"
  case csv, tsv

  /// Whether a file holds many documents, one a line or record.
  var holdsRecords: Bool {
    switch self {
    case .jsonLines, .csv, .tsv: true
    case .text, .markdown, .html: false
    }
  }

  /// The format that an extension (in lower case) stands for, or nil.
  init?(fileExtension: String) {
    switch fileExtension {
    case "", "txt", "text": self = .text
    case "md", "markdown": self = .markdown
    case "html", "htm", "xhtml": self = .html
    case "jsonl", "ndjson": self = .jsonLines
    case "csv": self = .csv
    case "tsv", "tab": self = .tsv
    default: return nil
    }
  }
}

/// Which fields of records are the id, the title and the text.
struct FieldNames: Sendable {
  /// The member or column with the id.
  var id = "id"
  /// Whether the user named it.
  var idIsExplicit = false
  /// The member or column with the title.
  var title = "title"
  /// Whether the user named it.
  var titleIsExplicit = false
  /// The fields to index, or nil for the title and the first there is of `usualTexts`.
  var texts: [String]?

  /// Where the text is where the user does not say.
  static let usualTexts = ["text", "body", "content"]

  /// All names that have to be looked for: the id, the title, then the texts.
  var all: [String] { [id, title] + (texts ?? Self.usualTexts) }

  /// The fields that the user named, each with the option.
  var named: [(option: OptionName, name: String)] {
    var named: [(option: OptionName, name: String)] = []
    if idIsExplicit { named.append((.id, id)) }
    if titleIsExplicit { named.append((.title, title)) }
    return named + (texts ?? []).map { (.text, $0) }
  }

  /// How messages name the fields with the text.
  var textDescription: String {
    (texts ?? Self.usualTexts).map { "'\($0)'" }.joined(separator: texts == nil ? " or " : ", ")
  }

  /// `text` without the blanks at its start and end.
  static func withoutBlanks(_ text: Substring) -> String {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var bytes = text.utf8.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return String(Substring(bytes))
  }
}

/// What the first bytes of a file say about it.
enum Signature {
  case text
  case utf16(bigEndian: Bool)
  case binary
  case compressed

  /// How many bytes are looked at.
  static let byteCount = 8192

  /// Whether it is text in one encoding or another.
  var isText: Bool {
    switch self {
    case .text, .utf16: true
    case .binary, .compressed: false
    }
  }

  /// The bytes of a UTF-8 byte order mark at the start of `bytes`: 3 or none.
  static func markByteCount(_ bytes: some Collection<UInt8>) -> Int {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Looks at the first bytes of a file.
  init(_ bytes: some Collection<UInt8>) {
    let start = Array(bytes.prefix(10))
    func begins(_ magic: [UInt8]) -> Bool { start.starts(with: magic) }
    if begins([0xFF, 0xFE, 0x00, 0x00]) {
      // UTF-32, which would pass for UTF-16 with a NUL before each character.
      self = .binary
    } else if begins([0xFF, 0xFE]) {
      self = .utf16(bigEndian: false)
    } else if begins([0xFE, 0xFF]) {
      self = .utf16(bigEndian: true)
    } else if begins([0x1F, 0x8B]) || begins([0x28, 0xB5, 0x2F, 0xFD])
      || begins([0xFD, 0x37, 0x7A, 0x58, 0x5A]) || Self.isBzip2(start)
      || begins([0x50, 0x4B, 0x03, 0x04])
    {
      self = .compressed
    } else if begins(Array("%PDF-".utf8)) || bytes.contains(0) {
      self = .binary
    } else {
      self = .text
    }
  }

  /// Whether `start` is the start of a bzip2 file: the three letters alone may be those of a text.
  private static func isBzip2(_ start: [UInt8]) -> Bool {
    guard start.starts(with: Array("BZh".utf8)), start.count >= 10, 0x31...0x39 ~= start[3] else {
      return false
    }
    // The marks of a block and of the end.
    return [[0x31, 0x41, 0x59, 0x26, 0x53, 0x59], [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]]
      .contains(Array(start[4..<10]))
  }
}
