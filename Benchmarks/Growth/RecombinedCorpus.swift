internal import Index
internal import Synchronization
internal import SyntheticText

/// A collection of any size whose documents keep the statistics of a corpus.
///
/// Up to the size of the corpus these are its documents, in a seeded order. Beyond, each is the
/// first part of one document and the second part of another, cut at the same share of both, so
/// that lengths and frequencies of words stay as they are and no two documents are alike. What
/// does not grow is the vocabulary.
///
/// Nothing but two numbers a document is kept beside the corpus: the text is put together when a
/// thread asks for it.
final class RecombinedCorpus: DocumentFeed {
  /// The number of documents.
  let count: Int
  private let corpus: Corpus
  /// One order of all documents of the corpus for each round of the collection through it.
  private let heads: [[UInt32]]
  private let tails: [[UInt32]]
  private let next = Mutex(0)

  init(_ corpus: Corpus, count: Int, seed: UInt64 = 5) {
    self.corpus = corpus
    self.count = count
    var random = SplitMix64(seed: seed)
    let rounds = (count + corpus.count - 1) / corpus.count
    let all = (0..<UInt32(corpus.count))
    heads = (0..<rounds).map { _ in all.shuffled(using: &random) }
    tails = (0..<rounds).map { _ in all.shuffled(using: &random) }
  }

  /// The parts of the corpus's text that make up a document; the second may be empty.
  func parts(of document: Int) -> (head: Range<Int>, tail: Range<Int>) {
    let (round, place) = document.quotientAndRemainder(dividingBy: corpus.count)
    let head = corpus.range(of: Int(heads[round][place]))
    if round == 0 { return (head, head.upperBound..<head.upperBound) }
    let tail = corpus.range(of: Int(tails[round][place]))
    var random = SplitMix64(seed: UInt64(document))
    let share = 0.25 + random.fraction() / 2
    return (
      head.lowerBound..<endOfWord(share, of: head), endOfWord(share, of: tail)..<tail.upperBound
    )
  }

  /// The first space after a share of a document, or its end.
  private func endOfWord(_ share: Double, of range: Range<Int>) -> Int {
    var offset = range.lowerBound + Int(share * Double(range.count))
    while offset < range.upperBound, corpus.text[offset] != UInt8(ascii: " ") { offset += 1 }
    return offset
  }

  func nextPiece(byteLimit: Int) -> Range<Int>? {
    next.withLock { start in
      guard start < count else { return nil }
      let first = start
      var byteCount = 0
      repeat {
        byteCount += self.byteCount(of: start)
        start += 1
      } while start < count && byteCount + self.byteCount(of: start) <= byteLimit
      return first..<start
    }
  }

  private func byteCount(of document: Int) -> Int {
    let (head, tail) = parts(of: document)
    return head.count + tail.count
  }

  func forEachDocument(
    in piece: Range<Int>,
    _ body: (_ id: Span<UInt8>, _ title: Span<UInt8>, _ text: Span<UInt8>) throws(IndexError)
      -> Void
  ) throws(IndexError) {
    let noTitle: [UInt8] = []
    let corpusText = corpus.text
    for document in piece {
      let id = Array(String(document).utf8)
      let (head, tail) = parts(of: document)
      if tail.isEmpty {
        try body(id.span, noTitle.span, corpusText.span.extracting(head))
      } else {
        let text = Array(corpusText[head]) + corpusText[tail]
        try body(id.span, noTitle.span, text.span)
      }
    }
  }
}
