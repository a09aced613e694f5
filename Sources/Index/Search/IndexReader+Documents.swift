/// What is stored of many documents at once, as of all hits of a search.
extension IndexReader {
  /// What is stored of each of `addresses`, in their order, which may be any; an address may occur
  /// more than once.
  ///
  /// The same as `document(at:)` for each, only faster: documents that lie close together in the
  /// index are read together.
  /// - Throws: `invalidInput` if there is no document at one of the addresses, before anything is
  ///   read; `damaged` for the first in collection order of which something is not as written.
  /// - Complexity: O(*n* log *n*) for *n* addresses, and each block of about 2 kB that has some of
  ///   them decompressed once, as far as the last of their titles. Each text costs what it does for
  ///   `document(at:)`, and all that are asked for are in memory together.
  public func documents(
    at addresses: [DocAddress], withText: Bool = true
  ) throws(IndexError) -> [StoredDocument] {
    try map(addresses, StoredDocument(id: "", title: "", text: nil)) {
      (doc, store, cursor) throws(IndexError) in
      try store.document(doc, withText: withText, &cursor)
    }
  }

  /// The external ids of the documents at `addresses`, in their order, which may be any; an address
  /// may occur more than once.
  ///
  /// - Throws: as `documents(at:)`.
  /// - Complexity: as `documents(at:)`, but of each block only the ids are decompressed: a tenth of
  ///   it where they are numbered.
  public func ids(of addresses: [DocAddress]) throws(IndexError) -> [String] {
    try map(addresses, "") { (doc, store, cursor) throws(IndexError) in
      try store.id(of: doc, &cursor)
    }
  }

  /// What `read` makes of each document, read in collection order; `placeholder` is for what is not
  /// read yet.
  @inline(__always)
  private func map<Result>(
    _ addresses: [DocAddress], _ placeholder: Result,
    _ read: (Int, DocumentStoreReader, inout StoredDocumentCursor) throws(IndexError) -> Result
  ) throws(IndexError) -> [Result] {
    var results = [Result](repeating: placeholder, count: addresses.count)
    let places = try placesInCollectionOrder(addresses)
    var start = 0
    while start < places.count {
      let segment = addresses[places[start]].segment
      let store = segments[segment].documents
      var cursor = StoredDocumentCursor(store)
      var previous: Int?
      while start < places.count, addresses[places[start]].segment == segment {
        let place = places[start]
        if let previous, addresses[previous] == addresses[place] {
          results[place] = results[previous]
        } else {
          results[place] = try read(Int(addresses[place].doc.rawValue), store, &cursor)
        }
        previous = place
        start += 1
      }
    }
    return results
  }

  /// The indices of `addresses` in the order of these.
  private func placesInCollectionOrder(_ addresses: [DocAddress]) throws(IndexError) -> [Int] {
    for address in addresses { _ = try segment(of: address) }
    // One segment is the rule, and there numbers can be sorted, which is several times as fast.
    guard segments.count == 1, addresses.count <= UInt32.max else {
      return addresses.indices.sorted { addresses[$0] < addresses[$1] }
    }
    var keys = addresses.indices.map { UInt64(addresses[$0].doc.rawValue) << 32 | UInt64($0) }
    keys.sort()
    return keys.map { Int(truncatingIfNeeded: $0 & 0xFFFF_FFFF) }
  }
}
