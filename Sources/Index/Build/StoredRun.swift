import Tokenizer

/// A run at rest, in memory or in a temporary file, where merges read it piece by piece.
final class StoredRun: Sendable {
  /// The run; without its sections, if they are in a file.
  let run: Run
  /// Bytes of the section `terms`.
  let termsByteCount: Int
  /// Bytes of the section `occurrences`.
  let occurrencesByteCount: Int
  private let spilled: Sections?

  /// The sections in a file.
  private struct Sections {
    let terms: SpilledBytes
    let occurrences: SpilledBytes
  }

  /// Keeps `run` in memory.
  init(_ run: consuming Run) {
    spilled = nil
    termsByteCount = run.terms.count
    occurrencesByteCount = run.occurrenceByteCount
    self.run = run
  }

  /// Appends the sections of `run` to `file`, and hands back the memory of its occurrences.
  convenience init(
    _ run: consuming Run, in file: SpillFile, reusing memory: inout Column<UInt8>
  ) throws(IndexError) {
    try self.init(copying: run, to: file)
    swap(&memory, &run.occurrences)
  }

  /// Copies the sections of `run` to `file`.
  init(copying run: borrowing Run, to file: SpillFile) throws(IndexError) {
    let sections = Sections(
      terms: try file.append(run.terms.bytes),
      occurrences: try file.append(run.occurrences.view.bytes(count: run.occurrenceByteCount)))
    spilled = sections
    termsByteCount = sections.terms.count
    occurrencesByteCount = sections.occurrences.count
    self.run = Run(withoutSectionsOf: run)
  }

  /// Whether the sections are in a file, not in memory.
  var isInFile: Bool { spilled != nil }

  /// Bytes of the sections in a file.
  var spilledByteCount: Int { isInFile ? termsByteCount + occurrencesByteCount : 0 }

  /// Reads `count` bytes of the section `terms` in the file at `offset` to `target`.
  func readTerms(
    at offset: Int, count: Int, into target: ColumnView<UInt8>
  ) throws(IndexError) {
    try spilled?.terms.read(count, at: offset, into: target)
  }

  /// Reads `count` bytes of the section `occurrences` in the file at `offset` to `target`.
  func readOccurrences(
    at offset: Int, count: Int, into target: ColumnView<UInt8>
  ) throws(IndexError) {
    try spilled?.occurrences.read(count, at: offset, into: target)
  }
}
