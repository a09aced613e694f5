/// Which documents match a bound query: a tree over its terms, phrases and prefixes, each by its
/// number.
enum MatchTree: Hashable {
  case term(Int)
  case phrase(Int)
  case prefix(Int)
  case all([MatchTree])
  case any([MatchTree])

  /// The number of its levels.
  var depth: Int {
    switch self {
    case .term, .phrase, .prefix: 1
    case .all(let nodes), .any(let nodes): 1 + (nodes.map(\.depth).max() ?? 0)
    }
  }
}
