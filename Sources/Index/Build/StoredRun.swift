internal import Synchronization
import Tokenizer

/// A run at rest, in memory or in a spill file, where merges read it piece by piece.
final class StoredRun: Sendable {
  /// The run; without its sections, if they are in a file.
  let run: Run
  /// The section `terms`.
  let terms: Extent
  /// The section `occurrences`.
  let occurrences: Extent
  private let file: SpillFile?

  /// A part of the memory or of the file.
  struct Extent: Sendable {
    var offset: Int
    var byteCount: Int
  }

  /// Keeps `run` in memory.
  init(_ run: consuming Run) {
    file = nil
    terms = Extent(offset: 0, byteCount: run.terms.count)
    occurrences = Extent(offset: 0, byteCount: run.occurrenceByteCount)
    self.run = run
  }

  /// Writes the sections of `run` to `file`, and hands back the memory of its occurrences.
  init(
    _ run: consuming Run, in file: SpillFile, reusing memory: inout Column<UInt8>
  ) throws(IndexError) {
    terms = try file.append(run.terms.bytes)
    occurrences = try file.append(run.occurrences.view.bytes(count: run.occurrenceByteCount))
    self.file = file
    swap(&memory, &run.occurrences)
    run.dropSections()
    self.run = run
  }

  /// Bytes of the sections in a file.
  var spilledByteCount: Int { isInFile ? terms.byteCount + occurrences.byteCount : 0 }

  /// Whether the sections are in a file, not in memory.
  var isInFile: Bool { file != nil }

  /// Reads `count` bytes of the section `terms` in the file at `offset` to `target`.
  func readTerms(
    at offset: Int, count: Int, into target: ColumnView<UInt8>
  ) throws(IndexError) {
    try file?.read(count, at: terms.offset + offset, into: target)
  }

  /// Reads `count` bytes of the section `occurrences` in the file at `offset` to `target`.
  func readOccurrences(
    at offset: Int, count: Int, into target: ColumnView<UInt8>
  ) throws(IndexError) {
    try file?.read(count, at: occurrences.offset + offset, into: target)
  }
}

/// A temporary file that is appended to, then read at random, then removed.
final class SpillFile: Sendable {
  private let path: String
  private let output: OpenFile
  private let input: OpenFile
  private let byteCount = Atomic<Int>(0)

  /// Creates the file, which must not exist.
  init(path: String) throws(IndexError) {
    self.path = path
    output = try OpenFile.create(path)
    input = try OpenFile.open(path)
  }

  deinit {
    try? SystemCalls.remove(path)
  }

  /// Appends `bytes`; only one thread may do so.
  func append(_ bytes: Bytes) throws(IndexError) -> StoredRun.Extent {
    try output.write(bytes)
    let (offset, _) = byteCount.add(bytes.count, ordering: .relaxed)
    return StoredRun.Extent(offset: offset, byteCount: bytes.count)
  }

  /// Reads `count` bytes at `offset`, all of which were appended before.
  func read(
    _ count: Int, at offset: Int, into target: ColumnView<UInt8>
  ) throws(IndexError) {
    let readCount = try input.read(count, at: offset, into: target)
    guard readCount == count else {
      throw .damaged(
        Damage(
          path: path, section: "spill", byteRange: UInt64(offset)..<UInt64(offset + count),
          detail: "the temporary file was shortened"))
    }
  }
}
