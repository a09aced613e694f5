/// Text that can do a terminal no harm: controls become spaces.
func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
}

/// The beginning of a text for a message: a query may be as long as a book.
func excerpt(_ text: some StringProtocol, limit: Int = 200) -> String {
  // Scalars, as any number of marks make one character.
  let end =
    text.unicodeScalars.index(text.startIndex, offsetBy: limit, limitedBy: text.endIndex)
    ?? text.endIndex
  return printable(String(text[..<end])) + (end < text.endIndex ? " …" : "")
}

/// Whether a terminal might take the scalar for a command.
func isControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value
}

/// The number of columns a text takes at a terminal.
///
/// Wide are the scalars that Unicode Standard Annex #11 has as W or F, in blocks; marks take none.
func displayWidth(_ text: String) -> Int {
  var width = 0
  for scalar in text.unicodeScalars {
    let value = scalar.value
    if value < 0x300 {
      width += 1
      continue
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: continue
    default: break
    }
    let isWide =
      switch value {
      case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
        0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
        true
      default: false
      }
    width += isWide ? 2 : 1
  }
  return width
}
