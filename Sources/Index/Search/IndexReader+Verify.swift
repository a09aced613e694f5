import Tokenizer

extension IndexReader {
  /// Checks an index from end to end: every byte against its checksum, and if those are right
  /// everything that the files hold.
  ///
  /// Damage is no error here: the report tells of it, also of that which keeps the index from
  /// being opened.
  /// - Parameters:
  ///   - path: the folder of the index.
  ///   - threads: the most threads to use, from 1 to 1,024, as which other numbers count; the
  ///     report does not depend on them.
  /// - Throws: `noIndex`, `unsupportedFormat`, `unsupportedAnalysis`, `system`; `invalidInput` for an
  ///   empty path.
  /// - Complexity: reads, decompresses and decodes everything: about a second for 100 MB on one
  ///   thread. Takes 12 bytes of memory for each document of the largest segment, and some hundred
  ///   kilobytes for each thread.
  public static func verify(
    path: String, threads threadCount: Int = 1
  ) throws(IndexError) -> VerificationReport {
    let directory = try IndexDirectory(named: path)
    var report = VerificationReport()
    let opened: OpenedSegments
    do throws(IndexError) {
      opened = try OpenedSegments(directory)
    } catch .damaged(let damage) {
      report.segments.append(
        VerificationReport.Segment(
          name: IndexDirectory.manifestName, intactUnitCount: 0, unitCount: 1,
          byteCount: Int(damage.byteRange.upperBound), checks: [], damages: [damage]))
      return report
    }
    for (segment, file) in opened.segments {
      let findings: SegmentVerifier.Findings
      switch file {
      case .success(let file):
        findings = SegmentVerifier(
          file, dropsWords: opened.dropsWords, threadCount: allowedThreadCount(threadCount)
        )
        .run(documentCount: segment.documentCount)
      case .failure(let error):
        findings = try unopened(segment, error, in: directory)
      }
      report.segments.append(
        VerificationReport.Segment(
          name: segment.fileName, intactUnitCount: findings.intactUnitCount,
          unitCount: findings.unitCount, byteCount: findings.byteCount,
          checks: findings.checks.map { .init(name: $0.name, count: $0.count) },
          damages: findings.damages))
    }
    return report
  }

  /// What there is to say of a file that cannot be opened.
  private static func unopened(
    _ segment: Manifest.Segment, _ error: IndexError, in directory: IndexDirectory
  ) throws(IndexError) -> SegmentVerifier.Findings {
    var findings = SegmentVerifier.Findings()
    if case .damaged(let damage) = error {
      findings.damages = [damage]
    } else if SystemCalls.isMissing(error) {
      findings.damages = [
        Damage(
          path: directory.path(of: segment.fileName), section: "", byteRange: 0..<0,
          detail: "the file is missing")
      ]
    } else {
      throw error
    }
    return findings
  }
}

/// The segments of one commit, each open or with the reason why not.
private struct OpenedSegments {
  private(set) var segments: [(Manifest.Segment, Result<VerifiedFile, IndexError>)] = []
  /// Whether stop words are not indexed.
  private(set) var dropsWords = false

  /// Opens those of the manifest of `directory`; again, if a writer replaced it meanwhile.
  init(_ directory: IndexDirectory) throws(IndexError) {
    var manifest = try Manifest.load(from: directory)
    while true {
      dropsWords = try manifest.options(ofIndex: directory.path).stopWords == .drop
      segments = manifest.segments.map { segment in
        (segment, Result { () throws(IndexError) in try segment.open(in: directory) })
      }
      let isWhole = segments.allSatisfy { if case .success = $0.1 { true } else { false } }
      if isWhole { return }
      let newer = try Manifest.load(from: directory)
      if newer.generation == manifest.generation { return }
      manifest = newer
    }
  }
}
