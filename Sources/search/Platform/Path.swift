/// A path as the system has it: bytes, which need not be UTF-8.
struct Path: Hashable, Sendable {
  var bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }
  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The path for people; ill-formed parts become U+FFFD.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether `text` names the same.
  var isUTF8: Bool { text.utf8.elementsEqual(bytes) }

  /// The last component.
  var name: ArraySlice<UInt8> {
    let slash = bytes.lastIndex(of: UInt8(ascii: "/"))
    return bytes[(slash.map { $0 + 1 } ?? 0)...]
  }

  /// What follows the last dot of the name, in lower case; empty if there is none, or if the
  /// name only begins with a dot.
  var fileExtension: String {
    let name = self.name
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else {
      return ""
    }
    return String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased()
  }

  /// The same place without `.` and repeated slashes.
  var withoutEmptySteps: Path {
    let parts = bytes.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual([0x2E]) }
    let root = bytes.first == UInt8(ascii: "/") ? [UInt8(ascii: "/")] : []
    return Path(bytes: root + parts.joined(separator: [UInt8(ascii: "/")]))
  }

  /// This folder's entry `name`; the folder `.` adds no prefix.
  func appending(_ name: [UInt8]) -> Path {
    var bytes = self.bytes
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    if bytes == [UInt8(ascii: ".")] || bytes.isEmpty { return Path(bytes: name) }
    if bytes.last != UInt8(ascii: "/") { bytes.append(UInt8(ascii: "/")) }
    return Path(bytes: bytes + name)
  }

  /// The path as calls of the system take it.
  var terminated: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}
