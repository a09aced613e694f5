import Tokenizer

/// Compresses blocks as `BlockFormat` says: greedily, with one candidate for each hash of four
/// bytes.
struct BlockCompressor: ~Copyable {
  /// The last position of each hash; 16 KB, half of the first-level cache.
  private let positions = Column<UInt16>(capacity: 1 << tableBits)
  /// The same where a block begins: what the prefix has.
  private let firstPositions = Column<UInt16>(capacity: 1 << tableBits)
  /// The prefix and room for a block after it.
  private let window: Column<UInt8>
  private let prefixByteCount: Int

  private static let tableBits = 13
  /// After 64 misses the search takes two steps at a time, after 128 three, and so on: bytes that
  /// do not compress are passed over fast.
  private static let skipShift = 6

  /// A compressor of blocks each of which follows `prefix`: matches may start in it.
  ///
  /// - Precondition: `prefix` has less than 65,536 bytes.
  init(after prefix: Bytes = .empty) {
    precondition(prefix.count < BlockFormat.maxCompressedRawByteCount)
    prefixByteCount = prefix.count
    window = Column(capacity: prefix.count == 0 ? 0 : BlockFormat.maxCompressedRawByteCount)
    window.view.copy(from: prefix)
    for position in 0..<max(0, prefix.count - 3) {
      let value: UInt32 = prefix.load(at: position)
      firstPositions[Self.hash(value)] = UInt16(position)
    }
  }

  /// Appends `raw` as one block to `output`.
  func compress(_ raw: Bytes, to output: inout ByteWriter) {
    output.appendVariable(raw.count)
    guard raw.count <= BlockFormat.maxCompressedRawByteCount,
      raw.count > BlockFormat.matchStartMargin
    else {
      output.append(raw)
      return
    }
    // Each 255 literals cost a byte of length; copies run up to 15 bytes beyond their end.
    let room = raw.count + raw.count / 255 + 64
    let body = output.append(uninitialized: room)
    let byteCount: Int
    if prefixByteCount > 0, prefixByteCount + raw.count <= window.capacity {
      window.view.slice(at: prefixByteCount, count: raw.count).copy(from: raw)
      byteCount = compressBody(
        window.view.bytes(count: prefixByteCount + raw.count), from: prefixByteCount, to: body)
    } else {
      byteCount = compressBody(raw, from: 0, to: body)
    }
    if byteCount < raw.count {
      output.removeLast(room - byteCount)
    } else {
      output.removeLast(room)
      output.append(raw)
    }
  }

  /// Writes sequences for the bytes from `start` on to `output`, which has room for the worst case;
  /// returns their size.
  ///
  /// - Parameter start: 0 or the size of the prefix.
  private func compressBody(
    _ raw: Bytes, from start: Int, to output: ColumnView<UInt8>
  ) -> Int {
    let positions = positions.view
    if start == 0 {
      for index in 0..<positions.count { positions[index] = 0 }
    } else {
      for index in 0..<positions.count { positions[index] = firstPositions[index] }
    }
    let lastStart = raw.count &- BlockFormat.matchStartMargin
    let matchEnd = raw.count &- BlockFormat.lastLiteralByteCount
    var written = 0
    var literalStart = start
    // Position 0 is the candidate of all hashes not seen yet; comparing bytes shows if rightly.
    var position = max(1, start)
    var misses = 1 << Self.skipShift
    while position <= lastStart {
      let value: UInt32 = raw.load(at: position)
      let slot = Self.hash(value)
      var candidate = Int(positions[slot])
      positions[slot] = UInt16(truncatingIfNeeded: position)
      guard raw.load(at: candidate) == value else {
        position &+= misses >> Self.skipShift
        misses &+= 1
        continue
      }
      while position > literalStart, candidate > 0, raw[position &- 1] == raw[candidate &- 1] {
        position &-= 1
        candidate &-= 1
      }
      let length = raw.slice(at: position, count: matchEnd &- position)
        .commonByteCount(with: raw.slice(at: candidate, count: raw.count &- candidate))
      written = Self.writeSequence(
        raw, literals: literalStart..<position, distance: position &- candidate, length: length,
        to: output, at: written)
      position &+= length
      literalStart = position
      misses = 1 << Self.skipShift
      if position <= lastStart {
        let slot = Self.hash(raw.load(at: position &- 2))
        positions[slot] = UInt16(truncatingIfNeeded: position &- 2)
      }
    }
    // The last sequence has no match.
    return Self.writeLiterals(raw, literalStart..<raw.count, to: output, at: written)
  }

  @inline(__always)
  private static func hash(_ value: UInt32) -> Int {
    // Knuth's multiplicative hash, "The Art of Computer Programming" 3, section 6.4.
    Int(truncatingIfNeeded: (value &* 2_654_435_761) >> UInt32(32 - tableBits))
  }

  /// Writes literals and a match at `offset`; returns where the next sequence goes.
  @inline(__always)
  private static func writeSequence(
    _ raw: Bytes, literals: Range<Int>, distance: Int, length: Int,
    to output: ColumnView<UInt8>, at offset: Int
  ) -> Int {
    var next = writeLiterals(raw, literals, to: output, at: offset)
    output.store(UInt16(truncatingIfNeeded: distance).littleEndian, at: next)
    next &+= 2
    let rest = length &- BlockFormat.minMatchByteCount
    if rest < 15 {
      output[offset] |= UInt8(truncatingIfNeeded: rest)
    } else {
      output[offset] |= 15
      next = writeLength(rest &- 15, to: output, at: next)
    }
    return next
  }

  /// Writes a token with its literals; returns where they end.
  @inline(__always)
  private static func writeLiterals(
    _ raw: Bytes, _ literals: Range<Int>, to output: ColumnView<UInt8>, at offset: Int
  ) -> Int {
    var next = offset &+ 1
    let count = literals.upperBound &- literals.lowerBound
    if count < 15 {
      output[offset] = UInt8(truncatingIfNeeded: count &<< 4)
    } else {
      output[offset] = 15 << 4
      next = writeLength(count &- 15, to: output, at: next)
    }
    if literals.upperBound &+ 16 <= raw.count {
      // Whole vectors; what is written beyond the end is overwritten by what follows.
      var done = 0
      while done < count {
        output.store(
          raw.load(at: literals.lowerBound &+ done, as: SIMD2<UInt64>.self), at: next &+ done)
        done &+= 16
      }
    } else {
      output.slice(at: next, count: count).copy(
        from: raw.slice(at: literals.lowerBound, count: count))
    }
    return next &+ count
  }

  private static func writeLength(
    _ length: Int, to output: ColumnView<UInt8>, at offset: Int
  ) -> Int {
    var next = offset
    var rest = length
    while rest >= 255 {
      output[next] = 255
      next &+= 1
      rest &-= 255
    }
    output[next] = UInt8(truncatingIfNeeded: rest)
    return next &+ 1
  }
}
