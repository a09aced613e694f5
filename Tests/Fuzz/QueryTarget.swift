internal import Index

/// Any text as a query: it parses to something, and every algorithm finds the same hits.
struct QueryTarget: FuzzTarget {
  static let name = "query"

  private let reader: IndexReader

  init() throws {
    reader = try IndexReader(path: try SmallIndex.build())
  }

  func run(_ input: [UInt8]) throws {
    guard let choice = input.first else { return }
    let text = String(decoding: input.dropFirst(), as: UTF8.self)
    let parsed = reader.parse(text, mode: choice & 1 == 0 ? .any : .all)
    for warning in parsed.warnings where warning.byteRange.upperBound > text.utf8.count {
      throw BrokenLaw("a warning about bytes that the query does not have")
    }
    var options = SearchOptions()
    options.limit = Int(choice >> 1) % 40
    let fast = try reader.search(parsed.query, options: options)
    options.algorithm = .exhaustive
    let slow = try reader.search(parsed.query, options: options)
    guard fast.hits == slow.hits else { throw BrokenLaw("pruning changes the hits") }
  }
}
