import Tokenizer

/// Restores what `BlockCompressor` wrote; hostile blocks fail, they never read or write outside.
struct BlockDecompressor {
  /// The number of bytes that the block holds.
  let rawByteCount: Int
  private let body: Bytes
  /// What matches may start in, as if the output went on from it.
  private let prefix: Bytes

  /// So many bytes more in the output let most copies be of whole vectors.
  static let slackByteCount = 64

  /// Why a block cannot be restored.
  enum Failure: Error, Hashable {
    /// The block ends before its content does.
    case truncated
    /// The content is longer than the block says, or can be.
    case tooLong
    /// A match starts before the block and what comes before that.
    case distance
    /// The block goes on after its content.
    case trailingBytes
  }

  /// Reads the head of `block`, which was compressed as what follows `prefix`.
  init(_ block: Bytes, after prefix: Bytes = .empty) throws(Failure) {
    self.prefix = prefix
    var reader = ByteReader(block)
    guard let count = try? reader.readVariable() else { throw .truncated }
    body = block.slice(at: reader.offset, count: reader.remaining)
    guard count <= UInt64(BlockFormat.maxCompressedRawByteCount) || count == body.count else {
      throw .tooLong
    }
    rawByteCount = Int(count)
  }

  /// Restores the first `count` bytes to the start of `output`.
  ///
  /// What follows them in `output` may be overwritten; `slackByteCount` bytes make it faster.
  /// - Precondition: `count` is at most `rawByteCount` and the size of `output`.
  func decompress(_ count: Int, to output: ColumnView<UInt8>) throws(Failure) {
    precondition(count >= 0 && count <= rawByteCount && count <= output.count)
    if count == 0 {
      if rawByteCount == 0 && body.count > 0 { throw .trailingBytes }
      return
    }
    if body.count == rawByteCount {
      output.copy(from: body.slice(at: 0, count: count))
      return
    }
    let end = try decompressBody(count, to: output)
    if count == rawByteCount && end != body.count { throw .trailingBytes }
  }

  /// Returns where in the body the first `count` bytes end.
  private func decompressBody(
    _ count: Int, to output: ColumnView<UInt8>
  ) throws(Failure) -> Int {
    let body = body
    // From these on, copies of whole vectors could run out of the body or the output.
    let fastBodyEnd = body.count &- 18
    let fastOutputEnd = min(count &- 33, output.count &- 65)
    var offset = 0
    var written = 0
    while true {
      guard offset < body.count else { throw .truncated }
      let token = Int(body[offset])
      offset &+= 1
      var literalCount = token &>> 4
      if literalCount < 15, offset <= fastBodyEnd, written <= fastOutputEnd {
        output.store(body.load(at: offset, as: SIMD2<UInt64>.self), at: written)
        offset &+= literalCount
        written &+= literalCount
      } else {
        if literalCount == 15 { literalCount &+= try readLength(&offset) }
        guard literalCount <= body.count &- offset else { throw .truncated }
        let wanted = min(literalCount, count &- written)
        copyLiterals(wanted, at: offset, to: output, at: written)
        offset &+= literalCount
        written &+= wanted
        if wanted < literalCount {
          if count == rawByteCount { throw .tooLong }
          return offset
        }
        // The last sequence has no match.
        if offset == body.count || (written == count && count < rawByteCount) {
          guard written == count else { throw .truncated }
          return offset
        }
      }
      guard offset &+ 2 <= body.count else { throw .truncated }
      let distance = Int(UInt16(littleEndian: body.load(at: offset)))
      offset &+= 2
      var length = (token & 15) &+ BlockFormat.minMatchByteCount
      guard distance > 0, distance <= written else {
        let start = prefix.count &- (distance &- written)
        guard distance > 0, start >= 0 else { throw .distance }
        if length < 19, start &+ 20 <= prefix.count, written <= fastOutputEnd {
          output.store(prefix.load(at: start, as: SIMD2<UInt64>.self), at: written)
          output.store(prefix.load(at: start &+ 16, as: UInt32.self), at: written &+ 16)
          written &+= length
          continue
        }
        if length == 19 { length &+= try readLength(&offset) }
        let wanted = min(length, count &- written)
        copyMatch(wanted, distance: distance, fromPrefixAt: start, in: output, at: written)
        written &+= wanted
        if wanted < length {
          if count == rawByteCount { throw .tooLong }
          return offset
        }
        continue
      }
      if length < 19, distance >= 16, written <= fastOutputEnd {
        let source = written &- distance
        output.store(output.load(at: source, as: SIMD2<UInt64>.self), at: written)
        output.store(output.load(at: source &+ 16, as: UInt32.self), at: written &+ 16)
        written &+= length
        continue
      }
      if length == 19 { length &+= try readLength(&offset) }
      let wanted = min(length, count &- written)
      copyMatch(wanted, distance: distance, in: output, at: written)
      written &+= wanted
      if wanted < length {
        if count == rawByteCount { throw .tooLong }
        return offset
      }
    }
  }

  /// The bytes of a length beyond what its token holds.
  @inline(__always)
  private func readLength(_ offset: inout Int) throws(Failure) -> Int {
    var length = 0
    while true {
      guard offset < body.count else { throw .truncated }
      let byte = body[offset]
      offset &+= 1
      length &+= Int(byte)
      if byte < 255 { return length }
    }
  }

  @inline(__always)
  private func copyLiterals(
    _ count: Int, at offset: Int, to output: ColumnView<UInt8>, at written: Int
  ) {
    guard offset &+ count &+ 16 <= body.count, written &+ count &+ 16 <= output.count else {
      output.slice(at: written, count: count).copy(from: body.slice(at: offset, count: count))
      return
    }
    var done = 0
    while done < count {
      output.store(
        body.load(at: offset &+ done, as: SIMD2<UInt64>.self), at: written &+ done)
      done &+= 16
    }
  }

  /// Repeats `count` bytes from `distance` before `written`, first to last, of which the first lie
  /// in the prefix.
  private func copyMatch(
    _ count: Int, distance: Int, fromPrefixAt start: Int, in output: ColumnView<UInt8>,
    at written: Int
  ) {
    let prefixCount = min(count, prefix.count &- start)
    output.slice(at: written, count: prefixCount).copy(
      from: prefix.slice(at: start, count: prefixCount))
    copyMatch(count &- prefixCount, distance: distance, in: output, at: written &+ prefixCount)
  }

  /// Repeats `count` bytes from `distance` before `written`, first to last.
  @inline(__always)
  private func copyMatch(
    _ count: Int, distance: Int, in output: ColumnView<UInt8>, at written: Int
  ) {
    var done = 0
    let source = written &- distance
    if written &+ count &+ 16 <= output.count {
      if distance >= 16 {
        while done < count {
          output.store(
            output.load(at: source &+ done, as: SIMD2<UInt64>.self), at: written &+ done)
          done &+= 16
        }
        return
      }
      if distance >= 8 {
        while done < count {
          output.store(output.load(at: source &+ done, as: UInt64.self), at: written &+ done)
          done &+= 8
        }
        return
      }
    }
    while done < count {
      output[written &+ done] = output[source &+ done]
      done &+= 1
    }
  }
}
