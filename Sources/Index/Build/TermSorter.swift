import Tokenizer

/// Orders the terms of a table by their bytes.
///
/// Least-significant-digit radix sort on the first eight bytes of each term, then an insertion
/// sort, or a comparison sort, of each group that agrees in them.
enum TermSorter {
  /// Larger groups are not sorted by insertion.
  private static let maxInsertionCount = 32

  /// The ids of all terms of `table`, in the order of their bytes.
  ///
  /// - Complexity: O(terms), plus a comparison sort of groups with a common 8-byte prefix.
  static func sortedIDs(of table: borrowing TermTable) -> Column<UInt32> {
    let count = table.count
    var keys = Column<UInt64>(uninitializedCapacity: count)
    var ids = Column<UInt32>(uninitializedCapacity: count)
    // How often each digit has each value: eight counts that do not wait for each other.
    let counts = Column<UInt32>(capacity: 8 * 256)
    for id in 0..<count {
      let key = table.prefix(id).first
      keys[id] = key
      ids[id] = UInt32(truncatingIfNeeded: id)
      var rest = key
      for digit in 0..<8 {
        let place = digit &* 256 &+ Int(rest & 0xFF)
        counts[place] = counts[place] &+ 1
        rest &>>= 8
      }
    }
    var otherKeys = Column<UInt64>(uninitializedCapacity: count)
    var otherIDs = Column<UInt32>(uninitializedCapacity: count)
    for digit in 0..<8 {
      let starts = counts.view.part(at: digit * 256, count: 256)
      if scatter(keys.view, ids.view, by: digit, starts, count, otherKeys.view, otherIDs.view) {
        swap(&keys, &otherKeys)
        swap(&ids, &otherIDs)
      }
    }
    sortTies(keys.view, ids.view, count, table)
    return ids
  }

  /// One stable pass, by a digit with these counts of its values; false, with nothing done, if all
  /// keys agree in it.
  private static func scatter(
    _ keys: ColumnView<UInt64>, _ ids: ColumnView<UInt32>, by digit: Int,
    _ counts: ColumnView<UInt32>, _ count: Int, _ outKeys: ColumnView<UInt64>,
    _ outIDs: ColumnView<UInt32>
  ) -> Bool {
    var next: UInt32 = 0
    for value in 0..<256 {
      let valueCount = counts[value]
      if Int(valueCount) == count { return false }
      counts[value] = next
      next &+= valueCount
    }
    let shift = UInt64(truncatingIfNeeded: digit &* 8)
    for index in 0..<count {
      let key = keys[index]
      let id = ids[index]
      let value = Int((key &>> shift) & 0xFF)
      let place = counts[value]
      counts[value] = place &+ 1
      outKeys[Int(place)] = key
      outIDs[Int(place)] = id
    }
    return true
  }

  private static func sortTies(
    _ keys: ColumnView<UInt64>, _ ids: ColumnView<UInt32>, _ count: Int,
    _ table: borrowing TermTable
  ) {
    var first = 0
    while first < count {
      let key = keys[first]
      var end = first &+ 1
      while end < count, keys[end] == key { end &+= 1 }
      if end &- first > 1 {
        if end &- first <= maxInsertionCount {
          sortByInsertion(ids, first..<end, table)
        } else {
          sort(ids, first..<end, table)
        }
      }
      first = end
    }
  }

  /// Sorts a small group of terms that agree in their first eight bytes.
  private static func sortByInsertion(
    _ ids: ColumnView<UInt32>, _ range: Range<Int>, _ table: borrowing TermTable
  ) {
    var seconds = InlineArray<32, UInt64>(repeating: 0)
    for index in 0..<range.count {
      let id = ids[range.lowerBound &+ index]
      let second = table.prefix(Int(id)).second
      var place = index
      while place > 0 {
        let other = seconds[place &- 1]
        if other < second { break }
        let otherID = ids[range.lowerBound &+ place &- 1]
        if other == second,
          termsAreInOrder(table.term(Int(otherID)), table.term(Int(id)))
        {
          break
        }
        seconds[place] = other
        ids[range.lowerBound &+ place] = otherID
        place &-= 1
      }
      seconds[place] = second
      ids[range.lowerBound &+ place] = id
    }
  }

  private static func sort(
    _ ids: ColumnView<UInt32>, _ range: Range<Int>, _ table: borrowing TermTable
  ) {
    // Keys are gathered first: a closure cannot hold the borrowed table.
    var terms = range.map { (id: ids[$0], term: table.term(Int(ids[$0]))) }
    terms.sort { termsAreInOrder($0.term, $1.term) }
    for (index, entry) in zip(range, terms) { ids[index] = entry.id }
  }
}
