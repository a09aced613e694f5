#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// One way into the libraries for bytes that nobody vouches for.
///
/// A target returns on any input at all; what it must not do is trap, hang, use memory beyond
/// bounds or break one of the laws it checks itself.
protocol FuzzTarget: Sendable {
  /// The name to choose it by, in the environment variable `FUZZ_TARGET`.
  static var name: String { get }

  /// Prepares what every run needs.
  init() throws

  /// Runs once.
  func run(_ input: [UInt8]) throws
}

/// All targets; a new one needs nothing but its place here.
let fuzzTargets: [any FuzzTarget.Type] = [
  AnalyzerTarget.self, QueryTarget.self, SegmentTarget.self, ForgedTarget.self,
]

private let chosenTarget: any FuzzTarget = {
  // SAFETY: the environment is only read, before any thread is started.
  let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) } ?? "analyzer"
  guard let type = fuzzTargets.first(where: { $0.name == name }) else {
    fatalError("FUZZ_TARGET is none of \(fuzzTargets.map { $0.name })")
  }
  do { return try type.init() } catch { fatalError("\(name): \(error)") }
}()

/// What libFuzzer calls with each input.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer lends `count` bytes at `data` for the call; they are copied at once.
  let input = unsafe [UInt8](UnsafeBufferPointer(start: data, count: count))
  do { try chosenTarget.run(input) } catch { fatalError("\(error)") }
  return 0
}

/// A law that does not hold; the fuzzer stops and keeps the input.
struct BrokenLaw: Error {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}
