/// The golden index, byte by byte; see `GoldenIndexTests`.
///
/// It is too small for what came with format 2, so that of formats 1 and 2 only version and sums
/// differ; `OldIndex` is larger.
struct GoldenIndex {
  /// The segment's sections, each with the zeros up to the next, and its footer up to its sums.
  private typealias Parts = [(name: String, bytes: String)]

  /// The version of its format.
  let formatVersion: UInt32
  private let parts: Parts
  private let sums: Sums

  private struct Sums {
    /// The sum of the segment's content.
    let rootSum: String
    /// The sum of the segment's footer, which the manifest has too.
    let footerSum: String
    /// The sum of the manifest.
    let manifestSum: String
  }

  /// One for each version that is read, the one that is written last.
  static let all = [first, second, third, fourth, fifth, sixth]

  private static let first = GoldenIndex(
    formatVersion: 1, parts: firstParts,
    sums: Sums(
      rootSum: "89 3c 56 f0 8a 17 61 4e",
      footerSum: "2e c7 e0 09 64 a4 e6 04",
      manifestSum: "8a 2a a7 7c 19 44 a4 d7"))

  private static let second = first.next(
    changing: [:],
    sums: Sums(
      rootSum: "89 3c 56 f0 8a 17 61 4e",
      footerSum: "f6 86 8f 3f 3a 60 3a db",
      manifestSum: "9f 4f 0a f8 2a 7a 9e f8"))

  private static let third = second.next(
    changing: thirdParts,
    sums: Sums(
      rootSum: "63 16 63 25 22 54 9d fb",
      footerSum: "c2 7f 01 c6 cc 6a f2 cb",
      manifestSum: "41 d8 b2 ca 65 1c 6a 8b"))

  private static let fourth = third.next(
    changing: fourthParts,
    sums: Sums(
      rootSum: "0d 9c ca 32 24 53 fa 16",
      footerSum: "77 7a 9f 25 1d 73 0e 08",
      manifestSum: "b1 e0 ab d1 ed 2c 1c dc"))

  private static let fifth = fourth.next(
    changing: fifthParts,
    sums: Sums(
      rootSum: "4d 21 d7 a2 27 65 18 4f",
      footerSum: "cb 18 7d 5b b1 93 75 c7",
      manifestSum: "ff 8b 60 9c 63 f9 9d 0f"))

  private static let sixth = fifth.next(
    changing: sixthParts,
    sums: Sums(
      rootSum: "a9 b9 e2 bd a1 0b cd 27",
      footerSum: "12 18 98 44 4a cc 9e 56",
      manifestSum: "c1 1f 50 cc f5 28 0e e8"))

  /// That of the next version, of which some parts differ.
  private func next(changing changes: [String: String], sums: Sums) -> GoldenIndex {
    precondition(Set(changes.keys).isSubset(of: parts.map(\.name)))
    return GoldenIndex(
      formatVersion: formatVersion + 1,
      parts: parts.map { ($0.name, changes[$0.name] ?? $0.bytes) }, sums: sums)
  }

  var manifest: String {
    """
    73 72 63 68 6d 61 6e 69  01 00 00 00 01 00 00 00  00 00 00 00 06 01 11 00
    00 01 00 01 0f 73 65 67  6d 65 6e 74 2d 31 2d 30  2e 73 65 67 03 \(formatVersion < 5 ? "88" : "08") 04 00
    00 00 00 00 00 \(sums.footerSum) \(sums.manifestSum)
    """
  }

  var segment: String {
    parts.map(\.bytes).joined(separator: " ")
      + """
       \(sums.rootSum)  10 00 00 00 0a 00 00 00
      0\(formatVersion) 00 00 00 01 00 00 00  88 01 00 00 00 00 00 00  \(sums.footerSum)
      73 72 63 68 66 69 6c 65
      """
  }

