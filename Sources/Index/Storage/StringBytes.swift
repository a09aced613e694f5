import Tokenizer

extension String {
  /// The text that `bytes` are in UTF-8, ill-formed parts replaced by U+FFFD.
  init(decoding bytes: Bytes) {
    // SAFETY: the owner of the bytes keeps them during this call.
    self = unsafe String(
      decoding: UnsafeRawBufferPointer(start: bytes.base, count: bytes.count), as: UTF8.self)
  }

  /// The text whose UTF-8 `fill` puts into memory for `byteCount` bytes, which is the string's
  /// own if they are well-formed; ill-formed parts are replaced by U+FFFD.
  static func make(
    byteCount: Int, _ fill: (ColumnView<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) -> String {
    var failure: IndexError?
    // SAFETY: the memory has room for `byteCount` bytes and is used during the call only; all of
    // it is filled when the count is returned.
    let text = unsafe String(unsafeUninitializedCapacity: byteCount) { buffer in
      do throws(IndexError) {
        guard let base = buffer.baseAddress else { return 0 }
        try unsafe fill(ColumnView(base: base, count: byteCount))
        return byteCount
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    return text
  }
}
