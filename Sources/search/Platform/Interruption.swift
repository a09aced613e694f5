import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Remembers an interrupt, so that long work can stop in order.
///
/// Only a build asks for this; everywhere else the system's own way, ending the process, is right.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Whether the user has asked to stop.
  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// From now on the first interrupt is remembered; a second one ends the process.
  ///
  /// The end of the terminal counts too, unless it is ignored, as under `nohup`.
  static func watch() {
    // The lazy initialiser must not run for the first time within a signal handler.
    flag.store(false, ordering: .relaxed)
    // A program that started this one from a thread without signals has handed that on.
    var signals = sigset_t()
    // SAFETY: the set is ours.
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe sigaddset(&signals, SIGHUP)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let former = signal(number) { number in
        Interruption.flag.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
      // SAFETY: both are addresses, compared as such and never called.
      let isIgnored =
        unsafe unsafeBitCast(former, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
      if isIgnored, number == SIGHUP { signal(number, SIG_IGN) }
    }
  }
}