  private static let firstParts: Parts = [
    (
      "documents",
      """
      1a 02 61 31 06 4b 61 73  73 69 6d 35 02 62 32 00  1d 02 63 33 05 45 6d 70
      74 79 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      """
    ),
    (
      "document-blocks",
      """
      03 00 00 00 01 00 00 00  00 00 00 00 03 00 00 00  00 00 00 00 00 00 00 00
      1b 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  52 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      """
    ),
    (
      "texts",
      """
      52 f5 0d 52 61 63 68 69  64 20 4b 61 73 73 69 6d  20 75 73 65 64 20 54 65
      6c 65 67 72 61 6d 2e 0a  00 f0 1e 2c 20 74 68 65  20 6d 65 73 73 65 6e 67
      65 72 2e c2 ab 20 4c e2  80 99 61 72 6d c3 a9 65  20 c2 bb 20 73 75 72 20
      54 65 6c 65 67 72 61 6d  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00
      """
    ),
    (
      "text-blocks",
      """
      01 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  52 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  50 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      """
    ),
    (
      "ids",
      """
      5c 99 7c 29 19 e0 29 8a  71 fa be 96 02 00 00 00  01 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      """
    ),
    (
      "positions",
      """
      01 00 06 00 01 03 01 02  05 02 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      """
    ),
    (
      "postings",
      """
      90 00 00 01 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      """
    ),
    (
      "terms",
      """
      00 00 00 06 6b 61 73 73  69 6d 03 00 01 00 07 6c  27 61 72 6d 65 65 03 01
      01 00 09 6d 65 73 73 65  6e 67 65 72 03 00 01 00  06 72 61 63 68 69 64 03
      00 01 00 03 73 75 72 03  01 01 00 08 74 65 6c 65  67 72 61 6d 04 01 04 03
      01 02 68 65 03 00 01 00  04 75 73 65 64 03 00 01  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00
      """
    ),
    (
      "termindex",
      """
      00 00 6d 69 73 73 61 6b  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      """
    ),
    (
      "norms",
      """
      07 03 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      """
    ),
    (
      "footer",
      footer(documents: "1b", ids: "18", positions: "0a", postings: "04", terms: "58")
    ),
  ]

  /// The footer up to its sums, by the sizes of the sections that formats have shorter.
  private static func footer(
    documents: String, ids: String, positions: String, postings: String, terms: String
  ) -> String {
    """
    64 6f 63 75 6d 65 6e 74  73 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    \(documents) 00 00 00 00 00 00 00  64 6f 63 75 6d 65 6e 74  2d 62 6c 6f 63 6b 73 00
    40 00 00 00 00 00 00 00  30 00 00 00 00 00 00 00  74 65 78 74 73 00 00 00
    00 00 00 00 00 00 00 00  80 00 00 00 00 00 00 00  50 00 00 00 00 00 00 00
    74 65 78 74 2d 62 6c 6f  63 6b 73 00 00 00 00 00  00 01 00 00 00 00 00 00
    28 00 00 00 00 00 00 00  69 64 73 00 00 00 00 00  00 00 00 00 00 00 00 00
    40 01 00 00 00 00 00 00  \(ids) 00 00 00 00 00 00 00  70 6f 73 69 74 69 6f 6e
    73 00 00 00 00 00 00 00  80 01 00 00 00 00 00 00  \(positions) 00 00 00 00 00 00 00
    70 6f 73 74 69 6e 67 73  00 00 00 00 00 00 00 00  c0 01 00 00 00 00 00 00
    \(postings) 00 00 00 00 00 00 00  74 65 72 6d 73 00 00 00  00 00 00 00 00 00 00 00
    00 02 00 00 00 00 00 00  \(terms) 00 00 00 00 00 00 00  74 65 72 6d 69 6e 64 65
    78 00 00 00 00 00 00 00  80 02 00 00 00 00 00 00  0c 00 00 00 00 00 00 00
    6e 6f 72 6d 73 00 00 00  00 00 00 00 00 00 00 00  c0 02 00 00 00 00 00 00
    03 00 00 00 00 00 00 00  03 02 0a 08 09 03 01 01  03 06 31 37 2e 30 2e 30
    00 03 00 00 00 00 00 00
    """
  }

