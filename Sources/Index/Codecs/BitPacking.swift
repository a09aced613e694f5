import Tokenizer

/// 128 integers of one bit width, packed four lanes wide.
///
/// Value `i` stands in lane `i % 4`, row `i / 4`; each lane is a stream of 32 values of `width`
/// bits, low bits first, in `width` little-endian 32-bit words; the lanes' words alternate. So a
/// row of four values is unpacked by one shift and one mask on a vector (Lemire and Boytsov,
/// "Decoding billions of integers per second through vectorization", 2015, section 4).
///
/// The loops are unrolled per width: 4.5 to 6.3 ns a block against 16 to 19 for one loop over a
/// width known at run time. Or and and go through `SIMDMask`, as the operators on integer
/// vectors compile to one lane at a time.
enum BitPacking {
  /// The number of integers in a block.
  static let blockLength = 128

  /// Bytes taken by a block of `width`-bit integers.
  @inline(__always)
  static func byteCount(width: Int) -> Int { width * 16 }

  /// Packs the 128 `values`, of which only the low `width` bits are taken, into `output`.
  static func pack(
    _ values: ColumnView<UInt32>, width: Int, into output: ColumnView<UInt8>
  ) {
    assert(values.count >= blockLength && output.count >= byteCount(width: width))
    guard width > 0 else { return }
    let mask = Vector(repeating: width == 32 ? ~0 : (1 << UInt32(width)) &- 1)
    var word = Vector()
    var filled: UInt32 = 0
    var byteOffset = 0
    for row in 0..<32 {
      let value = and(values.load(at: row * 16, as: Vector.self), mask)
      word = or(word, value &<< Vector(repeating: filled))
      filled &+= UInt32(truncatingIfNeeded: width)
      if filled >= 32 {
        output.store(word, at: byteOffset)
        byteOffset += 16
        filled &-= 32
        // A shift by all 32 bits would leave the value as it is.
        let consumed = UInt32(truncatingIfNeeded: width) &- filled
        word = filled == 0 ? Vector() : value &>> Vector(repeating: consumed)
      }
    }
  }

  /// One of 128 integers of `width` bits, 0...32, packed at `offset` of `input`.
  @inline(__always)
  static func value(_ index: Int, of input: Bytes, at offset: Int, width: Int) -> UInt32 {
    if width == 0 { return 0 }
    let firstBit = (index &>> 2) &* width
    let shift = firstBit & 31
    let place = offset &+ (firstBit &>> 5) &* 16 &+ (index & 3) &* 4
    var value = UInt64(UInt32(littleEndian: input.load(at: place)))
    if shift &+ width > 32 {
      value |= UInt64(UInt32(littleEndian: input.load(at: place &+ 16))) &<< 32
    }
    let mask = UInt32.max &>> UInt32(truncatingIfNeeded: 32 &- width)
    return UInt32(truncatingIfNeeded: value &>> UInt64(truncatingIfNeeded: shift)) & mask
  }

  /// Unpacks 128 integers of `width` bits, 0...32, from `input` at `offset`, and adds `base` to each:
  /// what they are stored less is given back here at one addition a row.
  ///
  /// - Precondition: `byteCount(width:)` bytes are readable there; `output` holds 128 values.
  @inline(__always)
  static func unpack(
    _ input: Bytes, at offset: Int, width: Int, plus base: UInt32, into output: ColumnView<UInt32>
  ) {
    assert(offset >= 0 && offset + byteCount(width: width) <= input.count)
    assert(output.count >= blockLength)
    unpackKernel(input, offset, width, Output(values: output, base: Vector(repeating: base)))
  }
}

private typealias Vector = SIMD4<UInt32>
private typealias Mask = SIMDMask<SIMD4<Int32>>

@inline(__always)
private func and(_ left: Vector, _ right: Vector) -> Vector {
  // SAFETY: vectors and masks of four 32-bit lanes have the same bits.
  unsafe unsafeBitCast(
    unsafeBitCast(left, to: Mask.self) .& unsafeBitCast(right, to: Mask.self), to: Vector.self)
}

