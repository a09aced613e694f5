/// The best `capacity` documents seen so far: by score, then in collection order.
///
/// A document is a 64-bit key: the score in the high half, the complement of its number in the low
/// one, so that one comparison settles both. Few are kept as a binary heap, the least on top. For
/// many, where each entry would sift through ten levels, all that enter are kept in a list, and a
/// `ScoreHistogram` tells the least score that is still worth it.
struct TopKQueue {
  /// The keys: a heap, or all that entered.
  private var heap: [UInt64] = []
  private let capacity: Int
  private var histogram: ScoreHistogram?
  /// Whether all documents so far came in collection order.
  private var isInOrder = true
  /// In a list: the least key when it was last cut to `capacity` keys; lesser ones are not among
  /// the best.
  private var leastKey: UInt64 = 0
  /// The most documents that a heap is for.
  private static let heapLimit = 200
  /// A score that at least `capacity` documents are known to reach, found without seeing them.
  private var primedScore: UInt32 = 0

  /// A queue for the best `capacity` documents.
  init(capacity: Int) {
    self.capacity = capacity
    if capacity > TopKQueue.heapLimit { histogram = ScoreHistogram(capacity: capacity) }
    heap.reserveCapacity(min(capacity, 1 << 12))
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
    } else if heap.count == capacity, key <= heap[0] {
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
    if heap.count < capacity {
      heap.append(key)
      siftUp(heap.count - 1)
      if heap.count < capacity { return }
    } else {
      guard capacity > 0, key > heap[0] else { return }
      heap[0] = key
      siftDown()
    }
    // A later document with the score of the least one loses the tie.
    minScore = max(primedScore, UInt32(heap[0] >> 32) + 1)
  }

  private mutating func enterList(_ key: UInt64) {
    heap.append(key)
    if let score = histogram?.insert(UInt32(key >> 32)) { minScore = max(minScore, score) }
    if heap.count < 4 * capacity { return }
    sortList(&heap)
    heap.removeLast(heap.count - capacity)
    leastKey = heap[capacity - 1]
    minScore = max(minScore, UInt32(leastKey >> 32) + 1)
  }

  /// Sorts the keys of a list, best first.
  private func sortList(_ keys: inout [UInt64]) {
    // Keys of one score that came in order are in order, also after a sort and a cut.
    if isInOrder { ScoreSort.sort(&keys) } else { keys.sort(by: >) }
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent] <= heap[child] { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  /// Moves the new root to its place: down the path of least children, then up, as a new key is
  /// mostly one of the greater.
  private mutating func siftDown() {
    let key = heap[0]
    var hole = 0
    while 2 &* hole &+ 2 < heap.count {
      let left = 2 &* hole &+ 1
      let least = heap[left &+ 1] < heap[left] ? left &+ 1 : left
      heap[hole] = heap[least]
      hole = least
    }
    if 2 &* hole &+ 1 < heap.count {
      heap[hole] = heap[2 &* hole &+ 1]
      hole = 2 &* hole &+ 1
    }
    heap[hole] = key
    siftUp(hole)
  }

  /// The documents and their scores, best first.
  func sorted() -> [(doc: UInt32, score: UInt32)] {
    var best = heap
    if let histogram {
      let floor = UInt64(histogram.bound) << 32
      best.removeAll { $0 < floor }
    }
    if histogram == nil { best.sort(by: >) } else { sortList(&best) }
    return best.prefix(capacity).map { (~UInt32(truncatingIfNeeded: $0), UInt32($0 >> 32)) }
  }
}
