/// Puts many keys of a `TopKQueue` in the order of their scores.
enum ScoreSort {
  /// The fewest keys that pay for counting: below, comparisons take less.
  private static let leastCount = 64
  /// The bits of a score: they are below 2^24.
  private static let scoreBits = 24

  /// Sorts keys, whose high halves are scores, by score, the greatest first.
  ///
  /// Keys of one score stay in the order in which they are; those of documents that came in
  /// collection order are then sorted by their whole value.
  ///
  /// - Complexity: O(n), three passes that count bytes and move keys to where the counts say,
  ///   without a branch. Comparing 1,500 keys takes ten times as long.
  static func sort(_ keys: inout [UInt64]) {
    if keys.count < leastCount {
      insertionSort(&keys)
      return
    }
    var other = keys
    for shift in stride(from: 32, to: 32 + scoreBits, by: 8) {
      move(keys, by: UInt64(shift), to: &other)
      swap(&keys, &other)
    }
  }

  /// Copies `keys` to `output` in the order of one byte, the greatest first.
  private static func move(_ keys: [UInt64], by shift: UInt64, to output: inout [UInt64]) {
    // At first how many keys have a byte, then where the next of them goes.
    var places = InlineArray<256, Int>(repeating: 0)
    for key in keys { places[Int(key &>> shift & 0xFF)] &+= 1 }
    var place = 0
    for byte in (0..<256).reversed() {
      let count = places[byte]
      places[byte] = place
      place &+= count
    }
    for key in keys {
      let byte = Int(key &>> shift & 0xFF)
      output[places[byte]] = key
      places[byte] &+= 1
    }
  }

  private static func insertionSort(_ keys: inout [UInt64]) {
    for index in keys.indices.dropFirst() {
      let key = keys[index]
      var hole = index
      while hole > 0, keys[hole - 1] >> 32 < key >> 32 {
        keys[hole] = keys[hole - 1]
        hole -= 1
      }
      keys[hole] = key
    }
  }
}
