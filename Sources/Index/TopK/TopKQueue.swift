import Tokenizer

/// The best `capacity` documents seen so far: by score, then in collection order.
///
/// A document is a 64-bit key: the score in the high half, the complement of its number in the low
/// one, so that one comparison settles both. Few are kept as a binary heap, the least on top, in
/// memory lent by the search. For many, where each entry would sift through ten levels, all that
/// enter are kept in a list, and a `ScoreHistogram` tells the least score that is still worth it.
struct TopKQueue {
  /// The keys of a heap.
  private let heap: ColumnView<UInt64>
  private var heapCount = 0
  /// All keys that entered a list; once sorted, those of a heap too if they are not few.
  private var list: [UInt64] = []
  private let capacity: Int
  private var histogram: ScoreHistogram?
  /// Whether all documents so far came in collection order.
  private var isInOrder = true
  /// In a list: the least key when it was last cut to `capacity` keys; lesser ones are not among
  /// the best.
  private var leastKey: UInt64 = 0
  /// The most documents that a heap is for.
  private static let heapLimit = 200
  /// The most keys that are sorted by counting for each how many are greater.
  private static let fewKeys = 24
  /// A score that at least `capacity` documents are known to reach, found without seeing them.
  private var primedScore: UInt32 = 0

  /// A queue for the best `capacity` documents, the only one that uses `memory`.
  init(capacity: Int, _ memory: SearchMemory) {
    self.capacity = capacity
    heap = memory.best.view
    if capacity > TopKQueue.heapLimit {
      histogram = ScoreHistogram(capacity: capacity)
      list.reserveCapacity(min(capacity, 1 << 12))
    }
  }

  /// The least score that a document must have to enter, if it comes after all others.
  ///
  /// Never falls.
  private(set) var minScore: UInt32 = 1

  /// Says that at least `capacity` documents score `score` or more.
  mutating func prime(_ score: UInt32) {
    primedScore = max(primedScore, score)
    minScore = max(minScore, primedScore)
  }

  /// Offers a document; documents come in collection order.
  @inline(__always)
  mutating func insert(doc: UInt32, score: UInt32) {
    if score < minScore { return }
    enter(UInt64(score) << 32 | UInt64(~doc))
  }

  /// Offers a document that may come before others already offered, and wins the tie with those;
  /// false if it is none of the best.
  mutating func insertLate(doc: UInt32, score: UInt32) -> Bool {
    let key = UInt64(score) << 32 | UInt64(~doc)
    if score < primedScore || capacity == 0 || key < leastKey { return false }
    if let histogram {
      if score < histogram.bound { return false }
    } else if heapCount == capacity, key <= heap[0] {
      return false
    }
    isInOrder = false
    enter(key)
    return true
  }

  @inline(never)
  private mutating func enter(_ key: UInt64) {
    if histogram != nil {
      enterList(key)
      return
    }
    if heapCount < capacity {
      heap[heapCount] = key
      heapCount &+= 1
      siftUp(heapCount &- 1)
      if heapCount < capacity { return }
    } else {
      guard capacity > 0, key > heap[0] else { return }
      heap[0] = key
      siftDown()
    }
    // A later document with the score of the least one loses the tie.
    minScore = max(primedScore, UInt32(heap[0] >> 32) + 1)
  }

  private mutating func enterList(_ key: UInt64) {
    list.append(key)
    if let score = histogram?.insert(UInt32(key >> 32)) { minScore = max(minScore, score) }
    if list.count < 4 * capacity { return }
    sortList()
    list.removeLast(list.count - capacity)
    leastKey = list[capacity - 1]
    minScore = max(minScore, UInt32(leastKey >> 32) + 1)
  }

  /// Sorts the keys of a list, best first.
  private mutating func sortList() {
    // Keys of one score that came in order are in order, also after a sort and a cut.
    if isInOrder { ScoreSort.sort(&list) } else { list.sort(by: >) }
  }

  private func siftUp(_ start: Int) {
    let key = heap[start]
    var hole = start
    while hole > 0 {
      let parent = (hole &- 1) &>> 1
      if heap[parent] <= key { break }
      heap[hole] = heap[parent]
      hole = parent
    }
    heap[hole] = key
  }

  /// Moves the new root to its place: down the path of least children, then up, as a new key is
  /// mostly one of the greater.
  private func siftDown() {
    let key = heap[0]
    var hole = 0
    while 2 &* hole &+ 2 < heapCount {
      let left = 2 &* hole &+ 1
      let least = heap[left &+ 1] < heap[left] ? left &+ 1 : left
      heap[hole] = heap[least]
      hole = least
    }
    if 2 &* hole &+ 1 < heapCount {
      heap[hole] = heap[2 &* hole &+ 1]
      hole = 2 &* hole &+ 1
    }
    heap[hole] = key
    siftUp(hole)
  }

  /// Puts the best first and returns their number; nothing enters any more.
  mutating func sort() -> Int {
    if let bound = histogram?.bound {
      let floor = UInt64(bound) << 32
      list.removeAll { $0 < floor }
      sortList()
      return min(list.count, capacity)
    }
    if heapCount <= TopKQueue.fewKeys {
      sortFew()
    } else {
      for index in 0..<heapCount { list.append(heap[index]) }
      list.sort(by: >)
      for index in 0..<heapCount { heap[index] = list[index] }
    }
    return heapCount
  }

  /// Sorts a small heap: the place of a key is the number of greater ones.
  ///
  /// Nothing branches on keys, each comparison of which is as hard to predict as anything.
  private func sortFew() {
    let sorted = heap.part(at: TopKQueue.heapLimit, count: TopKQueue.fewKeys)
    for index in 0..<heapCount {
      let key = heap[index]
      var place = 0
      for other in 0..<heapCount { place &+= heap[other] > key ? 1 : 0 }
      sorted[place] = key
    }
    for index in 0..<heapCount { heap[index] = sorted[index] }
  }

  /// The document at `rank`, the best at 0, and its score; after `sort`.
  subscript(rank: Int) -> (doc: UInt32, score: UInt32) {
    let key = histogram == nil ? heap[rank] : list[rank]
    return (~UInt32(truncatingIfNeeded: key), UInt32(key >> 32))
  }
}
