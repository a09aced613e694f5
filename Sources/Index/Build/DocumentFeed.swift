/// Where the documents of a build come from.
///
/// Input is taken in pieces, one at a time and in collection order; the documents of different
/// pieces are parsed on several threads at once. Cutting the same input into the same pieces
/// gives the same index, byte for byte, on any number of threads.
public protocol DocumentFeed: AnyObject, Sendable {
  /// Some input: lines of a file, a few files.
  associatedtype Piece: Sendable

  /// Takes the next piece: about `byteLimit` bytes of input, more only if one document is
  /// larger; nil at the end. Called by one thread at a time.
  ///
  /// What a build takes in time and memory follows from that: larger pieces go beyond its memory
  /// budget, and each of many small ones takes some kilobytes besides.
  func nextPiece(byteLimit: Int) throws(IndexError) -> Piece?

  /// Hands over the documents of `piece` in order: external id, title, text (all UTF-8; the
  /// spans are valid during the call). Called on several threads at once, for different pieces.
  ///
  /// A text has less than 4 GiB, an id and a title at most 1 GiB each. Whatever `body` throws ends the
  /// build, so it should be passed on at once.
  func forEachDocument(
    in piece: Piece,
    _ body: (_ id: Span<UInt8>, _ title: Span<UInt8>, _ text: Span<UInt8>) throws(IndexError)
      -> Void
  ) throws(IndexError)
}
