/// A 64-bit sum of bytes that shows damage.
///
/// It is no protection against a forger.
///
/// The bytes are taken 64 at a time into four lanes of two words each; a lane folds the 128-bit
/// product of its words, the multiplier of wyhash (Wang Yi, "Modern Non-Cryptographic Hash
/// Function and Pseudorandom Number Generator", 2019). With words little-endian, `mix(a, b)` =
/// low ^ high half of `a * b`, and `key` the fraction of pi in 64-bit words:
///
///     lane[j] = key[j + 4]                                         j = 0, 1, 2, 3
///     for each whole 64 bytes:   lane[j] = mix(w[2j] ^ key[j], w[2j + 1] ^ lane[j])
///     for each whole 16 of the rest, then for what is left, if anything, padded with zeros:
///                                lane[0] = mix(w[0] ^ key[0], w[1] ^ lane[0])
///     sum = mix(mix(lane[0] ^ key[0], lane[1] ^ key[1])
///               ^ mix(lane[2] ^ key[2], lane[3] ^ key[3]) ^ length, key[4])
///
/// A changed unit keeps its sum with a probability of about 2^-64.
enum Checksum {
  /// The fraction of pi, 64 bits a word.
  private static let key0: UInt64 = 0x243F_6A88_85A3_08D3
  private static let key1: UInt64 = 0x1319_8A2E_0370_7344
  private static let key2: UInt64 = 0xA409_3822_299F_31D0
  private static let key3: UInt64 = 0x082E_FA98_EC4E_6C89
  private static let key4: UInt64 = 0x4528_21E6_38D0_1377
  private static let key5: UInt64 = 0xBE54_66CF_34E9_0C6C
  private static let key6: UInt64 = 0xC0AC_29B7_C97C_50DD
  private static let key7: UInt64 = 0x3F84_D5B5_B547_0917

  @inline(__always)
  private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  @inline(__always)
  private static func word(_ bytes: Bytes, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.load(at: offset))
  }

  /// The sum of `bytes`.
  static func sum(_ bytes: Bytes) -> UInt64 {
    var lane0 = key4
    var lane1 = key5
    var lane2 = key6
    var lane3 = key7
    let count = bytes.count
    var offset = 0
    while offset &+ 64 <= count {
      lane0 = mix(word(bytes, offset) ^ key0, word(bytes, offset &+ 8) ^ lane0)
      lane1 = mix(word(bytes, offset &+ 16) ^ key1, word(bytes, offset &+ 24) ^ lane1)
      lane2 = mix(word(bytes, offset &+ 32) ^ key2, word(bytes, offset &+ 40) ^ lane2)
      lane3 = mix(word(bytes, offset &+ 48) ^ key3, word(bytes, offset &+ 56) ^ lane3)
      offset &+= 64
    }
    while offset &+ 16 <= count {
      lane0 = mix(word(bytes, offset) ^ key0, word(bytes, offset &+ 8) ^ lane0)
      offset &+= 16
    }
    if offset < count {
      lane0 = mix(
        partialWord(bytes, offset) ^ key0, partialWord(bytes, offset &+ 8) ^ lane0)
    }
    let folded = mix(lane0 ^ key0, lane1 ^ key1) ^ mix(lane2 ^ key2, lane3 ^ key3)
    return mix(folded ^ UInt64(count), key4)
  }

  /// The word at `offset`, zeros in place of what lies beyond the end.
  private static func partialWord(_ bytes: Bytes, _ offset: Int) -> UInt64 {
    var result: UInt64 = 0
    for index in 0..<max(0, min(8, bytes.count - offset)) {
      result |= UInt64(bytes[offset + index]) << UInt64(8 * index)
    }
    return result
  }

  /// The sum of `bytes`.
  static func sum(_ bytes: Span<UInt8>) -> UInt64 {
    bytes.withBytes { sum($0) }
  }
}
