import Tokenizer

/// The lists of a conjunction in one segment, shortest first.
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
  /// The number of lists.
  private(set) var count = 0

  /// A plan of up to `capacity` lists.
  init(capacity: Int, _ memory: SearchMemory) {
    lists = memory.take(capacity)
    order = memory.take(capacity)
  }

  /// Adds the list of a term of so many documents that counts for itself.
  mutating func add(_ term: BoundQuery.Term, _ documentFrequency: Int) {
    append(List(term: term, documentFrequency: documentFrequency, scores: true))
  }

  /// Adds the list of a word of a phrase unless it is there.
  mutating func addWord(_ term: BoundQuery.Term, _ documentFrequency: Int) {
    for number in 0..<count where lists[number].term == term { return }
    append(List(term: term, documentFrequency: documentFrequency, scores: false))
  }

  private mutating func append(_ list: List) {
    // By insertion: there are few, and of equal ones the first stays first.
    var hole = count
    while hole > 0,
      lists[order[hole - 1]].documentFrequency > list.documentFrequency
    {
      order[hole] = order[hole - 1]
      hole -= 1
    }
    lists[count] = list
    order[hole] = count
    count += 1
  }

  /// The list that comes at `rank`.
  func list(atRank rank: Int) -> List { lists[order[rank]] }

  /// Where the list of a word comes that was added.
  func rank(of word: BoundQuery.Term) -> Int {
    var rank = 0
    while lists[order[rank]].term != word { rank += 1 }
    return rank
  }
}
