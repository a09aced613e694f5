internal import Index
internal import Synchronization

/// Hands a corpus to the engine; ids are document numbers, titles are empty.
final class CorpusFeed: DocumentFeed {
  private let corpus: Corpus
  private let next = Mutex(0)

  init(_ corpus: Corpus) {
    self.corpus = corpus
  }

  func nextPiece(byteLimit: Int) -> Range<Int>? {
    next.withLock { start in
      guard start < corpus.count else { return nil }
      let first = start
      let limit = corpus.range(of: first).lowerBound + byteLimit
      start += 1
      while start < corpus.count, corpus.ends[start] <= limit { start += 1 }
      return first..<start
    }
  }

  func forEachDocument(
    in piece: Range<Int>,
    _ body: (_ id: Span<UInt8>, _ title: Span<UInt8>, _ text: Span<UInt8>) throws(IndexError)
      -> Void
  ) throws(IndexError) {
    let noTitle: [UInt8] = []
    let text = corpus.text
    for document in piece {
      let id = Array(String(document).utf8)
      try body(id.span, noTitle.span, text.span.extracting(corpus.range(of: document)))
    }
  }
}
