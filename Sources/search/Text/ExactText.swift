/// Comparisons of what users give, byte by byte.
///
/// Swift compares texts by canonical equivalence, which for marks that follow one letter takes the
/// square of their number: minutes for some hundred kilobytes that are meant so.
extension StringProtocol {
  /// Whether the bytes are the same.
  func isExactly(_ other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Whether the bytes begin with those of `start`.
  func begins(with start: some StringProtocol) -> Bool { utf8.starts(with: start.utf8) }
}
