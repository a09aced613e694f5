internal import Synchronization

/// What happens where a column gets no memory: the program ends, as it does where Swift itself gets
/// none.
package enum OutOfMemory {
  private static let handler = Mutex<(@Sendable () -> Never)?>(nil)

  /// From now on `body` ends the program, with a message of its own; it may not ask for memory.
  package static func end(by body: @escaping @Sendable () -> Never) {
    handler.withLock { $0 = body }
  }

  static func fail() -> Never {
    if let end = handler.withLock({ $0 }) { end() }
    fatalError("out of memory")
  }
}
