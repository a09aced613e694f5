extension Query {
  /// The same query in its simplest form, which matches the same documents.
  ///
  /// - An `any` within an `any`, or an `all` within an `all`, is dissolved in it.
  /// - A part that stands twice at a level stands once, so it counts once in the score.
  /// - An `any` or `all` of one part is that part.
  /// - An `any` forgets parts that match nothing; an `all` with one matches nothing.
  /// - The places of a phrase are in order and start at 0, with each term once. A phrase of one
  ///   place is any of its terms; one with a place that nothing can take matches nothing.
  ///
  /// - Complexity: linear in the size of the query, for each of its levels.
  public func simplified() -> Query {
    switch self {
    case .nothing, .term, .prefix:
      return self
    case .phrase(let places):
      return Query.simplified(places)
    case .any(let parts):
      var collector = PartCollector()
      for part in parts {
        switch part.simplified() {
        case .nothing: continue
        case .any(let inner): for part in inner { collector.add(part) }
        case let part: collector.add(part)
        }
      }
      return collector.combined(Query.any)
    case .all(let parts):
      var collector = PartCollector()
      for part in parts {
        switch part.simplified() {
        case .nothing: return .nothing
        case .all(let inner): for part in inner { collector.add(part) }
        case let part: collector.add(part)
        }
      }
      return collector.combined(Query.all)
    }
  }

  private static func simplified(_ places: [PhrasePlace]) -> Query {
    let sorted = places.enumerated().sorted { ($0.1.offset, $0.0) < ($1.1.offset, $1.0) }
    guard let first = sorted.first?.element.offset else { return .nothing }
    var simple: [PhrasePlace] = []
    for (_, place) in sorted {
      let terms = distinct(place.terms)
      let (offset, overflows) = place.offset.subtractingReportingOverflow(first)
      if terms.isEmpty || overflows { return .nothing }
      let place = PhrasePlace(offset: offset, terms: terms)
      if simple.last != place { simple.append(place) }
    }
    if simple.count > 1 { return .phrase(simple) }
    return Query.any(simple[0].terms.map { .term($0) }).simplified()
  }
}

extension Query {
  /// The same terms, each once, in order.
  private static func distinct(_ terms: [[UInt8]]) -> [[UInt8]] {
    var distinct: [[UInt8]] = []
    // Places mostly have one term, rarely more than a few, which a set would not find faster.
    if terms.count <= 8 {
      for term in terms where !distinct.contains(term) { distinct.append(term) }
    } else {
      var seen: Set<[UInt8]> = []
      for term in terms where seen.insert(term).inserted { distinct.append(term) }
    }
    return distinct
  }
}

/// The distinct parts of a level, in order.
private struct PartCollector {
  private var parts: [Query] = []
  private var seen: Set<Query> = []

  mutating func add(_ part: Query) {
    if seen.insert(part).inserted { parts.append(part) }
  }

  func combined(_ combine: ([Query]) -> Query) -> Query {
    switch parts.count {
    case 0: .nothing
    case 1: parts[0]
    default: combine(parts)
    }
  }
}
