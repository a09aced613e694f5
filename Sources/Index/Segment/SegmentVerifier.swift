import Tokenizer

/// Checks a segment file: every checksum, then, if those hold, every structure.
///
/// A right checksum says that bytes are as written; the structures say that what was written makes
/// sense: bugs and forgers get past the former.
struct SegmentVerifier {
  /// What was found.
  struct Findings: Sendable {
    /// Checksummed units that are as written.
    var intactUnitCount = 0
    /// All checksummed units.
    var unitCount = 1
    /// Bytes of the file.
    var byteCount = 0
    /// Structures that hold, with how many there are of each.
    var checks: [(name: String, count: Int)] = []
    /// What is wrong.
    var damages: [Damage] = []
  }

  private let file: VerifiedFile
  private let dropsWords: Bool
  private let threadCount: Int
  private var findings: Findings

  /// A verifier of `file`, in which some words may be left out of the positions, that uses so many
  /// threads at most; the findings do not depend on them.
  init(_ file: VerifiedFile, dropsWords: Bool, threadCount: Int) {
    self.file = file
    self.dropsWords = dropsWords
    self.threadCount = threadCount
    findings = Findings()
    findings.byteCount = file.bytes.count
  }

  /// Checks everything, and finds all damage, at most `VerifiedFile.maxDamageCount` of each kind.
  ///
  /// - Parameter documentCount: the number of documents that the manifest has.
  /// - Complexity: reads, decompresses and decodes the whole file; 12 bytes of memory a document, and
  ///   some hundred kilobytes for each thread.
  consuming func run(documentCount: Int) -> Findings {
    let sums = file.verifyAll(threadCount: threadCount)
    findings.intactUnitCount = sums.intactUnitCount
    findings.unitCount = sums.unitCount
    findings.damages = sums.damages
    do throws(IndexError) {
      let segment = try SegmentReader(file)
      if findings.damages.isEmpty {
        try segment.check(documentCount: documentCount)
        try verifyStructures(segment)
      } else {
        findings.damages = DamagedTerms(segment).describe(findings.damages)
      }
    } catch {
      // With damaged bytes it is no news that structures cannot be read.
      if findings.damages.isEmpty { add(error) }
    }
    return findings
  }

  private mutating func add(_ error: IndexError) {
    guard findings.damages.count < VerifiedFile.maxDamageCount else { return }
    if case .damaged(let damage) = error {
      findings.damages.append(damage)
    } else {
      findings.damages.append(
        Damage(path: file.path, section: "", byteRange: 0..<0, detail: "\(error)"))
    }
  }

  private mutating func verifyStructures(_ segment: SegmentReader) throws(IndexError) {
    do throws(IndexError) {
      try verifyLists(segment)
    } catch {
      add(error)
    }
    do throws(IndexError) {
      findings.checks += try segment.documents.validate(threadCount: threadCount)
    } catch {
      add(error)
    }
    try check(
      "sections of texts", segment.metadata.hasText ? 1 : 0,
      found: segment.documents.storesText ? 1 : 0)
  }

  /// Checks the dictionary with all lists, and the norms.
  private mutating func verifyLists(_ segment: SegmentReader) throws(IndexError) {
    let sums = try DocumentSums(segment)
    let counts = try verifyTerms(segment, addingTo: sums)
    let metadata = segment.metadata
    try check("terms", metadata.termCount, found: counts.terms)
    findings.checks.append(("dictionary", counts.terms))
    // Sums over damaged lists say nothing.
    if !findings.damages.isEmpty { return }
    try check("postings", metadata.postingCount, found: counts.postings)
    findings.checks.append(("postings", counts.postings))
    try check("tokens", metadata.tokenCount, found: counts.tokens)
    if segment.positions != nil {
      if !dropsWords { try sums.checkPositions() }
      findings.checks.append(("positions", counts.tokens))
    }
    findings.checks.append(("bounds", counts.bounds))
    let nonEmptyCount = try sums.checkNorms()
    try check("documents with words", metadata.nonEmptyDocumentCount, found: nonEmptyCount)
    findings.checks.append(("lengths", metadata.documentCount))
    try check(
      "documents with a language", metadata.documentCount,
      found: metadata.documentCountByLanguage.values.reduce(0, +))
  }

