import Tokenizer

/// A forward-only position among the stored documents of a segment.
///
/// Each block of records is restored once, and only as far as what is asked for goes: first come the
/// ids of all its documents, then the titles, then the lengths of texts.
///
/// It does not hold the reader, which would count references for each document that is shown: each
/// call is given the same one.
struct StoredDocumentCursor: ~Copyable {
  private var records: DocumentRecordBlock
  private var block = -1
  /// The documents of the block.
  private var numbers = 0..<0
  /// The place of the document in the block.
  private var index = 0

  /// A position before the first document of `store`.
  init(_ store: DocumentStoreReader) {
    records = store.makeRecordBlock()
  }

  /// Moves to a document.
  ///
  /// - Precondition: `doc` is within `0 ..< store.documentCount`, and not before the last one.
  /// - Throws: `damaged`.
  mutating func seek(to doc: Int, in store: DocumentStoreReader) throws(IndexError) {
    if numbers.contains(doc) {
      precondition(doc >= numbers.lowerBound + index)
    } else {
      let block = try store.block(of: doc)
      // Until its block is restored there is no position.
      numbers = 0..<0
      numbers = try store.withRecords(of: block, &records) { numbers, _ in numbers }
      self.block = block
    }
    guard numbers.contains(doc) else { throw store.damagedBlock(block, .truncated) }
    index = doc - numbers.lowerBound
  }

  /// The id of the document; valid until the cursor moves.
  ///
  /// - Throws: `damaged`.
  mutating func id(in store: DocumentStoreReader) throws(IndexError) -> Bytes {
    do throws(BlockDecompressor.Failure) {
      return try records.id(at: index)
    } catch {
      throw store.damagedBlock(block, error)
    }
  }

  /// The title of the document; valid until the cursor moves.
  ///
  /// - Throws: `damaged`.
  mutating func title(in store: DocumentStoreReader) throws(IndexError) -> Bytes {
    do throws(BlockDecompressor.Failure) {
      return try records.title(at: index)
    } catch {
      throw store.damagedBlock(block, error)
    }
  }

  /// The place of the document's text in the stream of texts.
  ///
  /// - Throws: `damaged`.
  mutating func textRange(in store: DocumentStoreReader) throws(IndexError) -> Range<UInt64> {
    let start = try store.textOffsets.value(at: block)
    do throws(BlockDecompressor.Failure) {
      let range = try records.textRange(at: index)
      let (end, overflow) = start.addingReportingOverflow(range.upperBound)
      guard !overflow else { throw .tooLong }
      return start + range.lowerBound..<end
    } catch {
      throw store.damagedBlock(block, error)
    }
  }
}
