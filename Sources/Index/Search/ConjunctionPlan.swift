import Tokenizer

/// The lists of a conjunction in one segment, shortest first.
///
/// First all are added, then they are sorted, then they are asked for.
struct ConjunctionPlan {
  /// One list.
  struct List: BitwiseCopyable {
    /// Its term.
    var term: BoundQuery.Term
    /// The number of documents of the segment that have it.
    var documentFrequency: Int
    /// Whether the term counts for itself, not only as part of a phrase.
    var scores: Bool
  }

  private let lists: ColumnView<List>
  /// Numbers of lists, shortest first.
  private let order: ColumnView<Int>
  /// By number of the term, where its first list is: its number, once sorted its rank; or -1.
  private let places: ColumnView<Int>
  /// The number of lists.
  private(set) var count = 0
  /// So many lists are sorted by insertion.
  private static let insertedCount = 32

  /// A plan of up to `capacity` lists, of terms with numbers below `termCount`.
  init(capacity: Int, termCount: Int, _ memory: SearchMemory) {
    lists = memory.take(capacity)
    order = memory.take(capacity)
    places = memory.take(termCount)
    for number in 0..<termCount { places[number] = -1 }
  }

  /// Adds the list of a term of so many documents that counts for itself.
  mutating func add(_ term: BoundQuery.Term, _ documentFrequency: Int) {
    append(List(term: term, documentFrequency: documentFrequency, scores: true))
  }

  /// Adds the list of a word of a phrase unless it is there.
  mutating func addWord(_ term: BoundQuery.Term, _ documentFrequency: Int) {
    if places[term.number] >= 0 { return }
    append(List(term: term, documentFrequency: documentFrequency, scores: false))
  }

  private mutating func append(_ list: List) {
    lists[count] = list
    if places[list.term.number] < 0 { places[list.term.number] = count }
    count += 1
  }

  /// Puts the lists in their order; of equally long ones the first stays first.
  func sort() {
    if count <= ConjunctionPlan.insertedCount {
      for number in 0..<count { insert(number) }
    } else {
      let sorted = (0..<count).sorted {
        (lists[$0].documentFrequency, $0) < (lists[$1].documentFrequency, $1)
      }
      for rank in 0..<count { order[rank] = sorted[rank] }
    }
    // From the last on: a term may have several lists, of which the first counts.
    var rank = count
    while rank > 0 {
      rank -= 1
      places[list(atRank: rank).term.number] = rank
    }
  }

  /// Puts a list where it belongs among those before it.
  private func insert(_ number: Int) {
    var hole = number
    while hole > 0,
      lists[order[hole - 1]].documentFrequency > lists[number].documentFrequency
    {
      order[hole] = order[hole - 1]
      hole -= 1
    }
    order[hole] = number
  }

  /// The list that comes at `rank`.
  func list(atRank rank: Int) -> List { lists[order[rank]] }

  /// Where the list of a word comes that was added.
  func rank(of word: BoundQuery.Term) -> Int { places[word.number] }
}
