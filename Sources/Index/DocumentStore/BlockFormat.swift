/// How a block of bytes is compressed: by references to what came before within the block.
///
///     Block    := rawByteCount: varint, body
///     body     := the raw bytes, if the body has rawByteCount bytes; else Sequence* Last
///     Sequence := token: u8, length', literals, distance: u16, length'
///     Last     := token: u8, length', literals
///
/// A token holds in its high four bits the number of literals, and in its low four the length of
/// the match less 4; where four bits hold 15, a `length'` follows, whose bytes are added up to and
/// including the first that is not 255. A sequence copies its literals to the output, then
/// repeats the bytes that start `distance` before the end of the output, which may overlap what
/// they become. The last sequence has no match; its low four bits are 0. This is the LZ4 block
/// format (Yann Collet, 2011), so its tools can read a body. `FileFormat.md` has an example.
///
/// A block may go on from a prefix, which is stored elsewhere: then a match may start in it, as in
/// a block that LZ4 compressed with a dictionary.
///
/// A block of more than 65,536 bytes is kept as it is, so that a reader never makes more room
/// than that for a block, or than the block itself takes.
enum BlockFormat {
  /// The largest block that is compressed.
  static let maxCompressedRawByteCount = 1 << 16
  /// The shortest match.
  static let minMatchByteCount = 4
  /// Matches end at least so many bytes before the end of the block.
  static let lastLiteralByteCount = 5
  /// Matches start at least so many bytes before the end; other decoders count on both.
  static let matchStartMargin = 12
}