  /// The most blocks of the dictionary that a thread takes at once: a hundredth more time, as each
  /// range decodes the block before it.
  private static let maxRangeLength = 64

  /// Checks the dictionary with all lists; returns how much there is in them.
  private mutating func verifyTerms(
    _ segment: SegmentReader, addingTo sums: DocumentSums
  ) throws(IndexError) -> PostingListVerifier.Counts {
    let damages = FirstDamages(limit: VerifiedFile.maxDamageCount)
    let dictionary = segment.dictionary
    let ranges = SharedRanges<PostingListVerifier.Counts>(
      of: dictionary.blockCount, maxLength: SegmentVerifier.maxRangeLength,
      threadCount: threadCount)
    try runConcurrently(count: ranges.workerCount) { (_) throws(IndexError) in
      var lists = PostingListVerifier(segment, addingTo: sums)
      ranges.run { (blocks) throws(IndexError) in
        lists.counts = PostingListVerifier.Counts()
        lists.counts.terms = try dictionary.validate(blocks: blocks) {
          (term, info) throws(IndexError) in
          do throws(IndexError) {
            try lists.check(info)
          } catch .damaged(var damage) {
            damage.detail += " (\(String(decoding: term, as: UTF8.self)))"
            damages.add(damage, at: blocks.lowerBound)
          }
        }
        return lists.counts
      }
      lists.finish()
    }
    let counts = try ranges.results().reduce(into: PostingListVerifier.Counts(), +=)
    findings.damages += damages.damages
    return counts
  }

  private func check(_ name: String, _ stored: Int, found: Int) throws(IndexError) {
    guard stored == found else {
      throw file.damage(
        SectionedFileFooter.name, file.bytes.count..<file.bytes.count,
        "the metadata says \(stored) \(name), found \(found)")
    }
  }
}

/// Tells of damaged bytes which terms they belong to.
private struct DamagedTerms {
  private let segment: SegmentReader

  /// So many terms are named.
  private static let exampleCount = 3

  init(_ segment: SegmentReader) {
    self.segment = segment
  }

  private struct Touched {
    var count = 0
    var examples: [String] = []
    /// The number of the last term; one may be touched by its postings and by its positions.
    var lastTerm = -1
  }

  /// The damages with their terms, as far as the dictionary can still be read.
  func describe(_ damages: [Damage]) -> [Damage] {
    var sorted = damages.sorted { $0.byteRange.lowerBound < $1.byteRange.lowerBound }
    var touched = [Touched](repeating: Touched(), count: sorted.count)
    var next = (postings: 0, positions: 0)
    var number = 0
    do throws(IndexError) {
      try segment.dictionary.forEachTerm { (bytes, info) in
        let term = (number, bytes)
        add(term, info.postings, segment.postings, sorted, &next.postings, &touched)
        if let positions = segment.positions {
          add(term, info.positions, positions, sorted, &next.positions, &touched)
        }
        number += 1
        return true
      }
    } catch {
      // What was found so far is still true.
    }
    for index in sorted.indices where touched[index].count > 0 {
      sorted[index].detail += DamagedTerms.text(touched[index])
    }
    return sorted
  }

  /// Adds a term to the damages that its list overlaps; lists come in the order of the file.
  private func add(
    _ term: (number: Int, bytes: [UInt8]), _ list: Range<Int>, _ section: Range<Int>,
    _ damages: [Damage], _ next: inout Int, _ touched: inout [Touched]
  ) {
    if list.isEmpty { return }
    let start = UInt64(section.lowerBound + list.lowerBound)
    let end = UInt64(section.lowerBound + list.upperBound)
    while next < damages.count, damages[next].byteRange.upperBound <= start { next += 1 }
    var index = next
    while index < damages.count, damages[index].byteRange.lowerBound < end {
      if touched[index].lastTerm != term.number {
        touched[index].lastTerm = term.number
        touched[index].count += 1
        if touched[index].examples.count < DamagedTerms.exampleCount {
          touched[index].examples.append(String(decoding: term.bytes, as: UTF8.self))
        }
      }
      index += 1
    }
  }

  private static func text(_ touched: Touched) -> String {
    let names = touched.examples.joined(separator: ", ")
    let more = touched.count > touched.examples.count ? ", ..." : ""
    return "; touches \(touched.count) term\(touched.count == 1 ? "" : "s"): \(names)\(more)"
  }
}
