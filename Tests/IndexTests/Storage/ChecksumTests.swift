import TestSupport
import Testing

@testable import Index

@Suite struct ChecksumTests {
  /// The definition of the sum, word by word.
  static func naiveSum(_ bytes: [UInt8]) -> UInt64 {
    let key: [UInt64] = [
      0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344, 0xA409_3822_299F_31D0,
      0x082E_FA98_EC4E_6C89, 0x4528_21E6_38D0_1377, 0xBE54_66CF_34E9_0C6C,
      0xC0AC_29B7_C97C_50DD, 0x3F84_D5B5_B547_0917,
    ]
    func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
      let product = UInt128(a) * UInt128(b)
      return UInt64(truncatingIfNeeded: product) ^ UInt64(truncatingIfNeeded: product >> 64)
    }
    func word(_ index: Int) -> UInt64 {
      (0..<8).reduce(0) { word, byte in
        let place = index * 8 + byte
        return word | (place < bytes.count ? UInt64(bytes[place]) << UInt64(8 * byte) : 0)
      }
    }
    var lane = Array(key[4...])
    let wholeCount = bytes.count / 64
    for block in 0..<wholeCount {
      for j in 0..<4 {
        lane[j] = mix(word(8 * block + 2 * j) ^ key[j], word(8 * block + 2 * j + 1) ^ lane[j])
      }
    }
    var index = wholeCount * 8
    while index * 8 < bytes.count {
      lane[0] = mix(word(index) ^ key[0], word(index + 1) ^ lane[0])
      index += 2
    }
    let folded = mix(lane[0] ^ key[0], lane[1] ^ key[1]) ^ mix(lane[2] ^ key[2], lane[3] ^ key[3])
    return mix(folded ^ UInt64(bytes.count), key[4])
  }

  @Test func equalsItsDefinitionAtEveryLength() {
    var random = SplitMix64(seed: TestSeed.value)
    for count in Array(0...300) + [4080, 4095, 4096, 4097, 10_000] {
      let bytes = random.bytes(count)
      #expect(
        Checksum.sum(bytes.span) == Self.naiveSum(bytes), "\(count) bytes, seed \(TestSeed.value)")
    }
  }

  /// The vectors of the format's specification; if they change, so does the format.
  @Test func hasTheSpecifiedValues() {
    let vectors: [(bytes: [UInt8], sum: UInt64)] = [
      ([], 0x0F65_3FB8_BACF_A017),
      ([0], 0x57D5_B75E_0684_EB86),
      (Array("a".utf8), 0x726D_E0AC_0ACF_54DB),
      (Array("The quick brown fox jumps over the lazy dog".utf8), 0xAEAB_8FFF_0594_4DC2),
      ((0..<64).map { UInt8($0) }, 0x778F_1636_5464_4D60),
      ((0..<4096).map { UInt8(truncatingIfNeeded: $0) }, 0xBDC9_BBE3_B969_A123),
      ([UInt8](repeating: 0, count: 4096), 0x9215_7E56_8BAD_80AA),
    ]
    for (bytes, sum) in vectors {
      #expect(
        String(Checksum.sum(bytes.span), radix: 16) == String(sum, radix: 16), "\(bytes.count)")
    }
  }

  @Test func changesWithEveryBit() {
    var random = SplitMix64(seed: TestSeed.value)
    for count in [1, 15, 64, 100, 4096] {
      var bytes = random.bytes(count)
      let sum = Checksum.sum(bytes.span)
      for bit in 0..<count * 8 {
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        #expect(Checksum.sum(bytes.span) != sum, "bit \(bit) of \(count), seed \(TestSeed.value)")
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      }
    }
  }

  @Test func tellsZerosOfDifferentLengthApart() {
    let sums = (0...5000).map { Checksum.sum([UInt8](repeating: 0, count: $0).span) }
    #expect(Set(sums).count == sums.count)
  }
}
