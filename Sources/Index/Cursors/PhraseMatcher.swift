import Tokenizer

/// Counts how often a phrase stands in a document that has all of its terms.
struct PhraseMatcher {
  /// One word of the phrase.
  struct Place {
    /// The cursor of its list.
    var cursor: Int
    /// Its distance from the first word.
    var offset: UInt32
  }

  /// Where a document stands in one list.
  struct Posting {
    /// The block of postings.
    var block = 0
    /// The frequencies of the postings before it in the block, added up.
    var before = 0
    /// Its frequency.
    var frequency = 0
  }

  /// The words, those with the shortest lists first.
  let places: [Place]
  /// The weight of the phrase.
  let weight: TermWeight
  private var cursors: [PositionCursor]
  private var starts = Column<UInt32>(capacity: 256).shared()
  private var positions = Column<UInt32>(capacity: 256).shared()

  /// A matcher of `places`, each with the positions of its list.
  init(places: [Place], positions: [PositionCursor], weight: TermWeight) {
    self.places = places
    self.weight = weight
    cursors = positions
  }

  /// Blocks of positions decoded so far.
  var blocksDecoded: Int { cursors.reduce(0) { $0 + $1.blocksDecoded } }

  /// How often the phrase stands in the document that has `posting(cursor)` in each list.
  mutating func count(
    _ file: VerifiedFile, _ posting: (_ cursor: Int) -> Posting
  ) throws(IndexError) -> Int {
    var startCount = 0
    for (number, place) in places.enumerated() {
      let posting = posting(place.cursor)
      try read(posting, number, file)
      let buffer = positions.view
      if number == 0 {
        if starts.view.count < posting.frequency {
          starts = Column(capacity: posting.frequency).shared()
        }
        startCount = PhraseMatcher.copyStarts(
          buffer, posting.frequency, place.offset, to: starts.view)
      } else {
        startCount = PhraseMatcher.intersect(
          starts.view, startCount, with: buffer, posting.frequency, place.offset)
      }
      if startCount == 0 { return 0 }
    }
    return startCount
  }

  private mutating func read(
    _ posting: Posting, _ number: Int, _ file: VerifiedFile
  ) throws(IndexError) {
    try cursors[number].validate(posting.frequency, file)
    if positions.view.count < posting.frequency {
      positions = Column(capacity: posting.frequency).shared()
    }
    try cursors[number].read(
      posting.frequency, inBlock: posting.block, after: posting.before, into: positions.view,
      file)
  }

  /// The starts of phrases whose word at `offset` stands at these positions.
  private static func copyStarts(
    _ positions: ColumnView<UInt32>, _ count: Int, _ offset: UInt32, to starts: ColumnView<UInt32>
  ) -> Int {
    var kept = 0
    for index in 0..<count where positions[index] >= offset {
      starts[kept] = positions[index] &- offset
      kept &+= 1
    }
    return kept
  }

  /// Keeps the starts whose word at `offset` stands at one of `positions`.
  private static func intersect(
    _ starts: ColumnView<UInt32>, _ startCount: Int, with positions: ColumnView<UInt32>,
    _ count: Int, _ offset: UInt32
  ) -> Int {
    var kept = 0
    var index = 0
    for start in 0..<startCount {
      let wanted = starts[start] &+ offset
      while index < count, positions[index] < wanted { index &+= 1 }
      if index == count { break }
      if positions[index] == wanted {
        starts[kept] = starts[start]
        kept &+= 1
      }
    }
    return kept
  }
}

/// A column that several copies of a struct may refer to.
///
/// Constant, so that reading the view is no access to be checked at run time.
final class SharedColumn<Element: BitwiseCopyable> {
  private let column: Column<Element>

  init(_ column: consuming Column<Element>) {
    self.column = column
  }

  /// The memory, valid as long as this object.
  var view: ColumnView<Element> { column.view }
}

extension Column {
  /// This column, owned by reference.
  consuming func shared() -> SharedColumn<Element> { SharedColumn(self) }
}