  /// What changed with format 3.
  private static let thirdParts = [
    "documents": """
    22 0c 11 00 02 61 31 00  02 62 32 00 02 63 33 00  06 4b 61 73 73 69 6d 00
    00 00 05 45 6d 70 74 79  35 1d 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    """,
    "document-blocks": """
    03 00 00 00 01 00 00 00  00 00 00 00 03 00 00 00  00 00 00 00 00 00 00 00
    23 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  52 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    """,
    "ids": """
    00 00 00 00 03 00 00 00  a6 a4 88 25 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    """,
    "positions": """
    80 12 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    """,
    "postings": """
    90 1d 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    """,
    "terms": """
    00 00 06 6b 61 73 73 69  6d 03 00 00 07 6c 27 61  72 6d 65 65 01 01 00 09
    6d 65 73 73 65 6e 67 65  72 0d 00 00 06 72 61 63  68 69 64 01 00 00 03 73
    75 72 03 01 00 08 74 65  6c 65 67 72 61 6d 08 01  02 02 12 68 65 0b 00 00
    04 75 73 65 64 05 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00
    """,
    "footer": footer(documents: "23", ids: "0c", positions: "02", postings: "02", terms: "50"),
  ]

  /// What changed with format 4.
  private static let fourthParts = [
    "terms": """
    00 00 06 6b 61 73 73 69  6d 09 00 07 6c 27 61 72  6d 65 65 03 00 09 6d 65
    73 73 65 6e 67 65 72 31  00 06 72 61 63 68 69 64  01 00 03 73 75 72 0b 00
    08 74 65 6c 65 67 72 61  6d 08 01 02 02 12 68 65  29 00 04 75 73 65 64 11
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00
    """,
    "footer": footer(documents: "23", ids: "0c", positions: "02", postings: "02", terms: "49"),
  ]

  /// What changed with format 5.
  private static let fifthParts = [
    "documents": """
    22 0c 11 01 02 61 31 01  02 62 32 01 02 63 33 01  06 4b 61 73 73 69 6d 01
    00 01 05 45 6d 70 74 79  35 1d 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    """,
    "ids": "",
    "terms": """
    00 00 47 0d 00 38 df 1b  38 8e 42 78 82 01 24 60  50 28 02 cd 40 38 41 b6
    52 6e 65 ce e2 4e 91 32  0c 94 c8 ac 32 5a 58 39  32 34 54 ea 2c 04 ab 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    """,
    "footer": """
    64 6f 63 75 6d 65 6e 74  73 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    23 00 00 00 00 00 00 00  64 6f 63 75 6d 65 6e 74  2d 62 6c 6f 63 6b 73 00
    40 00 00 00 00 00 00 00  30 00 00 00 00 00 00 00  74 65 78 74 73 00 00 00
    00 00 00 00 00 00 00 00  80 00 00 00 00 00 00 00  50 00 00 00 00 00 00 00
    74 65 78 74 2d 62 6c 6f  63 6b 73 00 00 00 00 00  00 01 00 00 00 00 00 00
    28 00 00 00 00 00 00 00  69 64 73 00 00 00 00 00  00 00 00 00 00 00 00 00
    40 01 00 00 00 00 00 00  00 00 00 00 00 00 00 00  70 6f 73 69 74 69 6f 6e
    73 00 00 00 00 00 00 00  40 01 00 00 00 00 00 00  02 00 00 00 00 00 00 00
    70 6f 73 74 69 6e 67 73  00 00 00 00 00 00 00 00  80 01 00 00 00 00 00 00
    02 00 00 00 00 00 00 00  74 65 72 6d 73 00 00 00  00 00 00 00 00 00 00 00
    c0 01 00 00 00 00 00 00  30 00 00 00 00 00 00 00  74 65 72 6d 69 6e 64 65
    78 00 00 00 00 00 00 00  00 02 00 00 00 00 00 00  0c 00 00 00 00 00 00 00
    6e 6f 72 6d 73 00 00 00  00 00 00 00 00 00 00 00  40 02 00 00 00 00 00 00
    03 00 00 00 00 00 00 00  03 02 0a 08 09 03 01 01  03 06 31 37 2e 30 2e 30
    80 02 00 00 00 00 00 00
    """,
  ]

  /// What changed with format 6.
  private static let sixthParts = [
    "positions": """
    01 69 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    """
  ]

  /// The scores of the first two documents for "telegram".
  static let telegramScores: [Float] = [0.102427855, 0.099087805]

  /// The size of the segment of three hundred documents.
  static let largeByteCount = 60422
  /// Its sum.
  static let largeSum: UInt64 = 8_509_954_892_134_925_259
}
