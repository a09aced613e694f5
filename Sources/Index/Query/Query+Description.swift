extension Query: CustomStringConvertible {
  /// The query as text, for people: `kassim | telegram`, `"freres de belgique"`, `a & b`, `kas*`.
  ///
  /// Alternatives are in parentheses: `kassim | (armee | l'armee)`, `"(armee|l'armee) belge"`; a
  /// word that a phrase passes over is `_`. `nothing` is empty.
  public var description: String {
    switch self {
    case .term(let term): String(decoding: term, as: UTF8.self)
    case .prefix(let prefix): String(decoding: prefix, as: UTF8.self) + "*"
    case .phrase(let places): Query.describe(places)
    case .all(let parts): Query.describe(parts, separator: " & ")
    case .any(let parts): Query.describe(parts, separator: " | ")
    case .nothing: ""
    }
  }

  private static func describe(_ parts: [Query], separator: String) -> String {
    parts.map { part in
      switch part {
      case .all, .any: "(\(part.description))"
      case .term, .prefix, .phrase, .nothing: part.description
      }
    }.joined(separator: separator)
  }

  private static func describe(_ places: [PhrasePlace]) -> String {
    var words: [String] = []
    var next = places.first?.offset ?? 0
    for place in places {
      // A long gap is not drawn to scale.
      let gap = place.offset.subtractingReportingOverflow(next).partialValue
      words += [String](repeating: "_", count: max(0, min(gap, 8)))
      let terms = place.terms.map { String(decoding: $0, as: UTF8.self) }
      words.append(terms.count == 1 ? terms[0] : "(\(terms.joined(separator: "|")))")
      next = place.offset.addingReportingOverflow(1).partialValue
    }
    return "\"\(words.joined(separator: " "))\""
  }
}
