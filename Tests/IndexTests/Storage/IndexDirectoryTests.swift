import Foundation
import TestSupport
import Testing

@testable import Index

@Suite struct IndexDirectoryTests {
  @Test func createsFoldersOnTheWay() throws {
    let folder = try TemporaryDirectory()
    let directory = IndexDirectory(path: folder.path("a/b/c/"))
    try directory.create()
    try directory.create()
    #expect(try directory.fileNames().isEmpty)
    #expect(directory.path(of: "manifest") == folder.path("a/b/c/manifest"))
    try folder.write([1], to: "file")
    #expect(throws: IndexError.self) { try IndexDirectory(path: folder.path("file/x")).create() }
  }

  /// A setting that was not made names no folder, least of all the one that the program is in.
  @Test func anEmptyPathNamesNoFolder() {
    let calls: [() throws -> Void] = [
      { _ = try IndexReader(path: "") }, { _ = try IndexReader.verify(path: "") },
      { _ = try IndexBuilder.isUnused("") },
      { _ = try IndexBuilder().build(from: MemoryFeed([]), at: "") },
      { _ = try IndexBuilder().build(from: [Document](), at: "") },
    ]
    let expected = IndexError.invalidInput(
      "the path of the index is empty; the current folder is named by \".\"")
    for (number, call) in calls.enumerated() {
      #expect(thrownError(call) == expected, "call \(number)")
    }
  }

