internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Counts the allocations of a piece of work: calls of `malloc` and `calloc` by Swift's runtime,
/// for objects and arrays, and by this program and what is linked into it, for columns.
///
/// glibc has no hooks any more, a library to preload would be one more thing to build, and Swift
/// keeps the name `malloc` for itself. The runtime's own hook for tools also redirects reference
/// counting, which then fails on short strings. What is left is what a debugger would do: the
/// tables through which the two modules call into other libraries are edited in memory.
enum AllocationCounter {
  /// The number of allocations of `work` on this thread; nil if they cannot be counted here.
  static func count<Failure: Error>(
    _ work: () throws(Failure) -> Void
  ) throws(Failure) -> Int? {
    guard isAvailable else { return nil }
    while !turn.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged {
      sched_yield()
    }
    defer { turn.store(false, ordering: .releasing) }
    allocationCount.store(0, ordering: .relaxed)
    watchedThread.store(currentThread(), ordering: .relaxed)
    defer { watchedThread.store(0, ordering: .relaxed) }
    try work()
    return allocationCount.load(ordering: .relaxed)
  }

  /// Whether allocations can be counted: on Linux.
  static let isAvailable: Bool = installCounters()
}

/// One measurement at a time.
private let turn = Atomic<Bool>(false)
private let watchedThread = Atomic<UInt>(0)
private let allocationCount = Atomic<Int>(0)
/// The addresses of the system's functions.
private let systemMalloc = Atomic<UInt>(0)
private let systemCalloc = Atomic<UInt>(0)

private func currentThread() -> UInt {
  #if canImport(Glibc)
    UInt(pthread_self())
  #else
    unsafe UInt(bitPattern: pthread_self())
  #endif
}

private func noteAllocation() {
  if watchedThread.load(ordering: .relaxed) == currentThread() {
    allocationCount.wrappingAdd(1, ordering: .relaxed)
  }
}

private typealias Malloc = @convention(c) (_ byteCount: Int) -> UnsafeMutableRawPointer?
private typealias Calloc =
  @convention(c) (_ count: Int, _ byteCount: Int) -> UnsafeMutableRawPointer?

private func installCounters() -> Bool {
  #if canImport(Glibc)
    guard let malloc = unsafe dlsym(nil, "malloc"), let calloc = unsafe dlsym(nil, "calloc")
    else { return false }
    systemMalloc.store(UInt(bitPattern: malloc), ordering: .relaxed)
    systemCalloc.store(UInt(bitPattern: calloc), ordering: .relaxed)
    // SAFETY: the two addresses are those of the system's functions, which have these types.
    let countedMalloc: Malloc = { byteCount in
      noteAllocation()
      return unsafe unsafeBitCast(systemMalloc.load(ordering: .relaxed), to: Malloc.self)(byteCount)
    }
    let countedCalloc: Calloc = { count, byteCount in
      noteAllocation()
      return unsafe unsafeBitCast(systemCalloc.load(ordering: .relaxed), to: Calloc.self)(
        count, byteCount)
    }
    let replacements = [
      "malloc": unsafe unsafeBitCast(countedMalloc, to: UInt.self),
      "calloc": unsafe unsafeBitCast(countedCalloc, to: UInt.self),
    ]
    // The program itself, and the runtime unless it is linked into the program.
    let ownAddress = unsafe UnsafeRawPointer(bitPattern: replacements["malloc"] ?? 0)
    guard let ownAddress = unsafe ownAddress, let program = unsafe LoadedModule(with: ownAddress)
    else { return false }
    var count = unsafe program.replaceCalls(replacements)
    if let function = unsafe dlsym(nil, "swift_allocObject"),
      let runtime = unsafe LoadedModule(with: function)
    {
      unsafe count += runtime.replaceCalls(replacements)
    }
    return count > 0
  #else
    return false
  #endif
}

