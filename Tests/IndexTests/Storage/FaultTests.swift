import Foundation
import Synchronization
import TestSupport
import Testing
import Tokenizer

@testable import Index

/// What happens when the operating system refuses.
@Suite(.serialized) struct FaultTests {
  /// Runs `body` with an interceptor that sees only calls for `folder`.
  static func intercepting(
    _ folder: TemporaryDirectory,
    with response: @escaping @Sendable (SystemCall) -> SystemCallResponse,
    _ body: () throws -> Void
  ) rethrows {
    let path = folder.path
    SystemCalls.intercept(with: { call in
      "\(call)".contains(path) ? response(call) : .proceed
    })
    defer { SystemCalls.intercept(with: nil) }
    try body()
  }

  static let enospc: Int32 = 28
  static let eintr: Int32 = 4

  static func buildIndex(generation: UInt64, in directory: IndexDirectory) throws(IndexError) {
    try directory.create()
    let lock = try WriterLock(directory, holder: "test")
    let name = IndexDirectory.segmentName(generation: generation, number: 0)
    let finished = try writeSections(
      [("a", [UInt8](repeating: UInt8(generation), count: 9000))],
      to: directory.path(of: name))
    let manifest = Manifest(
      generation: generation, analyzerOptions: [1],
      segments: [.init(fileName: name, documentCount: 1, file: finished)])
    try manifest.commit(in: directory)
    _ = lock
  }

  @Test func afterAnyFailedCallTheFormerOrTheNewCommitOpens() throws {
    var failureCount = 0
    for failingCall in 0..<200 {
      let folder = try TemporaryDirectory()
      let directory = IndexDirectory(path: folder.path("index"))
      try Self.buildIndex(generation: 1, in: directory)
      let counter = Atomic(0)
      var failed = false
      Self.intercepting(folder) { _ in
        counter.wrappingAdd(1, ordering: .relaxed).oldValue >= failingCall
          ? .fail(Self.enospc) : .proceed
      } _: {
        do {
          try Self.buildIndex(generation: 2, in: directory)
        } catch {
          failed = true
        }
      }
      let (manifest, files) = try Manifest.openSegments(in: directory)
      #expect(manifest.generation == 2 || failed)
      #expect(try readSections(files[0])[0].bytes[0] == UInt8(manifest.generation))
      try Self.buildIndex(generation: 3, in: directory)
      #expect(try Manifest.openSegments(in: directory).manifest.generation == 3)
      if counter.load(ordering: .relaxed) <= failingCall { break }
      failureCount += 1
    }
    #expect(failureCount > 15)
  }

  /// A process with too many open files, say, has an index as new as it is told.
  @Test func onceInPlaceACommitFailsOnlyWithTheDevice() throws {
    for deviceFails in [false, true] {
      let folder = try TemporaryDirectory()
      let directory = IndexDirectory(path: folder.path("index"))
      try Self.buildIndex(generation: 1, in: directory)
      let isRenamed = Atomic(false)
      var error: IndexError?
      Self.intercepting(folder) { call in
        switch call {
        case .rename:
          isRenamed.store(true, ordering: .relaxed)
          return .proceed
        case .sync where !deviceFails: return .proceed
        default: return isRenamed.load(ordering: .relaxed) ? .fail(Self.enospc) : .proceed
        }
      } _: {
        error = thrownError { try Self.buildIndex(generation: 2, in: directory) }
      }
      let expected = IndexError.system(
        operation: "fsync", path: directory.path, code: Self.enospc)
      #expect(error == (deviceFails ? expected : nil))
      #expect(try Manifest.openSegments(in: directory).manifest.generation == 2)
    }
  }

  @Test func interruptedAndShortCallsAreContinued() throws {
    let folder = try TemporaryDirectory()
    var random = SplitMix64(seed: TestSeed.value)
    let sections: Sections = [("a", random.bytes(20_000)), ("b", random.bytes(3))]
    _ = try writeSections(sections, to: folder.path("expected"))
    let counter = Atomic(0)
    try Self.intercepting(folder) { call in
      let count = counter.wrappingAdd(1, ordering: .relaxed).oldValue
      if count % 3 == 0 { return .fail(Self.eintr) }
      if case .write = call { return .shorten(count % 7 * 100 + 1) }
      return .proceed
    } _: {
      _ = try writeSections(sections, to: folder.path("file"))
      let file = try VerifiedFile(path: folder.path("file"))
      #expect(file.verifyAll().damages.isEmpty)
    }
    #expect(try folder.read("file") == folder.read("expected"))
    #expect(counter.load(ordering: .relaxed) > 50)
  }

  /// Also while another thread syncs what was written before.
  @Test(arguments: [0, 1, 5, 200], [false, true])
  func aFailedWriteLeavesNoFile(failingWrite: Int, syncsInBackground: Bool) throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("file")
    let bytes = Column<UInt8>(capacity: 256 << 16)
    let counter = Atomic(0)
    try Self.intercepting(folder) { call in
      guard case .write = call else { return .proceed }
      return counter.wrappingAdd(1, ordering: .relaxed).oldValue >= failingWrite
        ? .fail(Self.enospc) : .proceed
    } _: {
      let writer = try SectionedFileWriter(path: path, syncsInBackground: syncsInBackground)
      writer.beginSection("a")
      #expect(throws: IndexError.system(operation: "write", path: path, code: Self.enospc)) {
        try writer.append(bytes.view.bytes(count: 256 << 16))
        _ = try writer.finish(formatVersion: 1, metadata: [])
      }
    }
    extendLifetime(bytes)
    #expect(throws: IndexError.self) { _ = try OpenFile.open(path) }
  }

  /// What a device refuses in the background, once, is told at the end.
  @Test func aFailedSyncInTheBackgroundIsTold() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("file")
    // As much as one task is started for, and a bit more.
    let bytes = Column<UInt8>(capacity: 9 << 20)
    let syncCount = Atomic(0)
    try Self.intercepting(folder) { call in
      guard case .sync = call else { return .proceed }
      let isFirst = syncCount.wrappingAdd(1, ordering: .relaxed).oldValue == 0
      return isFirst ? .fail(5) : .proceed
    } _: {
      let writer = try SectionedFileWriter(path: path, syncsInBackground: true)
      writer.beginSection("a")
      try writer.append(bytes.view.bytes(count: 9 << 20))
      // Else it may be the last one that is refused.
      for _ in 0..<10_000 where syncCount.load(ordering: .relaxed) == 0 { usleep(1_000) }
      #expect(throws: IndexError.self) {
        _ = try writer.finish(formatVersion: 1, metadata: [])
      }
    }
    extendLifetime(bytes)
  }

  @Test func aFailedMappingLeavesNothingOpen() throws {
    let folder = try TemporaryDirectory()
    _ = try writeSections([("a", [1])], to: folder.path("file"))
    for kind in 0..<3 {
      Self.intercepting(folder) { call in
        switch (kind, call) {
        case (0, .open), (1, .size), (2, .map): .fail(12)
        default: .proceed
        }
      } _: {
        for _ in 0..<2000 {
          #expect(throws: IndexError.self) { try VerifiedFile(path: folder.path("file")) }
        }
      }
    }
    _ = try VerifiedFile(path: folder.path("file"))
  }
}
