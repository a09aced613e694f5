/// What a user asks for, as a tree over analysed terms.
public indirect enum Query: Hashable, Sendable {
  /// Documents that have the term.
  case term([UInt8])
  /// Documents that have a term that begins with these bytes; each scores 1, whatever the terms
  /// are and however often they stand in it.
  case prefix([UInt8])
  /// Documents that have these terms at these relative positions; each place may be taken by
  /// any one of several terms.
  case phrase([PhrasePlace])
  /// Documents that match every part; the score is the sum over the parts. No documents if there are
  /// no parts.
  case all([Query])
  /// Documents that match at least one part; the score is the sum over the parts that match.
  case any([Query])
  /// No documents.
  case nothing
}

extension Query {
  /// The most levels of `all` and `any` a query has.
  ///
  /// A deeper one is refused by searches and has no words for snippets. To compare, to simplify and
  /// even to free one takes stack for each level, so one some 100,000 levels deep ends the
  /// program on a stack of 8 MB, and one of fewer on a smaller stack, as threads have; no text is
  /// parsed to such a tree.
  public static let maxLevelCount = 64

  /// Whether there are more than `count` levels of `all` and `any`.
  func hasLevels(beyond count: Int) -> Bool {
    switch self {
    case .nothing, .term, .prefix, .phrase: false
    case .all(let parts), .any(let parts):
      count == 0 || parts.contains { $0.hasLevels(beyond: count - 1) }
    }
  }

  /// A phrase whose places have alternatives is searched as that many phrases at most.
  static let maxPhraseVariantCount = 256
  /// The most prefixes a query has: each takes a bit for every document while it is searched.
  ///
  /// How many terms begin with one is not limited.
  public static let maxPrefixCount = 64
  /// The most terms a query has, of those that any document has; in phrases each place counts, once
  /// for each way to read the phrase.
  ///
  /// A phrase of more places is refused whatever its terms. Each term takes a kilobyte or two while
  /// it is searched.
  public static let maxTermCount = 1 << 16
}

/// One place of a phrase.
public struct PhrasePlace: Hashable, Sendable {
  /// The distance in words from the start of the phrase.
  public var offset: Int
  /// The terms of which one must stand there.
  public var terms: [[UInt8]]

  /// Creates a place.
  public init(offset: Int, terms: [[UInt8]]) {
    self.offset = offset
    self.terms = terms
  }
}