#if canImport(Glibc)
  /// A program or a library in memory, as the System V ABI lays it out for 64 bits.
  @unsafe
  private struct LoadedModule {
    private let base: UnsafeRawPointer
    /// The dynamic section: pairs of a tag and a value.
    private let dynamic: UnsafeRawPointer

    /// The module that has the code or data at `address`.
    init?(with address: UnsafeRawPointer) {
      typealias Find = @convention(c) (UnsafeRawPointer, UnsafeMutablePointer<UInt>) -> Int32
      // SAFETY: `dladdr` fills four addresses; the second is where the module starts.
      var info: [UInt] = [0, 0, 0, 0]
      guard let find = unsafe dlsym(nil, "dladdr"),
        unsafe unsafeBitCast(find, to: Find.self)(address, &info) != 0,
        let base = unsafe UnsafeRawPointer(bitPattern: info[1])
      else { return nil }
      // The header tells where the table of segments is; one of them is the dynamic section.
      unsafe self.base = base
      let tableOffset = unsafe Int(base.load(fromByteOffset: 32, as: UInt64.self))
      let entryCount = unsafe Int(base.load(fromByteOffset: 56, as: UInt16.self))
      var found: UnsafeRawPointer?
      for entry in 0..<entryCount {
        let header = unsafe base + tableOffset + entry * 56
        let dynamicType: UInt32 = 2
        if unsafe header.load(as: UInt32.self) == dynamicType {
          unsafe found = UnsafeRawPointer(
            base + Int(header.load(fromByteOffset: 16, as: UInt64.self)))
        }
      }
      guard let found = unsafe found else { return nil }
      unsafe dynamic = found
    }

    /// Lets calls of functions of other modules go elsewhere; returns how many places were changed.
    func replaceCalls(_ replacements: [String: UInt]) -> Int {
      guard let symbols = unsafe address(tag: 6), let names = unsafe address(tag: 5) else {
        return 0
      }
      var count = 0
      // Relocations of functions, and of all else.
      for (tableTag, sizeTag) in [(23, 2), (7, 8)] {
        guard let table = unsafe address(tag: tableTag), let size = unsafe value(tag: sizeTag)
        else { continue }
        for entry in stride(from: 0, to: Int(size), by: 24) {
          let place = unsafe Int(table.load(fromByteOffset: entry, as: UInt64.self))
          let symbol = unsafe Int(table.load(fromByteOffset: entry + 12, as: UInt32.self))
          if symbol == 0 { continue }
          let nameOffset = unsafe Int(symbols.load(fromByteOffset: symbol * 24, as: UInt32.self))
          let name = unsafe String(
            cString: (names + nameOffset).assumingMemoryBound(to: CChar.self))
          guard let replacement = replacements[name] else { continue }
          if unsafe replace(at: place, by: replacement) { count += 1 }
        }
      }
      return count
    }

    private func replace(at offset: Int, by address: UInt) -> Bool {
      let place = unsafe UnsafeMutableRawPointer(mutating: base + offset)
      let page = unsafe UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: place) & ~4095)
      // SAFETY: the page is mapped, as the place lies in it; the linker may have made it read-only.
      guard unsafe mprotect(page, 4096, PROT_READ | PROT_WRITE) == 0 else { return false }
      unsafe place.storeBytes(of: address, as: UInt.self)
      return true
    }

    private func value(tag: Int) -> UInt64? {
      var entry = unsafe dynamic
      while true {
        let found = unsafe Int(entry.load(as: Int64.self))
        if found == 0 { return nil }
        if found == tag { return unsafe entry.load(fromByteOffset: 8, as: UInt64.self) }
        unsafe entry += 16
      }
    }

    private func address(tag: Int) -> UnsafeRawPointer? {
      // The loader has added the base to addresses.
      unsafe value(tag: tag).flatMap { unsafe UnsafeRawPointer(bitPattern: UInt($0)) }
    }
  }
#endif
