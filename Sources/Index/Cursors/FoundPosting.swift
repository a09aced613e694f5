/// A document that was looked up and found: its place among those looked up, and in the block.
struct FoundPosting {
  /// Both in one number.
  let bits: UInt32

  /// What `bits` say.
  @inline(__always)
  init(bits: UInt32) { self.bits = bits }

  /// Document `candidate`, below 2^24, found at `place` of 128.
  @inline(__always)
  init(_ candidate: UInt32, place: Int) {
    bits = candidate &<< 8 | UInt32(truncatingIfNeeded: place)
  }

  /// The place among the documents looked up.
  @inline(__always)
  var candidate: Int { Int(bits &>> 8) }

  /// The place in the block.
  @inline(__always)
  var place: Int { Int(bits & 0xFF) }
}
