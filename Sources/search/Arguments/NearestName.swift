/// The name most like what was typed, if any is so close that a slip of the fingers explains it.
func nearestName(to typed: String, among names: [String]) -> String? {
  let typed = Array(String(decoding: typed.utf8.prefix(64), as: UTF8.self).lowercased().utf8)
  var best: (name: String, distance: Int)?
  for name in names {
    let distance = editDistance(typed, Array(name.utf8))
    if distance < best?.distance ?? Int.max { best = (name, distance) }
  }
  if let best, best.distance <= max(1, best.name.utf8.count / 3) { return best.name }
  // What was typed may be just the beginning, or a part, of a name.
  guard typed.count >= 3 else { return nil }
  return names.first { $0.utf8.starts(with: typed) }
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two names
/// (optimal string alignment).
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...right.count)
  for i in 0..<left.count {
    var row = [i + 1]
    for j in 0..<right.count {
      var least = min(
        previous[j] + (left[i] == right[j] ? 0 : 1), min(previous[j + 1], row[j]) + 1)
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
        least = min(least, beforePrevious[j - 1] + 1)
      }
      row.append(least)
    }
    (beforePrevious, previous) = (previous, row)
  }
  return previous[right.count]
}
