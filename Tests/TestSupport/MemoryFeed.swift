public import Index
import Synchronization

/// A document for a test.
public struct TestDocument: Hashable, Sendable {
  /// The external id.
  public var id: String
  /// The title.
  public var title: String
  /// The text: UTF-8, or what a test wants to try in its place.
  public var text: [UInt8]

  /// Creates a document.
  public init(id: String, title: String = "", text: [UInt8]) {
    self.id = id
    self.title = title
    self.text = text
  }

  /// Creates a document.
  public init(id: String, title: String = "", text: String) {
    self.init(id: id, title: title, text: Array(text.utf8))
  }
}

/// Hands an array of documents to the engine, in pieces as a file would be cut.
public final class MemoryFeed: DocumentFeed {
  private let documents: [TestDocument]
  private let next = Mutex(0)
  private let pieceByteLimit: Int

  /// A feed of `documents`, in order.
  ///
  /// - Parameter pieceByteLimit: how much a piece may have at most, in bytes of text, if that is
  ///   less than what the engine asks for; small pieces try how they are put together.
  public init(_ documents: [TestDocument], pieceByteLimit: Int = .max) {
    self.documents = documents
    self.pieceByteLimit = pieceByteLimit
  }

  /// A feed of texts, whose ids are their numbers from 0.
  public convenience init(texts: [String]) {
    self.init(texts.enumerated().map { TestDocument(id: String($0.offset), text: $0.element) })
  }

  /// The next documents, by number.
  public func nextPiece(byteLimit: Int) -> Range<Int>? {
    next.withLock { start in
      guard start < documents.count else { return nil }
      let first = start
      var byteCount = 0
      repeat {
        byteCount += documents[start].text.count
        start += 1
      } while start < documents.count
        && byteCount + documents[start].text.count <= min(byteLimit, pieceByteLimit)
      return first..<start
    }
  }

  /// Hands over the documents of a piece.
  public func forEachDocument(
    in piece: Range<Int>,
    _ body: (_ id: Span<UInt8>, _ title: Span<UInt8>, _ text: Span<UInt8>) throws(IndexError)
      -> Void
  ) throws(IndexError) {
    for document in documents[piece] {
      let id = Array(document.id.utf8)
      let title = Array(document.title.utf8)
      let text = document.text
      try body(id.span, title.span, text.span)
    }
  }
}
