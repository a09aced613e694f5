import Tokenizer

/// Orders the terms of a table by their bytes.
///
/// Least-significant-digit radix sort on the first eight bytes of each term, then a comparison
/// sort of each group that agrees in them.
enum TermSorter {
  /// The ids of all terms of `table`, in the order of their bytes.
  ///
  /// - Complexity: O(terms), plus a comparison sort of groups with a common 8-byte prefix.
  static func sortedIDs(of table: borrowing TermTable) -> Column<UInt32> {
    let count = table.count
    var keys = Column<UInt64>(capacity: count)
    var ids = Column<UInt32>(capacity: count)
    for id in 0..<count {
      keys[id] = TermDictionaryFormat.prefix(of: table.term(id))
      ids[id] = UInt32(id)
    }
    var otherKeys = Column<UInt64>(capacity: count)
    var otherIDs = Column<UInt32>(capacity: count)
    for digit in 0..<8 {
      if scatter(keys.view, ids.view, by: digit, count, otherKeys.view, otherIDs.view) {
        swap(&keys, &otherKeys)
        swap(&ids, &otherIDs)
      }
    }
    sortTies(keys.view, ids.view, count, table)
    return ids
  }

  /// One stable pass; false, with nothing done, if all keys agree in this digit.
  private static func scatter(
    _ keys: ColumnView<UInt64>, _ ids: ColumnView<UInt32>, by digit: Int, _ count: Int,
    _ outKeys: ColumnView<UInt64>, _ outIDs: ColumnView<UInt32>
  ) -> Bool {
    let shift = UInt64(digit * 8)
    var starts = InlineArray<256, Int>(repeating: 0)
    for index in 0..<count { starts[Int((keys[index] >> shift) & 0xFF)] += 1 }
    var next = 0
    for value in 0..<256 {
      if starts[value] == count { return false }
      let valueCount = starts[value]
      starts[value] = next
      next += valueCount
    }
    for index in 0..<count {
      let value = Int((keys[index] >> shift) & 0xFF)
      outKeys[starts[value]] = keys[index]
      outIDs[starts[value]] = ids[index]
      starts[value] += 1
    }
    return true
  }

  private static func sortTies(
    _ keys: ColumnView<UInt64>, _ ids: ColumnView<UInt32>, _ count: Int,
    _ table: borrowing TermTable
  ) {
    var first = 0
    while first < count {
      var end = first + 1
      while end < count, keys[end] == keys[first] { end += 1 }
      if end - first > 1 {
        var group = (first..<end).map { ids[$0] }
        sort(&group, table)
        for index in first..<end { ids[index] = group[index - first] }
      }
      first = end
    }
  }

  private static func sort(_ group: inout [UInt32], _ table: borrowing TermTable) {
    // Keys are gathered first: a closure cannot hold the borrowed table.
    var terms = group.map { (id: $0, term: table.term(Int($0))) }
    terms.sort { termsAreInOrder($0.term, $1.term) }
    for index in group.indices { group[index] = terms[index].id }
  }
}