@inline(__always)
private func or(_ left: Vector, _ right: Vector) -> Vector {
  // SAFETY: as above.
  unsafe unsafeBitCast(
    unsafeBitCast(left, to: Mask.self) .| unsafeBitCast(right, to: Mask.self), to: Vector.self)
}

@inline(__always)
private func row(_ row: Int, _ width: Int, _ input: Bytes, _ start: Int, _ out: Output) {
  let firstBit = row &* width
  let word = start &+ (firstBit >> 5) &* 16
  let shift = firstBit & 31
  var value =
    input.load(at: word, as: Vector.self) &>> Vector(repeating: UInt32(truncatingIfNeeded: shift))
  if shift &+ width > 32 {
    let factor = UInt32(1) << UInt32(truncatingIfNeeded: 32 &- shift)
    value = or(value, input.load(at: word &+ 16, as: Vector.self) &* Vector(repeating: factor))
  }
  if shift &+ width != 32 {
    value = and(value, Vector(repeating: (1 << UInt32(truncatingIfNeeded: width)) &- 1))
  }
  out.values.store(value &+ out.base, at: row &* 16)
}

@inline(__always)
private func rows(_ width: Int, _ i: Bytes, _ s: Int, _ o: Output) {
  eightRows(0, width, i, s, o)
  eightRows(8, width, i, s, o)
  eightRows(16, width, i, s, o)
  eightRows(24, width, i, s, o)
}

@inline(__always)
private func eightRows(_ r: Int, _ width: Int, _ i: Bytes, _ s: Int, _ o: Output) {
  row(r, width, i, s, o)
  row(r &+ 1, width, i, s, o)
  row(r &+ 2, width, i, s, o)
  row(r &+ 3, width, i, s, o)
  row(r &+ 4, width, i, s, o)
  row(r &+ 5, width, i, s, o)
  row(r &+ 6, width, i, s, o)
  row(r &+ 7, width, i, s, o)
}

/// Where values go, and what is added to them.
private struct Output {
  let values: ColumnView<UInt32>
  let base: Vector
}