  /// The system would take the path to end there, and name another folder.
  @Test func aPathWithAZeroByteNamesNoFolder() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("index\u{0}of notes")
    let built = try BuiltIndex([TestDocument(id: "a", text: "a")])
    let calls: [() throws -> Void] = [
      { _ = try IndexReader(path: path) }, { _ = try IndexReader.verify(path: path) },
      { _ = try IndexBuilder.isUnused(path) },
      { _ = try IndexBuilder(options: BuildOptions()).build(from: MemoryFeed([]), at: path) },
      { _ = try IndexReader(path: built.folder.path + "/manifest\u{0}") },
    ]
    for (number, call) in calls.enumerated() {
      guard case .invalidInput? = thrownError(call) else {
        Issue.record("call \(number)")
        continue
      }
    }
    #expect(try folder.names.isEmpty)
  }

  @Test(arguments: [
    ("segment-1-0.seg", 1), ("segment-18446744073709551615-12.seg", UInt64.max),
    ("segment-1.seg", nil), ("segment-01-0.seg", nil), ("segment--1-0.seg", nil),
    ("segment-1-0.seg.tmp", nil), ("../segment-1-0.seg", nil), ("segment-1-2-3.seg", nil),
    ("segment-18446744073709551616-0.seg", nil), ("segment-+1-0.seg", nil), ("", nil),
  ])
  func knowsTheNamesOfSegments(name: String, generation: UInt64?) {
    #expect(IndexDirectory.generation(ofSegment: name) == generation)
  }

  @Test func removesStraysAndNothingElse() throws {
    let folder = try TemporaryDirectory()
    let directory = IndexDirectory(path: folder.path)
    let others = ["lock", "manifest", "notes.tmp", "notes.txt", "segment-x.seg"]
    let strays = ["segment-1-0.seg", "writer-texts-0.tmp", "writer-manifest.tmp"]
    for name in others + strays + ["segment-2-0.seg"] {
      try folder.write([], to: name)
    }
    try directory.removeStrays(keeping: ["segment-2-0.seg"])
    #expect(try folder.names == (others + ["segment-2-0.seg"]).sorted())
  }

  @Test func aSecondWriterIsToldWhoHoldsTheLock() throws {
    let folder = try TemporaryDirectory()
    let directory = IndexDirectory(path: folder.path)
    do {
      let lock = try WriterLock(directory, holder: "search index")
      #expect(
        thrownError { _ = try WriterLock(directory, holder: "other") }
          == .locked(
            path: folder.path, holder: "pid \(SystemCalls.processID) search index"))
      _ = lock
    }
    _ = try WriterLock(directory, holder: "x")
    _ = try WriterLock(directory, holder: "next")
  }

  /// A process that another thread is starting has all open files until it runs its program.
  @Test func aLockThatIsSomebodysIsLeftAlone() throws {
    let folder = try TemporaryDirectory()
    let directory = IndexDirectory(path: folder.path)
    for left in ["", "pi", "\0\0\0\0\0\0\0\0", "pid 7 gone\n"] {
      try folder.write(Array(left.utf8), to: "lock")
      _ = try WriterLock(directory, holder: "x")
    }
    for own in ["yarn lockfile v1", "pid", "p ", " "].map({ $0 + "!" }) {
      try folder.write(Array(own.utf8), to: "lock")
      let error = thrownError { _ = try WriterLock(directory, holder: "x") }
      guard case .invalidInput = error else {
        Issue.record("\(own): \(String(describing: error))")
        continue
      }
      #expect(try folder.read("lock") == Array(own.utf8))
    }
  }

  /// An index may come from anywhere, also with a link that leads out of it.
  @Test func aLinkInPlaceOfTheLockIsNotFollowed() throws {
    let folder = try TemporaryDirectory()
    let index = try TemporaryDirectory()
    let text = Array("precious".utf8)
    try folder.write(text, to: "notes")
    try index.write([], to: "manifest")
    for target in ["notes", "new"] {
      #expect(unsafe symlink(folder.path(target), index.path("lock")) == 0)
      let error = thrownError {
        _ = try WriterLock(IndexDirectory(path: index.path), holder: "x")
      }
      #expect(error == .system(operation: "open", path: index.path("lock"), code: ELOOP))
      #expect(unsafe unlink(index.path("lock")) == 0)
    }
    #expect(try folder.read("notes") == text)
    #expect(try folder.names == ["notes"])
  }

  @Test func theLockEndsThoughItsFileIsStillOpen() throws {
    let folder = try TemporaryDirectory()
    let directory = IndexDirectory(path: folder.path)
    var copy: Int32 = -1
    do {
      let lock = try WriterLock(directory, holder: "first")
      var file = stat()
      #expect(unsafe stat(folder.path("lock"), &file) == 0)
      let descriptor = (0..<4096 as Range<Int32>).first { descriptor in
        var other = stat()
        return unsafe fstat(descriptor, &other) == 0 && other.st_ino == file.st_ino
          && other.st_dev == file.st_dev
      }
      copy = fcntl(try #require(descriptor), F_DUPFD_CLOEXEC, 0)
      _ = lock
    }
    #expect(copy >= 0)
    _ = try WriterLock(directory, holder: "next")
    close(copy)
  }

  @Test func aWriterInAnotherProcessIsToldWhoHoldsTheLock() async throws {
    let folder = try TemporaryDirectory()
    let lock = try WriterLock(IndexDirectory(path: folder.path), holder: "parent")
    let path = folder.path
    let parent = SystemCalls.processID
    await #expect(processExitsWith: .success) { [path = path as String, parent = parent as Int] in
      let error = thrownError { _ = try WriterLock(IndexDirectory(path: path), holder: "child") }
      #expect(error == .locked(path: path, holder: "pid \(parent) parent"))
    }
    _ = lock
  }

  @Test func theLockEndsWithItsProcess() async throws {
    let folder = try TemporaryDirectory()
    let path = folder.path
    await #expect(processExitsWith: .signal(9)) { [path = path as String] in
      let lock = try WriterLock(IndexDirectory(path: path), holder: "child")
      killThisProcess()
      _ = lock
    }
    #expect(try folder.read("lock").starts(with: Array("pid ".utf8)))
    _ = try WriterLock(IndexDirectory(path: folder.path), holder: "parent")
  }
}

/// Ends this process as `kill -9` does.
private func killThisProcess() {
  kill(getpid(), 9)
}
