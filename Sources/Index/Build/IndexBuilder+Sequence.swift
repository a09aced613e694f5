internal import Synchronization

extension IndexBuilder {
  /// Builds the index of `documents`, in their order, at the folder `path`.
  ///
  /// They are taken from the sequence as they are needed, so that a lazy one never has all of them
  /// in memory; analysing them is shared out among the threads. In all else this is building from
  /// a ``DocumentFeed``. A feed of one's own can share out reading and parsing, too, do without
  /// strings, and throw.
  ///
  /// The threads of the build take them, so the compiler may refuse a lazy sequence whose closures
  /// are of an actor: a `nonisolated` function can make it and build.
  public func build<Documents: Sequence<Document>>(
    from documents: sending Documents, at path: String,
    progress: @escaping @Sendable (_ documentCount: Int, _ textByteCount: Int) -> Bool = { _, _ in
      true
    }
  ) throws(IndexError) -> BuildReport {
    try build(from: SequenceFeed(documents.makeIterator()), at: path, progress: progress)
  }
}

/// Cuts a sequence of documents into pieces.
private final class SequenceFeed<Documents: IteratorProtocol<Document>>: DocumentFeed {
  private struct Rest {
    var iterator: Documents
    /// The document that did not fit the last piece.
    var next: Document?
  }

  private let rest: Mutex<Rest>

  init(_ documents: sending Documents) {
    var iterator = documents
    let first = iterator.next()
    rest = Mutex(Rest(iterator: iterator, next: first))
  }

  func nextPiece(byteLimit: Int) -> [Document]? {
    rest.withLock { rest in
      var piece: [Document] = []
      var byteCount = 0
      while let document = rest.next {
        byteCount += document.id.utf8.count + document.title.utf8.count + document.text.utf8.count
        if !piece.isEmpty, byteCount > byteLimit { break }
        piece.append(document)
        rest.next = rest.iterator.next()
      }
      return piece.isEmpty ? nil : piece
    }
  }

  func forEachDocument(
    in piece: [Document],
    _ body: (_ id: Span<UInt8>, _ title: Span<UInt8>, _ text: Span<UInt8>) throws(IndexError)
      -> Void
  ) throws(IndexError) {
    for document in piece {
      try body(
        document.id.utf8Span.span, document.title.utf8Span.span, document.text.utf8Span.span)
    }
  }
}