// One function per width: in a single function the optimiser gives up on the bodies.
@inline(never) private func unpack1(_ i: Bytes, _ s: Int, _ o: Output) { rows(1, i, s, o) }
@inline(never) private func unpack2(_ i: Bytes, _ s: Int, _ o: Output) { rows(2, i, s, o) }
@inline(never) private func unpack3(_ i: Bytes, _ s: Int, _ o: Output) { rows(3, i, s, o) }
@inline(never) private func unpack4(_ i: Bytes, _ s: Int, _ o: Output) { rows(4, i, s, o) }
@inline(never) private func unpack5(_ i: Bytes, _ s: Int, _ o: Output) { rows(5, i, s, o) }
@inline(never) private func unpack6(_ i: Bytes, _ s: Int, _ o: Output) { rows(6, i, s, o) }
@inline(never) private func unpack7(_ i: Bytes, _ s: Int, _ o: Output) { rows(7, i, s, o) }
@inline(never) private func unpack8(_ i: Bytes, _ s: Int, _ o: Output) { rows(8, i, s, o) }
@inline(never) private func unpack9(_ i: Bytes, _ s: Int, _ o: Output) { rows(9, i, s, o) }
@inline(never) private func unpack10(_ i: Bytes, _ s: Int, _ o: Output) { rows(10, i, s, o) }
@inline(never) private func unpack11(_ i: Bytes, _ s: Int, _ o: Output) { rows(11, i, s, o) }
@inline(never) private func unpack12(_ i: Bytes, _ s: Int, _ o: Output) { rows(12, i, s, o) }
@inline(never) private func unpack13(_ i: Bytes, _ s: Int, _ o: Output) { rows(13, i, s, o) }
@inline(never) private func unpack14(_ i: Bytes, _ s: Int, _ o: Output) { rows(14, i, s, o) }
@inline(never) private func unpack15(_ i: Bytes, _ s: Int, _ o: Output) { rows(15, i, s, o) }
@inline(never) private func unpack16(_ i: Bytes, _ s: Int, _ o: Output) { rows(16, i, s, o) }
@inline(never) private func unpack17(_ i: Bytes, _ s: Int, _ o: Output) { rows(17, i, s, o) }
@inline(never) private func unpack18(_ i: Bytes, _ s: Int, _ o: Output) { rows(18, i, s, o) }
@inline(never) private func unpack19(_ i: Bytes, _ s: Int, _ o: Output) { rows(19, i, s, o) }
@inline(never) private func unpack20(_ i: Bytes, _ s: Int, _ o: Output) { rows(20, i, s, o) }
@inline(never) private func unpack21(_ i: Bytes, _ s: Int, _ o: Output) { rows(21, i, s, o) }
@inline(never) private func unpack22(_ i: Bytes, _ s: Int, _ o: Output) { rows(22, i, s, o) }
@inline(never) private func unpack23(_ i: Bytes, _ s: Int, _ o: Output) { rows(23, i, s, o) }
@inline(never) private func unpack24(_ i: Bytes, _ s: Int, _ o: Output) { rows(24, i, s, o) }
@inline(never) private func unpack25(_ i: Bytes, _ s: Int, _ o: Output) { rows(25, i, s, o) }
@inline(never) private func unpack26(_ i: Bytes, _ s: Int, _ o: Output) { rows(26, i, s, o) }
@inline(never) private func unpack27(_ i: Bytes, _ s: Int, _ o: Output) { rows(27, i, s, o) }
@inline(never) private func unpack28(_ i: Bytes, _ s: Int, _ o: Output) { rows(28, i, s, o) }
@inline(never) private func unpack29(_ i: Bytes, _ s: Int, _ o: Output) { rows(29, i, s, o) }
@inline(never) private func unpack30(_ i: Bytes, _ s: Int, _ o: Output) { rows(30, i, s, o) }
@inline(never) private func unpack31(_ i: Bytes, _ s: Int, _ o: Output) { rows(31, i, s, o) }
@inline(never) private func unpack32(_ i: Bytes, _ s: Int, _ o: Output) { rows(32, i, s, o) }

private func unpackKernel(_ input: Bytes, _ offset: Int, _ width: Int, _ output: Output) {
  switch width {
  case 0:
    for row in 0..<32 { output.values.store(output.base, at: row * 16) }
  case 1: unpack1(input, offset, output)
  case 2: unpack2(input, offset, output)
  case 3: unpack3(input, offset, output)
  case 4: unpack4(input, offset, output)
  case 5: unpack5(input, offset, output)
  case 6: unpack6(input, offset, output)
  case 7: unpack7(input, offset, output)
  case 8: unpack8(input, offset, output)
  case 9: unpack9(input, offset, output)
  case 10: unpack10(input, offset, output)
  case 11: unpack11(input, offset, output)
  case 12: unpack12(input, offset, output)
  case 13: unpack13(input, offset, output)
  case 14: unpack14(input, offset, output)
  case 15: unpack15(input, offset, output)
  case 16: unpack16(input, offset, output)
  case 17: unpack17(input, offset, output)
  case 18: unpack18(input, offset, output)
  case 19: unpack19(input, offset, output)
  case 20: unpack20(input, offset, output)
  case 21: unpack21(input, offset, output)
  case 22: unpack22(input, offset, output)
  case 23: unpack23(input, offset, output)
  case 24: unpack24(input, offset, output)
  case 25: unpack25(input, offset, output)
  case 26: unpack26(input, offset, output)
  case 27: unpack27(input, offset, output)
  case 28: unpack28(input, offset, output)
  case 29: unpack29(input, offset, output)
  case 30: unpack30(input, offset, output)
  case 31: unpack31(input, offset, output)
  case 32: unpack32(input, offset, output)
  default: preconditionFailure("bit width \(width)")
  }
}
