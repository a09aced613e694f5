internal import Synchronization

/// Hands parts over in the order of their numbers, whatever the order that threads make them in.
///
/// There are never more than so many parts at a time: a thread that is too far ahead waits before
/// it begins another one. The part that is next in order waits for nobody, so it goes on.
final class PartQueue: Sendable {
  private struct State: ~Copyable {
    var nextNumber = 0
    var nextToHandOver = 0
    var waiting: [Int: Box] = [:]
    /// Parts that were handed over; their memory is used again.
    var free: [Box] = []
    /// Whether a thread is at it; at first nothing may be handed over.
    var isHandingOver = true
    var isStopped = false
  }

  private final class Box: Sendable {
    let part: Mutex<RunMerger.Part?>

    init(_ part: consuming RunMerger.Part) {
      self.part = Mutex(part)
    }
  }

  private let count: Int
  private let partLimit: Int
  private let keptByteCount: Int
  private let consume: @Sendable (borrowing RunMerger.Part, Int) throws(IndexError) -> Void
  private let state = Mutex(State())
  /// The number of parts handed over.
  private let handedOver = RisingCount()

  /// A queue of the parts `0 ..< count`.
  ///
  /// - Parameters:
  ///   - partLimit: the most parts at a time, those included that threads are at.
  ///   - keptByteCount: the most that a part may hold whose memory is used again.
  ///   - consume: gets the parts in order, one at a time, from the thread that made one of them.
  init(
    count: Int, partLimit: Int, keptByteCount: Int,
    _ consume:
      @escaping @Sendable (borrowing RunMerger.Part, _ number: Int) throws(IndexError)
      -> Void
  ) {
    self.count = count
    self.partLimit = max(1, partLimit)
    self.keptByteCount = keptByteCount
    self.consume = consume
  }

  /// Calls `body`; after that parts are handed over.
  func open(after body: () throws(IndexError) -> Void) throws(IndexError) {
    try body()
    state.withLock { $0.isHandingOver = false }
    try handOver()
  }

  /// The next number to make a part for, or nil if there is none; waits until there may be one
  /// more.
  func nextNumber() -> Int? {
    let number = state.withLock { state -> Int? in
      guard !state.isStopped, state.nextNumber < count else { return nil }
      state.nextNumber += 1
      return state.nextNumber - 1
    }
    guard let number else { return nil }
    handedOver.wait(until: number - partLimit + 1)
    return state.withLock { $0.isStopped } ? nil : number
  }

  /// No more numbers are given out, and nobody waits any more.
  func stop() {
    state.withLock { $0.isStopped = true }
    handedOver.raise(to: .max)
  }

  /// Adds a part; hands over all that are next in order, unless another thread is at it.
  func add(_ part: consuming RunMerger.Part, number: Int) throws(IndexError) {
    let box = Box(part)
    state.withLock { $0.waiting[number] = box }
    try handOver()
  }

  private func handOver() throws(IndexError) {
    while let (next, number) = takeNext() {
      guard var part = next.part.withLock({ $0.take() }) else { continue }
      try consume(part, number)
      if part.memoryByteCount > keptByteCount {
        part = RunMerger.Part()
      } else {
        part.removeAll()
      }
      let free = Box(part)
      state.withLock { state in
        state.isHandingOver = false
        state.free.append(free)
      }
      handedOver.raise(to: number + 1)
    }
  }

  /// An empty part, with the memory of one that was handed over if there is one.
  func takeFreePart() -> RunMerger.Part {
    state.withLock { $0.free.popLast() }?.part.withLock { $0.take() } ?? RunMerger.Part()
  }

  private func takeNext() -> (box: Box, number: Int)? {
    state.withLock { state in
      guard !state.isHandingOver,
        let box = state.waiting.removeValue(forKey: state.nextToHandOver)
      else { return nil }
      state.nextToHandOver += 1
      state.isHandingOver = true
      return (box, state.nextToHandOver - 1)
    }
  }
}
