import Index

/// The answer to one query, ready to print.
struct Answer {
  /// A hit with what is stored of its document.
  struct Hit {
    let rank: Int
    let score: Float
    let id: String
    let title: String
    let snippet: Snippet?
  }

  /// The id of the query in a batch.
  let id: String?
  let text: String
  let parsed: ParsedQuery
  let result: SearchResult
  let options: SearchOptions
  let nanoseconds: Int
  var hits: [Hit] = []

  /// The number of documents that match; a lower bound unless `totalIsExact`.
  var total: Int {
    if let count = result.matchCount { return count }
    return result.hits.isEmpty ? 0 : options.offset + result.hits.count
  }

  /// Whether `total` is all there are: counted, or fewer than were asked for.
  var totalIsExact: Bool {
    if result.matchCount != nil { return true }
    return result.hits.count < options.limit && (options.offset == 0 || !result.hits.isEmpty)
  }

  /// The number of hits and the time, such as `2 hits (0.09 ms)`.
  var footer: String {
    let shown = result.hits.count
    let count =
      totalIsExact
      ? (shown == total ? counted(total, "hit") : "\(grouped(shown)) of \(counted(total, "hit"))")
      : "the best \(counted(shown, "hit"))"
    return "\(count) (\(fixed(Double(nanoseconds) / 1e6, 2)) ms)"
  }

  /// The counts of `--profile` by name.
  var profile: [(name: String, count: Int)] {
    let profile = result.profile
    return [
      ("blocks_decoded", profile.blocksDecoded), ("blocks_read", profile.blocksRead),
      ("blocks_skipped", profile.blocksSkipped),
      ("postings_decoded", profile.postingsDecoded),
      ("documents_scored", profile.documentsScored),
      ("position_blocks_decoded", profile.positionBlocksDecoded),
    ]
  }

  /// The counts of `--profile` side by side.
  var profileText: String {
    profile.map { "\($0.name) \(grouped($0.count))" }.joined(separator: "  ")
  }
}
