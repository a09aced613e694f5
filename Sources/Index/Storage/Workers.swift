internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The number of threads to use where a caller asks for `count`.
///
/// More than 1,024 would only wait for each other.
func allowedThreadCount(_ count: Int) -> Int { min(max(1, count), 1024) }

/// Runs `body` on `count` threads, the calling one among them, and returns when all are done.
///
/// If any throws, the error of the lowest-numbered one is thrown; the others are not stopped, so
/// `body` looks for itself whether it should go on.
/// - Parameter body: gets the number of its thread, `0 ..< count`.
func runConcurrently(
  count: Int, _ body: @escaping @Sendable (_ worker: Int) throws(IndexError) -> Void
) throws(IndexError) {
  let team = Team(body: body)
  var threads: [pthread_t] = []
  for worker in 1..<max(1, count) {
    // One thread fewer does the same work.
    if let thread = startThread(Start(team: team, worker: worker)) { threads.append(thread) }
  }
  team.run(0)
  for thread in threads { _ = pthread_join(thread, nil) }
  if let failure = team.failure.withLock({ $0 }) { throw failure.error }
}

/// Some work on a thread of its own; who drops it waits for its end.
final class BackgroundTask {
  private let team: Team
  private var thread: pthread_t?

  /// Begins `body`; where no thread is to be had, does it at once.
  init(_ body: @escaping @Sendable () throws(IndexError) -> Void) {
    team = Team { (_) throws(IndexError) in try body() }
    thread = startThread(Start(team: team, worker: 0))
    if thread == nil { team.run(0) }
  }

  deinit {
    if let thread { _ = pthread_join(thread, nil) }
  }

  /// Whether the work is done.
  var isFinished: Bool { team.isFinished.load(ordering: .acquiring) }

  /// Waits for the end of the work, and throws what it threw.
  func wait() throws(IndexError) {
    if let thread { _ = pthread_join(thread, nil) }
    thread = nil
    if let failure = team.failure.withLock({ $0 }) { throw failure.error }
  }
}

/// A count that rises, and that threads can wait for.
@safe
final class RisingCount: Sendable {
  // SAFETY: both are made once, stay where they are, and go with the last reference to the count;
  // `value` is read and written by who holds the lock.
  private nonisolated(unsafe) let lock: UnsafeMutablePointer<pthread_mutex_t>
  private nonisolated(unsafe) let hasRisen: UnsafeMutablePointer<pthread_cond_t>
  private nonisolated(unsafe) var value = 0

  init() {
    // SAFETY: fresh memory, where each is made before anybody can see it.
    unsafe lock = .allocate(capacity: 1)
    // SAFETY: as above.
    unsafe hasRisen = .allocate(capacity: 1)
    // SAFETY: as above.
    unsafe pthread_mutex_init(lock, nil)
    // SAFETY: as above.
    unsafe pthread_cond_init(hasRisen, nil)
  }

  deinit {
    // SAFETY: nobody waits any more, or the count would still be referred to.
    unsafe pthread_cond_destroy(hasRisen)
    // SAFETY: as above.
    unsafe pthread_mutex_destroy(lock)
    // SAFETY: allocated in `init`, and not used after this.
    unsafe hasRisen.deallocate()
    // SAFETY: as above.
    unsafe lock.deallocate()
  }

  /// Raises the count to `count`, if it is lower, and wakes who waited for that.
  func raise(to count: Int) {
    withLock {
      // SAFETY: under the lock.
      unsafe value = max(value, count)
      // SAFETY: made in `init`.
      unsafe pthread_cond_broadcast(hasRisen)
    }
  }

  /// Waits until the count is at least `count`.
  func wait(until count: Int) {
    withLock {
      // SAFETY: under the lock, which waiting gives up and takes again.
      while unsafe value < count { unsafe pthread_cond_wait(hasRisen, lock) }
    }
  }

  private func withLock(_ body: () -> Void) {
    // SAFETY: made in `init`.
    unsafe pthread_mutex_lock(lock)
    body()
    // SAFETY: taken above.
    unsafe pthread_mutex_unlock(lock)
  }
}

/// A new thread that runs `start`, or nil if there is none to be had.
private func startThread(_ start: Start) -> pthread_t? {
  var thread = noThread
  // SAFETY: the retained `start` is released by the thread that receives it.
  let argument = unsafe Unmanaged.passRetained(start).toOpaque()
  let code = unsafe pthread_create(&thread, nil, threadMain, argument)
  if code == 0, let thread = started(thread) { return thread }
  // SAFETY: no thread took it.
  unsafe Unmanaged<Start>.fromOpaque(argument).release()
  return nil
}

#if canImport(Glibc)
  private let noThread = pthread_t()

  private func started(_ thread: pthread_t) -> pthread_t? { thread }

  private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    // SAFETY: `startThread` gives every thread an argument of its own.
    unsafe run(argument)
    return nil
  }
#elseif canImport(Darwin)
  private let noThread: pthread_t? = nil

  // SAFETY: only the number of a thread, which nothing here looks behind.
  private func started(_ thread: pthread_t?) -> pthread_t? { unsafe thread }

  private func threadMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    // SAFETY: as on Linux.
    unsafe run(argument)
    return nil
  }
#endif

/// What a thread does with the argument that it is given.
@unsafe
private func run(_ argument: UnsafeMutableRawPointer?) {
  // SAFETY: `startThread` retained a `Start` for this thread.
  guard let argument = unsafe argument else { return }
  let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
  start.team.run(start.worker)
}

private final class Start: Sendable {
  let team: Team
  let worker: Int

  init(team: Team, worker: Int) {
    self.team = team
    self.worker = worker
  }
}

private final class Team: Sendable {
  let body: @Sendable (Int) throws(IndexError) -> Void
  let failure = Mutex<(worker: Int, error: IndexError)?>(nil)
  /// Whether a thread came to its end; asked only where there is one.
  let isFinished = Atomic<Bool>(false)

  init(body: @escaping @Sendable (Int) throws(IndexError) -> Void) {
    self.body = body
  }

  func run(_ worker: Int) {
    do throws(IndexError) {
      try body(worker)
    } catch {
      failure.withLock { known in
        if worker < known?.worker ?? .max { known = (worker, error) }
      }
    }
    isFinished.store(true, ordering: .releasing)
  }
}
